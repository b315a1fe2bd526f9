"""What fits a search best: the whole word before its beginning, and that before its middle. Pure."""

from collections.abc import Callable, Iterable
from heapq import nsmallest
from typing import TypeVar

from livechat.comm100.names import search_key

Found = TypeVar("Found")
WHOLE, BEGINNING, MIDDLE, ABSENT = range(4)


def closeness(text: str, word: str) -> int:
    """How well a text has a word: WHOLE, as the BEGINNING of one of its words, in the MIDDLE of one, or ABSENT.

    Both are as `search_key` makes them.
    """
    best, at = ABSENT, text.find(word)
    while at >= 0:
        if at and text[at - 1].isalnum():
            best = min(best, MIDDLE)
        elif text[at + len(word) : at + len(word) + 1].isalnum():
            best = BEGINNING
        else:
            return WHOLE
        at = text.find(word, at + 1)
    return best


def rank(name: str, words: Iterable[str]) -> int:
    """How well a name fits a search: the closeness of the word that fits worst."""
    key = search_key(name)
    return max((closeness(key, word) for word in words), default=WHOLE)


def best(found: Iterable[Found], words: list[str], name: Callable[[Found], str], *, most: int) -> list[Found]:
    """The `most` whose names fit best. Those that fit equally well stay in the order in which they came."""
    return nsmallest(most, found, key=lambda one: rank(name(one), words))
