"""What a visitor's page shows of the visitor beside the custom variables: fields in groups, the empty ones apart."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from livechat.boards.visitor_fields import FIELDS, Labels
from livechat.boards.visitors import VisitorRow
from livechat.comm100.names import readable
from livechat.comm100.records import Variable
from livechat.lib import safe_links

IN_HEADING = ("name", "department")  # the page's head says these


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a visitor's record. `href` is empty unless the value is a link; `url` is text that cannot be one."""

    label: str | Promise
    value: Any
    href: str = ""
    url: str = ""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.value or self.value == 0 or self.url)


@dataclass(frozen=True, slots=True)
class Facts:
    """The groups of fields that have values, each with its title, and the fields that have none."""

    groups: list[tuple[str | Promise, list[Field]]]
    empty: list[Field]


def of(row: VisitorRow) -> Facts:
    """Every field of the record, once: neither custom variables nor what the page's head says."""
    groups: list[tuple[str | Promise, list[Field]]] = []
    empty: list[Field] = []
    for title, labels in _titled():
        fields = list(_fields(row, labels))
        empty += [field for field in fields if field.empty]
        if filled := [field for field in fields if not field.empty]:
            groups.append((title, filled))
    if row.record.custom_fields:
        groups.append((_("Custom fields"), [custom(item) for item in row.record.custom_fields]))
    else:
        empty.append(Field(_("Custom fields"), ""))
    return Facts(groups, empty)


def _titled() -> list[tuple[str | Promise, Labels]]:
    """The groups in the order of the page: the present visit comes before where and what."""
    who, where, visit, before, device = FIELDS.items()
    return [who, visit, (_("Where and what"), where[1] | device[1]), before]


def _fields(row: VisitorRow, labels: Labels) -> Iterator[Field]:
    for name, label in labels.items():
        field = _field(row, name, label)
        if field.empty or name not in IN_HEADING:
            yield field


def _field(row: VisitorRow, name: str, label: str | Promise) -> Field:
    """One field in words. It is a link if its value is an address."""
    value = row.whole_department if name == "department" else getattr(row.record, name)
    if isinstance(value, datetime):
        return Field(label, date_format(timezone.localtime(value), "j M Y H:i"))
    if isinstance(value, str):
        return Field(label, readable(value), safe_links.safe(value))
    return Field(label, value)


def custom(item: Variable) -> Field:
    """A custom field or variable. It links to its own URL, else to its value if that is an address.

    A URL that is no plain address is shown as text: nobody would see it otherwise.
    """
    own = safe_links.safe(item.url)
    value = readable(item.value) or own  # a link must show something
    return Field(readable(item.name) or "–", value, own or safe_links.safe(value), "" if own else item.url or "")
