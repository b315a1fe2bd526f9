"""The form of a wall."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from livechat.models import Wall


class WallForm(forms.ModelForm):
    """A wall: its title, whose agents it shows, and the zone of its clock."""

    class Meta:
        model = Wall
        fields = ["title", "team", "time_zone"]

    def __init__(self, *args: Any, teams: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("All teams")), *((team, team) for team in teams)]
        if self.instance.team and self.instance.team not in teams:
            choices.append((self.instance.team, self.instance.team))
        self.fields["team"] = forms.ChoiceField(label=_("Team"), choices=choices, required=False)
        zones = [(zone, zone) for zone in sorted(available_timezones()) if "/" in zone or zone == "UTC"]
        self.fields["time_zone"] = forms.ChoiceField(label=_("Time zone of its clock"), choices=zones)
