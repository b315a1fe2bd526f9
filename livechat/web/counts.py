"""The big numbers on top of a board, each a link to the rows it counts."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Count:
    """A number with its words. `n` is None if it is not known.

    If `is_filter`, it links to the board with `?status=` set to its slug, or without that filter if it is `active`.
    """

    slug: str
    label: str | Promise
    n: int | None
    tone: str
    icon: str
    active: bool = False
    is_filter: bool = True
