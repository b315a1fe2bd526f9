"""Forms of the agents' pages."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from livechat.forms.writes import WriteForm
from livechat.live import statuses


class AgentFilter(forms.Form):
    """Search, status and team of the agents' board; lives in the address."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"type": "search", "placeholder": _("Search")}),
    )
    status = forms.ChoiceField(label=_("Status"), required=False)
    team = forms.ChoiceField(label=_("Team"), required=False)

    def __init__(self, data: Any, *, custom: Iterable[str], teams: Iterable[str]) -> None:
        super().__init__(data)
        kinds = [(slug, look.label) for slug, look in statuses.AGENT.items()]
        self.fields["status"].choices = [("", _("Any status")), *kinds, *((name, name) for name in custom)]  # type: ignore[attr-defined]
        self.fields["team"].choices = [("", _("All teams")), *((team, team) for team in teams)]  # type: ignore[attr-defined]


class StatusForm(WriteForm):
    """A status to set."""

    status = forms.ChoiceField(label=_("Status"), widget=forms.RadioSelect)
    field_order = ("status", "reason")

    def __init__(self, *args: Any, choices: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [(name, statuses.agent(name).label) for name in choices]  # type: ignore[attr-defined]
