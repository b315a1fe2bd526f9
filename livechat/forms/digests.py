"""The form of a person's digest of a site."""

from datetime import time

from django import forms
from django.utils.translation import gettext_lazy as _

from livechat.models import Digest

CLOCK_FORMATS = ["%H:%M", "%H:%M:%S", "%H.%M", "%H"]
USUAL_TIME = time(7)


class DigestForm(forms.Form):
    """How often, and when by the site's clock."""

    every = forms.ChoiceField(
        label=_("Digest"),
        required=False,
        choices=[("", _("Off")), *Digest.Every.choices],
        widget=forms.Select({"class": "form-select"}),
    )
    at = forms.TimeField(
        label=_("Time of the day"),
        help_text=_("For example 07:00."),
        initial=USUAL_TIME,
        input_formats=CLOCK_FORMATS,
        widget=forms.TimeInput({"class": "form-control", "inputmode": "numeric"}, format="%H:%M"),
        error_messages={"invalid": _("Enter a time as in 07:00.")},
    )

    @property
    def minute(self) -> int:
        """The minute of the day."""
        at: time = self.cleaned_data["at"]
        return 60 * at.hour + at.minute
