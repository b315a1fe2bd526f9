"""Forms of the agents' pages."""

import secrets
from collections.abc import Iterable
from typing import Any, Self

from django import forms
from django.utils.translation import gettext_lazy as _

from livechat.boards import status_styles
from livechat.forms.filters import SearchForm, set_filter_choices
from livechat.forms.writes import FORGED, DecisionForm, WriteForm

MAX_STATUS_CHARS = 100


class AgentFilter(SearchForm):
    """Search, status and team of the agents' board, kept in the address."""

    status = forms.ChoiceField(label=_("Status"), required=False)
    team = forms.ChoiceField(label=_("Team"), required=False)

    def __init__(self, data: Any, *, custom: Iterable[str], teams: Iterable[str]) -> None:
        super().__init__(data)
        kinds = [(slug, look.label) for slug, look in status_styles.AGENT_STYLES.items()]
        set_filter_choices(self, "status", [("", _("Any status")), *kinds, *((name, name) for name in custom)])
        set_filter_choices(self, "team", [("", _("All teams")), *((team, team) for team in teams)])


class _StatusChoice(forms.Form):
    """A status to set, chosen from those that may be set."""

    status = forms.ChoiceField(
        label=_("Status"),
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("This status cannot be set here. Choose one of these.")},
    )
    field_order = ("status", "reason")

    def __init__(self, *args: Any, choices: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [(name, status_styles.of_agent(name).label) for name in choices]  # type: ignore[attr-defined]


class BulkForm(_StatusChoice, DecisionForm):
    """A status for many agents, and a reason."""

    @classmethod
    def start(cls, choices: Iterable[str]) -> Self:
        """A new form."""
        return cls(initial={"nonce": secrets.token_urlsafe(24)}, choices=choices)


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
