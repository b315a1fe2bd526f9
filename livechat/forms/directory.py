"""Forms of the directory."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from livechat.forms.clashes import GuardedForm
from livechat.forms.filters import SearchForm, offer
from livechat.forms.texts import plain_text
from livechat.models import AgentEntry, DepartmentEntry

UNNAMED, HIDDEN = "unnamed", "hidden"
MOST_CHATS = 1000
LAST = 9999


class DirectoryFilter(SearchForm):
    """Search of the directory; lives in the address."""

    team = forms.ChoiceField(label=_("Team"), required=False)
    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("All entries")), (UNNAMED, _("Without a name")), (HIDDEN, _("Hidden on boards"))],
    )

    def __init__(self, data: Any, *, teams: Iterable[str]) -> None:
        super().__init__(data)
        offer(self, "team", [("", _("All teams")), *((team, team) for team in teams)])


class EntryForm(GuardedForm):
    """What the directory's forms share: plain text, and the mark of a person's decision."""

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        key = f"{type(self).__name__}-{kwargs['instance'].pk}"  # several may be open in one page
        super().__init__(data, auto_id=f"id_{key}_%s", **kwargs)
        self.fields["name"].widget.attrs["autofocus"] = True
        for field in self.fields.values():
            if isinstance(field, forms.CharField):
                field.validators.append(plain_text)

    def save(self, commit: bool = True) -> Any:
        """Save the entry. An import leaves it alone from now on, unless it has no name to defend."""
        if any(self.changes(name) for name in self.cleaned_data):
            self.instance.edited = bool(self.instance.name)
        return super().save(commit)


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
