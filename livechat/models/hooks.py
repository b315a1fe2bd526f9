"""The address at which Comm100 tells a site that something has happened."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from livechat.models.sites import Site


class Hook(models.Model):
    """A site's address for hints, which ends in a secret. Only its SHA-256 is stored.

    `agents` and `visitors` count the hints that concern a list, several of one second as one: by them processes see
    that there is a new one. `hinted` is when the last one came. `webhooks` are those that were registered with
    Comm100, [{"id", "event"}].
    """

    site = models.OneToOneField(Site, on_delete=models.CASCADE, related_name="hook")
    secret_hash = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created = models.DateTimeField(default=timezone.now)
    agents = models.PositiveBigIntegerField(default=0)
    visitors = models.PositiveBigIntegerField(default=0)
    hinted = models.DateTimeField(null=True)
    webhooks = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"hints for {self.site}"
