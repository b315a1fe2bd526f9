"""Sums that only grow, for machines that ask how many there were of something."""

from collections.abc import Mapping

from django.db import connection, models, transaction

BATCH_ROWS = 200  # rows in one statement: SQLite limits its parameters


class MetricSum(models.Model):
    """The sum of one metric since the installation began, over all processes. Nothing deletes it.

    `label` tells sums of one metric apart: an outcome, the name of a view, the key of a site. `part`: the upper bound
    of a bucket, whose sum counts what is in no lower one, or "sum"; "" if the metric is no histogram.
    """

    metric = models.CharField(max_length=60)
    label = models.CharField(max_length=100)
    part = models.CharField(max_length=10)
    total = models.FloatField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["metric", "label", "part"], name="metric_sum_once")]

    def __str__(self) -> str:
        return f"{self.metric} {self.label} {self.part} {self.total}"

    @classmethod
    def add(cls, sums: Mapping[tuple[str, str, str], float]) -> None:
        """Add to sums by (metric, label, part): all of them, or none if the database fails.

        A statement adds to what is there, so no process overwrites another's. In order: two never wait for each other.
        """
        rows = sorted((*key, amount) for key, amount in sums.items())
        table = connection.ops.quote_name(cls._meta.db_table)
        with transaction.atomic(), connection.cursor() as cursor:
            for start in range(0, len(rows), BATCH_ROWS):
                batch = rows[start : start + BATCH_ROWS]
                values = ", ".join(["(%s, %s, %s, %s)"] * len(batch))
                cursor.execute(
                    f"INSERT INTO {table} AS known (metric, label, part, total) VALUES {values} "  # noqa: S608  # nosec B608
                    "ON CONFLICT (metric, label, part) DO UPDATE SET total = known.total + excluded.total",
                    [value for row in batch for value in row],
                )
