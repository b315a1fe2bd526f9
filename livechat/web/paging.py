"""One page of a long list, and the addresses of the pages beside it."""

from dataclasses import dataclass

from django.http.request import QueryDict

from livechat.web.counts import address


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list of `total` rows, from `first` to `last`, both counted from 1."""

    number: int
    pages: int
    first: int
    last: int
    total: int
    previous_url: str
    next_url: str

    @property
    def slice(self) -> slice:
        """The page's rows among all."""
        return slice(self.first - 1, self.last)


def part(query: QueryDict, total: int, per_page: int) -> Page:
    """The page that `?page=` asks for, or the nearest there is."""
    asked = query.get("page", "1")
    pages = max(1, -(-total // per_page))
    number = min(max(int(asked), 1), pages) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    first = (number - 1) * per_page + 1
    base = address(query)
    joined = f"{base}&page=" if len(base) > 1 else "?page="
    return Page(
        number,
        pages,
        first,
        min(first + per_page - 1, total),
        total,
        f"{joined}{number - 1}" if number > 1 else "",
        f"{joined}{number + 1}" if number < pages else "",
    )
