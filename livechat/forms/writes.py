"""What the form of every write carries."""

import secrets
from typing import Any, Self

from django import forms
from django.http.request import QueryDict
from django.utils.translation import gettext_lazy as _

from livechat.forms.validators import no_control_characters

FORGED = _("This form did not arrive as it was shown. Open it again.")
HIDDEN = {"required": FORGED, "max_length": FORGED, "null_characters_not_allowed": FORGED}


class DecisionForm(forms.Form):
    """The reason of a write, and a `nonce` that makes a second submission harmless."""

    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=300, strip=True, validators=[no_control_characters]
    )
    nonce = forms.CharField(max_length=64, widget=forms.HiddenInput, error_messages=HIDDEN)


class WriteForm(DecisionForm):
    """The same with what the form showed (`expected`), which the write is guarded by.

    `override` says that the person was shown a conflict and went on; `expected` is then what he was shown.
    """

    expected = forms.CharField(max_length=2_000_000, required=False, widget=forms.HiddenInput, error_messages=HIDDEN)
    override = forms.BooleanField(required=False, widget=forms.HiddenInput)

    @classmethod
    def start(cls, expected: str, *, reason: str = "", **kwargs: Any) -> Self:
        """A new form for what is shown."""
        initial = {"expected": expected, "reason": reason, "nonce": secrets.token_urlsafe(24)}
        return cls(initial=initial, **kwargs)

    def again(self, expected: str, **kwargs: Any) -> Self:
        """The form as sent, now against what is there meanwhile."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        for name, value in (("expected", expected), ("nonce", secrets.token_urlsafe(24)), ("override", "on")):
            data[name] = value
        return type(self)(data, **kwargs)
