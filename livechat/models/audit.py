"""The record of writes: each intended change, and its outcomes in rows of their own."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from livechat.models import notes
from livechat.models.sites import Site


class Change(models.Model):
    """A write that was decided. It is committed before the PUT leaves, and never altered afterwards.

    `before` is what a fresh GET showed; `asked` is what the PUT sends: {"status": ...} or {"variables": [...]}.
    """

    class Kind(models.TextChoices):
        """What is written."""

        STATUS = "status", _("Status")
        VARIABLES = "variables", _("Custom variables")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    target = models.UUIDField()
    target_name = models.CharField(max_length=200)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_name = models.CharField(max_length=150)
    before = models.JSONField()
    asked = models.JSONField()
    reason = models.CharField(max_length=300, blank=True)
    override = models.BooleanField(default=False)
    nonce = models.CharField(max_length=64, unique=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created"]
        indexes = [
            models.Index(fields=["site", "-created"]),
            models.Index(fields=["site", "target", "-created"]),
            models.Index(fields=["created"]),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name}: {self.target_name} {self.asked}"


class Outcome(models.Model):
    """A result of a change. `sent` says that the PUT left. Each other result is final, and a change has at most one.

    `note` is a `notes.Note`. Old rows have their `message` instead, a sentence.
    """

    class Result(models.TextChoices):
        """The results, in the words the pages use."""

        SENT = "sent", _("Sent")
        CONFIRMED = "confirmed", _("Confirmed")
        REFUSED = "refused", _("Refused")
        NOT_VISIBLE = "not-visible", _("Not visible yet")
        UNKNOWN = "unknown", _("Unknown")

    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="outcomes")
    result = models.CharField(max_length=20, choices=Result.choices)
    after = models.JSONField(null=True)
    message = models.CharField(max_length=400, blank=True)
    note = models.JSONField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["change", "result"], name="outcome_each_once"),
            models.UniqueConstraint(fields=["change"], condition=~Q(result="sent"), name="outcome_final_once"),
        ]

    def __str__(self) -> str:
        return f"{self.change_id} {self.result}"

    @property
    def words(self) -> str:
        """Its note in the reader's words."""
        return notes.in_words(self.note, self.message)
