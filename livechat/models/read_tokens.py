"""Read tokens: secrets by which scripts read a site's past and its present counts."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from livechat.models.sites import Site


class ReadToken(models.Model):
    """A secret by which scripts read. Only its SHA-256 is stored. `agents`: whether single agents' times too.

    `last_seen` is its latest use, as of the minute. `revoked_at` is set too if its maker lost their role.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="read_tokens")
    label = models.CharField(_("label"), max_length=80)
    secret_hash = models.CharField(max_length=64, unique=True)
    agents = models.BooleanField(default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    ends = models.DateTimeField(_("ends"))
    last_seen = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created", "id"]

    def __str__(self) -> str:
        return self.label
