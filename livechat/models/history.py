"""What was observed of agents: spans of their statuses."""

from django.db import models
from django.db.models import Q

from livechat.models.directory import AgentEntry
from livechat.models.sites import Site


class StatusName(models.Model):
    """A status that agents of a site were seen in, as Comm100 spells it. Spans name it by its number."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="status_names")
    name = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "name"], name="status_name_once")]

    def __str__(self) -> str:
        return self.name


class Span(models.Model):
    """An agent in one status from `began` until `ended` (NULL: it lasts), in epoch milliseconds.

    `began_slack` and `ended_slack` are the milliseconds before these moments in which no one had looked; None: nobody
    watched then, so an agent may have been in the status before `began` or after `ended`.
    `was` is the status before, if the change was watched. `outside` says that no write of ours explains the change.
    Both are stored when the span begins, because the writes may be deleted earlier and the record is read often.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="spans", db_index=False)
    agent = models.ForeignKey(AgentEntry, on_delete=models.CASCADE, related_name="spans", db_index=False)
    status = models.ForeignKey(StatusName, on_delete=models.CASCADE, related_name="+", db_index=False)
    began = models.BigIntegerField()
    began_slack = models.PositiveIntegerField(null=True)
    ended = models.BigIntegerField(null=True)
    ended_slack = models.PositiveIntegerField(null=True)
    was = models.ForeignKey(StatusName, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    outside = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["agent", "began"], name="spans_of_agent"),
            models.Index(fields=["site", "-began"], condition=Q(outside=True), name="span_outside"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["site", "agent"], condition=Q(ended=None), name="one_open_span_each")
        ]

    def __str__(self) -> str:
        return f"{self.agent_id} {self.status_id} {self.began}"
