"""A moment of the past: whether anybody watched, who was in which status, who waited. In epoch milliseconds."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from livechat.lib.epoch import DAY_MS, MINUTE_MS, moment_of
from livechat.models import AgentEntry, Contact, Site, Span, Watch
from livechat.record import history
from livechat.record.watches import is_watched
from livechat.reports import frames, observed, tallies, timeline
from livechat.reports.observed import Run
from livechat.reports.presence import LONGEST_WAIT_MS
from livechat.reports.tallies import Row
from livechat.reports.timeline import Span as Past

NEAR_MS = (15 * MINUTE_MS, DAY_MS)  # how far ahead the next change is looked for, before each agent's next one is read


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which nobody looked. None: there was no look before it, or none since."""

    began: int | None
    ended: int | None


def watching(site: Site, kind: str, moment: int, now: datetime) -> Run | Gap:
    """The run of looks in which a moment lies, or the gap. The time since the last look of all belongs to its run.

    If the details of the moment are deleted, it is as if nobody had looked.
    """
    if moment < (site.details_since or 0):
        kept = watching(site, kind, site.details_since or 0, now)
        return Gap(None, site.details_since if isinstance(kept, Run) else kept.ended)
    later = Watch.objects.filter(site=site, list=kind, began__gt=moment)
    after = later.order_by("began").values_list("began", flat=True).first()
    run = observed.last_run(site, kind, moment)
    if run is None:
        return Gap(None, after)
    if run.ended <= run.began:  # one look, and none after it
        return Gap(run.began, after)
    lasts = after is None and is_watched(moment_of(run.ended), now, run.pace / 1000)
    return run if run.ended > moment or lasts else Gap(run.ended, after)


def statuses(site: Site, moment: int) -> dict[UUID, Past]:
    """The status of each agent who was in the list at a moment."""
    found = {}
    for agent, spans in timeline.spans(site, moment, moment).items():
        begun = [span for span in spans if span.began <= moment]
        if begun:
            found[agent] = begun[-1]
    return found


def next_change(site: Site, moment: int, current: Iterable[Past], agents: Collection[UUID] | None) -> int | None:
    """When the next status began or ended after a moment, of these agents or of all. None: not yet."""
    ends = [span.ended for span in current if span.ended is not None]
    rows = history.of_site(site.pk).filter(began__gt=moment)
    if agents is not None:
        rows = rows.filter(agent__agent_id__in=agents)
    # Changes are seen some time after they happened: the first ones may belong to the moment already, and one that was
    # seen a little after the end of a time may have happened in it.
    for ahead in NEAR_MS:
        following = _happened(rows.filter(began__lte=moment + ahead), moment)
        if following and min(following) <= moment + ahead - timeline.LATE_MS:
            return min([*following, *ends])
    first = Span.objects.filter(agent=OuterRef("pk"), began__gt=moment + DAY_MS).order_by("began").values("pk")[:1]
    later = AgentEntry.objects.filter(site=site).order_by().values(first=Subquery(first))
    return min([*following, *_happened(rows.filter(pk__in=later), moment), *ends], default=None)


def _happened(rows: "QuerySet[Span]", moment: int) -> list[int]:
    """When spans began after a moment: in the middle between two looks."""
    happened = (began - (slack or 0) // 2 for began, slack in rows.values_list("began", "began_slack"))
    return [time for time in happened if time > moment]


def waiting(site: Site, moment: int) -> list[Row]:
    """The contacts that waited at a moment, the longest first."""
    rows = Contact.objects.filter(site=site, began__gt=moment - LONGEST_WAIT_MS, began__lte=moment)
    rows = rows.filter(Q(answered=None) | Q(answered__gt=moment)).filter(Q(ended=None) | Q(ended__gt=moment))
    return tallies.read(rows.order_by("began", "pk"), tell=True)


def visitors(site: Site, moment: int) -> dict[str, int] | None:
    """How many visitors had each status at a whole minute. None: there is no frame of it, nor of the minute before."""
    minutes = frames.visitors(site, moment - MINUTE_MS, moment + MINUTE_MS)
    for place in (1, 0):
        counts = {status: n for status, row in minutes.items() if (n := row[place]) is not None}
        if counts:
            return counts
    return None
