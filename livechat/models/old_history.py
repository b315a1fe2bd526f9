"""What older releases recorded. `record.old_rows` makes today's rows of these while an installation runs."""

from django.db import models
from django.db.models import Q

from livechat.models.sites import Site


class AgentSpan(models.Model):
    """An agent in one status from `began` until `ended` (NULL: it lasts), as older releases recorded it.

    `began_exact` is false if the beginning was not seen, `ended_exact` if no one watched when it ended. The slacks are
    as in `Span`; None: as well if it was recorded before there were such columns.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="agent_spans")
    agent_id = models.UUIDField()
    status = models.CharField(max_length=100)
    began = models.DateTimeField()
    began_exact = models.BooleanField(default=True)
    ended = models.DateTimeField(null=True)
    ended_exact = models.BooleanField(default=True)
    began_slack = models.PositiveIntegerField(null=True)
    ended_slack = models.PositiveIntegerField(null=True)
    was = models.CharField(max_length=100, default="")
    outside = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["site", "agent_id", "-began"]),
            models.Index(fields=["site", "began"]),
            models.Index(fields=["site", "-began"], condition=Q(outside=True), name="spans_outside"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["site", "agent_id"], condition=Q(ended=None), name="one_open_span")
        ]

    def __str__(self) -> str:
        return f"{self.agent_id} {self.status} {self.began:%F %T}"


class Wait(models.Model):
    """A visitor's wait for an agent.

    `began_exact` and `ended_exact` are as in `AgentSpan`: if no one watched when the wait ended, `ended` is when it was
    last seen. `outcome` is the status that the visitor was seen in next, "" if the visitor was not seen again.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="waits")
    visitor_id = models.UUIDField()
    department_id = models.UUIDField(null=True)
    began = models.DateTimeField()
    began_exact = models.BooleanField(default=True)
    ended = models.DateTimeField(null=True)
    ended_exact = models.BooleanField(default=True)
    outcome = models.CharField(max_length=40, default="")

    class Meta:
        indexes = [models.Index(fields=["site", "began"])]
        constraints = [
            models.UniqueConstraint(fields=["site", "visitor_id"], condition=Q(ended=None), name="one_open_wait")
        ]

    def __str__(self) -> str:
        return f"{self.visitor_id} {self.began:%F %T}"


class Gap(models.Model):
    """A time in which no one watched a site. Watches tell it today."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="gaps")
    kind = models.CharField(max_length=20)
    began = models.DateTimeField()
    ended = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["site", "began"])]

    def __str__(self) -> str:
        return f"{self.began:%F %T} to {self.ended:%F %T}"
