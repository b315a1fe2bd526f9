"""Forms of read tokens: a new one, and another label."""

from django import forms
from django.utils.translation import gettext_lazy as _

from livechat.forms.validators import a_name

DAYS = [("30", _("30 days")), ("90", _("90 days")), ("365", _("a year")), ("730", _("two years"))]


class TokenLabelForm(forms.Form):
    """A token's label."""

    label = forms.CharField(label=_("What reads with it?"), max_length=80, validators=[a_name])


class TokenForm(TokenLabelForm):
    """A new token. It always ends: after 90 days, unless something else is chosen."""

    days = forms.TypedChoiceField(label=_("Ends after"), choices=DAYS, coerce=int, initial="90")
    agents = forms.BooleanField(
        label=_("Single agents’ times too"),
        required=False,
        help_text=_("It then also opens History → Day and Replay, unless nobody sees these at the site."),
    )
