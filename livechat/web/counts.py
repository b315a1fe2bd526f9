"""The big numbers on top of a board, each a link to the rows it counts."""

from dataclasses import dataclass

from django.http.request import QueryDict
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Count:
    """A number with its words; `url` filters the board by it, or takes the filter off where it is active."""

    slug: str
    label: str | Promise
    n: int
    tone: str
    icon: str
    url: str = ""
    active: bool = False


def address(query: QueryDict, **changes: str) -> str:
    """The page's address with some parameters changed; an empty value, or one in force already, takes it out."""
    made = query.copy()
    made.pop("page", None)
    for name, value in changes.items():
        if not value or query.get(name) == value:
            made.pop(name, None)
        else:
            made[name] = value
    return "?" + made.urlencode().replace("%2C", ",")  # a list of columns stays legible
