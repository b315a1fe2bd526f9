"""Forms of invitations: making one, and the account of a stranger who comes by one."""

from typing import Any

from django import forms
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils.translation import gettext_lazy as _

from livechat.forms.members import ROLES
from livechat.forms.texts import plain_text
from livechat.models import Role

DAYS = [("1", _("a day")), ("7", _("7 days")), ("30", _("30 days"))]


class InvitationForm(forms.Form):
    """A new invitation."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.VIEWER, help_text=ROLES)
    note = forms.CharField(
        label=_("For whom?"),
        max_length=120,
        required=False,
        validators=[plain_text],
        help_text=_("A name or an e-mail address, for this list alone: nothing is sent."),
    )
    days = forms.TypedChoiceField(label=_("Ends after"), choices=DAYS, coerce=int, initial="7")


class AccountForm(UserCreationForm):
    """A new account, as Django's own form makes it: no name twice, whatever its case, and no weak password."""

    class Meta:
        model = User
        fields = ["username"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name")
        self.fields["password1"].help_text = " ".join(password_validators_help_texts())
        self.fields["password2"].label = _("Password again")
        self.fields["password2"].help_text = ""
