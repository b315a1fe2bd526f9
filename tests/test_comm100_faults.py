"""Every fault with each of the six calls: a typed error in time and in little memory; no accepted write fails."""

import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from livechat.comm100.client import Client
from livechat.comm100.credentials import Bearer
from livechat.comm100.errors import (
    Comm100Error,
    CredentialRefused,
    Forbidden,
    Malformed,
    NotFound,
    Refused,
    Throttled,
    Unreachable,
)
from livechat.comm100.records import Variable
from tests.support.cases import some
from tests.support.faults import SURVIVED
from tests.support.misbehaving import FAULTS, Misbehaving
from tests.support.talk import AGENT

SHORT_SECONDS, LONG_SECONDS = 0.4, 8.0  # the short deadline is for the faults that only a deadline ends
GRACE_SECONDS = 0.5
TOKEN = "a-token-that-no-message-may-show"
ID = AGENT["id"]

READS: dict[str, Callable[[Client], object]] = {
    "agents": lambda client: client.agents(),
    "agent": lambda client: client.agent(ID),
    "visitors": lambda client: client.visitors(),
    "visitor": lambda client: client.visitor(ID),
}
WRITES: dict[str, Callable[[Client], object]] = {
    "put agent": lambda client: client.put_agent(ID, "Meeting"),
    "put visitor": lambda client: client.put_visitor(ID, [Variable("name", "value")]),
}

NO_ANSWER = (
    "hang-before-headers", "latency", "hang-in-headers", "drip-headers", "reset", "hang-up", "continue-flood",
    "endless-status-line", "endless-headers", "not-http",
)  # fmt: skip
STATUSES = {
    "400": Refused, "401": CredentialRefused, "403": Forbidden, "403-limit": Throttled, "404": NotFound,
    "409": Refused, "429-seconds": Throttled, "429-date": Throttled, "429-garbage": Throttled, "500": Unreachable,
    "503": Throttled, "hang-in-refusal": CredentialRefused, "103": Malformed, "redirect-elsewhere": Malformed,
    "redirect-to-file": Malformed, "redirect-loop": Malformed, "redirect-with-endless-body": Malformed,
}  # fmt: skip
HANGS = (
    "hang-before-headers", "latency", "hang-in-headers", "hang-in-body", "hang-in-refusal", "drip-headers",
    "drip-body", "drip-chunks",
)  # fmt: skip
BREAKS = ("reset", "hang-up", "reset-in-body", "truncated-by-length", "truncated-by-chunk")


def expected(kind: str) -> type[Comm100Error]:
    """The error that a read ends with."""
    return STATUSES.get(kind) or (Unreachable if kind in HANGS + BREAKS else Malformed)


def outcome(client: Client, call: Callable[[Client], object]) -> tuple[object, float]:
    """What the call returns or raises, and the seconds that it took."""
    began = time.monotonic()
    try:
        result: object = call(client)
    except Comm100Error as error:
        result = error
    return result, time.monotonic() - began


@pytest.mark.parametrize("kind", some([kind for kind in FAULTS if kind != "well"], 2))
def test_every_call_ends_in_time_with_a_typed_error_or_a_usable_answer(kind: str) -> None:
    calls = READS | WRITES
    deadline = SHORT_SECONDS if kind in HANGS else LONG_SECONDS
    with Misbehaving(kind) as server, ThreadPoolExecutor(len(calls)) as threads:
        client = Client(server.url, Bearer(TOKEN), deadline=deadline)
        # the six wait in parallel, so that the waits of hanging faults do not add up
        outcomes = dict(zip(calls, threads.map(lambda call: outcome(client, call), calls.values()), strict=True))
        asked = len(server.calls)

    assert asked == len(calls), "each call is one request, whatever comes back"
    for name, (result, seconds) in outcomes.items():
        assert seconds < deadline + GRACE_SECONDS, name
        if kind in SURVIVED:
            assert not isinstance(result, Comm100Error), name
        elif name in READS or kind in NO_ANSWER or kind in STATUSES:
            assert isinstance(result, Comm100Error), name
            assert isinstance(result, expected(kind)), f"{name}: {result!r}"
            assert 0 < len(result.message) <= 300
            assert TOKEN not in f"{result!r} {result}"
            assert getattr(result, "sent", True), "the connection was made, so a write may have got through"
        else:
            # a 2xx accepts the write, whatever the body looks like: a read will show what it did
            assert not isinstance(result, Comm100Error), name


HUNGRY = r"""
import re, sys
from pathlib import Path
from livechat.comm100.client import Client
from livechat.comm100.credentials import Bearer
from livechat.comm100.errors import Comm100Error
for url in sys.argv[1:]:
    client = Client(url, Bearer("token"))
    for call in (client.agents, client.visitors):
        try:
            call()
        except Comm100Error as error:
            print(error.slug)
# not ru_maxrss: a child inherits it from the test run's own process
print(int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) // 1024)
"""
LARGE = [
    "endless-body", "endless-chunks", "huge-body", "huge-chunk", "negative-chunk", "endless-chunk-size",
    "endless-status-line", "endless-headers", "continue-flood", "gzip-bomb", "gzip-bomb-stacked", "gzip-bomb-in-gzip",
    "many-rows", "redirect-with-endless-body", "deep", "deep-field", "long-number", "megabyte-string",
]  # fmt: skip


def test_answers_without_end_are_malformed_within_200_megabytes() -> None:
    with ExitStack() as stack:
        urls = [stack.enter_context(Misbehaving(kind)).url for kind in LARGE]
        child = subprocess.run([sys.executable, "-c", HUNGRY, *urls], capture_output=True, text=True, check=True)
    *slugs, megabytes = child.stdout.split()
    assert slugs == ["malformed"] * 2 * (len(LARGE) - 2), "the last two are odd and not endless"
    assert int(megabytes) < 200


def test_a_server_that_is_not_there_was_never_reached() -> None:
    with Misbehaving("well") as server:
        url = server.url
    for call in (READS | WRITES).values():
        result, seconds = outcome(Client(url, Bearer(TOKEN), deadline=SHORT_SECONDS), call)
        assert isinstance(result, Unreachable)
        assert result.sent is False
        assert seconds < SHORT_SECONDS + GRACE_SECONDS
