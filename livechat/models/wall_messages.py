"""Messages that supervisors show on walls."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from livechat.models.sites import Site
from livechat.models.walls import Wall


class WallMessage(models.Model):
    """A line of text on one wall, or on all walls of a site (`wall` is None). It ends by itself at `until`.

    `ended` is when a person ended it before that.
    """

    class Tone(models.TextChoices):
        """How a message looks."""

        NORMAL = "normal", _("Normal")
        IMPORTANT = "important", _("Important")

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="wall_messages")
    wall = models.ForeignKey(Wall, null=True, blank=True, on_delete=models.CASCADE, related_name="messages")
    text = models.CharField(_("text"), max_length=90)
    tone = models.CharField(_("tone"), max_length=10, choices=Tone.choices, default=Tone.NORMAL)
    until = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    author_name = models.CharField(max_length=150)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created", "-id"]
        indexes = [models.Index(fields=["until"])]

    def __str__(self) -> str:
        return self.text
