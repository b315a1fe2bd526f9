"""Sites (one Comm100 account each), their members and their away statuses."""

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a member may do at a site; each role includes the ones before it."""

    VIEWER = "viewer", _("Viewer")
    SUPERVISOR = "supervisor", _("Supervisor")
    ADMINISTRATOR = "administrator", _("Administrator")


class Site(models.Model):
    """One Comm100 account: its API address, and everything we keep about it."""

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
    # The first connection made becomes the shared one, until an administrator chooses otherwise or none.
    shared_chosen = models.BooleanField(default=False)
    shared_writes = models.BooleanField(
        _("Members without a connection of their own may write by the shared one"),
        default=False,
        help_text=_("Comm100 then sees the shared connection's agent; the record of changes here names the member."),
    )
    # Moves whenever something shown on boards changes that is not in a snapshot: names, statuses, outcomes.
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

    def bump_version(self) -> None:
        """Move the version, so that every viewer's next poll is answered anew."""
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
    """After how many minutes in an away status an agent's time turns amber; red at 1.5 times that.

    It stands apart from `AwayStatus`: limits are set for statuses that were only seen in the data too, and outlive an
    import. `key` is the name without case, by which statuses compare.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="away_limits")
    name = models.CharField(max_length=100)
    key = models.CharField(max_length=300)  # the case of one letter may take three
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
