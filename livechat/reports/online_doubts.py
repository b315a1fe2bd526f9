"""By how much the chats and places of an agent online can be off: nobody knows just when the agent came and went.

Times are epoch milliseconds.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from livechat.comm100.records import status_kind
from livechat.lib.epoch import SECOND_MS
from livechat.reports import bounds
from livechat.reports.bounds import Edge, Part
from livechat.reports.chat_loads import Load
from livechat.reports.presence import ONLINE
from livechat.reports.timeline import Edge as Why
from livechat.reports.timeline import Piece, Span, Watched


class Doubt(NamedTuple):
    """In an hour, which is when it begins, and a status: by how many ms, and by how many chats × ms."""

    hour: int
    status: str
    time: int
    chats: int


def of(
    spans: Iterable[Span], pieces: Iterable[Piece], day: Watched, starts: Sequence[int], load: Load
) -> Iterator[Doubt]:
    """What an agent's spans and pieces of a day leave open in its hours, as far as the chats are known.

    A change that was seen around midnight counts on one day, and can have been on the other. If an end was not seen,
    the list may have been old when the agent was last seen in the status.
    """
    for span in spans:
        if status_kind(span.status) == ONLINE:
            began, ended = _edge(span.began, span.began_off, day), _edge(span.ended, span.ended_off, day)
            yield from _doubts(span.status, bounds.parts(began, ended), day, starts, load)
    for piece in pieces:
        if piece.kind == ONLINE and piece.last in (Why.UNSEEN, Why.NOW):
            ended = Edge(piece.ended, piece.ended - day.list_age, piece.ended)
            yield from _doubts(piece.status, bounds.parts(None, ended), day, starts, load)


def _edge(moment: int | None, off: int | None, day: Watched) -> Edge | None:
    """Pieces are in whole seconds: so are the moments that count."""
    if moment is None or off is None:
        return None
    return Edge(moment - moment % SECOND_MS, moment - off - day.list_age, moment + off)


def _doubts(status: str, parts: Iterable[Part], day: Watched, starts: Sequence[int], load: Load) -> Iterator[Doubt]:
    times: dict[int, list[int]] = {}  # of each hour: what is missing and what is too much; the same × chats
    for part in parts:
        for hour, began, ended in bounds.split(max(part.began, day.began), min(part.ended, day.ended), starts):
            chats = load.most(began, ended)
            if chats is not None:
                found = times.setdefault(hour, [0, 0, 0, 0])
                found[part.over] += ended - began
                found[2 + part.over] += chats * (ended - began)
    for hour, (missing, over, missing_chats, over_chats) in times.items():
        yield Doubt(hour, status, max(missing, over), max(missing_chats, over_chats))
