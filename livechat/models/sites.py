"""Sites, each of which is one Comm100 account, with their members and their away statuses."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from livechat.lib import time_zones
from livechat.lib.epoch import SECOND_MS
from livechat.lib.opening_hours import OpeningHours, read_holidays


class Role(models.TextChoices):
    """What a member may do at a site; each role includes the ones before it."""

    VIEWER = "viewer", _("Viewer")
    SUPERVISOR = "supervisor", _("Supervisor")
    ADMINISTRATOR = "administrator", _("Administrator")


class WatchClosely(models.TextChoices):
    """When both lists of a site are read as often as while somebody looks."""

    OPENING = "opening", _("During the opening hours")
    ALWAYS = "always", _("Always")
    LOOKED = "looked", _("Only while somebody looks")


class AgentTimes(models.TextChoices):
    """Who may see single agents' times of the past at a site."""

    MEMBERS = "members", _("All members")
    SUPERVISORS = "supervisors", _("Supervisors and Administrators")
    ADMINISTRATORS = "administrators", _("Administrators")
    NOBODY = "nobody", _("Nobody")


def default_zone() -> str:
    """This installation's time zone."""
    return str(settings.TIME_ZONE)


class Site(models.Model):
    """One Comm100 account: its API address, and everything that is stored about it."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    api_base = models.URLField(_("API address"), help_text=_("For example https://api11.comm100.io"))
    shared = models.ForeignKey(
        "Connection",
        verbose_name=_("shared connection"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    # The first connection becomes the shared one, until an administrator chooses another one or none.
    shared_chosen = models.BooleanField(default=False)
    shared_writes = models.BooleanField(
        _("Members without a connection of their own may write by the shared one"),
        default=False,
        help_text=_("Comm100 then sees the shared connection's agent; the record of changes here names the member."),
    )
    # From when on a time is amber or red. Walls may set limits of their own.
    wait_amber = models.PositiveIntegerField(default=60)  # seconds
    wait_red = models.PositiveIntegerField(default=180)
    away_minutes = models.PositiveIntegerField(default=30)  # in an away status without a limit of its own; 0: never
    level_seconds = models.PositiveIntegerField(default=20, db_default=20)  # an answer within them is in time
    # By how many seconds Comm100's own lists can be old: every bound of the past is wider by that.
    list_age = models.PositiveSmallIntegerField(default=5, db_default=5)
    time_zone = models.CharField(_("time zone"), max_length=60, default=default_zone)  # of the pages of the past
    # By weekday, Monday first: lists of [from, to] in minutes of the day, as in lib.opening_hours. Empty: not entered.
    opening_hours = models.JSONField(default=list, blank=True)
    holidays = models.TextField(_("holidays"), default="", blank=True)  # a line each: "2026-12-25 Christmas"
    watch_closely = models.CharField(
        _("watch closely"), max_length=10, choices=WatchClosely.choices, default=WatchClosely.OPENING
    )
    agent_times = models.CharField(
        max_length=20, choices=AgentTimes.choices, default=AgentTimes.SUPERVISORS, db_default=AgentTimes.SUPERVISORS
    )
    # The record of the time before this was simulated, for the demo; epoch ms, None: none of it.
    simulated_until = models.BigIntegerField(null=True, editable=False)
    # What ended before this moment (epoch ms) of statuses, chats and contacts is deleted. None: all of it is there.
    details_since = models.BigIntegerField(null=True, editable=False)
    # Moves when something on boards changes that no snapshot holds: names, statuses, outcomes.
    version = models.PositiveIntegerField(default=0)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def api_url(self) -> str:
        """The base of every call: the address with the API's version."""
        return f"{self.api_base}/v4"

    @property
    def list_age_ms(self) -> int:
        """By how many ms Comm100's own lists can be old."""
        return self.list_age * SECOND_MS

    @property
    def hours(self) -> OpeningHours:
        """The opening hours, in the site's zone."""
        week = tuple(tuple((began, ended) for began, ended in day) for day in self.opening_hours)
        return OpeningHours(week, read_holidays(self.holidays), self.zone)

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone, or this installation's if this machine does not know it."""
        return time_zones.known_or_default(self.time_zone)

    @property
    def knows_zone(self) -> bool:
        """Whether this machine knows the site's time zone."""
        return time_zones.known(self.time_zone) is not None

    def bump_version(self) -> None:
        """Move the version, so that the next poll of every viewer is rendered again."""
        Site.objects.filter(pk=self.pk).update(version=F("version") + 1)


class AwayStatus(models.Model):
    """A custom away status of a site, imported from Comm100 or added by an administrator."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="away_statuses")
    name = models.CharField(_("name"), max_length=100)
    order = models.PositiveIntegerField(default=0)
    imported = models.BooleanField(default=False)

    class Meta:
        ordering = ["order", "name"]
        constraints = [models.UniqueConstraint(fields=["site", "name"], name="away_status_once")]

    def __str__(self) -> str:
        return self.name


class AwayLimit(models.Model):
    """The minutes in an away status after which an agent's time turns amber. It turns red at 1.5 times that.

    It is no part of `AwayStatus`, because statuses that were only seen in the data have limits too, and because limits
    outlive an import. `key` is the name's `name_key`, by which statuses are compared.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="away_limits")
    name = models.CharField(max_length=100)
    key = models.CharField(max_length=300)  # one letter may take three
    minutes = models.PositiveSmallIntegerField(_("minutes"))

    class Meta:
        ordering = ["key"]
        constraints = [models.UniqueConstraint(fields=["site", "key"], name="away_limit_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.minutes}"


class Membership(models.Model):
    """A user's role at a site."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.VIEWER)

    class Meta:
        ordering = ["user__username"]
        constraints = [models.UniqueConstraint(fields=["user", "site"], name="member_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.site} · {self.get_role_display()}"
