"""The form that takes a user's Comm100 credential."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from livechat.comm100.credentials import AnyCredential, ApiKey, Bearer, RenewingBearer
from livechat.lib import allowed_hosts, pasted
from livechat.models.connections import Kind

# In the order in which the form offers them: what lasts comes first.
REQUIRED_FIELDS = {
    Kind.API_KEY: ("email", "api_key", "site_id"),
    Kind.RENEWING: ("refresh_token", "client_id", "client_secret"),
    Kind.BEARER: ("token",),
}
KIND_WORDS = {
    Kind.API_KEY: _("API key: it does not expire"),
    Kind.RENEWING: _("OAuth: a refresh token, which renews itself"),
    Kind.BEARER: _("Access token: it ends after about 12 hours"),
}
MAX_PASTED_CHARS = 32_768  # an answer with two tokens of the longest kind
UNRENEWED = "-"  # in place of the access token until the first renewal, which is made at once


class ConnectionForm(forms.Form):
    """An API key with its agent, a refresh token, or an access token. Secrets are never shown again."""

    use_required_attribute = False  # which fields are needed depends on the kind

    kind = forms.ChoiceField(
        label=_("What do you have?"),
        choices=[(kind, KIND_WORDS[kind]) for kind in REQUIRED_FIELDS],
        widget=forms.RadioSelect,
        initial=Kind.API_KEY,
    )
    token = forms.CharField(
        label=_("Access token"),
        max_length=MAX_PASTED_CHARS,
        widget=forms.PasswordInput({"autocomplete": "off"}),
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

    def __init__(self, *args: Any, address: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.address = address  # of the site's API
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

    def groups(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """Of each kind: its value, where to get it, and its fields. The page shows one kind at a time."""
        kinds = REQUIRED_FIELDS.items()
        return [(str(kind), self._source(kind), [self[name] for name in names]) for kind, names in kinds]

    def _source(self, kind: Kind) -> str:
        """Where in Comm100 the values of a kind come from, as far as Comm100 documents it."""
        words = {
            Kind.API_KEY: _(
                "The key and the site id come from Comm100%(where)s. If you do not have them, ask the person who"
                " manages it. The key belongs to one agent: boards show what that agent may see, and to set the"
                " statuses of others the agent must be permitted to manage agents."
            ),
            Kind.RENEWING: _(
                "An OAuth client of Comm100 gets it%(where)s, with a client id and a client secret. It lasts about 30"
                " days, and each renewal brings a new one."
            ),
            Kind.BEARER: _(
                "Comm100 answers it as “access_token”%(where)s. When it ends, boards and walls stop until you store"
                " another."
            ),
        }
        return words[kind] % {"where": self._where("" if kind == Kind.API_KEY else "/oauth/token")}

    def _where(self, path: str = "") -> str:
        """At which address of Comm100, as words that follow others; empty if none is known for this site."""
        try:
            address = allowed_hosts.renewal(self.address)
        except ValueError:
            return ""
        return " " + gettext("at %(address)s") % {"address": address + path}
