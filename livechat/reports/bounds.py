"""By how much sums of times can be off: what happens is seen at a look that is later. Times are in epoch ms."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from math import inf
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

Row = TypeVar("Row", bound=Any)


class Edge(NamedTuple):
    """When a time begins or ends: the moment that counts, and the first and the last moment that it can have been."""

    counted: int
    first: int
    last: int


class Part(NamedTuple):
    """A time that can be missing in a sum, or that the sum can have too much (`over`)."""

    began: int
    ended: int
    over: bool


def parts(began: Edge | None, ended: Edge | None) -> Iterator[Part]:
    """What the edges of a time leave open. None: there is nothing to say of that edge."""
    for edge, before in ((began, False), (ended, True)):
        if edge is not None:
            counted, first, last = edge
            if first < counted:
                yield Part(first, counted, before)
            if counted < last:
                yield Part(counted, last, not before)


def split(began: int, ended: int, starts: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """A time by the hours that it lies in: when the hour begins, and from when to when.

    `starts`: when the hours begin, the first of them not after the time.
    """
    place = bisect_right(starts, began) - 1
    while began < ended:
        until = min(ended, starts[place + 1]) if place + 1 < len(starts) else ended
        yield starts[place], began, until
        began, place = until, place + 1


def added(one: int | None, other: int | None) -> int | None:
    """By how much two sums together can be off. None if that is not known of one of them."""
    return None if one is None or other is None else one + other


def adder(kind: type[Row]) -> Callable[[Iterable[Row]], Row]:
    """What adds rows of a dataclass up, field by field. What is not known of one of them is not known of all."""
    numbers = attrgetter(*(field.name for field in fields(kind)))

    def added_up(rows: Iterable[Row]) -> Row:
        columns = zip(*map(numbers, rows), strict=True)
        made: Row = kind(*(None if None in column else sum(column) for column in columns))
        return made

    return added_up


def share_error(part: int, part_off: int | None, whole: int, whole_off: int | None) -> float | None:
    """By how much part ÷ whole can be off. None if that is not known, or if there is nothing to divide by.

    A share that is no more than 1 is no more than 1 in truth.
    """
    if not whole or part_off is None or whole_off is None:
        return None
    value = part / whole
    lowest = max(0, part - part_off) / (whole + whole_off)
    highest = (part + part_off) / (whole - whole_off) if whole > whole_off else max(1.0, value)
    return max((highest if value > 1 else min(1.0, highest)) - value, value - lowest)


def ratio_error(part: int, part_off: int | None, whole: int, whole_off: int | None) -> float | None:
    """By how much part ÷ whole can be off if it is at least 1 in truth: infinite if the whole can have been nothing.

    None if that is not known, or if there is nothing to divide by.
    """
    if not whole or part_off is None or whole_off is None:
        return None
    value = part / whole
    lowest = max(1.0, (part - part_off) / (whole + whole_off))
    highest = (part + part_off) / (whole - whole_off) if whole > whole_off else inf
    return max(highest - value, value - lowest)
