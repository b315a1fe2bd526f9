"""The filter of the record of writes."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from livechat.forms.filters import SearchForm, set_filter_choices
from livechat.models import Change, Outcome
from livechat.record.change_log import LINKS, OPEN, OUTSIDE, PLANS

OUTCOMES = [
    ("", _("All outcomes")),
    (OPEN, _("Being sent or verified")),
    *[choice for choice in Outcome.Result.choices if choice[0] != Outcome.Result.SENT],
]


KINDS = [
    ("", _("All kinds")),
    *Change.Kind.choices,
    (PLANS, _("Planned statuses")),
    (LINKS, _("Links, messages, tokens, channels")),
]


class ChangeFilter(SearchForm):
    """Search, person, kind and outcome, kept in the address. Persons are those who have changed something.

    `outside`: whether statuses that were changed outside are shown."""

    person = forms.ChoiceField(label=_("Person"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=KINDS)
    outcome = forms.ChoiceField(label=_("Outcome"), required=False, choices=OUTCOMES)

    def __init__(self, data: Any, *, persons: Iterable[str], outside: bool) -> None:
        super().__init__(data)
        others = [("", _("All persons")), *([(OUTSIDE, _("No one here: changed outside"))] if outside else [])]
        set_filter_choices(self, "person", [*others, *((name, name) for name in persons)])
