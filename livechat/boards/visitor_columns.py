"""The columns that the visitors' board may show: their names in the address, and what each shows of a visitor. Pure."""

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
from livechat.lib import safe_links

MAX_COLUMNS = 40  # columns at once
MAX_CELL_CHARS = 120  # characters of a text in a cell; the visitor's page and the CSV have all of it
Groups = list[tuple[str | Promise, list["Column"]]]


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `key` stands for it in addresses, and is the order by it.

    `kind` is what a cell is made of: name, status, time (since when), place, department, page, number, text, link or
    moment. `read` gives a visitor's whole value: a text, a number, an aware time, or none. `custom` is the variable
    it shows.
    """

    key: str
    label: str | Promise
    kind: str
    read: Callable[[VisitorRow], Any] = field(compare=False)
    custom: CustomName | None = None

    @property
    def usual(self) -> bool:
        """Whether it is one of those shown where nobody chose."""
        return self in USUAL_COLUMNS

    @property
    def head(self) -> str:
        """Its head in a file, where times have a zone."""
        return f"{self.label} (UTC)" if self.kind in ("time", "moment") else str(self.label)


class Cell(NamedTuple):
    """What a table shows of one visitor in one column, by its kind.

    `label` tells on a phone, where the table has no heads, what the value is; none where that is plain. `href` only
    where it may be a link.
    """

    kind: str
    label: str
    value: Any
    href: str = ""


def _place(row: VisitorRow) -> str:
    return ", ".join(filter(None, (row.city, row.country)))


def _field_column(key: str, label: str | Promise) -> Column:
    """The column of a record's field."""
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
# Fields that the usual columns show already, and one that no browser has any more.
_LEFT_OUT_FIELDS = {"name", "department", "current_browsing", "visits", "chats", "flash_version"}


def _added_columns(fields: Labels) -> list[Column]:
    return [_field_column(key, label) for key, label in fields.items() if key not in _LEFT_OUT_FIELDS]


GROUPS: Groups = [
    (_("Usual"), list(USUAL_COLUMNS)),
    *((title, _added_columns(fields)) for title, fields in FIELDS.items()),
]
COLUMNS = {column.key: column for _title, columns in GROUPS for column in columns}


def parse(asked: str) -> tuple[Column, ...]:
    """The columns that a list of names asks for, the visitor first; unknown names are ignored, none means the usual."""
    found = dict.fromkeys(filter(None, map(find, asked.split(","))))
    return (
        (NAME_COLUMN, *(column for column in found if column is not NAME_COLUMN))[:MAX_COLUMNS]
        if found
        else USUAL_COLUMNS
    )


def find(key: str) -> Column | None:
    """The column of this name. Of custom variables any name will do: its last visitor may just have left."""
    if key in COLUMNS:
        return COLUMNS[key]
    custom = custom_variables.parse(key)
    return _custom_column(custom) if custom else None


def _custom_column(custom: CustomName) -> Column:
    def read(row: VisitorRow) -> str | None:
        found = custom.of(row.record)
        return found.value if found else None

    return Column(custom.key, custom.name, "link", read, custom)


def groups(offered: Iterable[CustomName], shown: Iterable[Column]) -> Groups:
    """What can be chosen: fields, then the variables there are and those shown although nobody has them now."""
    keys = dict.fromkeys([*offered, *(column.custom for column in shown if column.custom)])
    made = [_custom_column(one) for one in keys]
    own: Groups = [
        (title, [column for column in made if column.key.startswith(kind)])
        for kind, title in (("variable:", _("Custom variables")), ("field:", _("Custom fields")))
    ]
    return [(title, columns) for title, columns in [*GROUPS, *own] if columns]


def table(rows: Iterable[VisitorRow], columns: Iterable[Column]) -> list[tuple[VisitorRow, list[Cell]]]:
    """Visitors with their cells, short; the labels put into words once for all of them."""
    labelled = [(column, "" if column.kind in _UNLABELLED_KINDS else escape(column.label)) for column in columns]
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
        value = _short(value)
    return Cell(kind, label, value, href)


def _href(row: VisitorRow, column: Column, value: str | None) -> str:
    """A variable's own url first, a value that is an address otherwise, as on the visitor's page."""
    found = column.custom and column.custom.of(row.record)
    return (found and safe_links.safe(found.url)) or safe_links.safe(value)


def _short(value: str | None) -> str:
    text = value or ""
    return text if len(text) <= MAX_CELL_CHARS else text[: MAX_CELL_CHARS - 1] + "…"


def csv_value(row: VisitorRow, column: Column) -> Any:
    """A visitor's whole value for a file; times in UTC."""
    value = column.read(row)
    return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else value
