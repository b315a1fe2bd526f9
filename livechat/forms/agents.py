"""Forms of the agents' pages."""

import secrets
from collections.abc import Iterable
from typing import Any, Self

from django import forms
from django.utils.translation import gettext_lazy as _

from livechat.boards import status_styles
from livechat.boards.agent_groups import SORTS
from livechat.boards.needs import NEEDS
from livechat.comm100.text import MAX_STATUS_CHARS
from livechat.forms.filters import SearchForm, set_filter_choices
from livechat.forms.plans import PlanForm
from livechat.forms.writes import FORGED, DecisionForm, WriteForm


class AgentFilter(SearchForm):
    """What the agents' board shows, kept in the address: search, status, team, need and department, and the order."""

    status = forms.ChoiceField(label=_("Status"), required=False)
    team = forms.ChoiceField(label=_("Team"), required=False)
    need = forms.ChoiceField(required=False, choices=[(kind, kind) for kind in NEEDS], widget=forms.HiddenInput)
    department = forms.UUIDField(required=False, widget=forms.HiddenInput)
    sort = forms.ChoiceField(required=False, choices=[(sort, sort) for sort in SORTS], widget=forms.HiddenInput)

    def __init__(self, data: Any, *, custom: Iterable[str], teams: Iterable[str]) -> None:
        super().__init__(data)
        kinds = [(slug, look.label) for slug, look in status_styles.AGENT_STYLES.items()]
        set_filter_choices(self, "status", [("", _("Any status")), *kinds, *((name, name) for name in custom)])
        set_filter_choices(self, "team", [("", _("All teams")), *((team, team) for team in teams)])


class _StatusChoice(PlanForm):
    """A status to set, chosen from those that may be set, and what is planned after it."""

    status = forms.ChoiceField(
        label=_("Status"),
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("This status cannot be set here. Choose one of these.")},
    )
    field_order = ("status", "until", "then", "late", "reason")

    def __init__(self, *args: Any, choices: Iterable[str], **kwargs: Any) -> None:
        choices = list(choices)
        super().__init__(*args, choices=choices, **kwargs)
        self.fields["status"].choices = [(name, status_styles.of_agent(name).label) for name in choices]  # type: ignore[attr-defined]


class BulkForm(_StatusChoice, DecisionForm):
    """A status for many agents, and a reason."""

    @classmethod
    def start(cls, choices: Iterable[str], zone: str) -> Self:
        """A new form."""
        return cls(initial={"nonce": secrets.token_urlsafe(24)}, choices=choices, zone=zone)


class UndoForm(WriteForm):
    """What undoes a status: the status before is the record's, so the form holds none."""

    def clean_expected(self) -> str:
        """The status that was shown; refused if it is too long to be one."""
        expected: str = self.cleaned_data["expected"]
        if len(expected) > MAX_STATUS_CHARS:
            raise forms.ValidationError(FORGED)
        return expected


class StatusForm(_StatusChoice, UndoForm):
    """A status for one agent, and a reason."""
