"""Forms that two people may have open at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext


@dataclass(frozen=True, slots=True)
class Clash:
    """A value that two people decided at once: what the form showed, what it is now, what was asked for."""

    label: str
    saw: Any
    now: Any
    asked: Any


class GuardedForm(forms.ModelForm):
    """A form that carries what it showed.

    A value that the person left alone stays as it is now; one that he changed and that somebody else has changed
    meanwhile is a clash: nothing is to be saved, and `again` is the form that asks him.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clashes: list[Clash] = []
        for field in self.fields.values():
            field.show_hidden_initial = True

    def clean(self) -> dict[str, Any]:
        """Leave untouched values as they are now, and find the clashes."""
        data = super().clean() or self.cleaned_data
        for name in self.guarded():
            saw, now, asked = self._shown(name), self._now(name), data[name]
            if asked == saw:
                data[name] = now
            elif now not in (saw, asked):
                self.clash(str(self.fields[name].label), *(self.word(name, value) for value in (saw, now, asked)))
        return data

    def guarded(self) -> Iterable[str]:
        """The valid values that are guarded one by one."""
        return list(self.cleaned_data)

    def clash(self, label: str, *words: str) -> None:
        """Note a clash: what the form showed, what there is now, what was asked for."""
        self.clashes.append(Clash(label, *words))

    def word(self, name: str, value: Any) -> str:
        """A value as the person reads it."""
        if isinstance(value, bool):
            return gettext("yes") if value else gettext("no")
        if isinstance(value, list):
            value = ", ".join(value)
        return "–" if value in (None, "") else str(value)

    def changes(self, name: str) -> bool:
        """Whether saving changes this value."""
        return bool(self.cleaned_data[name] != self._now(name))

    def read(self, name: str, text: Any) -> Any:
        """A value that the form carries, as it is after cleaning."""
        return self.fields[name].to_python(text)

    def _now(self, name: str) -> Any:
        """The value there is."""
        return self.read(name, self.initial.get(name))

    def _shown(self, name: str) -> Any:
        """The value that the form showed; where it does not say, the one there is."""
        sent = self.data.get(self.add_initial_prefix(name))
        try:
            return self._now(name) if sent is None else self.read(name, sent)
        except ValidationError:
            return self._now(name)

    def again(self, instance: Model) -> Self:
        """The same form against what there is now, with what the person asked for."""
        data = self.data.copy()  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            now = field.prepare_value(self.initial.get(name))
            if not self.changes(name):
                data.setlist(name, now if isinstance(now, list) else ["" if now is None or now is False else str(now)])
            data[self.add_initial_prefix(name)] = field.hidden_widget().format_value(now) or ""
        made = self.anew(data, instance)
        made.clashes = self.clashes
        return made

    def anew(self, data: Any, instance: Model) -> Self:
        """A form of this kind with these values."""
        return type(self)(data, instance=instance)
