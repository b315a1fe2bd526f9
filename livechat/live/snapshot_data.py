"""The data of a snapshot, decoded once per version and process."""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import brotli
import msgspec

from livechat.comm100 import records
from livechat.lib import vault
from livechat.lib.ttl_cache import TtlCache
from livechat.models import Snapshot, SnapshotBody

log = logging.getLogger(__name__)
# The layout of a body, as in _Stored: another number after every change of what it holds, also of a record's fields. A
# last field that has a default is no such change: a release that knows it reads the bodies of one that does not, and
# the other way round.
LAYOUT = 2
MAX_DERIVED = 8  # a list of visitors has 6; a list of agents 1, and one of each version of its site
Marks = Mapping[str, tuple[int, bool]]
# What a body holds: the layout, the listing, and of each of its rows when the status began.
_Stored = tuple[Literal[2], bytes, tuple[tuple[int, bool], ...]]
QUALITY = 3  # of the compression: three quarters of what zlib at its fastest makes of visitors, as quickly


@dataclass(slots=True)
class SnapshotData:
    """The rows of one kind. `since`: when each row's status began, {id: (epoch ms, whether that was seen)}.

    `cache` holds what boards derive from the rows once (an index, counts, rows with the names of a site's version).
    """

    kind: str
    version: int
    rows: tuple[Any, ...]
    since: Marks
    cache: TtlCache[str, Any] = field(default_factory=lambda: TtlCache(MAX_DERIVED), compare=False, repr=False)

    @property
    def by_id(self) -> dict[str, Any]:
        """The rows by id, made once."""
        made: dict[str, Any] = self.cache.get_or_make("by_id", lambda: {row.id: row for row in self.rows})
        return made


def carry(
    before: SnapshotData | None, listing: records.Listing[Any], now_ms: int, *, watched: bool, newcomers: bool
) -> Marks:
    """When each row's status began, from the snapshot before.

    `watched`: the time since the snapshot before was watched, so a change that is seen now happened now.
    `newcomers`: a row that is new has just begun. A visitor arrives; an agent does not.
    """
    if before is None:
        return {row.id: (now_ms, False) for row in listing.rows}
    known, marks = before.by_id, {}
    for row in listing.rows:
        old = known.get(row.id)
        if old is not None and records.same_status(old.status, row.status):
            marks[row.id] = before.since.get(row.id, (now_ms, False))
        else:
            marks[row.id] = (now_ms, watched and (old is not None or newcomers))
    return marks


def digest(listing: records.Listing[Any]) -> str:
    """A digest that is equal for equal rows in the same layout."""
    return hashlib.sha256(b"%d " % LAYOUT + records.encode(listing)).hexdigest()


def pack(snapshot: Snapshot, listing: records.Listing[Any], marks: Marks) -> bytes:
    """The sealed, compressed body of a snapshot."""
    plain = msgspec.msgpack.encode((LAYOUT, records.encode(listing), [marks[row.id] for row in listing.rows]))
    return vault.seal(brotli.compress(plain, quality=QUALITY), snapshot.seal_row)


def unpack(snapshot: Snapshot) -> SnapshotData | None:
    """The data of a snapshot, from its body. None if it has none of its version, or none that can be read.

    To have both rows as they were at one moment, read the snapshot with its body (`select_related`), or lock it.
    """
    body: SnapshotBody | None = getattr(snapshot, "body", None)
    if body is None or body.version != snapshot.version:
        return None
    return opened(snapshot, bytes(body.sealed))


def opened(snapshot: Snapshot, sealed: bytes) -> SnapshotData | None:
    """The data in a sealed body. None if it cannot be read: then it is fetched again.

    It cannot be read if no key of ours opens it, if it is damaged, or if another release wrote it in another layout.
    """
    try:
        plain = brotli.decompress(vault.unseal(sealed, snapshot.seal_row))
        _, encoded, marks = msgspec.msgpack.decode(plain, type=_Stored)
        decode = records.decode_agents if snapshot.kind.startswith("agent") else records.decode_visitors
        rows: tuple[Any, ...] = decode(encoded).rows
        since = {row.id: mark for row, mark in zip(rows, marks, strict=True)}
        return SnapshotData(snapshot.kind, snapshot.version, rows, since)
    except (vault.CannotOpen, brotli.error, ValueError) as reason:  # what msgspec raises is a ValueError
        log.warning("snapshot %s cannot be read: %s", snapshot.pk, reason)
        return None
