"""Forms that notice if someone else has saved the same thing since they were opened."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext


@dataclass(frozen=True, slots=True)
class EditConflict:
    """A value that two people changed at once: what the form showed, what it is now, what was asked for."""

    label: str
    saw: Any
    now: Any
    asked: Any


class EditConflictForm(forms.ModelForm):  # type: ignore[type-arg,unused-ignore]
    """A form that carries the values it showed.

    A value the user did not change stays as it is now. A value that both the user and someone else have changed is a
    conflict: save nothing, and show `rebased`, the form that asks the user again.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.edit_conflicts: list[EditConflict] = []
        for field in self.fields.values():
            field.show_hidden_initial = True

    def clean(self) -> dict[str, Any]:
        """Leave untouched values as they are now, and find the conflicts."""
        data = super().clean() or self.cleaned_data
        for name in self.checked_fields():
            saw, now, asked = self._shown(name), self._now(name), data[name]
            if asked == saw:
                data[name] = now
            elif now not in (saw, asked):
                self.add_conflict(
                    str(self.fields[name].label), *(self.display_value(name, value) for value in (saw, now, asked))
                )
        return data

    def checked_fields(self) -> Iterable[str]:
        """The names of the valid values that are checked one by one."""
        return list(self.cleaned_data)

    def add_conflict(self, label: str, *words: str) -> None:
        """Note a conflict. `words`: what the form showed, what it is now, what was asked for."""
        self.edit_conflicts.append(EditConflict(label, *words))

    def display_value(self, name: str, value: Any) -> str:
        """A value as the page shows it. Subclasses may also use the field's name."""
        del name
        if isinstance(value, bool):
            return gettext("yes") if value else gettext("no")
        if isinstance(value, list):
            value = ", ".join(value)
        return "–" if value in (None, "") else str(value)

    def changes(self, name: str) -> bool:
        """Whether saving changes this value."""
        return bool(self.cleaned_data[name] != self._now(name))

    def to_python(self, name: str, text: Any) -> Any:
        """A value that the form carries, in the type it has after cleaning."""
        return self.fields[name].to_python(text)

    def _now(self, name: str) -> Any:
        """The value as it is now."""
        return self.to_python(name, self.initial.get(name))

    def _shown(self, name: str) -> Any:
        """The value that the form showed, or the current one if the request does not say."""
        sent = self.data.get(self.add_initial_prefix(name))
        try:
            return self._now(name) if sent is None else self.to_python(name, sent)
        except ValidationError:
            return self._now(name)

    def rebased(self, instance: Model) -> Self:
        """The same form against the current values, with what the user asked for."""
        data = self.data.copy()  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            now = field.prepare_value(self.initial.get(name))
            if not self.changes(name):
                data.setlist(name, now if isinstance(now, list) else ["" if now is None or now is False else str(now)])
            data[self.add_initial_prefix(name)] = field.hidden_widget().format_value(now) or ""
        rebased = self.bound_to(data, instance)
        rebased.edit_conflicts = self.edit_conflicts
        return rebased

    def bound_to(self, data: Any, instance: Model) -> Self:
        """A form of the same class with this data."""
        return type(self)(data, instance=instance)
