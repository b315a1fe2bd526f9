"""The moment of the past that a person wants to see, and the team."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from livechat.forms.filters import set_filter_choices
from livechat.lib.epoch import milliseconds
from livechat.models import Wall
from livechat.reports import moments

# A field of type "datetime-local" would show nothing of a moment that cannot be.
MOMENT = {"class": "form-control", "placeholder": "2026-11-28T14:05", "size": 18, "autocomplete": "off"}
BAD_MOMENTS: dict[str, str | Promise] = {
    moments.NONE: _("Write the moment as 2026-11-28T14:05, in this site’s time."),
    moments.TO_COME: _("This moment is still to come."),
    moments.SKIPPED: _("There was no such time on that day: the clocks went forward."),
}
MAX_MINUTE = 2_000  # of a day, which has 25 hours at most


class ReplayFilter(forms.Form):
    """`at` is a local time; now without it. The slider sends `day` and a `minute` of it instead.

    `wall` is the id of one of the `walls`; without it the board is shown.
    """

    at = forms.CharField(label=_("Moment"), required=False, max_length=40, widget=forms.TextInput(MOMENT))
    team = forms.ChoiceField(label=_("Team"), required=False, widget=forms.Select({"class": "form-select"}))
    wall = forms.CharField(label=_("View"), required=False, widget=forms.Select({"class": "form-select"}))
    day = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    minute = forms.IntegerField(required=False, min_value=0, max_value=MAX_MINUTE, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, teams: Iterable[str], walls: Iterable[Wall] = ()) -> None:
        super().__init__(data)
        set_filter_choices(self, "team", [("", _("All teams")), *((team, team) for team in teams)])
        self.walls = {str(wall.pk): wall for wall in walls}
        titles = ((key, wall.title) for key, wall in self.walls.items())
        self.fields["wall"].widget.choices = [("", _("Board")), *titles]

    @property
    def shown(self) -> list[forms.BoundField]:
        """The fields that a person fills in."""
        return [self["at"], self["team"], *([self["wall"]] if self.walls else [])]

    @property
    def names_moment(self) -> bool:
        """Whether a moment is asked for, not just the page."""
        return bool(self.cleaned_data["at"] or self.by_slider)

    @property
    def by_slider(self) -> bool:
        """Whether the slider asked."""
        return bool(self.cleaned_data.get("day")) and self.cleaned_data.get("minute") is not None

    def asked(self, zone: ZoneInfo, now: datetime) -> int | None:
        """The minute that was asked for. None if it cannot be; the form then says why, where it was typed."""
        if not self.is_valid():
            if "at" not in self.errors and "team" not in self.errors:
                self.refuse(BAD_MOMENTS[moments.NONE])
            return None
        values = self.cleaned_data
        try:
            if self.by_slider:
                return moments.of_day(values["day"], values["minute"], zone, now)
            return moments.parse(values["at"] or moments.written(milliseconds(now), zone), zone, now)
        except moments.BadMoment as error:
            self.refuse(BAD_MOMENTS[error.code])
            return None

    def refuse(self, why: str | Promise) -> None:
        """Say what is wrong with the moment, where it was typed."""
        self.add_error("at", str(why))

    def show(self, moment: str) -> None:
        """Let the field show the moment that is shown."""
        data = self.data.copy()  # type: ignore[attr-defined]
        data["at"] = moment
        self.data = data
