"""Planned statuses: "Lunch until 13:00, then Online", for one agent each, and the record of what became of them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from livechat.models import notes
from livechat.models.audit import Change
from livechat.models.bulk import BulkRun
from livechat.models.connections import Connection
from livechat.models.sites import Site


class Plan(models.Model):
    """An agent in `status` gets the status `then` at `due`; after `latest` it is too late for that.

    `first` is the change that set `status`, `run` the bulk change that did; neither if the agent had it already.
    A process that carries it out holds `claim` until `claimed_until`. `change` is what was sent, under the nonce
    `uuid`, which no page shows. `note` says why it was skipped, or why the last try came to nothing. `nonce` is of the
    form: one form plans once.
    """

    class State(models.TextChoices):
        """Where a plan stands. The last four are its ends; LATE: sent, but late."""

        PLANNED = "planned", _("Planned")
        CLAIMED = "claimed", _("Being carried out")
        SENT = "sent", _("Sent")
        LATE = "late", _("Sent late")
        SKIPPED = "skipped", _("Skipped")
        CANCELLED = "cancelled", _("Cancelled")

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="plans")
    agent_id = models.UUIDField()
    name = models.CharField(max_length=200)
    status = models.CharField(max_length=100)
    then = models.CharField(max_length=100)
    due = models.DateTimeField()
    latest = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_name = models.CharField(max_length=150)
    connection = models.ForeignKey(Connection, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    first = models.ForeignKey(Change, null=True, on_delete=models.SET_NULL, related_name="+")
    run = models.ForeignKey(BulkRun, null=True, on_delete=models.SET_NULL, related_name="plans")
    nonce = models.CharField(max_length=110, unique=True)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.PLANNED)
    note = models.JSONField(null=True)
    claim = models.UUIDField(null=True)
    claimed_until = models.DateTimeField(null=True)
    change = models.OneToOneField(Change, null=True, on_delete=models.SET_NULL, related_name="plan")
    ended = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due", "id"]
        indexes = [
            models.Index(fields=["due"], condition=Q(ended=None), name="plan_due"),
            models.Index(fields=["ended"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["site", "agent_id"], condition=Q(ended=None), name="plan_of_agent_once")
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.status} until {self.due:%F %T}, then {self.then}"

    @property
    def words(self) -> str:
        """Its note in the reader's words."""
        return notes.in_words(self.note)


class PlanEvent(models.Model):
    """What happened to a plan, as the record keeps it: appended, never changed, deleted with its plan."""

    class What(models.TextChoices):
        """What happened, in the words the pages use."""

        PLANNED = "planned", _("Planned")
        SENT = "sent", _("Sent")
        LATE = "late", _("Sent late")
        SKIPPED = "skipped", _("Skipped")
        CANCELLED = "cancelled", _("Cancelled")

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="events")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="plan_events")
    what = models.CharField(max_length=20, choices=What.choices)
    target = models.UUIDField()
    target_name = models.CharField(max_length=200)
    status = models.CharField(max_length=100)
    then = models.CharField(max_length=100)
    due = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_name = models.CharField(max_length=150, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    note = models.JSONField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["site", "-at"])]

    def __str__(self) -> str:
        return f"{self.what}: {self.target_name} {self.then}"

    @property
    def words(self) -> str:
        """Its note in the reader's words."""
        return notes.in_words(self.note)
