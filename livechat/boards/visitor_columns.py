"""The columns that the visitors' board can show: their keys in the address, and what each shows of a visitor. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from livechat.boards import custom_variables
from livechat.boards.custom_variables import CustomName
from livechat.boards.visitor_fields import FIELDS, Labels
from livechat.boards.visitors import VisitorRow
from livechat.comm100.names import readable
from livechat.lib import safe_links

MAX_COLUMNS = 40
MAX_CELL_CHARS = 120  # of a text in a cell; the visitor's page and the CSV show all of it
Groups = list[tuple[str | Promise, list["Column"]]]


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `key` stands for it in addresses, also as the sort by this column.

    `kind` decides what a cell looks like: name, status, time (since when), place, department, page, number, text,
    link or moment. `read` gives a visitor's whole value: a text, a number, an aware time, or None. `custom` is the
    custom variable or field that it shows, if it shows one.
    """

    key: str
    label: str | Promise
    kind: str
    read: Callable[[VisitorRow], Any] = field(compare=False)
    custom: CustomName | None = None

    @property
    def csv_head(self) -> str:
        """The column's head in a file. It names the time zone of times."""
        return f"{self.label} (UTC)" if self.kind in ("time", "moment") else str(self.label)


class Cell(NamedTuple):
    """What a table shows of one visitor in one column, by the column's kind.

    `label` says what the value is, on a phone, whose table has no heads; empty if the value is plain without it.
    `href` is empty unless the value is a link.
    """

    kind: str
    label: str
    value: Any
    href: str = ""


def _place(row: VisitorRow) -> str:
    return ", ".join(filter(None, (row.city, row.country)))


def _field_column(key: str, label: str | Promise) -> Column:
    """The column of a field of the record."""
    return Column(FIELD_KEYS.get(key, key), label, FIELD_KINDS.get(key, "text"), attrgetter(f"record.{key}"))


_UNLABELLED_KINDS = {"status", "time", "place", "page"}
FIELD_KEYS = {"page_views": "pages"}
FIELD_KINDS = {
    "landing_page": "link",
    "referrer_url": "link",
    "visit_time": "moment",
    "first_visit_time": "moment",
    "page_views": "number",
}
NAME_COLUMN = Column("name", _("Visitor"), "name", attrgetter("name"))
USUAL_COLUMNS = (
    NAME_COLUMN,
    Column("status", _("Status"), "status", attrgetter("status")),
    Column("wait", _("For"), "time", attrgetter("since")),
    Column("place", _("Place"), "place", _place),
    Column("department", _("Department"), "department", attrgetter("department")),
    Column("page", _("Page"), "page", attrgetter("record.current_browsing")),
    Column("visits", _("Visits"), "number", attrgetter("record.visits")),
    Column("chats", _("Chats"), "number", attrgetter("record.chats")),
)
# Fields that the usual columns show already, and one that no browser sends any more.
_LEFT_OUT_FIELDS = {"name", "department", "current_browsing", "visits", "chats", "flash_version"}


def _further_columns(fields: Labels) -> list[Column]:
    return [_field_column(key, label) for key, label in fields.items() if key not in _LEFT_OUT_FIELDS]


GROUPS: Groups = [
    (_("Usual"), list(USUAL_COLUMNS)),
    *((title, _further_columns(fields)) for title, fields in FIELDS.items()),
]
COLUMNS = {column.key: column for _title, columns in GROUPS for column in columns}


def parse(keys: str) -> tuple[Column, ...]:
    """The columns of a list of keys, as an address writes it. The visitor is always first.

    Unknown keys are ignored. An empty list means the usual columns.
    """
    found = dict.fromkeys(filter(None, map(find, keys.split(","))))
    if not found:
        return USUAL_COLUMNS
    return (NAME_COLUMN, *(column for column in found if column is not NAME_COLUMN))[:MAX_COLUMNS]


def find(key: str) -> Column | None:
    """The column with this key. Any name of a custom variable has one: its last visitor may have left just now."""
    if key in COLUMNS:
        return COLUMNS[key]
    custom = custom_variables.parse(key)
    return _custom_column(custom) if custom else None


def _custom_column(custom: CustomName) -> Column:
    def read(row: VisitorRow) -> str | None:
        item = custom.of(row.record)
        return item.value if item else None

    return Column(custom.key, custom.name, "link", read, custom)


def groups(offered: Iterable[CustomName], shown: Iterable[Column]) -> Groups:
    """The columns to choose from: fields, then the custom names that visitors have, and those that are shown now."""
    names = dict.fromkeys([*offered, *(column.custom for column in shown if column.custom)])
    columns_of_names = [_custom_column(name) for name in names]
    custom_groups: Groups = [
        (title, [column for column in columns_of_names if column.key.startswith(kind)])
        for kind, title in (("variable:", _("Custom variables")), ("field:", _("Custom fields")))
    ]
    return [(title, columns) for title, columns in [*GROUPS, *custom_groups] if columns]


def table(rows: Iterable[VisitorRow], columns: Iterable[Column]) -> list[tuple[VisitorRow, list[Cell]]]:
    """Visitors with their cells, shortened. Labels are translated once for all rows."""
    labelled = [(column, "" if column.kind in _UNLABELLED_KINDS else escape(str(column.label))) for column in columns]
    return [(row, [_cell(row, column, label) for column, label in labelled]) for row in rows]


def _cell(row: VisitorRow, column: Column, label: str) -> Cell:
    value, kind, href = column.read(row), column.kind, ""
    if kind == "number":
        value = "–" if value is None else str(value)
    elif kind == "page":
        value = row.page_label
    elif kind == "moment":
        value = date_format(timezone.localtime(value), "j M Y H:i") if value else ""
    elif kind in ("text", "link"):
        href = _href(row, column, value) if kind == "link" else ""
        value = _shortened(readable(value) or href)  # a link must show something
    return Cell(kind, label, value, href)


def _href(row: VisitorRow, column: Column, value: str | None) -> str:
    """A custom variable's own URL, else the value if it is an address. The visitor's page does the same."""
    item = column.custom and column.custom.of(row.record)
    return (item and safe_links.safe(item.url)) or safe_links.safe(value)


def _shortened(value: str | None) -> str:
    text = value or ""
    return text if len(text) <= MAX_CELL_CHARS else text[: MAX_CELL_CHARS - 1] + "…"


def csv_value(row: VisitorRow, column: Column) -> Any:
    """A visitor's whole value for a file. Times are in UTC."""
    value = row.whole_department if column.kind == "department" else column.read(row)
    return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else value
