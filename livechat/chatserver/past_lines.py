"""The truth of a simulated past as lines of JSON, for tests of other programs."""

import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import msgspec

from livechat.chatserver.hours import DAY_SECONDS
from livechat.chatserver.options import Options
from livechat.chatserver.past import Past


def write(options: Options, days: int, began: int | None, file: str | None, *, looks: bool) -> None:
    """Write the truth of so many days into a file, or print it. `began` is in seconds since 1970. Raises OSError.

    By default the days end at the last midnight (UTC). The same options, days and beginning write the same lines.
    """
    if began is None:
        began = (int(options.clock()) // DAY_SECONDS - days) * DAY_SECONDS
    with Path(file).open("wb") if file else nullcontext(sys.stdout.buffer) as out:
        for line in lines(Past(options, began), began + days * DAY_SECONDS, looks=looks):
            out.write(msgspec.json.encode(line) + b"\n")


def lines(past: Past, until: int, *, looks: bool) -> Iterator[dict[str, Any]]:
    """The looks as they come, if they are wanted, then statuses and contacts, each with its `kind`."""
    for look in past.looks(until):
        if looks:
            lists = {"agents": msgspec.Raw(look.agents()), "visitors": msgspec.Raw(look.visitors())}
            yield {"kind": "look", "at": look.at, "every": look.every} | lists
    for status in past.truth.statuses:
        yield {"kind": "status"} | msgspec.to_builtins(status)
    for contact in past.truth.contacts:
        yield {"kind": "contact"} | msgspec.to_builtins(contact)
