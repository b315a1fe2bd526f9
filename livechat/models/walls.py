"""Wall displays: what they show."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from livechat.models.sites import Site

# The choice for a wall's polls. Comm100 itself is asked every 5 s at most.
MIN_POLL_SECONDS, MAX_POLL_SECONDS = 2, 60


def default_panels() -> list[dict[str, Any]]:
    """The panels of a new wall, in order. An empty "size" hides a panel.

    Limits of times are in seconds; a wait without a limit has the site's.
    """
    made: tuple[tuple[str, str, int | None, int | None], ...] = (
        ("waiting", "large", 3, 6),
        ("longest", "large", None, None),
        ("online", "normal", None, 0),
        ("away", "normal", None, None),
        ("chatting", "normal", None, None),
        ("visitors", "normal", None, None),
        ("free", "", 2, 0),
        ("ongoing", "", None, None),
        ("offline", "", None, None),
        ("alarms", "", None, None),
    )
    return [{"slug": slug, "size": size, "amber": amber, "red": red} for slug, size, amber, red in made]


class Wall(models.Model):
    """What a wall display shows, and how. `walls.design` reads it for the display."""

    class Theme(models.TextChoices):
        """Colours of a wall."""

        DARK = "dark", _("Dark")
        LIGHT = "light", _("Light")
        CONTRAST = "contrast", _("High contrast")

    class Language(models.TextChoices):
        """The languages of walls, each in its own language: those of livechat/locale, and English."""

        ENGLISH = "en", "English"
        GERMAN = "de", "Deutsch"
        FRENCH = "fr", "Français"
        SPANISH = "es", "Español"

    class Clock(models.TextChoices):
        """How the time of day is shown."""

        FULL = "24", _("24 hours")
        HALF = "12", _("12 hours")
        NONE = "", _("No clock")

    class Naming(models.TextChoices):
        """How agents are named."""

        ALIAS = "alias", _("Aliases")
        INITIALS = "initials", _("Initials")
        NUMBER = "number", _("Numbers")

    class Place(models.TextChoices):
        """Where the agents stand."""

        BELOW = "below", _("Below the figures")
        ABOVE = "above", _("Above the figures")

    class Size(models.TextChoices):
        """How large the agents are, if there is room."""

        NORMAL = "normal", _("Normal")
        LARGE = "large", _("Large")
        DOUBLE = "double", _("Double")

    class Span(models.TextChoices):
        """What a curve is of."""

        NONE = "", _("No curve")
        HOUR = "hour", _("The last hour")
        DAY = "day", _("Since opening today")

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="walls")
    title = models.CharField(_("title"), max_length=80)
    teams = models.JSONField(default=list, blank=True)  # of agents; empty: all
    panels = models.JSONField(default=default_panels)
    curve_waiting = models.CharField(_("waiting"), max_length=10, choices=Span.choices, default="", blank=True)
    curve_longest = models.CharField(_("longest wait"), max_length=10, choices=Span.choices, default="", blank=True)
    curve_online = models.CharField(_("online"), max_length=10, choices=Span.choices, default="", blank=True)
    agents = models.BooleanField(_("the agents, one by one"), default=True)
    agents_place = models.CharField(_("agents’ place"), max_length=10, choices=Place.choices, default=Place.BELOW)
    agents_size = models.CharField(_("agents’ size"), max_length=10, choices=Size.choices, default=Size.NORMAL)
    naming = models.CharField(_("agents’ names"), max_length=10, choices=Naming.choices, default=Naming.ALIAS)
    theme = models.CharField(_("colours"), max_length=10, choices=Theme.choices, default=Theme.DARK)
    language = models.CharField(_("language"), max_length=5, choices=Language.choices, default=Language.ENGLISH)
    clock = models.CharField(_("clock"), max_length=2, choices=Clock.choices, default=Clock.FULL, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    every = models.PositiveSmallIntegerField(
        _("seconds between refreshes"),
        default=5,
        validators=[MinValueValidator(MIN_POLL_SECONDS), MaxValueValidator(MAX_POLL_SECONDS)],
    )
    sound = models.BooleanField(_("sound when an alarm rings"), default=False)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title
