"""The record of writes. Rows are appended and never changed; an outcome is a row of its own."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, Max, OuterRef, QuerySet
from django.utils import timezone

from livechat.models import Change, Outcome, Site, append_only
from livechat.models.notes import Code, Note, note

Result = Outcome.Result
SETTLED = (Result.CONFIRMED, Result.REFUSED, Result.NOT_VISIBLE, Result.UNKNOWN)
PURGE_BATCH = 500  # changes deleted in one transaction
VISIBLE_WITHIN = timedelta(seconds=6)  # after its PUT was answered, a change shows in Comm100's lists
SENDING_TIME = timedelta(seconds=30)  # for so long a change without an outcome may still be on its way


def outcome(change: Change, result: Outcome.Result, *, after: Any = None, why: Note | None = None) -> Outcome | None:
    """Append an outcome of a change, and move the site's version on. None if the change was settled before.

    A change that shows at Comm100 was sent. If its process was stopped before it could note that, it is noted here.
    """
    try:
        with transaction.atomic():
            if result == Result.CONFIRMED and not change.outcomes.filter(result=Result.SENT).exists():
                Outcome.objects.create(change=change, result=Result.SENT, note=note(Code.FOUND_SENT))
            row = Outcome.objects.create(change=change, result=result, after=after, note=why)
    except IntegrityError:
        return None
    change.site.bump_version()
    return row


_FINAL = Exists(Outcome.objects.filter(change=OuterRef("pk"), result__in=SETTLED))


def unsettled() -> QuerySet[Change]:
    """Changes without a final outcome. It reads the whole record, unless the caller narrows it down."""
    return Change.objects.filter(~_FINAL)


def latest(site: Site, target: UUID, kind: str) -> Change | None:
    """The newest change of a target, with its outcomes fetched."""
    return site.changes.filter(target=target, kind=kind).prefetch_related("outcomes").first()


class Known(NamedTuple):
    """Which changes of a target a reader can know: how many there are, and when the newest was decided.

    Neither alone is enough: the cleanup deletes old changes meanwhile, and a clock may be set back.
    """

    total: int = 0
    newest: datetime | None = None

    def precedes(self, now: "Known") -> bool:
        """Whether `now` has a change that is not among these. One that was deleted since is none."""
        newer = now.newest is not None and (self.newest is None or now.newest > self.newest)
        return newer or now.total > self.total


def known_by_target(site: Site, kind: str, targets: Iterable[UUID]) -> defaultdict[UUID, Known]:
    """Which changes each target has so far."""
    rows = site.changes.filter(kind=kind, target__in=list(targets)).order_by().values("target")
    found: defaultdict[UUID, Known] = defaultdict(Known)
    for target, count, newest in rows.annotate(n=Count("pk"), newest=Max("created")).values_list(
        "target", "n", "newest"
    ):
        found[target] = Known(count, newest)
    return found


def unseen(site: Site, kind: str, target: UUID, known: Known) -> Change | None:
    """The newest change of a target, if the caller cannot have seen it when it read the target; else None.

    That is so if it was decided after the caller learned what was `known`, or if its PUT may still be under way.
    """
    newest = latest(site, target, kind)
    if newest is None:
        return None
    under_way = standing(newest)[0] not in SETTLED and abs(timezone.now() - newest.created) < SENDING_TIME
    return newest if under_way or known.precedes(known_by_target(site, kind, [target])[target]) else None


def standing(change: Change) -> tuple[str, str]:
    """The result a change stands at ("" before anything is known), and its note in the reader's words.

    What settles a change goes before "sent".
    """
    found = max(change.outcomes.all(), key=lambda row: row.result != Result.SENT, default=None)
    return ("", "") if found is None else (found.result, found.words)


def answered(change: Change) -> bool:
    """Whether the PUT was answered well and nothing more is known."""
    return standing(change) == (Result.SENT, "")


def just_sent(site_id: int, asked: datetime) -> dict[str, str]:
    """Statuses that a list may not hold yet, if it was asked for at `asked`: {agent id: status}.

    Comm100 refreshes its own cache every 5 s. A status counts if its PUT was answered less than VISIBLE_WITHIN before
    `asked`, or later, and if its outcome is open or came later. A PUT may take seconds; only the moment when its answer
    was noted counts. Before that moment the list is right, with either status.
    """
    # An index finds these few in a long record. Mostly there is none, and the query below would cost a refresh 3 ms.
    rows = Change.objects.filter(site_id=site_id, created__gte=asked - VISIBLE_WITHIN - SENDING_TIME)
    if not rows.exists():
        return {}
    now = timezone.now()
    sent = Outcome.objects.filter(change=OuterRef("pk"), result=Result.SENT, at__range=(asked - VISIBLE_WITHIN, now))
    sent = sent.filter(note__isnull=True)  # an answer that was an error says nothing
    seen = Outcome.objects.filter(change=OuterRef("pk"), result=Result.CONFIRMED, at__range=(asked, now))
    rows = rows.filter(Exists(sent), ~_FINAL | Exists(seen), kind=Change.Kind.STATUS)
    # The newest comes last, so it is the one kept if an agent has two.
    return {str(row.target): row.asked["status"] for row in rows.order_by("created")}


def expire(age: timedelta) -> int:
    """Delete changes older than this, with their outcomes, one batch a call. Returns how many. Open ones stay."""
    old = Change.objects.filter(_FINAL, created__lt=timezone.now() - age)
    return append_only.delete_oldest(old, "created", PURGE_BATCH)
