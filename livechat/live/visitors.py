"""The visitors' board: an index made once per version, then filter, sort and page in memory. Pure."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise

from livechat.comm100.records import Visitor
from livechat.live import links, statuses
from livechat.live.agents import moment
from livechat.live.names import Names
from livechat.live.pictures import Picture
from livechat.live.statuses import Look

PER_PAGE = 100
LAST = 1 << 62


@dataclass(frozen=True, slots=True)
class VisitorRow:
    """A visitor as a list shows her. `since`: in this status as first seen by us."""

    record: Visitor
    look: Look
    since: datetime | None
    since_exact: bool
    department: str

    @property
    def id(self) -> str:
        """The visitor's GUID."""
        return self.record.id

    @property
    def name(self) -> str:
        """The name, or what stands in for one."""
        return self.record.name or self.record.ip or self.record.id[:8]

    @property
    def status(self) -> str | Promise:
        """The status in words."""
        return self.look.label

    @property
    def slug(self) -> str:
        """The group the status belongs to: waiting, chatting, opening, invited, site, left."""
        return self.look.slug

    @property
    def tone(self) -> str:
        """The status' colour."""
        return self.look.tone

    @property
    def icon(self) -> str:
        """The status' icon."""
        return self.look.icon

    @property
    def url(self) -> str:
        """The visitor's page."""
        return reverse("visitor-detail", args=[self.id])

    @property
    def seen_since(self) -> datetime | None:
        """Since when she is in this status, as first seen by us."""
        return self.since

    @property
    def wait_since(self) -> datetime | None:
        """Since when she waits; none where she does not."""
        return self.since if self.record.status == statuses.WAITING else None

    @property
    def wait_exact(self) -> bool:
        """Whether the beginning of the wait was seen."""
        return self.since_exact

    @property
    def country(self) -> str:
        """The country, as it came."""
        return self.record.country or ""

    @property
    def city(self) -> str:
        """The city, as it came."""
        return self.record.city or ""

    @property
    def browser(self) -> str:
        """The browser, as it came."""
        return self.record.browser or ""

    @property
    def visits(self) -> int | None:
        """Visits so far."""
        return self.record.visits

    @property
    def chats(self) -> int | None:
        """Chats so far."""
        return self.record.chats

    @property
    def pages(self) -> int | None:
        """Pages viewed."""
        return self.record.page_views

    @property
    def page_label(self) -> str:
        """The page she is on, short."""
        return links.label(self.record.current_browsing)

    @property
    def page_url(self) -> str:
        """The page she is on, where it may be a link."""
        return links.safe(self.record.current_browsing)

    @property
    def variables(self) -> int:
        """How many custom variables she carries."""
        return len(self.record.custom_variables)


@dataclass(slots=True)
class Index:
    """What filter and sort need, in the order of the picture's rows."""

    records: tuple[Visitor, ...]
    since: list[int]
    texts: list[str]
    statuses: Counter[str]
    countries: Counter[str]
    departments: Counter[str]
    orders: dict[str, list[int]]


def index(picture: Picture) -> Index:
    """The index of a picture, made once."""
    if "index" not in picture.cache:
        found = picture.rows
        picture.cache["index"] = Index(
            records=found,
            since=[picture.since.get(v.id, (0, False))[0] for v in found],
            texts=[_text(v) for v in found],
            statuses=Counter(v.status or "" for v in found),
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


def _word(value: str | None) -> tuple[bool, str]:
    return (not value, (value or "").casefold())


# How each sort orders a row; "status" is what a supervisor needs: who waits, longest first.
SORTS: dict[str, Callable[[Visitor, int], Any]] = {
    "status": lambda v, since: (statuses.ORDER.get(v.status or "", len(statuses.ORDER)), since, v.id),
    "name": lambda v, since: (_word(v.name), v.id),
    "wait": lambda v, since: (since, v.id),
    "place": lambda v, since: (_word(v.country), _word(v.city), v.id),
    "department": lambda v, since: (_word(v.department_id), v.id),
    "page": lambda v, since: (_word(v.current_browsing), v.id),
    "visits": lambda v, since: (-(v.visits or 0), v.id),
    "chats": lambda v, since: (-(v.chats or 0), v.id),
    "pages": lambda v, since: (-(v.page_views or 0), v.id),
}


def order(made: Index, sort: str) -> list[int]:
    """The rows' positions in an order, kept with the index. A leading "-" turns it around."""
    if sort not in made.orders:
        key = SORTS[sort.removeprefix("-")]
        positions = sorted(range(len(made.records)), key=lambda i: key(made.records[i], made.since[i]))
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
    positions = order(made, sort)
    for word in q.casefold().split():
        positions = [i for i in positions if word in made.texts[i]]
    if group:
        wanted = {status for status in made.statuses if group in (status, statuses.visitor(status).slug)}
        positions = [i for i in positions if (made.records[i].status or "") in wanted]
    if country:
        positions = [i for i in positions if made.records[i].country == country]
    if department:
        positions = [i for i in positions if made.records[i].department_id == department]
    return positions


def groups(made: Index) -> dict[str, int]:
    """How many visitors are in each group of statuses."""
    tally: Counter[str] = Counter()
    for status, count in made.statuses.items():
        tally[statuses.visitor(status).slug] += count
    return tally


def row(picture: Picture, record: Visitor, names: Names) -> VisitorRow:
    """One visitor for a page."""
    since, exact = moment(picture.since.get(record.id))
    return VisitorRow(record, statuses.visitor(record.status), since, exact, names.department(record.department_id))


@dataclass(frozen=True, slots=True)
class Queue:
    """Who waits: how many, and since when the longest of them, as first seen by us."""

    waiting: int
    since: datetime | None
    since_exact: bool


def queue(picture: Picture | None) -> Queue:
    """The queue of a picture, counted once."""
    if picture is None:
        return Queue(0, None, False)
    if "queue" not in picture.cache:
        marks = [picture.since[v.id] for v in picture.rows if v.status == statuses.WAITING and v.id in picture.since]
        picture.cache["queue"] = Queue(len(marks), *moment(min(marks, default=None)))
    found: Queue = picture.cache["queue"]
    return found
