"""By how much an agent's chats can be off, because nobody knows just when the agent came online or away, and left it.

Times are epoch milliseconds.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from livechat.comm100.records import status_kind
from livechat.lib.epoch import SECOND_MS
from livechat.reports import bounds
from livechat.reports.bounds import Edge, Part
from livechat.reports.chat_loads import Load
from livechat.reports.timeline import Edge as Why
from livechat.reports.timeline import Piece, Span, Watched


class Doubt(NamedTuple):
    """In an hour, which is when it begins, and a status: by how many ms, chats × ms, and ms with a chat."""

    hour: int
    status: str
    time: int
    chats: int
    busy: int


def of(
    spans: Iterable[Span], pieces: Iterable[Piece], day: Watched, starts: Sequence[int], load: Load
) -> Iterator[Doubt]:
    """What an agent's spans and pieces of a day leave open in its hours, as far as the chats are known.

    A change that was seen around midnight counts on one day, and can have been on the other. If an end was not seen,
    the list may have been old when the agent was last seen in the status.
    """
    for span in spans:
        if status_kind(span.status) != "offline":
            began, ended = _edge(span.began, span.began_off, day), _edge(span.ended, span.ended_off, day)
            yield from _doubts(span.status, bounds.parts(began, ended), day, starts, load)
    for piece in pieces:
        if piece.kind != "offline" and piece.last in (Why.UNSEEN, Why.NOW):
            ended = Edge(piece.ended, piece.ended - day.list_age, piece.ended)
            yield from _doubts(piece.status, bounds.parts(None, ended), day, starts, load)


def _edge(moment: int | None, off: int | None, day: Watched) -> Edge | None:
    """Pieces are in whole seconds: so are the moments that count."""
    if moment is None or off is None:
        return None
    return Edge(moment - moment % SECOND_MS, moment - off - day.list_age, moment + off)


def _doubts(status: str, parts: Iterable[Part], day: Watched, starts: Sequence[int], load: Load) -> Iterator[Doubt]:
    times: dict[int, list[int]] = {}  # of each hour: what is missing and what is too much; × chats; if with a chat
    for part in parts:
        for hour, began, ended in bounds.split(max(part.began, day.began), min(part.ended, day.ended), starts):
            chats, time = load.most(began, ended), ended - began
            if chats is not None:
                found = times.setdefault(hour, [0] * 6)
                found[part.over] += time
                found[2 + part.over] += chats * time
                found[4 + part.over] += min(chats, 1) * time
    for hour, found in times.items():
        yield Doubt(hour, status, *map(max, found[::2], found[1::2]))
