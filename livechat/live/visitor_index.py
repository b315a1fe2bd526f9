"""The visitors' board in memory: an index made once per version, then filter, sort and page. Pure."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from livechat.comm100.records import Visitor
from livechat.live import customs, statuses
from livechat.live.customs import Custom
from livechat.live.pictures import Picture
from livechat.live.visitors import tally

PER_PAGE = 100
KEPT = 100  # orders kept with an index; custom variables make them as many as there are names
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?", re.ASCII)
_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True)
class Index:
    """What filter and sort need, in the order of the picture's rows; `by_id`, positions, settles what is equal."""

    records: tuple[Visitor, ...]
    by_id: list[int]
    since: list[int]
    texts: list[str]
    statuses: Counter[str]
    countries: Counter[str]
    departments: Counter[str]
    orders: dict[str, list[int]]
    customs: list[Custom] | None = None

    @property
    def offered(self) -> list[Custom]:
        """The custom variables and fields that the visitors have, looked for once."""
        if self.customs is None:
            self.customs = customs.offered(self.records)
        return self.customs


def index(picture: Picture) -> Index:
    """The index of a picture, made once."""
    if "index" not in picture.cache:
        found = picture.rows
        picture.cache["index"] = Index(
            records=found,
            by_id=sorted(range(len(found)), key=[v.id for v in found].__getitem__),
            since=[picture.since.get(v.id, (0, False))[0] for v in found],
            texts=[_text(v) for v in found],
            statuses=tally(picture),
            countries=Counter(v.country for v in found if v.country),
            departments=Counter(v.department_id for v in found if v.department_id),
            orders={},
        )
    made: Index = picture.cache["index"]
    return made


def _text(visitor: Visitor) -> str:
    parts = (
        visitor.name, visitor.email, visitor.phone, visitor.company, visitor.ip, visitor.country, visitor.state,
        visitor.city, visitor.product_service, visitor.search_keywords, visitor.current_browsing, visitor.id,
    )  # fmt: skip
    variables = (f"{v.name} {v.value or ''}" for v in visitor.custom_variables)
    return "\n".join((*filter(None, parts), *variables)).casefold()


def _words(values: list[str | None]) -> list[int]:
    """The rank of each word among them, whatever its case; what is missing comes last."""
    folded = {value: value.casefold() for value in set(values) if value}
    ranks = {word: rank for rank, word in enumerate(sorted(set(folded.values())))}
    return [ranks[folded[value]] if value else len(ranks) for value in values]


def _status(made: Index) -> list[tuple[int, int]]:
    ranks = (statuses.ORDER.get(v.status or "", len(statuses.ORDER)) for v in made.records)
    return list(zip(ranks, made.since, strict=True))


def _place(made: Index) -> list[tuple[int, int]]:
    places = (_words([v.country for v in made.records]), _words([v.city for v in made.records]))
    return list(zip(*places, strict=True))


def _texts(name: str) -> Callable[[Index], list[int]]:
    read = attrgetter(name)
    return lambda made: _words([read(v) for v in made.records])


def _times(name: str) -> Callable[[Index], list[datetime]]:
    read = attrgetter(name)
    return lambda made: [read(v) or _LAST for v in made.records]


def _values(made: Index, custom: Custom) -> list[tuple[int, float]]:
    """By a custom variable: numbers as numbers, then other values as words, who has none last."""
    found = [custom.of(v) for v in made.records]
    values = [one.value if one else None for one in found]
    words = _words(values)
    return [
        (2, 0) if not value else (0, float(value)) if _NUMBER.fullmatch(value) else (1, word)
        for value, word in zip(values, words, strict=True)
    ]


# What each sort orders the rows by; "status" is what a supervisor needs: who waits, longest first.
SORTS: dict[str, Callable[[Index], list[Any]]] = {
    "status": _status,
    "name": _texts("name"),
    "wait": lambda made: made.since,
    "place": _place,
    "department": _texts("department_id"),
    "page": _texts("current_browsing"),
    "visits": lambda made: [-(v.visits or 0) for v in made.records],
    "chats": lambda made: [-(v.chats or 0) for v in made.records],
    "pages": lambda made: [-(v.page_views or 0) for v in made.records],
    "visit_time": _times("visit_time"),
    "first_visit_time": _times("first_visit_time"),
} | {
    name: _texts(name)
    for name in (
        "email", "phone", "company", "product_service", "id", "country", "state", "city", "language", "time_zone", "ip",
        "landing_page", "referrer_url", "search_engine", "search_keywords", "browser", "operating_system",
        "screen_resolution",
    )
}  # fmt: skip


def known(sort: str) -> bool:
    """Whether the rows have such an order."""
    key = sort.removeprefix("-")
    return key in SORTS or customs.parse(key) is not None


def order(made: Index, sort: str) -> list[int]:
    """The rows' positions in an order, kept with the index. A leading "-" turns it around."""
    if sort not in made.orders:
        key = sort.removeprefix("-")
        custom = customs.parse(key)
        keys = _values(made, custom) if custom else SORTS[key](made)
        if len(made.orders) >= KEPT:
            made.orders.clear()
        positions = sorted(made.by_id, key=keys.__getitem__)
        made.orders[sort] = positions[::-1] if sort.startswith("-") else positions
    return made.orders[sort]


def chosen(
    made: Index,
    *,
    sort: str = "status",
    q: str = "",
    group: str = "",
    country: str = "",
    department: str = "",
) -> list[int]:
    """The positions that fit a search, a status or group of statuses, a country and a department, in order."""
    positions, records = order(made, sort), made.records
    for word in q.casefold().split():
        positions = [i for i in positions if word in made.texts[i]]
    if group:
        wanted: set[str | None]
        wanted = {status for status in made.statuses if group in (status, statuses.visitor(status).slug)}
        wanted |= {None} if "" in wanted else set()
        positions = [i for i in positions if records[i].status in wanted]
    if country:
        positions = [i for i in positions if records[i].country == country]
    if department:
        positions = [i for i in positions if records[i].department_id == department]
    return positions
