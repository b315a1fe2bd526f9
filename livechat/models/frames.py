"""Frames: who had how many chats in each minute, and how many visitors there were by status.

Times are epoch milliseconds. A body has one byte for each cell of a minute; 255 says that its value is not known.
The cells of agents are those of a roster; the cells of visitors are in `record.frame_bodies`.
"""

from django.db import models

from livechat.models.sites import Site


class Roster(models.Model):
    """The agents of a site's frames, in the order of their bytes: their GUIDs, 16 bytes each.

    A new one is made when an agent is seen whom the newest one lacks. It has all of that one's agents.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="rosters")
    agents = models.BinaryField()

    def __str__(self) -> str:
        return f"{len(self.agents) // 16} agents"


class Frame(models.Model):
    """A list at its first good look in a minute. `minute` is when the minute began. `roster` is None for visitors."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="frames", db_index=False)
    list = models.CharField(max_length=20)
    minute = models.BigIntegerField()
    roster = models.ForeignKey(Roster, null=True, on_delete=models.RESTRICT, related_name="+", db_index=False)
    body = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "list", "minute"], name="frame_once")]

    def __str__(self) -> str:
        return f"{self.list} {self.minute}"


class FrameDay(models.Model):
    """The frames of a UTC day in one row: of each cell the bytes of all its minutes, compressed by zlib."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="frame_days", db_index=False)
    list = models.CharField(max_length=20)
    day = models.BigIntegerField()  # when it began
    roster = models.ForeignKey(Roster, null=True, on_delete=models.RESTRICT, related_name="+", db_index=False)
    body = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "list", "day"], name="frame_day_once")]

    def __str__(self) -> str:
        return f"{self.list} {self.day}"
