"""The form of an order for many agents."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from livechat.live import statuses


class BulkForm(forms.Form):
    """A status for many, and why."""

    status = forms.ChoiceField(label=_("Status"), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=300, strip=True)
    nonce = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, choices: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [(name, statuses.agent(name).label) for name in choices]  # type: ignore[attr-defined]
