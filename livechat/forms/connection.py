"""The form that takes a user's Comm100 credential."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from livechat.comm100.credentials import AnyCredential, ApiKey, Bearer, RenewingBearer
from livechat.lib import pasted
from livechat.models.connections import Kind

REQUIRED_FIELDS = {
    Kind.BEARER: ("token",),
    Kind.API_KEY: ("email", "api_key", "site_id"),
    Kind.RENEWING: ("refresh_token", "client_id", "client_secret"),
}
MAX_PASTED_CHARS = 32_768  # an answer with two tokens of the longest kind
UNRENEWED = "-"  # in place of the access token until the first renewal, which is made at once


class ConnectionForm(forms.Form):
    """An access token, an API key with its agent, or a refresh token. Secrets are never shown again."""

    use_required_attribute = False  # which fields are needed depends on the kind

    kind = forms.ChoiceField(
        label=_("What do you have?"),
        choices=[(kind, kind.label) for kind in REQUIRED_FIELDS],
        widget=forms.RadioSelect,
        initial=Kind.BEARER,
    )
    token = forms.CharField(
        label=_("Access token"),
        max_length=MAX_PASTED_CHARS,
        widget=forms.PasswordInput({"autocomplete": "off"}),
        help_text=_("Expires after about 12 hours. An API key does not expire."),
    )
    email = forms.CharField(label=_("Agent's e-mail"), max_length=254, widget=forms.EmailInput({"autocomplete": "off"}))
    api_key = forms.CharField(label=_("API key"), max_length=1024, widget=forms.PasswordInput({"autocomplete": "off"}))
    site_id = forms.CharField(label=_("Comm100 site id"), max_length=64)

    refresh_token = forms.CharField(
        label=_("Refresh token"),
        max_length=MAX_PASTED_CHARS,
        widget=forms.PasswordInput({"autocomplete": "off"}),
        help_text=_("Used at once to get an access token, and again before each one expires."),
    )
    client_id = forms.CharField(label=_("Client id"), max_length=1024)
    client_secret = forms.CharField(
        label=_("Client secret"), max_length=1024, widget=forms.PasswordInput({"autocomplete": "off"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound:
            for kind, names in REQUIRED_FIELDS.items():
                for name in names:
                    self.fields[name].required = self.data.get("kind") == kind

    def clean(self) -> dict[str, Any]:
        """Take each value out of what was pasted, and build the credential. It must fit into an HTTP header."""
        data = super().clean() or self.cleaned_data
        for name in REQUIRED_FIELDS[data["kind"]] if "kind" in data else ():
            if data.get(name):
                self._unwrap(name, data)
        if not self.errors:
            try:
                data["credential"] = self._credential(data)
            except ValueError as error:
                self.add_error(None, str(error))
        return data

    def _unwrap(self, name: str, data: dict[str, Any]) -> None:
        try:
            data[name] = pasted.access_token(data[name]) if name == "token" else pasted.secret(data[name], name)
        except ValueError as error:
            self.add_error(name, str(error))
            return
        if name == "token" and re.match(r"basic\s", data[name], re.IGNORECASE):
            self.add_error(name, _("This is an API key's header, not an access token. Choose “API key” above."))
        elif not data[name]:
            self.add_error(name, self.fields[name].error_messages["required"])

    @staticmethod
    def _credential(data: dict[str, Any]) -> AnyCredential:
        if data["kind"] == Kind.BEARER:
            return Bearer(data["token"])
        if data["kind"] == Kind.RENEWING:
            return RenewingBearer(UNRENEWED, data["refresh_token"], data["client_id"], data["client_secret"], 0.0)
        return ApiKey(data["email"], data["api_key"], data["site_id"])

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields of each kind: the page shows one kind at a time."""
        return [(str(kind), [self[name] for name in names]) for kind, names in REQUIRED_FIELDS.items()]
