"""A person's own views of a list: filters, order and columns under a name."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from livechat.models.sites import Site


class SavedView(models.Model):
    """One person's view of a page at a site. `query` is what stands after `?`, with known names only."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=20)
    name = models.CharField(_("name"), max_length=60)
    query = models.TextField(blank=True)
    saved = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["user", "site", "page", "name"], name="saved_view_once")]

    def __str__(self) -> str:
        return self.name
