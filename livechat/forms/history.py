"""The filters of the pages of the past: local days, a department and the limit of the service level, or a team."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from livechat.comm100.names import same_name
from livechat.forms.filters import set_filter_choices
from livechat.models import Site
from livechat.reports import ranges, recorded

# A field of type "date" would show nothing of a day that cannot be.
DAY = {"class": "form-control", "placeholder": "2026-11-30", "size": 10, "autocomplete": "off", "inputmode": "numeric"}
SECONDS = (10, 20, 30, 60, 120)  # beside the site's own limit of the service level
BAD_RANGES: dict[str, str | Promise] = {
    "date": _("Write days as 2026-11-30, none of them to come."),
    "order": _("The range ends before it begins."),
    "long": _("At most %(days)d days at once."),
    "before": _("Nothing was recorded before %(first)s."),
}
NO_TEAM = _("No agent is in the team “%(team)s”.")
WHAT_OF = _("There is no heat map of that. Choose one of these: %(kinds)s.")
BAD_DAY = _("Write the day as 2026-11-30. It must not be one to come.")


class DayFilter(forms.Form):
    """`day` is a local day; today without it. `first_day`: that of the record, if the day is before it."""

    first_day: date | None = None
    day = forms.CharField(label=_("Day"), required=False, max_length=20, widget=forms.TextInput(DAY))

    def show(self, asked: ranges.Range) -> None:
        """Let the field show the day that is shown."""
        data = self.data.copy()  # type: ignore[attr-defined]
        data["day"] = asked.first.isoformat()
        self.data = data

    def asked(self, site: Site, now: datetime) -> ranges.Range | None:
        """The day that was asked for. None if it cannot be; the form then says why, where it was typed."""
        if not self.is_valid():
            return None
        day = self.cleaned_data["day"]
        try:
            return recorded.parse(site, day, day, now)
        except ranges.BadRange as error:
            self.first_day = error.first
            why = str(BAD_RANGES["before"]) % {"first": _told(error.first)} if error.first else str(BAD_DAY)
            self.add_error("day", why)
            return None


class RangeFilter(forms.Form):
    """`from` and `to` are local days, both included; at most so many of them as are told at once."""

    to = forms.CharField(label=_("To"), required=False, max_length=20, widget=forms.TextInput(DAY))

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        start = forms.CharField(
            label=_("From"),
            required=False,
            max_length=20,
            widget=forms.TextInput(DAY),
        )
        self.fields = {"from": start, **self.fields}

    def show(self, asked: ranges.Range) -> None:
        """Let the fields show the days that are shown."""
        data = self.data.copy()  # type: ignore[attr-defined]
        data["from"], data["to"] = asked.first.isoformat(), asked.last.isoformat()
        self.data = data

    def asked(self, site: Site, now: datetime, *, usual: int = 1) -> ranges.Range | None:
        """The range that was asked for, without one the last `usual` days.

        None if it cannot be; the form then says why, where it was typed.
        """
        if not self.is_valid():
            return None
        first, last = self.cleaned_data["from"], self.cleaned_data["to"]
        if not (first or last):
            today = now.astimezone(site.zone).date()
            first, last = (today - timedelta(days=usual - 1)).isoformat(), today.isoformat()
        try:
            return recorded.parse(site, first, last, now)
        except ranges.BadRange as error:
            given = {"days": ranges.MAX_DAYS, "first": _told(error.first)}
            self.add_error("from", str(BAD_RANGES[error.code]) % given)
            return None


class QueueFilter(RangeFilter):
    """A range of days, a department, and the limit of the service level."""

    department = forms.ChoiceField(label=_("Department"), required=False, widget=forms.Select({"class": "form-select"}))
    within = forms.ChoiceField(
        label=_("Answered within"),
        required=False,
        widget=forms.Select({"class": "form-select"}),
    )

    def __init__(self, data: Any, *, departments: Iterable[tuple[str, str]], usual_seconds: int) -> None:
        if data.get("within") == str(usual_seconds):
            data = {**data.dict(), "within": ""}
        super().__init__(data)
        self._usual_seconds = usual_seconds
        others = [(str(n), f"{n} s") for n in SECONDS if n != usual_seconds]
        self.fields["within"].choices = [("", f"{usual_seconds} s"), *others]  # type: ignore[attr-defined]
        self.fields["department"].choices = [("", _("All departments")), *departments]  # type: ignore[attr-defined]

    def clean_within(self) -> int:
        """The limit in seconds."""
        return int(self.cleaned_data["within"] or self._usual_seconds)


class TeamDayFilter(DayFilter):
    """A local day and a team. A team that nobody is in stays as it was asked for."""

    team = forms.ChoiceField(label=_("Team"), required=False, widget=forms.Select({"class": "form-select"}))

    def __init__(self, data: Any, *, teams: Iterable[str]) -> None:
        super().__init__(data)
        set_filter_choices(self, "team", [("", _("All teams")), *((team, team) for team in teams)])


class HeatFilter(RangeFilter):
    """A range of days, what the heat map shows, and of which team or department."""

    what = forms.ChoiceField(required=False, widget=forms.HiddenInput)
    team = forms.ChoiceField(label=_("Team"), required=False, widget=forms.Select({"class": "form-select"}))
    department = forms.ChoiceField(label=_("Department"), required=False, widget=forms.Select({"class": "form-select"}))

    def __init__(
        self, data: Any, *, kinds: Mapping[str, bool], teams: Iterable[str], departments: Iterable[tuple[str, str]]
    ) -> None:
        """`kinds`: what can be shown, the usual first, and whether it is of teams, otherwise of departments."""
        super().__init__(data)
        self._usual = next(iter(kinds))
        self._teams = list(teams)
        what = self.data.get("what") or self._usual
        self.fields["what"].choices = [(kind, kind) for kind in kinds]  # type: ignore[attr-defined]
        self.fields["what"].error_messages["invalid_choice"] = str(WHAT_OF) % {"kinds": ", ".join(kinds)}
        del self.fields["department" if kinds.get(what, True) else "team"]
        if "team" in self.fields:
            set_filter_choices(self, "team", [("", _("All teams")), *((team, team) for team in self._teams)])
        else:
            listed = [("", _("All departments")), *departments]
            self.fields["department"].choices = listed  # type: ignore[attr-defined]

    def clean_what(self) -> str:
        """What is shown."""
        return self.cleaned_data["what"] or self._usual

    def clean_team(self) -> str:
        """A team that there is."""
        return existing_team(self.cleaned_data["team"], self._teams)


def _told(day: date | None) -> str:
    return date_format(day, "D j M Y") if day else ""


def existing_team(team: str, teams: Iterable[str]) -> str:
    """A team that there is, or none. Raises ValidationError for another one."""
    if team and not any(same_name(team, one) for one in teams):
        raise forms.ValidationError(NO_TEAM % {"team": team})
    return team
