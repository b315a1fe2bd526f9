"""What a row of a day says of all together, in a row of its own: it is a tenth as long, and most pages need no more.

A row that an older release stored, or changed, has none.
"""

from datetime import date

from django.db.models import OuterRef, Subquery

from livechat.models import TogetherRow

# Of a `RolledDay`: its times, see `times_by_day`; and the contacts of all departments, see `reports.wait_sums`.
TIMES, WAITS = "times", "waits"


def put(site_id: int, kind: str, day: date, body: bytes) -> None:
    """Store it, after the row that it is of, in the same transaction."""
    TogetherRow.objects.update_or_create(site_id=site_id, kind=kind, day=day, defaults={"body": body})


def body(kind: str) -> Subquery:
    """What is stored for each row of a query, which has a site and a day; None if there is nothing."""
    rows = TogetherRow.objects.filter(site=OuterRef("site"), kind=kind, day=OuterRef("day"))
    return Subquery(rows.values("body"))
