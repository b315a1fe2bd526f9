"""Digests: who gets a mail about a site, how often, and how far that has come."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from livechat.models.sites import Site


class Digest(models.Model):
    """A mail a day or a week about a site, for a person who asked for it.

    `at` is a minute of the day in the site's zone. A period is a day, or a week from Monday to Sunday. `last`: the last
    day of the newest period that is done, told or not. The other fields are about the period that comes next. The
    process that set `claimed_until` sends it; `claims`: how many claims began since a try came to an end; `due`: when
    it is tried again. `sent`: when the newest mail left. `given_up`: the last day of the newest period, if that could
    not be told.
    """

    class Every(models.TextChoices):
        """How often, in the words of the form."""

        DAY = "day", _("Each day")
        WEEK = "week", _("Each week, on Monday")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digests")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="digests")
    every = models.CharField(max_length=10, choices=Every.choices, default=Every.DAY)
    at = models.PositiveSmallIntegerField(default=7 * 60)
    last = models.DateField(null=True)
    first_try = models.DateTimeField(null=True)
    due = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    claims = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)
    sent = models.DateTimeField(null=True)
    given_up = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "site"], name="digest_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.site_id} {self.every}"
