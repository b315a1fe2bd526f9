"""The visitors' board in memory: an index made once per version, from which each request filters and sorts. Pure."""

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
from livechat.comm100.names import name_key, same_name, search_key, search_words
from livechat.comm100.records import Visitor
from livechat.lib.ttl_cache import TtlCache
from livechat.live.snapshot_data import SnapshotData

ROWS_PER_PAGE = 100
FILTER_NAMES = ("q", "status", "country", "department")  # as the address names them
MAX_ORDERS = 100  # kept with an index; there can be as many as there are names of custom variables
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?", re.ASCII)


@dataclass(slots=True)
class Index:
    """What filters and sorts need, in the order of the snapshot's rows.

    `by_id` holds positions of rows, sorted by GUID: it decides the order of equal rows. `orders` holds such lists for
    each sort that was asked for.
    """

    records: tuple[Visitor, ...]
    by_id: list[int]
    since: list[int]
    statuses: Counter[str]
    countries: Counter[str]
    departments: Counter[str]
    orders: TtlCache[str, list[int]]
    customs: list[CustomName] | None = None
    search_keys: list[str] | None = None

    @property
    def texts(self) -> list[str]:
        """The `search_key` of what can be searched in each row, made at the first search."""
        if self.search_keys is None:
            self.search_keys = [_text(record) for record in self.records]
        return self.search_keys

    @property
    def offered(self) -> list[CustomName]:
        """The names of custom variables and fields that the visitors have, collected once."""
        if self.customs is None:
            self.customs = custom_variables.offered_names(self.records)
        return self.customs


def of(data: SnapshotData) -> Index:
    """The index of a snapshot, made once."""
    cached: Index = data.cache.get_or_make("index", lambda: _make(data))
    return cached


def _make(data: SnapshotData) -> Index:
    rows = data.rows
    return Index(
        records=rows,
        by_id=sorted(range(len(rows)), key=[v.id for v in rows].__getitem__),
        since=[data.since.get(v.id, (0, False))[0] for v in rows],
        statuses=count_statuses(data),
        countries=Counter(v.country for v in rows if v.country),
        departments=Counter(v.department_id for v in rows if v.department_id),
        orders=TtlCache(MAX_ORDERS),
    )


def _text(visitor: Visitor) -> str:
    parts = (
        visitor.name, visitor.email, visitor.phone, visitor.company, visitor.ip, visitor.country, visitor.state,
        visitor.city, visitor.product_service, visitor.search_keywords, visitor.current_browsing, visitor.id,
    )  # fmt: skip
    variables = (f"{v.name} {v.value or ''}" for v in visitor.custom_variables)
    return search_key("\n".join((*filter(None, parts), *variables)))


def _word_ranks(values: list[str | None]) -> list[int | None]:
    """The rank of each word among all, without regard to case. None stays None."""
    folded = {value: name_key(value) for value in set(values) if value}
    ranks = {word: rank for rank, word in enumerate(sorted(set(folded.values())))}
    return [ranks[folded[value]] if value else None for value in values]


def _by_status(index: Index) -> list[tuple[int, int]]:
    ranks = {status: status_styles.visitor_rank(status) for status in index.statuses}
    return list(zip((ranks[v.status or ""] for v in index.records), index.since, strict=True))


def _by_place(index: Index) -> list[tuple[int, int] | None]:
    """By country, then city. Within a country, visitors without a city come last."""
    cities, most = _word_ranks([v.city for v in index.records]), len(index.records)
    return [
        None
        if country is None and city is None
        else (most if country is None else country, most if city is None else city)
        for country, city in zip(_word_ranks([v.country for v in index.records]), cities, strict=True)
    ]


def _by_text(name: str) -> Callable[[Index], list[int | None]]:
    read = attrgetter(name)
    return lambda index: _word_ranks([read(v) for v in index.records])


def _by_time(name: str) -> Callable[[Index], list[datetime | None]]:
    read = attrgetter(name)
    return lambda index: [read(v) for v in index.records]


def _by_count(name: str) -> Callable[[Index], list[int | None]]:
    read = attrgetter(name)
    return lambda index: [None if read(v) is None else -read(v) for v in index.records]


def _by_custom(index: Index, custom: CustomName) -> list[tuple[int, float] | None]:
    """By a custom variable or field: numbers by size, then other values by word."""
    items = [custom.of(v) for v in index.records]
    values = [item.value if item else None for item in items]
    keys = {
        value: None if word is None or not value else (0, float(value)) if _NUMBER.fullmatch(value) else (1, word)
        for value, word in dict(zip(values, _word_ranks(values), strict=True)).items()
    }
    return [keys[value] for value in values]


# The sort keys of the rows for each sort; None for a row without a value. "status" is what a supervisor needs:
# waiting visitors first, the longest wait on top.
SORTS: dict[str, Callable[[Index], list[Any]]] = {
    "status": _by_status,
    "name": _by_text("name"),
    "wait": lambda index: index.since,
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


LARGEST_FIRST = ("visits", "chats", "pages")  # someone who sorts by a count wants the largest on top


def sortable(sort: str) -> bool:
    """Whether the rows can be sorted by this; "-" before it turns the order around."""
    key = sort.removeprefix("-")
    return key in SORTS or custom_variables.parse(key) is not None


def order(index: Index, sort: str, names: Names) -> list[int]:
    """The rows' positions, sorted; "-" before the sort turns it around. Rows without a value are always last.

    Made once per index. An order by department depends on the departments' names too, so on the directory's version.
    """
    key = sort.removeprefix("-")
    cache_key = f"{sort} {names.version}" if key == "department" else sort

    def make() -> list[int]:
        return _sorted_positions(index, _sort_keys(index, key, names), descending=sort.startswith("-"))

    return index.orders.get_or_make(cache_key, make)


def _sorted_positions(index: Index, keys: list[Any], *, descending: bool) -> list[int]:
    positions = sorted((i for i in index.by_id if keys[i] is not None), key=keys.__getitem__)
    return (positions[::-1] if descending else positions) + [i for i in index.by_id if keys[i] is None]


def _sort_keys(index: Index, key: str, names: Names) -> list[Any]:
    custom = custom_variables.parse(key)
    if custom:
        return _by_custom(index, custom)
    if key == "department":
        return _word_ranks([names.department(v.department_id) for v in index.records])
    return SORTS[key](index)


def filtered(
    index: Index,
    names: Names,
    *,
    sort: str = "status",
    q: str = "",
    group: str = "",
    country: str = "",
    department: str = "",
) -> list[int]:
    """The positions of the rows that fit a search, a status or its group, a country and a department, sorted."""
    positions, records = order(index, sort, names), index.records
    for word in search_words(q):
        texts = index.texts
        positions = [i for i in positions if word in texts[i]]
    if group:
        wanted: set[str | None]
        key = name_key(group)
        wanted = {each for each in index.statuses if key in (name_key(each), status_styles.of_visitor(each).slug)}
        wanted |= {None} if "" in wanted else set()
        positions = [i for i in positions if records[i].status in wanted]
    if country:
        countries = {each for each in index.countries if same_name(each, country)}
        positions = [i for i in positions if records[i].country in countries]
    if department:
        positions = [i for i in positions if records[i].department_id == department.lower()]
    return positions
