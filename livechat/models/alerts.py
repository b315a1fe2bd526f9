"""Alerts: the rules of a site, what rings by them, what happened to each alert, and what is told of it."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livechat.models.channels import Channel
from livechat.models.sites import Site


class Severity(models.TextChoices):
    """How bad it is; the same two levels as of waits and times."""

    AMBER = "amber", _("Amber")
    RED = "red", _("Red")


class Hours(models.TextChoices):
    """When a rule holds."""

    ALWAYS = "always", _("Always")
    OPENING = "opening", _("Only during the opening hours")
    QUIET = "quiet", _("Always; messages only during the opening hours")


class Rule(models.Model):
    """A condition at a site that raises alerts.

    `params` are the numbers of the kind, as in `alerts.kinds`. `wait_seconds`: for how long it must hold before it
    rings. `keep_seconds`: for how long it must be over before it has ended. `repeat_minutes`: after which it is told
    again; 0: never. A rule that is not `enabled` rings nowhere; those of coverage are recorded all the same. A rule is
    never deleted while alerts name it: it is `removed`. `version` moves with each change and switch.
    """

    class Kind(models.TextChoices):
        """What a rule looks at, in the words of its form."""

        WAITING = "waiting", _("Many are waiting")
        LONGEST = "longest", _("Somebody waits long")
        NOBODY = "nobody", _("Nobody is online")
        UNCOVERED = "uncovered", _("Somebody waits while nobody is online")
        ALL_FULL = "all-full", _("All who are online are full")
        STATUS = "status", _("An agent is past the limit of a status")
        STILL_ON = "still-on", _("An agent is still online")
        STALE = "stale", _("Figures are out of date")
        REFUSED = "refused", _("Comm100 refuses the credential")
        EXPIRING = "expiring", _("The credential is about to end")

    OF_LOOKING: ClassVar = (
        Kind.STALE,
        Kind.REFUSED,
        Kind.EXPIRING,
    )  # about the looking itself: no list is read for them

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="rules")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    params: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict, blank=True)
    department = models.UUIDField(_("department"), null=True, blank=True)
    team = models.CharField(_("team"), max_length=100, blank=True, default="")
    wait_seconds = models.PositiveIntegerField(default=0)
    keep_seconds = models.PositiveIntegerField(default=30)
    severity = models.CharField(_("level"), max_length=10, choices=Severity.choices, default=Severity.RED)
    repeat_minutes = models.PositiveIntegerField(default=0)
    hours = models.CharField(_("hours"), max_length=10, choices=Hours.choices, default=Hours.ALWAYS)
    sound = models.BooleanField(_("with a sound"), default=False)
    on_walls = models.BooleanField(_("on walls too"), default=True)
    enabled = models.BooleanField(default=False)
    standard = models.BooleanField(default=False, editable=False)  # one of each kind comes with the site
    removed = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=0)
    channels = models.ManyToManyField(Channel, blank=True, related_name="rules")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["site", "kind"], condition=Q(standard=True), name="one_standard_rule")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.params}"


class Alert(models.Model):
    """A condition of a rule that held, from when it began until it had ended.

    `subject`: the GUID of the agent it is about; "" if it is about the site. `detail`: the agent's status.
    `since`: when the condition began to hold. `fired`: when it began to ring. `cleared`: since when the condition has
    not held any more. `value`: if the rule counts, the present number; otherwise when the wait or status began, in
    epoch ms, so that it need not be written again as time passes. `worst`: the largest number so far, or the longest
    time in ms of the values before the present one.
    """

    class State(models.TextChoices):
        """Where it stands. Only the last three were ever told to anybody."""

        PENDING = "pending", _("Pending")
        FIRING = "firing", _("Rings")
        RECOVERING = "recovering", _("Recovering")
        ENDED = "ended", _("Ended")

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="alerts")
    subject = models.CharField(max_length=36, blank=True, default="")
    detail = models.CharField(max_length=100, blank=True, default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    since = models.DateTimeField()
    fired = models.DateTimeField(null=True)
    cleared = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    told = models.DateTimeField(null=True)  # when its last message was made
    value = models.BigIntegerField(default=0)
    worst = models.BigIntegerField(default=0)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    acknowledged_name = models.CharField(max_length=150, blank=True, default="")
    acknowledged_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True, default="")
    snoozed_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-since", "-pk"]
        indexes = [
            models.Index(fields=["rule"], condition=Q(ended=None), name="open_alerts"),
            models.Index(fields=["rule", "-since"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["rule", "subject"], condition=Q(ended=None), name="one_open_alert")
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.subject} {self.state}"

    @property
    def rings(self) -> bool:
        """Whether it rings: it fired, and has not ended."""
        return self.state in (self.State.FIRING, self.State.RECOVERING)

    def snoozed(self, now: Any) -> bool:
        """Whether it is snoozed at a moment."""
        return self.snoozed_until is not None and now < self.snoozed_until


class AlertEvent(models.Model):
    """What happened to an alert: appended, never altered. `value`: as of then, in the unit of the rule's kind."""

    class What(models.TextChoices):
        """What happened, in the words the pages use."""

        FIRED = "fired", _("Began to ring")
        REMINDED = "reminded", _("Told again")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")
        SNOOZED = "snoozed", _("Snoozed")
        WOKEN = "woken", _("Snooze ended")
        ENDED = "ended", _("Ended")

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="events")
    what = models.CharField(max_length=20, choices=What.choices)
    value = models.BigIntegerField(default=0)
    text = models.CharField(max_length=300, blank=True, default="")
    until = models.DateTimeField(null=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_name = models.CharField(max_length=150, blank=True, default="")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.what}"


class Delivery(models.Model):
    """An event that is to be told by one channel.

    `batch`: the message it goes with, which is the id of that message's first delivery. It is fixed when they are
    claimed, so that a process that sends again sends the same. `done`: when it was told or given up; `outcome` says
    which.
    """

    class Outcome(models.TextChoices):
        """What became of it, in the words the pages use."""

        SENT = "sent", _("Sent")
        GIVEN_UP = "given-up", _("Given up")
        REFUSED = "refused", _("Refused")
        OFF = "off", _("Not sent: the channel is switched off")
        QUIET = "quiet", _("Not sent: it ended outside of the opening hours")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(AlertEvent, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="deliveries")
    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="deliveries")
    due = models.DateTimeField()
    made = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    batch = models.UUIDField(null=True, db_index=True)
    claimed_until = models.DateTimeField(null=True)
    done = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True, default="", choices=Outcome.choices)
    note = models.JSONField(null=True)

    class Meta:
        ordering = ["made", "pk"]
        indexes = [models.Index(fields=["due"], condition=Q(done=None), name="undelivered")]
        constraints = [models.UniqueConstraint(fields=["event", "channel"], name="told_once_a_channel")]

    def __str__(self) -> str:
        return f"{self.event_id} by {self.channel_id}"
