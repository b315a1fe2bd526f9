"""The fields that the form of every write has."""

import secrets
from typing import Any, Self

from django import forms
from django.http.request import QueryDict
from django.utils.translation import gettext_lazy as _

from livechat.forms.texts import plain_text

FORGED = _("This form did not arrive as it was shown. Open it again.")
FORGED_FIELD = {"required": FORGED, "max_length": FORGED, "null_characters_not_allowed": FORGED}


class DecisionForm(forms.Form):
    """The reason of a write, and a `nonce` that makes a second submission harmless."""

    reason = forms.CharField(label=_("Reason"), required=False, max_length=300, strip=True, validators=[plain_text])
    nonce = forms.CharField(max_length=64, widget=forms.HiddenInput, error_messages=FORGED_FIELD)


class WriteForm(DecisionForm):
    """The same, and what the form showed (`expected`), which guards the write.

    `override` says that the person saw a conflict and went on; `expected` is then what they saw there.
    """

    expected = forms.CharField(
        max_length=2_000_000, required=False, widget=forms.HiddenInput, error_messages=FORGED_FIELD
    )
    override = forms.BooleanField(required=False, widget=forms.HiddenInput)

    @classmethod
    def start(cls, expected: str, *, reason: str = "", **kwargs: Any) -> Self:
        """A new form for what the page shows."""
        initial = {"expected": expected, "reason": reason, "nonce": secrets.token_urlsafe(24)}
        return cls(initial=initial, **kwargs)

    def again(self, expected: str, **kwargs: Any) -> Self:
        """The form as sent, compared from now on with what is there now."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        for name, value in (("expected", expected), ("nonce", secrets.token_urlsafe(24)), ("override", "on")):
            data[name] = value
        return type(self)(data, **kwargs)
