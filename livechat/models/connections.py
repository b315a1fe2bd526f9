"""Connections: one user's sealed Comm100 credential at one site."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from livechat.comm100 import credentials
from livechat.lib import vault
from livechat.models.sites import Site


class Kind(models.TextChoices):
    """The kinds of credentials that Comm100 accepts."""

    BEARER = "bearer", _("Access token")
    RENEWING = "renewing", _("Access token with renewal")
    API_KEY = "api-key", _("API key")


KINDS = {
    credentials.Bearer: Kind.BEARER,
    credentials.RenewingBearer: Kind.RENEWING,
    credentials.ApiKey: Kind.API_KEY,
}


class Connection(models.Model):
    """A stored credential. Equal credentials of a site have an equal `fingerprint`, so they share snapshots."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="connections")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="connections")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    sealed = models.BinaryField()
    fingerprint = models.CharField(max_length=64)
    last_four = models.CharField(max_length=4)
    stored = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "site"], name="connection_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_kind_display()} …{self.last_four}"

    @property
    def _row(self) -> str:
        return f"connection:{self.site_id}:{self.user_id}"

    def store(self, credential: credentials.AnyCredential) -> None:
        """Seal a credential that the user has just given, and save the row.

        The fingerprint is made here. It stays when the credential renews itself, because the source is the same.
        """
        self.kind = KINDS[type(credential)]
        self.fingerprint = self.fingerprint_of(credential)
        self.sealed = self.sealed_form(credential)
        self.last_four = credential.last_four
        self.save()

    def fingerprint_of(self, credential: credentials.AnyCredential) -> str:
        """The digest that tells a credential from others of the site. It depends on the first sealing key."""
        return vault.fingerprint(f"site:{self.site_id}", credential.identity())

    def sealed_form(self, credential: credentials.AnyCredential) -> bytes:
        """A credential sealed for this row."""
        return vault.seal(credential.to_bytes(), self._row)

    def credential(self) -> credentials.AnyCredential:
        """Open the credential. Raises vault.CannotOpen if no key of ours opens it."""
        return credentials.from_bytes(vault.unseal(bytes(self.sealed), self._row))
