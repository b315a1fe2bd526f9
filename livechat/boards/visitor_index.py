"""The visitors' board in memory: an index made once per version, then filter, sort and page. Pure."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from livechat.boards import custom_variables, status_styles
from livechat.boards.custom_variables import CustomName
from livechat.boards.directory_names import Names
from livechat.boards.visitors import count_statuses
from livechat.comm100.records import Visitor
from livechat.live.snapshot_data import SnapshotData

ROWS_PER_PAGE = 100
KEPT = 100  # orders kept with an index; custom variables make them as many as there are names
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?", re.ASCII)


@dataclass(slots=True)
class Index:
    """What filter and sort need, in the order of the snapshot's rows; `by_id`, positions, settles what is equal."""

    records: tuple[Visitor, ...]
    by_id: list[int]
    since: list[int]
    texts: list[str]
    statuses: Counter[str]
    countries: Counter[str]
    departments: Counter[str]
    orders: dict[str, list[int]]
    customs: list[CustomName] | None = None

    @property
    def offered(self) -> list[CustomName]:
        """The custom variables and fields that the visitors have, looked for once."""
        if self.customs is None:
            self.customs = custom_variables.offered_names(self.records)
        return self.customs


def index(data: SnapshotData) -> Index:
    """The index of a snapshot, made once."""
    if "index" not in data.cache:
        found = data.rows
        data.cache["index"] = Index(
            records=found,
            by_id=sorted(range(len(found)), key=[v.id for v in found].__getitem__),
            since=[data.since.get(v.id, (0, False))[0] for v in found],
            texts=[_text(v) for v in found],
            statuses=count_statuses(data),
            countries=Counter(v.country for v in found if v.country),
            departments=Counter(v.department_id for v in found if v.department_id),
            orders={},
        )
    made: Index = data.cache["index"]
    return made


def _text(visitor: Visitor) -> str:
    parts = (
        visitor.name, visitor.email, visitor.phone, visitor.company, visitor.ip, visitor.country, visitor.state,
        visitor.city, visitor.product_service, visitor.search_keywords, visitor.current_browsing, visitor.id,
    )  # fmt: skip
    variables = (f"{v.name} {v.value or ''}" for v in visitor.custom_variables)
    return "\n".join((*filter(None, parts), *variables)).casefold()


def _word_ranks(values: list[str | None]) -> list[int | None]:
    """The rank of each word among them, whatever its case."""
    folded = {value: value.casefold() for value in set(values) if value}
    ranks = {word: rank for rank, word in enumerate(sorted(set(folded.values())))}
    return [ranks[folded[value]] if value else None for value in values]


def _by_status(made: Index) -> list[tuple[int, int]]:
    ranks = (
        status_styles.VISITOR_STATUS_ORDER.get(v.status or "", len(status_styles.VISITOR_STATUS_ORDER))
        for v in made.records
    )
    return list(zip(ranks, made.since, strict=True))


def _by_place(made: Index) -> list[tuple[int, int] | None]:
    """By country, then city; in a country those of no city come last."""
    cities, most = _word_ranks([v.city for v in made.records]), len(made.records)
    return [
        None
        if country is None and city is None
        else (most if country is None else country, most if city is None else city)
        for country, city in zip(_word_ranks([v.country for v in made.records]), cities, strict=True)
    ]


def _by_text(name: str) -> Callable[[Index], list[int | None]]:
    read = attrgetter(name)
    return lambda made: _word_ranks([read(v) for v in made.records])


def _by_time(name: str) -> Callable[[Index], list[datetime | None]]:
    read = attrgetter(name)
    return lambda made: [read(v) for v in made.records]


def _by_count(name: str) -> Callable[[Index], list[int | None]]:
    read = attrgetter(name)
    return lambda made: [None if read(v) is None else -read(v) for v in made.records]


def _by_custom(made: Index, custom: CustomName) -> list[tuple[int, float] | None]:
    """By a custom variable: numbers as numbers, then other values as words."""
    found = [custom.of(v) for v in made.records]
    values = [one.value if one else None for one in found]
    return [
        None if word is None or not value else (0, float(value)) if _NUMBER.fullmatch(value) else (1, word)
        for value, word in zip(values, _word_ranks(values), strict=True)
    ]


# What each sort orders the rows by, none where a row has nothing; "status" is what a supervisor needs: who waits,
# longest first.
SORTS: dict[str, Callable[[Index], list[Any]]] = {
    "status": _by_status,
    "name": _by_text("name"),
    "wait": lambda made: made.since,
    "place": _by_place,
    "department": _by_text("department_id"),
    "page": _by_text("current_browsing"),
    "visits": _by_count("visits"),
    "chats": _by_count("chats"),
    "pages": _by_count("page_views"),
    "visit_time": _by_time("visit_time"),
    "first_visit_time": _by_time("first_visit_time"),
} | {
    name: _by_text(name)
    for name in (
        "email", "phone", "company", "product_service", "id", "country", "state", "city", "language", "time_zone", "ip",
        "landing_page", "referrer_url", "search_engine", "search_keywords", "browser", "operating_system",
        "screen_resolution",
    )
}  # fmt: skip


LARGEST_FIRST = ("visits", "chats", "pages")  # the most first, as whoever sorts by a count wants it


def sortable(sort: str) -> bool:
    """Whether the rows have such an order."""
    key = sort.removeprefix("-")
    return key in SORTS or custom_variables.parse(key) is not None


def order(made: Index, sort: str, known: Names) -> list[int]:
    """The rows' positions in an order, kept with the index. "-" turns it around; who has nothing stays last."""
    key = sort.removeprefix("-")
    kept = (
        f"{sort} {known.version}" if key == "department" else sort
    )  # departments are known by the names they have now
    if kept not in made.orders:
        keys = _keys(made, key, known)
        if len(made.orders) >= KEPT:
            made.orders.clear()
        positions = sorted((i for i in made.by_id if keys[i] is not None), key=keys.__getitem__)
        positions = positions[::-1] if sort.startswith("-") else positions
        made.orders[kept] = positions + [i for i in made.by_id if keys[i] is None]
    return made.orders[kept]


def _keys(made: Index, key: str, known: Names) -> list[Any]:
    custom = custom_variables.parse(key)
    if custom:
        return _by_custom(made, custom)
    if key == "department":
        return _word_ranks([known.department(v.department_id) for v in made.records])
    return SORTS[key](made)


def filtered(
    made: Index,
    known: Names,
    *,
    sort: str = "status",
    q: str = "",
    group: str = "",
    country: str = "",
    department: str = "",
) -> list[int]:
    """The positions that fit a search, a status or group of statuses, a country and a department, in order."""
    positions, records = order(made, sort, known), made.records
    for word in q.casefold().split():
        positions = [i for i in positions if word in made.texts[i]]
    if group:
        wanted: set[str | None]
        wanted = {status for status in made.statuses if group in (status, status_styles.of_visitor(status).slug)}
        wanted |= {None} if "" in wanted else set()
        positions = [i for i in positions if records[i].status in wanted]
    if country:
        positions = [i for i in positions if records[i].country == country]
    if department:
        positions = [i for i in positions if records[i].department_id == department]
    return positions
