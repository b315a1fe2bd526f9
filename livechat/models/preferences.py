"""How each user wants pages to look."""

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.utils.translation import gettext_lazy as _


class Density(models.TextChoices):
    """How much room a row of a table takes."""

    COMFORTABLE = "comfortable", _("Comfortable")
    COMPACT = "compact", _("Compact")


class Theme(models.TextChoices):
    """Light, dark, or as the device is set."""

    SYSTEM = "system", _("System")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Preferences(models.Model):
    """One user's choices, the same on every device. A user without a row has the defaults."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="preferences")
    density = models.CharField(max_length=20, choices=Density, default=Density.COMFORTABLE)
    theme = models.CharField(max_length=20, choices=Theme, default=Theme.SYSTEM)
    board = models.CharField(max_length=500, blank=True)  # the query of the agents' board as it opens
    pinned = models.JSONField(default=list, blank=True)  # GUIDs of agents who stand above the teams

    def __str__(self) -> str:
        return f"{self.user}: {self.density}, {self.theme}"

    @classmethod
    def of(cls, user: User) -> "Preferences":
        """A user's choices; the defaults, not saved, if they have chosen nothing. The user's object keeps them."""
        try:
            return user.preferences
        except cls.DoesNotExist:
            return cls(user=user)
