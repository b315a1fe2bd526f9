"""Forms of invitations: a new invitation, and the account of a person who accepts one."""

from typing import Any

from django import forms
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from livechat.forms.members import ROLES_HELP
from livechat.forms.validators import no_control_characters
from livechat.models import Role
from livechat.sites import members

DAYS_CHOICES = [("1", _("a day")), ("7", _("7 days")), ("30", _("30 days"))]


class InvitationForm(forms.Form):
    """A new invitation."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.VIEWER, help_text=ROLES_HELP)
    note = forms.CharField(
        label=_("For whom?"),
        max_length=120,
        required=False,
        validators=[no_control_characters],
        help_text=_("A name or an e-mail address. It is shown only in the list of invitations; nothing is sent."),
    )
    days = forms.TypedChoiceField(label=_("Ends after"), choices=DAYS_CHOICES, coerce=int, initial="7")


class AccountForm(UserCreationForm):  # type: ignore[type-arg,unused-ignore]
    """A new account, by Django's own rules: no user name twice in any case, and no weak password."""

    class Meta:
        model = User
        fields = ["username"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name")
        self.fields["password1"].help_text = " ".join(password_validators_help_texts())
        self.fields["password2"].label = _("Password again")
        self.fields["password2"].help_text = ""

    def clean_username(self) -> str:
        """Refuse a name that somebody has in another spelling: Django's own look-up knows ASCII only in SQLite."""
        name = str(self.cleaned_data["username"])
        if members.find_user(name) is not None:
            raise ValidationError(self.instance.unique_error_message(User, ["username"]))
        return name
