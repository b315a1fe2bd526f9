"""Forms of the directory."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from livechat.forms.visitors import plain_text
from livechat.models import AgentEntry, DepartmentEntry

UNNAMED, HIDDEN = "unnamed", "hidden"
MOST_CHATS = 1000
LAST = 9999


class DirectoryFilter(forms.Form):
    """Search of the directory; lives in the address."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"type": "search", "placeholder": _("Search")}),
    )
    team = forms.ChoiceField(label=_("Team"), required=False)
    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("All entries")), (UNNAMED, _("Without a name")), (HIDDEN, _("Hidden on boards"))],
    )

    def __init__(self, data: Any, *, teams: Iterable[str]) -> None:
        super().__init__(data)
        self.fields["team"].choices = [("", _("All teams")), *((team, team) for team in teams)]  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Clash:
    """A value that two people decided at once: what the form showed, what it is now, what was asked for."""

    label: str
    saw: Any
    now: Any
    asked: Any


class EntryForm(forms.ModelForm):
    """What the directory's forms share: plain text, a guard against a newer edit, and the mark of a person's decision.

    The form carries what it showed. A value that the person left alone stays as it is now; one that he changed and
    that somebody else has changed meanwhile is a clash: nothing is saved, and `again` is the form that asks him.
    """

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        key = f"{type(self).__name__}-{kwargs['instance'].pk}"  # several may be open in one page
        super().__init__(data, auto_id=f"id_{key}_%s", **kwargs)
        self.clashes: list[Clash] = []
        self.fields["name"].widget.attrs["autofocus"] = True
        for field in self.fields.values():
            field.show_hidden_initial = True
            if isinstance(field, forms.CharField):
                field.validators.append(plain_text)

    def clean(self) -> dict[str, Any]:
        """Leave untouched values as they are now, and find the clashes."""
        data = super().clean() or self.cleaned_data
        for name in list(data):
            saw, now, asked = self._shown(name), self._now(name), data[name]
            if asked == saw:
                data[name] = now
            elif now not in (saw, asked):
                self.clashes.append(Clash(str(self.fields[name].label), *map(_word, (saw, now, asked))))
        return data

    def _now(self, name: str) -> Any:
        """The value as the directory has it, as the field would give it."""
        return self.fields[name].to_python(self.initial.get(name))

    def _shown(self, name: str) -> Any:
        """The value that the form showed; where it does not say, the one there is."""
        field, sent = self.fields[name], self.data.get(self.add_initial_prefix(name))
        try:
            return self._now(name) if sent is None else field.to_python(sent)
        except ValidationError:
            return self._now(name)

    def again(self, entry: AgentEntry | DepartmentEntry) -> "EntryForm":
        """The same form against the entry as it is now, with what the person asked for."""
        data = self.data.copy()  # type: ignore[attr-defined]
        for name in self.fields:
            now = self._now(name)
            if self.cleaned_data[name] == now:
                data[name] = "" if now in (None, False) else str(now)
            data[self.add_initial_prefix(name)] = "" if now is None else str(now)
        made = type(self)(data, instance=entry)
        made.clashes = self.clashes
        return made

    def save(self, commit: bool = True) -> Any:
        """Save the entry. An import leaves it alone from now on, unless it has no name to defend."""
        if any(self.cleaned_data[name] != self._now(name) for name in self.cleaned_data):
            self.instance.edited = bool(self.instance.name)
        return super().save(commit)


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return "–" if value in (None, "") else str(value)


class AgentEntryForm(EntryForm):
    """An agent's name, alias, team, capacity, place and whether boards leave her out."""

    class Meta:
        model = AgentEntry
        fields = ["name", "alias", "team", "capacity", "order", "hidden"]
        labels = {"hidden": _("Hidden on boards and walls")}
        help_texts = {
            "name": _("Shown on every page of members."),
            "alias": _("Shown on walls. Empty: the first name with an initial."),
        }

    capacity = forms.IntegerField(
        label=_("Chats at once"),
        required=False,
        min_value=1,
        max_value=MOST_CHATS,
        help_text=_("Gives load and free places."),
    )
    order = forms.IntegerField(
        label=_("Order"),
        required=False,
        min_value=0,
        max_value=LAST,
        help_text=_("On boards, small numbers first."),
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["team"].widget.attrs["list"] = "teams"


class DepartmentEntryForm(EntryForm):
    """A department's name."""

    class Meta:
        model = DepartmentEntry
        fields = ["name"]
