"""The directory as CSV: the form that takes a file, and the preview that its lines make."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from livechat.comm100.names import name_key, readable, same_name, search_key
from livechat.forms.directory import SEPARATOR, AgentEntryForm, DepartmentEntryForm
from livechat.lib import csv_tables, short_ids
from livechat.models import AgentEntry, DepartmentEntry
from livechat.sites.directory_csv import AGENT, DEPARTMENT, FIELDS, Entry, FieldChange, ImportPreview, ImportRow, Key

COLUMNS = ("kind", "id", *FIELDS[AGENT])
MAX_LINES = 2000
MAX_BYTES = 1024 * 1024
YES, NO = "yes", "no"
# Also as spreadsheets write true and false in other languages, and as people mark a cell.
_TRUE = f"{YES} y true 1 x ✓ ✔ on ja j wahr oui o vrai si s verdadero vero sim verdadeiro waar"
_FALSE = f"{NO} n false 0 - off nein falsch non faux falso nee onwaar"
_BOOLEANS = {"": False} | dict.fromkeys(_TRUE.split(), True) | dict.fromkeys(_FALSE.split(), False)
_WHOLE = re.compile(r"\s*(-?[0-9]+)[.,]0+\s*")  # a whole number as a spreadsheet may write it
_GUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class DirectoryCsvForm(forms.Form):
    """A CSV as a file or as pasted text; a file wins. `seen` is the fingerprint of the preview that was shown."""

    file = forms.FileField(label=_("A CSV file"), required=False, allow_empty_file=True)
    text = forms.CharField(
        label=_("Or its text"),
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 12, "spellcheck": "false", "autocomplete": "off", "class": "unwrapped"}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_file(self) -> str | None:
        """The file's text, or None without a file."""
        file = self.cleaned_data["file"]
        if file is None:
            return None
        if file.size > MAX_BYTES:
            raise ValidationError(gettext("The file is larger than 1 MB. Split it into several files."))
        try:
            return csv_tables.decode(file.read())
        except csv_tables.Unreadable as error:
            raise ValidationError(str(error)) from error

    def clean_text(self) -> str:
        """The pasted text."""
        text = str(self.cleaned_data["text"])
        if len(text.encode()) > MAX_BYTES + MAX_LINES:  # browsers end every line with two characters
            raise ValidationError(gettext("The text is longer than 1 MB. Split it into several parts."))
        return text

    def clean(self) -> dict[str, Any]:
        """Take the file or the text, and read it as a table (`table`)."""
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        if data["file"] is not None:
            data["text"] = data["file"]
        if not data["text"].strip():
            raise ValidationError(gettext("Choose a file, or paste its text."))
        try:
            data["table"] = csv_tables.read(data["text"], COLUMNS, "id", MAX_LINES)
        except csv_tables.Unreadable as error:
            raise ValidationError(str(error)) from error
        return data

    def with_file_as_text(self) -> "DirectoryCsvForm":
        """The form to show again. A file becomes text: the browser would not send it a second time."""
        if self.cleaned_data.get("file") is None:
            return self
        data = self.data.copy()  # type: ignore[attr-defined]
        data["text"] = self.cleaned_data["file"]
        return DirectoryCsvForm(data)


def preview_of(table: csv_tables.Table, known: dict[Key, Entry]) -> ImportPreview:
    """What a table would change in a directory. Pure."""
    reader = _Reader(known)
    preview = ImportPreview(problems=list(table.problems))
    for row in table.rows:
        try:
            preview.rows.append(reader.import_row(row))
        except ValidationError as error:
            preview.problems += [(row.line, message) for message in error.messages]
    preview.problems.sort()
    preview.rows = _told_apart(preview.rows, known)
    return preview


def _told_apart(rows: list[ImportRow], known: dict[Key, Entry]) -> list[ImportRow]:
    """The rows with the ends of their GUIDs, which differ from all others of their kind in directory and file."""
    keys = {*known, *((row.kind, row.key) for row in rows)}
    short = {kind: short_ids.tails(str(key) for of, key in keys if of == kind) for kind in FIELDS}
    return [replace(row, short=short[row.kind][str(row.key)]) for row in rows]


