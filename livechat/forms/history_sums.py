"""The filters of the pages that read sums: long ranges, what a row is, a team, and the order."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livechat.forms.filters import set_filter_choices
from livechat.forms.history import RangeFilter, existing_team

AGENT, TEAM, DAY, HOUR = "agent", "team", "day", "hour"
LABELS: dict[str, Promise] = {
    AGENT: gettext_lazy("Agents"),
    TEAM: gettext_lazy("Teams"),
    DAY: gettext_lazy("Days"),
    HOUR: gettext_lazy("Hours of the day"),
}
SELECT = {"class": "form-select"}


class SumsFilter(RangeFilter):
    """What a row is of, a team, and by which column rows are sorted (`-` before it: the other way round).

    `kinds` are the rows to choose from, the usual one first. `sorts` are the columns that there are.
    """

    by = forms.ChoiceField(label=gettext_lazy("Rows"), required=False, widget=forms.Select(SELECT))
    team = forms.ChoiceField(label=gettext_lazy("Team"), required=False, widget=forms.Select(SELECT))
    sort = forms.CharField(required=False, widget=forms.HiddenInput, max_length=200)

    def __init__(self, data: Any, *, kinds: Iterable[str], teams: Iterable[str], sorts: Iterable[str] = ()) -> None:
        super().__init__(data)
        self.kinds, self.teams, self.sorts = list(kinds), list(teams), set(sorts)
        self.fields["by"].choices = [(kind, LABELS[kind]) for kind in self.kinds]  # type: ignore[attr-defined]
        set_filter_choices(self, "team", [("", _("All teams")), *((team, team) for team in self.teams)])

    def clean_by(self) -> str:
        """What a row is of."""
        return self.cleaned_data["by"] or self.kinds[0]

    def clean_team(self) -> str:
        """A team that there is."""
        return existing_team(self.cleaned_data["team"], self.teams)

    def clean_sort(self) -> str:
        """A column that there is; empty: the usual order."""
        sort = self.cleaned_data["sort"]
        if sort and sort.removeprefix("-") not in self.sorts:
            raise forms.ValidationError(_("There is no column “%(name)s” to sort by.") % {"name": sort})
        return str(sort)
