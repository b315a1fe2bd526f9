"""The channels by which a site's alerts are told: mail, and addresses that messages are posted to."""

import uuid
from typing import ClassVar
from urllib.parse import urlsplit

from django.db import models
from django.utils.translation import gettext_lazy as _

from livechat.lib import vault
from livechat.models import notes
from livechat.models.notes import Coded
from livechat.models.sites import Site

MIN_TELLING_CHARS = 12  # of a path and query, of which four may then be shown


class SendCode(Coded):
    """What became of a message that was sent to a channel. `status` is a number of HTTP or SMTP, `seconds` a number."""

    SENT = "sent", _("Sent.")
    GONE = "gone", _("The receiver says that this address has ended (%(status)s).")
    BUSY = "busy", _("The receiver asks to wait (%(status)s).")
    FAILING = "failing", _("The receiver fails for now (%(status)s).")
    REDIRECT = "redirect", _("The receiver answers with a redirect (%(status)s), which is not followed.")
    REFUSED = "refused", _("The receiver refuses the message (%(status)s).")
    PRIVATE = "private", _("The address leads into a private network, so nothing was sent.")
    LATE = "late", _("No answer within %(seconds)s s.")
    UNREACHED = "unreached", _("The receiver cannot be reached.")
    CERTIFICATE = "certificate", _("The receiver’s certificate could not be verified.")
    BROKEN = "broken", _("The connection broke off before there was an answer.")
    NOT_HTTP = "not-http", _("The answer is not HTTP.")
    SEALED = "sealed", _("What is stored cannot be opened with this server’s keys. Enter the address again.")
    NO_MAIL_SERVER = "no-mail-server", _("This server has no mail server (EMAIL_URL).")
    MAIL_REFUSED = "mail-refused", _("The mail server refuses the address or the message (%(status)s).")
    MAIL_FAILING = "mail-failing", _("The mail server does not take mail for now.")


class Channel(models.Model):
    """Where a site's alerts are told. The address is a secret: who has it can write there. So is the `secret`.

    `secret` signs a webhook, or signs in at ntfy. `off` is when it was switched off, `off_why` one of `Off`.
    `last_outcome` is a note with a `SendCode`, as of `last_at`. `tested` is the latest test. `version` counts edits.
    """

    class Kind(models.TextChoices):
        """How a channel is spoken to."""

        MAIL = "mail", _("Mail")
        SLACK = "slack", _("Slack")
        TEAMS = "teams", _("Microsoft Teams")
        DISCORD = "discord", _("Discord")
        NTFY = "ntfy", _("ntfy")
        WEBHOOK = "webhook", _("Webhook")

    class Off(models.TextChoices):
        """Why a channel is off."""

        PERSON = "person", _("Switched off by an Administrator.")
        GONE = "gone", _("Switched off: the receiver says that its address has ended.")

    WITH_SECRET: ClassVar = (Kind.WEBHOOK, Kind.NTFY)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="channels")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    label = models.CharField(_("label"), max_length=80)
    sealed_address = models.BinaryField()
    sealed_secret = models.BinaryField(default=bytes)  # empty: none
    off = models.DateTimeField(null=True)
    off_why = models.CharField(max_length=10, blank=True, choices=Off.choices)
    last_at = models.DateTimeField(null=True)
    last_outcome = models.JSONField(null=True)
    tested = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created", "id"]

    def __str__(self) -> str:
        return self.label

    def store(self, *, address: str = "", secret: str = "") -> None:
        """Seal the values given for this row; an empty one changes nothing. The row is not saved."""
        if address:
            self.sealed_address = vault.seal(address.encode(), self._row("address"))
        if secret:
            self.sealed_secret = vault.seal(secret.encode(), self._row("secret"))

    @property
    def address(self) -> str:
        """Open the address. Raises vault.CannotOpen if no key of ours opens it."""
        return vault.unseal(bytes(self.sealed_address), self._row("address")).decode()

    @property
    def secret(self) -> str:
        """Open the secret, "" if there is none. Raises vault.CannotOpen."""
        sealed = bytes(self.sealed_secret)
        return vault.unseal(sealed, self._row("secret")).decode() if sealed else ""

    @property
    def shown_address(self) -> str:
        """As much of the address as pages show, see `shown`. Raises vault.CannotOpen."""
        return shown(self.kind, self.address)

    @property
    def outcome_words(self) -> str:
        """What became of the last message, in the reader's words."""
        return notes.in_words(self.last_outcome, codes=SendCode)

    @property
    def last_failed(self) -> bool:
        """Whether the last message was not taken."""
        return self.last_outcome is not None and self.last_outcome["code"] != SendCode.SENT

    def _row(self, part: str) -> str:
        return f"channel:{self.site_id}:{self.pk}:{part}"


def shown(kind: str, address: str) -> str:
    """As much of an address as pages and the record show: its host and last four characters; of mail all of it.

    An address with a short path shows none of it.
    """
    if kind == Channel.Kind.MAIL:
        return address
    parts = urlsplit(address)
    rest = address.partition("://")[2][len(parts.netloc) :]
    return f"{parts.netloc} …{rest[-4:] if len(rest) >= MIN_TELLING_CHARS else ''}"