class DepartmentNames:
    """Departments in a cell: names with semicolons between, or the GUID of one whose name does not tell it."""

    def __init__(self, known: dict[Key, Entry]) -> None:
        named = {str(key): entry.name for (kind, key), entry in known.items() if kind == DEPARTMENT}
        used = (key for entry in known.values() if isinstance(entry, AgentEntry) for key in entry.departments)
        self.names = dict.fromkeys(used, "") | named
        counted = Counter(map(name_key, self.names.values()))
        self.telling = {
            key: name for key, name in self.names.items()
            if readable(name) and counted[name_key(name)] == 1 and SEPARATOR not in name
        }  # fmt: skip

    def text(self, keys: Iterable[str]) -> str:
        """These departments as a cell holds them."""
        return f"{SEPARATOR} ".join(self.telling.get(key, key) for key in keys)

    def read(self, text: str) -> list[str]:
        """The GUIDs of a cell, each once. Raises ValidationError for a department that there is not."""
        found: dict[str, None] = {}
        for part in filter(None, (part.strip() for part in text.split(SEPARATOR))):
            keys = [key for key, name in self.names.items() if key == part.lower() or same_name(name, part)]
            if not keys:
                raise ValidationError(gettext("There is no department “%(name)s”.") % {"name": part[:120]})
            found |= dict.fromkeys(keys)
        return list(found)


class _Reader:
    """Reads rows one by one, by the rules of the directory's own forms, and notices an id that comes twice."""

    def __init__(self, known: dict[Key, Entry]) -> None:
        self.known = known
        self.lines: dict[Key, int] = {}
        self.departments = DepartmentNames(known)
        self.fields = {
            AGENT: AgentEntryForm(instance=AgentEntry()).fields,
            DEPARTMENT: DepartmentEntryForm(instance=DepartmentEntry()).fields,
        }

    def import_row(self, row: csv_tables.Row) -> ImportRow:
        """What one row does. Raises ValidationError with everything that is wrong with it."""
        kind, key = self._key(row)
        entry = self.known.get((kind, key))
        blank: Entry = AgentEntry() if kind == AGENT else DepartmentEntry()
        changes, wrong = [], []
        for name in COLUMNS[2:]:
            text = row.cells.get(name, "")
            if name not in FIELDS[kind]:
                if text.strip() and self._boolean(name, text) is not False:
                    wrong.append(gettext("%(column)s: a department has only a name.") % {"column": name})
                continue
            if name not in row.cells:
                continue
            try:
                change = self._change(kind, name, getattr(entry or blank, name), text)
            except ValidationError as error:
                wrong += [f"{name}: {message}" for message in error.messages]
            else:
                changes += [change] if change.after != change.before else []
        if wrong:
            raise ValidationError(wrong)
        state = "new" if entry is None else "changed" if changes else "unchanged"
        new_name = next((c.after for c in changes if c.field == "name"), (entry or blank).name)
        return ImportRow(row.line, kind, key, new_name, state, tuple(changes))

    def _change(self, kind: str, name: str, before: Any, text: str) -> FieldChange:
        """What a cell makes of a value. Departments are told by name. Raises ValidationError."""
        if name == "departments":
            keys = self.departments.read(text)
            return FieldChange(name, self.departments.text(before), self.departments.text(keys), keys)
        return FieldChange(name, before, before if text == cell_text(before) else self._value(kind, name, text))

    def _key(self, row: csv_tables.Row) -> Key:
        kind = row.cells.get("kind", "").strip().casefold() or AGENT
        if kind not in FIELDS:
            raise ValidationError(gettext("kind: “agent” or “department”; empty means an agent."))
        text = row.cells["id"].strip()
        if not _GUID.fullmatch(text):
            raise ValidationError(gettext("id: “%(id)s” is not a GUID.") % {"id": text[:40]})
        key = (kind, UUID(text))
        first = self.lines.setdefault(key, row.line)
        if first != row.line:
            raise ValidationError(
                gettext("id: line %(line)d repeats the %(kind)s of line %(first)d.")
                % {"kind": kind, "first": first, "line": row.line}
            )
        return key

    def _value(self, kind: str, name: str, text: str) -> Any:
        if name == "hidden":
            value = self._boolean(name, text)
            if value is None:
                raise ValidationError(gettext("“yes” or “no”; empty means no."))
            return value
        whole = _WHOLE.fullmatch(text) if isinstance(self.fields[kind][name], forms.IntegerField) else None
        return self.fields[kind][name].clean(whole[1] if whole else text)

    def _boolean(self, name: str, text: str) -> bool | None:
        return _BOOLEANS.get(search_key(text).strip()) if name == "hidden" else None


def cell_text(value: Any) -> str:
    """A value as text for a CSV cell, before it is made safe for spreadsheets."""
    if isinstance(value, bool):
        return YES if value else NO
    return "" if value is None else str(value)
