"""The departments of a team."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from livechat.boards.directory_names import Names
from livechat.forms.edit_conflicts import EditConflictForm
from livechat.forms.wall_fields import TeamsField
from livechat.models import TeamEntry


class TeamForm(EditConflictForm):
    """Which departments' visitors all agents of a team take, each department with a checkbox."""

    class Meta:
        model = TeamEntry
        fields = ["departments"]

    def __init__(self, data: Any = None, *, names: Names, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.names = names.including(departments=self.instance.departments)
        named = sorted((self.names.department(key), key) for key in self.names.departments)
        self.fields["departments"] = TeamsField(
            label=_("Given to the whole team"),
            choices=[(key, name) for name, key in named],
            required=False,
            show_hidden_initial=True,
            help_text=_("All agents of this team take their visitors, beside those of their own entries."),
        )

    def display_value(self, name: str, value: Any) -> str:
        """Departments by their names."""
        return ", ".join(map(self.names.department, value)) or super().display_value(name, "")

    def bound_to(self, data: Any, instance: Any) -> "TeamForm":
        """A form of the same site with this data."""
        return type(self)(data, names=self.names, instance=instance)
