"""Forms of the directory."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from livechat.forms.visitors import plain_text
from livechat.models import AgentEntry, DepartmentEntry

UNNAMED = "unnamed"
MOST_CHATS = 1000


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
        label=_("Show"), required=False, choices=[("", _("With or without a name")), (UNNAMED, _("Without a name"))]
    )

    def __init__(self, data: Any, *, teams: Iterable[str]) -> None:
        super().__init__(data)
        self.fields["team"].choices = [("", _("All teams")), *((team, team) for team in teams)]  # type: ignore[attr-defined]


class EntryForm(forms.ModelForm):
    """What the directory's forms share: plain text, and the mark that a person decided the name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.CharField):
                field.validators.append(plain_text)

    def save(self, commit: bool = True) -> Any:
        """Save the entry. An import leaves it alone from now on, unless it has no name to defend."""
        if self.has_changed():
            self.instance.edited = bool(self.instance.name)
        return super().save(commit)


class AgentEntryForm(EntryForm):
    """An agent's name, alias, team and capacity."""

    class Meta:
        model = AgentEntry
        fields = ["name", "alias", "team", "capacity"]
        help_texts = {
            "name": _("Shown on every page of members."),
            "alias": _("Shown on walls. Empty: the first name with an initial."),
            "capacity": _("How many chats at once; gives load and free places."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].widget.attrs["list"] = "teams"
        self.fields["capacity"] = forms.IntegerField(
            label=_("Chats at once"),
            required=False,
            min_value=1,
            max_value=MOST_CHATS,
            help_text=self.fields["capacity"].help_text,
        )


class DepartmentEntryForm(EntryForm):
    """A department's name."""

    class Meta:
        model = DepartmentEntry
        fields = ["name"]
