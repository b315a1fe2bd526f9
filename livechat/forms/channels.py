"""The form of a channel of alerts, made or changed. Which fields it has depends on the kind of the channel."""

import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from livechat.alerts import channels, transport
from livechat.comm100 import timed
from livechat.forms.validators import a_name
from livechat.lib import pasted, safe_links, vault
from livechat.models import Channel

MAX_ADDRESS_CHARS = 2000
LOOK_UP_SECONDS = 2.0  # a name that is found later is checked when something is sent
Kind = Channel.Kind
WORDS = {
    Kind.MAIL: _("One address. For several people give the address of a list."),
    Kind.SLACK: _("Slack, Mattermost, Rocket.Chat: the address of an incoming webhook."),
    Kind.TEAMS: _("The address of a workflow “When a Teams webhook request is received”."),
    Kind.DISCORD: _("The address of a channel’s webhook."),
    Kind.NTFY: _(
        "The address of a topic, such as https://ntfy.sh/your-topic. Anyone who knows it can read the messages."
    ),
    Kind.WEBHOOK: _("Your own receiver: JSON by POST, signed as Standard Webhooks says."),
}
_TOPIC = re.compile(r"/[-_A-Za-z0-9]{1,64}/?")
_TOKEN = re.compile(r"[!-~]{1,200}")


class ChannelForm(forms.Form):
    """A channel of a kind. `channel` is the one that is changed, None for a new one.

    An address or a secret is never shown again: an empty field keeps it. Mail's address is no secret and is shown.
    """

    label = forms.CharField(label=_("Who or what is told?"), max_length=80, validators=[a_name])
    address = forms.CharField(label=_("Address"), max_length=MAX_ADDRESS_CHARS)
    secret = forms.CharField(
        label=_("Secret"), max_length=200, required=False,
        widget=forms.PasswordInput({"autocomplete": "off"}),
    )  # fmt: skip
    renew = forms.BooleanField(label=_("Make a new secret"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, kind: str, channel: Channel | None = None) -> None:
        self.kind, self.channel = Kind(kind), channel
        initial = {"label": channel.label, "version": channel.version} if channel else {}
        super().__init__(data, initial=initial)
        if channel is None:
            del self.fields["version"]
        if channel is None or kind != Kind.WEBHOOK:
            del self.fields["renew"]
        self._set_address()
        if kind == Kind.NTFY:
            self.fields["secret"].label = _("Access token")
        elif kind != Kind.WEBHOOK:
            del self.fields["secret"]
        if "secret" in self.fields:
            self._set_secret()

    def _set_address(self) -> None:
        field = self.fields["address"]
        field.help_text = WORDS[self.kind]
        if self.kind == Kind.MAIL:
            field.widget = forms.EmailInput({"autocomplete": "off", "maxlength": 254})
        else:
            field.widget = forms.URLInput({"autocomplete": "off", "spellcheck": "false"})
        stored = self._stored_address()
        if self.channel and self.kind == Kind.MAIL:
            self.initial["address"] = stored
        elif stored:
            field.required = False
            words = gettext("Leave this empty to keep the stored one (%(address)s).")
            field.help_text = words % {"address": stored}

    def _stored_address(self) -> str:
        """The part of the stored address that is shown; "" if none is stored, or this server's keys do not open it."""
        try:
            return self.channel.shown_address if self.channel else ""
        except vault.CannotOpen:
            return ""

    def _set_secret(self) -> None:
        field, stored = self.fields["secret"], self._has_secret()
        if stored:
            field.help_text = gettext("One is stored. Leave this empty to keep it.")
        elif self.kind == Kind.NTFY:
            field.help_text = gettext("If the topic needs one.")
            field.required = bool(self.channel and self.channel.sealed_secret)  # one that cannot be opened any more
        else:
            field.help_text = gettext(
                "Leave this empty to get one that this server makes. A secret begins with whsec_."
            )

    def _has_secret(self) -> bool:
        """Whether a secret is stored that this server's keys open."""
        try:
            return bool(self.channel and self.channel.secret)
        except vault.CannotOpen:
            return False

    def clean_address(self) -> str:
        """The address without what was pasted around it. Raises ValidationError with what is wrong, in words."""
        address = pasted.unwrapped(self.cleaned_data["address"])
        if not address:
            if self.fields["address"].required:
                raise ValidationError(self.fields["address"].error_messages["required"])
            return ""
        if self.kind == Kind.MAIL:
            validate_email(address)
            return "" if self.channel and address == self._stored_address() else address
        _check_url(address)
        if self.kind == Kind.NTFY and not _TOPIC.fullmatch(urlsplit(address).path):
            raise ValidationError(_("An address of ntfy ends in one topic, such as https://ntfy.sh/your-topic."))
        return address

    def clean_secret(self) -> str:
        """The secret without what was pasted around it."""
        secret = pasted.unwrapped(self.cleaned_data["secret"])
        if secret and self.kind == Kind.WEBHOOK and not channels.is_secret(secret):
            raise ValidationError(_("This is no secret for a webhook: that is whsec_ and base64 of 24 to 64 bytes."))
        if secret and not _TOKEN.fullmatch(secret):
            raise ValidationError(_("An access token has letters, digits and marks, and no blanks."))
        return secret

    def clean(self) -> dict[str, Any]:
        """Make a secret if a webhook has none, or if a new one is asked for. `made` is that one."""
        data = super().clean() or self.cleaned_data
        wanted = data.get("renew") or (self.kind == Kind.WEBHOOK and not self._has_secret())
        data["made"] = channels.new_secret() if wanted and not data.get("secret") else ""
        return data

    @property
    def values(self) -> dict[str, str]:
        """The values to store, once the form is valid. An empty one leaves the stored value as it is."""
        data = self.cleaned_data
        return {"label": data["label"], "address": data["address"], "secret": data.get("secret") or data["made"]}


def _check_url(address: str) -> None:
    """Refuse an address to which nothing could be sent. Raises ValidationError."""
    try:
        parts = urlsplit(address)
        userinfo, port = parts.username is not None, parts.port
    except ValueError as error:
        raise ValidationError(_("This is not an address.")) from error
    if userinfo:
        raise ValidationError(_("An address with a user or a password in it is not taken."))
    if parts.scheme not in ("http", "https") or not safe_links.safe(address) or port == 0:
        raise ValidationError(_("This is not an address that begins with https://."))
    if parts.scheme == "http" and not settings.WEBHOOK_PRIVATE:
        raise ValidationError(_("The address must begin with https://: by http anyone on the way reads along."))
    default = 443 if parts.scheme == "https" else 80
    call = timed.Call(LOOK_UP_SECONDS, 0, transport.accepting(f"{parts.scheme}://"))
    try:
        timed.resolve(parts.hostname or "", port or default, call)
    except timed.NotAccepted as error:
        raise ValidationError(_refusal(parts.scheme)) from error
    except OSError:
        return  # not found now: the test will tell


def _refusal(scheme: str) -> str:
    if scheme == "http":
        return gettext("By http messages go only to this machine itself. Use https://.")
    return gettext(
        "This address leads into a private network. The person who runs this server can allow it by WEBHOOK_PRIVATE=1."
    )
