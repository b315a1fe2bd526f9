"""Sums of the past by day and hour, which stay when the rows that they were made of are deleted.

Times are milliseconds of what was watched, and each row is of its own interval: none is a running sum.
"""

from django.db import models

from livechat.models.directory import AgentEntry
from livechat.models.history import StatusName
from livechat.models.sites import Site


class RolledDay(models.Model):
    """A local day of a site whose sums are made.

    `cover`: its `reports.cover_times`, packed. `times`: how long its agents were in which status, and `doubts`: by how
    much their chats then can be off, see `record.day_times`.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="rolled_days", db_index=False)
    day = models.DateField()
    cover = models.BinaryField(default=bytes)
    times = models.BinaryField(default=bytes)
    doubts = models.BinaryField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "day"], name="rolled_day_once")]

    def __str__(self) -> str:
        return f"{self.day}"


class RolledMonth(models.Model):
    """A month of a site all of whose days have their sums: those of its days together, see `record.day_times`.

    It is deleted with any of them, and if one is made again: see `rollup_triggers`.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+", db_index=False)
    month = models.DateField()
    times = models.BinaryField()
    doubts = models.BinaryField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "month"], name="rolled_month_once")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class TimeCell(models.Model):
    """The place of an agent's time in a status among the times of a year: a `RolledDay`'s and a `RolledMonth`'s.

    Places are given out once: that of an agent who is deleted stays taken.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField()
    place = models.PositiveIntegerField()
    agent = models.ForeignKey(AgentEntry, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    status = models.ForeignKey(StatusName, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "year", "place"], name="time_cell_place_once"),
            models.UniqueConstraint(fields=["agent", "status", "year"], name="time_cell_once"),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.place}"


class HourRow(models.Model):
    """The sums of a local day hour by hour, of one `kind`: see `record.hour_rows`.

    An agent's team is what it was when the day was summed up.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10)
    day = models.DateField()
    hours = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "kind", "day"], name="hour_row_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"


class TogetherRow(models.Model):
    """What other rows of a day say of all agents or of all names together: see `record.together_rows`.

    `kind`: that of an `HourRow`, or one of a `RolledDay`. It is deleted with that row, and if that is changed: see
    `rollup_triggers`.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10)
    day = models.DateField()
    body = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "kind", "day"], name="together_row_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"


class QueueDay(models.Model):
    """The contacts of a department that began on a local day. `sums`: with their waits, see `reports.wait_sums`."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="queue_days", db_index=False)
    day = models.DateField()
    department = models.UUIDField(null=True)
    answered = models.PositiveIntegerField()
    lost = models.PositiveIntegerField()
    unknown = models.PositiveIntegerField()
    sums = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["site", "day"], name="queue_days_of_site")]

    def __str__(self) -> str:
        return f"{self.day}"
