"""What stands above a board's rows: big numbers and chips, each a link to the rows it counts, and links that sort."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Count:
    """A number with its words. `n` is None if it is not known. `meaning` says what is counted.

    `line`: the address of what draws its last hour; "" if there is none.
    If `is_filter`, it links to the board with `?status=` set to its slug, or without that filter if it is `active`.
    """

    slug: str
    label: str | Promise
    n: int | None
    tone: str
    icon: str
    active: bool = False
    is_filter: bool = True
    meaning: str | Promise = ""
    line: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """Something that is wrong: how many, the words, and perhaps a name after them. `level`: amber, red or "".

    It links to the board with the parameter `name` set to `value`, or without that filter if it is `active`.
    """

    name: str
    value: str
    n: int
    label: str | Promise
    of: str
    level: str
    icon: str
    active: bool


@dataclass(frozen=True, slots=True)
class SortLink:
    """The link in a column's head: its address, and the direction in which the column is sorted now, if it is.

    `column` has a key, a kind (the class of its cells), a label, and whether that is `custom`: made up by a person.
    """

    column: Any
    target: str
    direction: str


def sort_link(column: Any, sort: str, *, largest_first: bool) -> SortLink:
    """The link of a column's head: sorts by the column, or turns the order around if it is sorted so already."""
    key = column.key
    directions = ("descending", "ascending") if largest_first else ("ascending", "descending")
    direction = dict(zip((key, f"-{key}"), directions, strict=True)).get(sort, "")
    return SortLink(column, f"-{key}" if sort == key else key, direction)
