"""Forms of the directory."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from livechat.boards import directory_names
from livechat.comm100.names import same_name
from livechat.forms.edit_conflicts import EditConflictForm
from livechat.forms.filters import SearchForm, set_filter_choices
from livechat.forms.validators import no_control_characters
from livechat.models import AgentEntry, DepartmentEntry

UNNAMED, HIDDEN = "unnamed", "hidden"
MAX_CHATS = 1000
MAX_ORDER = 9999
SEPARATOR = ";"  # between departments; a name may have a comma


class DirectoryFilter(SearchForm):
    """The search of the directory. Its values are in the address."""

    team = forms.ChoiceField(label=_("Team"), required=False)
    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("All entries")), (UNNAMED, _("Without a name")), (HIDDEN, _("Hidden on boards"))],
    )

    def __init__(self, data: Any, *, teams: Iterable[str]) -> None:
        super().__init__(data)
        set_filter_choices(self, "team", [("", _("All teams")), *((team, team) for team in teams)])


class EntryForm(EditConflictForm):
    """What the directory's forms share: no control characters, and a flag that a person edited the entry."""

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        key = f"{type(self).__name__}-{kwargs['instance'].pk}"  # a page may hold several open forms
        super().__init__(data, auto_id=f"id_{key}_%s", **kwargs)
        self.fields["name"].widget.attrs["autofocus"] = True
        for field in self.fields.values():
            if isinstance(field, forms.CharField):
                field.validators.append(no_control_characters)

    def save(self, commit: bool = True) -> Any:
        """Save the entry. If it has a name, imports leave it alone from now on."""
        if any(self.changes(name) for name in self.cleaned_data if name in self.Meta.fields):  # type: ignore[attr-defined]
            self.instance.edited = bool(self.instance.name)
        return super().save(commit)


class AgentEntryForm(EntryForm):
    """An agent's name, alias, team, capacity and order, and whether boards leave the agent out."""

    class Meta:
        model = AgentEntry
        fields = ["name", "alias", "team", "capacity", "order", "hidden"]
        labels = {"hidden": _("Hidden on boards and walls")}
        help_texts = {
            "name": _("Shown to members on every page."),
            "alias": _("Shown on walls. If empty, walls show the first name and an initial."),
        }

    capacity = forms.IntegerField(
        label=_("Chats at once"),
        required=False,
        min_value=1,
        max_value=MAX_CHATS,
        help_text=_("Used for the load and the number of free places."),
    )
    order = forms.IntegerField(
        label=_("Order"),
        required=False,
        min_value=0,
        max_value=MAX_ORDER,
        help_text=_("Boards show small numbers first."),
    )

    served = forms.CharField(
        label=_("Departments"),
        required=False,
        max_length=2000,
        help_text=_(
            "Whose visitors the agent takes, with semicolons between. Imports fill it in until it is changed here."
        ),
    )
    field_order = ("name", "alias", "team", "served")

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["team"].widget.attrs["list"] = "teams"
        if self.instance.site_id is None:  # of a table that is read: it has no such column
            del self.fields["served"]
            return
        self.names = directory_names.of(self.instance.site).including(departments=self.instance.departments)
        self.initial["served"] = f"{SEPARATOR} ".join(map(self.names.department, self.instance.departments))

    def clean_served(self) -> str:
        """Refuse a department that there is not. Each is there once."""
        found: dict[str, None] = {}
        for typed in filter(None, (part.strip() for part in self.cleaned_data["served"].split(SEPARATOR))):
            keys = [key for key in self.names.departments if same_name(self.names.department(key), typed)]
            if not keys:
                raise forms.ValidationError(_("There is no department “%(name)s”."), params={"name": typed})
            found |= dict.fromkeys(keys)
        self.departments = list(found)
        return f"{SEPARATOR} ".join(map(self.names.department, found))

    def save(self, commit: bool = True) -> Any:
        """Save the entry. Imports leave departments alone that a person has changed."""
        if "served" in self.fields and self.changes("served"):
            self.instance.departments, self.instance.departments_edited = self.departments, True
        return super().save(commit)


class DepartmentEntryForm(EntryForm):
    """A department's name."""

    class Meta:
        model = DepartmentEntry
        fields = ["name"]
