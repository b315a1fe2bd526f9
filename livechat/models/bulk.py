"""Bulk changes: the status of many agents, with an item for each agent."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from livechat.models import notes
from livechat.models.audit import Change
from livechat.models.connections import Connection
from livechat.models.sites import Site


class BulkRun(models.Model):
    """A bulk change. One process at a time carries it out, and it needs no open browser.

    `lease`, `holder` and `checks` are its lease (see `livechat.live.lease`): `checks` moves with every step.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="bulk_runs")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_name = models.CharField(max_length=150)
    connection = models.ForeignKey(Connection, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    undoes = models.OneToOneField("self", null=True, on_delete=models.CASCADE, related_name="undone_by")
    nonce = models.CharField(max_length=64, unique=True)
    created = models.DateTimeField(auto_now_add=True)
    cancelled = models.BooleanField(default=False)
    ended = models.DateTimeField(null=True)
    lease = models.PositiveBigIntegerField(default=0)
    holder = models.CharField(max_length=40, default="")
    checks = models.PositiveBigIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)  # reads of the list that failed since the last good one

    class Meta:
        ordering = ["-created"]
        indexes = [models.Index(fields=["site", "-created"]), models.Index(fields=["ended"])]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.created:%F %T}"


class BulkItem(models.Model):
    """An agent in a bulk change. `change` has the outcome; if there is no change, `note` says why.

    Old rows have a `message` instead of a note, a sentence.
    """

    class State(models.TextChoices):
        """Where an item stands."""

        WAITING = "waiting", _("Queued")
        TAKEN = "taken", _("Sent")
        SKIPPED = "skipped", _("Skipped")
        CANCELLED = "cancelled", _("Cancelled")

    run = models.ForeignKey(BulkRun, on_delete=models.CASCADE, related_name="items")
    agent_id = models.UUIDField()
    name = models.CharField(max_length=200)
    expected = models.CharField(max_length=100)
    status = models.CharField(max_length=100)
    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)
    message = models.CharField(max_length=400, blank=True)
    note = models.JSONField(null=True)
    change = models.OneToOneField(Change, null=True, on_delete=models.SET_NULL, related_name="bulk_item")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["run", "agent_id"], name="bulk_agent_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.status} {self.state}"

    @property
    def words(self) -> str:
        """Its note in the reader's words."""
        return notes.in_words(self.note, self.message)
