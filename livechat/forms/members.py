"""Forms of a site's members."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from livechat.models import Membership, Role, Site
from livechat.sites import members

ROLES_HELP = _(
    "A Viewer sees all but what the site keeps from Viewers. "
    "A Supervisor also changes statuses and variables and makes walls. "
    "An Administrator also manages the site, its members and names."
)


class AddForm(forms.Form):
    """A member to add: an existing user, or a new one with a first password."""

    username = forms.CharField(
        label=_("User name"), max_length=150, widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"})
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.VIEWER, help_text=ROLES_HELP)
    password = forms.CharField(
        label=_("First password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = site
        self.fields["password"].help_text = " ".join(
            [str(_("Only for a new user, who can change it after signing in.")), *password_validators_help_texts()]
        )

    def clean(self) -> dict[str, Any]:
        """Find the user, or check that a new one can be made."""
        data = super().clean() or self.cleaned_data
        if "username" in data:
            data["username"] = User.normalize_username(data["username"])
            known = members.find_user(data["username"])
            if known is None:
                self._clean_new(data)
            else:
                self._clean_known(known, data)
        return data

    def _clean_known(self, user: User, data: dict[str, Any]) -> None:
        if Membership.objects.filter(site=self.site, user=user).exists():
            self.add_error("username", _("This user is already a member."))
        elif data.get("password"):
            self.add_error("password", _("This user exists and keeps their password: leave this empty."))
        data["user"] = user

    def _clean_new(self, data: dict[str, Any]) -> None:
        user = User(username=data["username"])
        if not data.get("password"):
            self.add_error("username", _("There is no user with this name. Give a first password to make one."))
            return
        try:
            User._meta.get_field("username").run_validators(user.username)
        except ValidationError as error:
            self.add_error("username", error)
        try:
            validate_password(data["password"], user)
        except ValidationError as error:
            self.add_error("password", error)
        data["user"] = user

    def save(self) -> Membership:
        """Add the member. A new user is saved first."""
        user: User = self.cleaned_data["user"]
        if user.pk is None:
            user.set_password(self.cleaned_data["password"])
            user.save()
        return Membership.objects.create(site=self.site, user=user, role=self.cleaned_data["role"])


class RoleForm(forms.ModelForm):  # type: ignore[type-arg,unused-ignore]
    """A member's role."""

    class Meta:
        model = Membership
        fields = ["role"]
        help_texts = {"role": ROLES_HELP}
