"""Wall displays: what they show."""

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
