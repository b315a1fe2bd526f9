"""The directory as CSV: the form that takes it, and what its lines mean."""

import re
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from livechat.forms.directory import AgentEntryForm, DepartmentEntryForm
from livechat.lib import csv_tables
from livechat.models import AgentEntry, DepartmentEntry
from livechat.sites.directory_csv import AGENT, DEPARTMENT, FIELDS, Difference, Entry, Key, Plan, Step

COLUMNS = ("kind", "id", *FIELDS[AGENT])
MOST_LINES = 2000
MOST_BYTES = 1024 * 1024
YES, NO = "yes", "no"
_SAID = {YES: True, "y": True, "true": True, "1": True, NO: False, "n": False, "false": False, "0": False, "": False}
_GUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class RosterForm(forms.Form):
    """A CSV, as a file or pasted; a file goes first. `seen` is the mark of the preview that was looked at."""

    file = forms.FileField(label=_("A CSV file"), required=False, allow_empty_file=True)
    text = forms.CharField(
        label=_("Or its text"),
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 12, "spellcheck": "false", "autocomplete": "off", "wrap": "off"}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_file(self) -> str | None:
        """The file's text, none without a file."""
        file = self.cleaned_data["file"]
        if file is None:
            return None
        if file.size > MOST_BYTES:
            raise ValidationError(gettext("The file is larger than 1 MB. Divide it."))
        try:
            return csv_tables.decode(file.read())
        except csv_tables.Unreadable as error:
            raise ValidationError(str(error)) from error

    def clean_text(self) -> str:
        """The pasted text."""
        text = str(self.cleaned_data["text"])
        if len(text.encode()) > MOST_BYTES + MOST_LINES:  # browsers end every line with two characters
            raise ValidationError(gettext("The text is longer than 1 MB. Divide it."))
        return text

    def clean(self) -> dict[str, Any]:
        """One of the two, read as a table (`table`)."""
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        if data["file"] is not None:
            data["text"] = data["file"]
        if not data["text"].strip():
            raise ValidationError(gettext("Choose a file, or paste its text."))
        try:
            data["table"] = csv_tables.read(data["text"], COLUMNS, "id", MOST_LINES)
        except csv_tables.Unreadable as error:
            raise ValidationError(str(error)) from error
        return data

    def kept(self) -> "RosterForm":
        """The form to show again: a file that could be read has become text, for a browser does not send it twice."""
        if self.cleaned_data.get("file") is None:
            return self
        data = self.data.copy()  # type: ignore[attr-defined]
        data["text"] = self.cleaned_data["file"]
        return RosterForm(data)


def plan(table: csv_tables.Table, known: dict[Key, Entry]) -> Plan:
    """What a table makes of a directory. Pure."""
    reader = _Reader(known)
    made = Plan(problems=list(table.problems))
    for row in table.rows:
        try:
            made.steps.append(reader.step(row))
        except ValidationError as error:
            made.problems += [(row.line, message) for message in error.messages]
    made.problems.sort()
    return made


class _Reader:
    """Reads rows one by one, each by the rules of the directory's own forms, and knows the ids it has met."""

    def __init__(self, known: dict[Key, Entry]) -> None:
        self.known = known
        self.met: dict[Key, int] = {}
        self.fields = {
            AGENT: AgentEntryForm(instance=AgentEntry()).fields,
            DEPARTMENT: DepartmentEntryForm(instance=DepartmentEntry()).fields,
        }

    def step(self, row: csv_tables.Row) -> Step:
        """What a row does. Raises ValidationError with everything that is wrong with it."""
        kind, key = self._key(row)
        entry = self.known.get((kind, key))
        blank: Entry = AgentEntry() if kind == AGENT else DepartmentEntry()
        differences, wrong = [], []
        for name in COLUMNS[2:]:
            text = row.cells.get(name, "")
            if name not in FIELDS[kind]:
                if text.strip() and self._said(name, text) is not False:
                    wrong.append(gettext("%(column)s: a department has a name only.") % {"column": name})
                continue
            before = getattr(entry or blank, name)
            if name not in row.cells or text == written(before):
                continue
            try:
                after = self._value(kind, name, text)
            except ValidationError as error:
                wrong += [f"{name}: {message}" for message in error.messages]
            else:
                if after != before:
                    differences.append(Difference(name, before, after))
        if wrong:
            raise ValidationError(wrong)
        state = "new" if entry is None else "changed" if differences else "unchanged"
        shown = next((d.after for d in differences if d.field == "name"), (entry or blank).name)
        return Step(row.line, kind, key, shown, state, tuple(differences))

    def _key(self, row: csv_tables.Row) -> Key:
        kind = row.cells.get("kind", "").strip().casefold() or AGENT
        if kind not in FIELDS:
            raise ValidationError(gettext("kind: “agent” or “department”, empty for an agent."))
        text = row.cells["id"].strip()
        if not _GUID.fullmatch(text):
            raise ValidationError(gettext("id: “%(id)s” is no GUID.") % {"id": text[:40]})
        key = (kind, UUID(text))
        first = self.met.setdefault(key, row.line)
        if first != row.line:
            raise ValidationError(
                gettext("id: the same %(kind)s stands on line %(first)d and on line %(line)d.")
                % {"kind": kind, "first": first, "line": row.line}
            )
        return key

    def _value(self, kind: str, name: str, text: str) -> Any:
        if name == "hidden":
            said = self._said(name, text)
            if said is None:
                raise ValidationError(gettext("“yes” or “no”, empty for no."))
            return said
        return self.fields[kind][name].clean(text)

    def _said(self, name: str, text: str) -> bool | None:
        return _SAID.get(text.strip().casefold()) if name == "hidden" else None


def written(value: Any) -> str:
    """A value as the file has it, before it is made safe for spreadsheets."""
    if isinstance(value, bool):
        return YES if value else NO
    return "" if value is None else str(value)
