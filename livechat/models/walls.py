"""Wall displays and the links that open them without a login."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from livechat.models.sites import Site


class Wall(models.Model):
    """What a wall display shows."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="walls")
    title = models.CharField(_("title"), max_length=80)
    team = models.CharField(_("team"), max_length=60, blank=True, help_text=_("Empty: all teams"))
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class WallLink(models.Model):
    """A secret address of a wall: only the SHA-256 of its 256-bit secret is kept."""

    wall = models.ForeignKey(Wall, on_delete=models.CASCADE, related_name="links")
    label = models.CharField(_("label"), max_length=80)
    secret_hash = models.CharField(max_length=64, unique=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked = models.DateTimeField(null=True)
    seen = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created"]

    def __str__(self) -> str:
        return self.label
