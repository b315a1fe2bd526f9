"""What was observed of visitors: contacts, and when and how often a list was looked at.

Times are epoch milliseconds. A `_slack` is how long nobody had looked before: what was seen at a moment happened within
that time before it. None: it was not seen at all.
"""

from django.db import models
from django.db.models import Q

from livechat.models.directory import DepartmentEntry
from livechat.models.sites import Site


class Contact(models.Model):
    """A visitor's request for a chat, from the first wait to the end of the chat.

    `answered` is None if it was not, or not yet. `outcome` is the status that ended it, "gone" if the visitor was in no
    list any more, "unseen" if nobody watched, and "" while it lasts. `visitor` is erased when it ends.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="contacts", db_index=False)
    department = models.ForeignKey(
        DepartmentEntry, null=True, on_delete=models.CASCADE, related_name="contacts", db_index=False
    )
    began = models.BigIntegerField()
    began_slack = models.PositiveIntegerField(null=True)
    answered = models.BigIntegerField(null=True)
    answered_slack = models.PositiveIntegerField(null=True)
    ended = models.BigIntegerField(null=True)
    ended_slack = models.PositiveIntegerField(null=True)  # of one that was not answered
    # The last look at the steady pace before it began, and before it was answered or lost, if a look that a hint caused
    # has seen that or came in between; else None. The steady looks alone measure a wait: the others come when somebody
    # is about to be answered, so a mean of them would be wrong.
    began_steady = models.BigIntegerField(null=True)
    end_steady = models.BigIntegerField(null=True)
    pace = models.PositiveIntegerField(null=True)  # then also the time between two steady looks, in ms
    outcome = models.CharField(max_length=40, default="")
    visitor = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["site", "began"])]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "visitor"], condition=Q(visitor__isnull=False), name="one_open_contact"
            )
        ]

    def __str__(self) -> str:
        return f"{self.began} {self.outcome}"


class Watch(models.Model):
    """A time in which a list of a site was looked at without a gap, at one pace: `looks` times.

    `ended` is None while it lasts: it then reaches to the snapshot's last check, and the snapshot counts its looks.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="watches", db_index=False)
    list = models.CharField(max_length=20)
    began = models.BigIntegerField()
    ended = models.BigIntegerField(null=True)
    looks = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["site", "list", "began"])]
        constraints = [models.UniqueConstraint(fields=["site", "list"], condition=Q(ended=None), name="one_open_watch")]

    def __str__(self) -> str:
        return f"{self.list} {self.began} to {self.ended}"

    @classmethod
    def close(cls, site_id: int, kind: str, ended: int, looks: int) -> None:
        """End the open run of a list."""
        cls.objects.filter(site_id=site_id, list=kind, ended=None).update(ended=ended, looks=looks)
