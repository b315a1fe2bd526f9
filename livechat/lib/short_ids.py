"""Ids in short: the end of each, as long as it takes to tell the ids of a set apart.

The end, because some accounts' GUIDs differ only there.
"""

from collections import defaultdict
from collections.abc import Iterable

MIN_CHARS = 8


def tails(ids: Iterable[str]) -> dict[str, str]:
    """The shortest end of each id, of 8 characters at least, that no other id of the set ends with.

    Another id makes an end longer, but never lets it stand for another id. No end begins with a hyphen.
    """
    found: dict[str, str] = {}
    alike, chars = set(ids), MIN_CHARS
    while alike:
        by_tail = defaultdict(list)
        for key in alike:
            by_tail[key[-chars:]].append(key)
        for tail, keys in by_tail.items():
            if len(keys) == 1 and (not tail.startswith("-") or tail == keys[0]):
                found[keys[0]] = tail
        alike, chars = alike - found.keys(), chars + 1
    return found


def means(text: str, key: str) -> bool:
    """Whether a text is an id in short: an end of it, or its first 8 characters, which pages showed before."""
    return text == key[:MIN_CHARS] or (len(text) >= MIN_CHARS and key.endswith(text))
