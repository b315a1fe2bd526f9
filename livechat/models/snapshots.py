"""The newest snapshot of each feed, with the lease that lets one process refresh it, and the call budget."""

from datetime import datetime

from django.db import models, transaction

from livechat.lib import epoch
from livechat.models.contacts import Watch
from livechat.models.sites import Site


def newer(checked: datetime | None, extra: datetime | None) -> datetime | None:
    """The last good look of a snapshot: one that a hint caused counts only if it is later."""
    return extra if checked is not None and extra is not None and extra > checked else checked


class Snapshot(models.Model):
    """What one credential last saw of one kind: `agents`, `visitors`, `agent:<uuid>` or `visitor:<uuid>`.

    All processes share the row. `lease` counts how often it was taken and is the fencing token of its holder. `checks`
    counts finished refreshes, good or bad. `version` moves only when the data does. Each process judges the age by
    the moment at which it saw `checks` move.

    The data are in a row of their own, `body`: a body has hundreds of KB, and this row is written several times a
    refresh.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="snapshots")
    fingerprint = models.CharField(max_length=64)
    kind = models.CharField(max_length=60)
    version = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="")
    dropped = models.PositiveIntegerField(default=0)  # records of the last answer without a usable id
    repeated = models.PositiveIntegerField(default=0)  # records left out because another one has their id
    checks = models.PositiveBigIntegerField(default=0)
    checked = models.DateTimeField(null=True)  # the last refresh at the steady pace that succeeded
    extra = models.DateTimeField(null=True)  # the last one since then that a hint caused and that succeeded
    tried = models.DateTimeField(null=True)  # the last refresh that finished
    error = models.CharField(max_length=40, default="")
    error_text = models.CharField(max_length=400, default="")
    failures = models.PositiveIntegerField(default=0)
    pause = models.FloatField(default=0)  # seconds to wait after the last check
    every = models.FloatField(default=5)  # the interval in force, seconds
    sharing = models.PositiveIntegerField(default=1)  # connections that share the call limit
    looked = models.DateTimeField(null=True)
    looks = models.PositiveIntegerField(
        default=0, db_default=0
    )  # good refreshes since the site's open Watch of this list began
    lease = models.PositiveBigIntegerField(default=0)
    holder = models.CharField(max_length=40, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "fingerprint", "kind"], name="snapshot_once")]
        indexes = [models.Index(fields=["looked"])]

    def __str__(self) -> str:
        return f"{self.site} {self.kind} v{self.version}"

    @property
    def confirmed(self) -> datetime | None:
        """When the data were last read, at the steady pace or because of a hint."""
        return newer(self.checked, self.extra)

    @classmethod
    def get_or_create(cls, site_id: int, fingerprint: str, kind: str) -> "Snapshot":
        """The row of a feed and kind, made if it is new."""
        return cls.objects.get_or_create(site_id=site_id, fingerprint=fingerprint, kind=kind)[0]

    @classmethod
    def forget(cls, rows: "models.QuerySet[Snapshot]") -> None:
        """Delete rows with their bodies. An open run of looks that one of them counts ends at its last look.

        They are locked first, as by a process that stores one: it locks the row and then writes the body.
        """
        with transaction.atomic():
            found = list(rows.select_for_update().order_by("pk"))
            for row in found:
                row.end_run()
            cls.objects.filter(pk__in=[row.pk for row in found]).delete()

    def end_run(self) -> None:
        """End the open run that this row counts, at its last look. Without one, nothing happens."""
        if self.looks and self.checked is not None:
            Watch.close(self.site_id, self.kind, epoch.milliseconds(self.checked), self.looks)

    @property
    def seal_row(self) -> str:
        """The name of the row that the sealed body is bound to."""
        return f"snapshot:{self.site_id}:{self.fingerprint}:{self.kind}"


class SnapshotBody(models.Model):
    """The sealed data of a snapshot. It is written with each new version, in one transaction, and not in between.

    A reader takes both rows by one query, or finds by `version` that they are not a pair.
    """

    snapshot = models.OneToOneField(Snapshot, on_delete=models.CASCADE, primary_key=True, related_name="body")
    version = models.PositiveBigIntegerField()
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return f"body of {self.snapshot}"


class Budget(models.Model):
    """The calls that left this address in the last 5 minutes, in one row for all processes."""

    # Oldest first: seconds on the shared clock, or a list of these, the name of a share, and the key of a user.
    calls = models.JSONField(default=list)
    closed_until = models.FloatField(default=0)  # on the shared clock; Comm100 asked us to wait until then

    def __str__(self) -> str:
        return f"{len(self.calls)} calls"
