"""Visitors as boards show them: rows, counts and the queue, made of a snapshot and the directory's names. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.urls import reverse

from livechat.boards import status_styles
from livechat.boards.agents import status_since
from livechat.boards.departments import Department
from livechat.boards.directory_names import Names
from livechat.boards.levels import NO_LIMITS, Limits
from livechat.boards.status_styles import StatusStyle
from livechat.comm100.names import readable
from livechat.comm100.records import Visitor
from livechat.lib import safe_links, short_ids
from livechat.live.snapshot_data import SnapshotData


@dataclass(frozen=True, slots=True)
class VisitorRow:
    """A visitor as a list shows them. `since`: when we first saw them in this status.

    `department` is its name, or the end of its GUID; `whole_department` its name, or its GUID. `limit`: from when on
    the wait of who waits is too long. `takers`: the department with who could take it, as far as that is known.
    """

    record: Visitor
    name: str
    style: StatusStyle
    since: datetime | None
    since_exact: bool
    department: str
    whole_department: str
    limit: Limits = NO_LIMITS
    takers: Department | None = None

    @property
    def id(self) -> str:
        """The visitor's GUID."""
        return self.record.id

    @property
    def status(self) -> str:
        """The status in words."""
        return str(self.style.label)

    @property
    def slug(self) -> str:
        """The group the status belongs to: waiting, chatting, opening, invited, site, left."""
        return self.style.slug

    @property
    def tone(self) -> str:
        """The status' colour."""
        return self.style.tone

    @property
    def icon(self) -> str:
        """The status' icon."""
        return self.style.icon

    @property
    def url(self) -> str:
        """The visitor's page."""
        return _url(self.id)

    @property
    def waits(self) -> bool:
        """Whether the visitor waits for an agent. If so, `since` is the beginning of the wait."""
        return self.record.status == status_styles.WAITING_STATUS

    @property
    def country(self) -> str:
        """The country, as the API gives it."""
        return self.record.country or ""

    @property
    def city(self) -> str:
        """The city, as the API gives it."""
        return self.record.city or ""

    @property
    def visits(self) -> str:
        """Visits so far."""
        return _count(self.record.visits)

    @property
    def chats(self) -> str:
        """Chats so far."""
        return _count(self.record.chats)

    @property
    def pages(self) -> str:
        """Pages viewed."""
        return _count(self.record.page_views)

    @property
    def page_label(self) -> str:
        """The page that the visitor is on, shortened."""
        return safe_links.label(self.record.current_browsing)


def _count(number: int | None) -> str:
    return "–" if number is None else str(number)


@lru_cache(maxsize=16_384)
def _url(visitor_id: str) -> str:
    return reverse("visitor-detail", args=[visitor_id])


def count_statuses(data: SnapshotData) -> Counter[str]:
    """How many visitors are in each status ("": none), counted once per snapshot."""
    cached: Counter[str] = data.cache.get_or_make("statuses", lambda: Counter(v.status or "" for v in data.rows))
    return cached


def count_groups(data: SnapshotData | None) -> dict[str, int]:
    """How many visitors are in each group of statuses."""
    counts: Counter[str] = Counter()
    for status, count in count_statuses(data).items() if data else ():
        counts[status_styles.of_visitor(status).slug] += count
    return counts


def row(
    data: SnapshotData,
    record: Visitor,
    names: Names,
    *,
    among: SnapshotData | None = None,
    busy: Mapping[str, Department] | None = None,
) -> VisitorRow:
    """One visitor for a page. They are called by their name, else their IP address, else the end of their GUID.

    `among`: the list in which the end of the GUID tells them from others, if `data` is not this list. `busy`: the
    departments in which somebody waits, by their GUIDs.
    """
    waits = record.status == status_styles.WAITING_STATUS
    since, exact = status_since(data.since.get(record.id))
    return VisitorRow(
        record=record,
        name=readable(record.name) or record.ip or _tail(record.id, among or data),
        style=status_styles.of_visitor(record.status),
        since=since,
        since_exact=exact,
        department=names.department(record.department_id),
        whole_department=names.whole_department(record.department_id),
        limit=names.wait if waits else NO_LIMITS,
        takers=busy.get(record.department_id or "") if busy and waits else None,
    )


def _tail(visitor_id: str, data: SnapshotData) -> str:
    """The end of a visitor's GUID. The ends are computed once per snapshot, when the first one is shown."""
    tails: dict[str, str] = data.cache.get_or_make("tails", lambda: short_ids.tails(v.id for v in data.rows))
    return tails.get(visitor_id) or short_ids.tails([*tails, visitor_id])[visitor_id]


@dataclass(frozen=True, slots=True)
class Queue:
    """The visitors who wait: how many, and since when the longest wait lasts, as far as we have seen it."""

    waiting: int
    since: datetime | None
    since_exact: bool


def queue(data: SnapshotData | None) -> Queue:
    """The queue, counted once per snapshot."""
    if data is None:
        return Queue(0, None, False)
    cached: Queue = data.cache.get_or_make("queue", lambda: _make_queue(data))
    return cached


def _make_queue(data: SnapshotData) -> Queue:
    waiting = (v.id for v in data.rows if v.status == status_styles.WAITING_STATUS)
    begins = [data.since[visitor_id] for visitor_id in waiting if visitor_id in data.since]
    return Queue(len(begins), *status_since(min(begins, default=None)))
