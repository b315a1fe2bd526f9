"""The form that makes a wall's link; what designs a wall is in `designs`."""

from django import forms
from django.utils.translation import gettext_lazy as _

DAYS = [("30", _("30 days")), ("90", _("90 days")), ("365", _("a year")), ("", _("never"))]


class LinkForm(forms.Form):
    """A link: one per screen, so that each can be ended by itself."""

    label = forms.CharField(label=_("Which screen?"), max_length=80)
    days = forms.ChoiceField(label=_("Ends after"), choices=DAYS, required=False, initial="30")

    def clean_days(self) -> int | None:
        """Days as a number, none for never."""
        return int(self.cleaned_data["days"]) if self.cleaned_data["days"] else None
