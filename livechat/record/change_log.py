"""The record as it is read, in one order, newest first: our changes, those seen without us, and walls' links."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Case, CharField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast
from django.utils import timezone

from livechat.models import AgentEntry, AgentSpan, Change, LinkEvent, Outcome, Site, notes

OUTSIDE = "outside"  # who: nobody here
LINKS = "links"  # a kind beside Change.Kind: walls' links
OPEN = "open"  # an outcome that is not known yet
LINK_FIELDS = (
    "label", "wall_title", "actor_name", "detail",
    *(f"note__{name}" for name in ("old", "new", "owner", "browser", "until")),
)  # fmt: skip

Entry = Change | AgentSpan | LinkEvent
Key = tuple[datetime, str, str]  # moment, source, key in it


@dataclass(frozen=True, slots=True)
class Filter:
    """What a reader asks for. `q`: words in names, reasons and statuses, or whole ids; `person` may be OUTSIDE."""

    q: str = ""
    person: str = ""
    kind: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class ChangeLog:
    """The entries that fit, each source's as (moment, source, key)."""

    sources: tuple[QuerySet[Any, Any], ...]

    def count(self) -> int:
        """How many there are."""
        return sum(rows.count() for rows in self.sources)

    def fetch(self, part: slice) -> list[Entry]:
        """Those of a part, in order: changes with their outcomes, spans, events."""
        return _entries(_keys(self.sources, part))

    def iterate(self, at_once: int) -> Iterator[Entry]:
        """All in order, so many read at a time, from where the last ended: what comes meanwhile shifts nothing."""
        sources = self.sources
        while keys := _keys(sources, slice(at_once)):
            yield from _entries(keys)
            moment, source, key = keys[-1]
            after = Q(key__gt=key) | Q(key=key, source__gt=source)
            rest = Q(moment__lte=moment) & (Q(moment__lt=moment) | after)
            sources = tuple(rows.filter(rest) for rows in self.sources)


def read(site: Site, wanted: Filter, *, addresses: bool = False) -> ChangeLog:
    """What a reader asks for, of those sources that can have it; `addresses`: `q` may find those of links' events."""
    sources = []
    if wanted.person != OUTSIDE and wanted.kind != LINKS:
        sources.append(_keyed(_ours(site, wanted), "created", "change"))
    if wanted.person in ("", OUTSIDE) and wanted.kind in ("", Change.Kind.STATUS) and not wanted.outcome:
        sources.append(_keyed(_seen(site, wanted), "began", OUTSIDE))
    if wanted.person != OUTSIDE and wanted.kind in ("", LINKS) and not wanted.outcome:
        sources.append(_keyed(_links(site, wanted, addresses), "at", LINKS))
    return ChangeLog(tuple(sources))


def persons(site: Site) -> list[str]:
    """Who has changed something or done something to a link, by name."""
    sources = (site.changes, site.link_events.exclude(actor_name=""))
    return sorted(
        {name for rows in sources for name in rows.order_by().values_list("actor_name", flat=True).distinct()}
    )


def _keys(sources: tuple[QuerySet[Any, Any], ...], part: slice) -> list[Key]:
    """A part of the sources' rows in their one order."""
    if not sources:
        return []
    first, *others = sources
    rows = first.union(*others, all=True) if others else first
    return list(rows.order_by("-moment", "key", "source")[part])


def _entries(keys: list[Key]) -> list[Entry]:
    """What keys stand for, without what was tidied away since they were read."""
    names = {source: [key for _at, of, key in keys if of == source] for source in ("change", OUTSIDE, LINKS)}
    changes = Change.objects.filter(pk__in=names["change"]).select_related("bulk_item").prefetch_related("outcomes")
    found: dict[tuple[str, str], Entry] = {}
    found |= {("change", change.pk.hex): change for change in changes}
    found |= {(OUTSIDE, str(span.pk)): span for span in AgentSpan.objects.filter(pk__in=names[OUTSIDE])}
    found |= {(LINKS, str(event.pk)): event for event in LinkEvent.objects.filter(pk__in=names[LINKS])}
    wanted = [(source, UUID(key).hex if source == "change" else key) for _at, source, key in keys]
    return [found[name] for name in wanted if name in found]


def _keyed(rows: QuerySet[Any], moment: str, source: str) -> QuerySet[Any, Any]:
    keyed = rows.order_by().annotate(moment=F(moment), source=Value(source), key=Cast("pk", CharField()))
    return keyed.values_list("moment", "source", "key")


def _ours(site: Site, wanted: Filter) -> QuerySet[Change]:
    settled = Case(When(result=Outcome.Result.SENT, then=1), default=0)
    last = Outcome.objects.filter(change=OuterRef("pk")).order_by(settled)
    rows = site.changes.annotate(standing=Subquery(last.values("result")[:1]))
    exact: dict[str, Any] = {"actor_name": wanted.person, "kind": wanted.kind}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if wanted.outcome == OPEN:
        rows = rows.filter(Q(standing=None) | Q(standing=Outcome.Result.SENT))
    elif wanted.outcome:
        rows = rows.filter(standing=wanted.outcome)
    for word in wanted.q.split():
        said = _has(word, ("asked__status", "target_name", "actor_name", "reason"))
        rows = rows.filter(said | _meant(site, word, "target"))
    return rows


def _seen(site: Site, wanted: Filter) -> QuerySet[AgentSpan]:
    """The changes of status that were watched and that no write of ours explains, of as long as the record is kept."""
    rows = site.agent_spans.filter(outside=True)
    if settings.RECORD_DAYS:
        rows = rows.filter(began__gte=timezone.now() - timedelta(days=settings.RECORD_DAYS))
    for word in wanted.q.split():
        rows = rows.filter(_has(word, ("status",)) | _meant(site, word, "agent_id"))
    return rows


def _links(site: Site, wanted: Filter, addresses: bool) -> QuerySet[LinkEvent]:
    rows = site.link_events.all()
    if wanted.person:
        rows = rows.filter(actor_name=wanted.person)
    fields = [*LINK_FIELDS, *(["address"] if addresses else [])]
    for word in wanted.q.split():
        rows = rows.filter(_has(word, fields) | Q(note__code__in=notes.with_word(word)))
    return rows


def _has(word: str, fields: Iterable[str]) -> Q:
    found = Q()
    for name in fields:
        found |= Q(**{f"{name}__icontains": word})
    return found


def _meant(site: Site, word: str, key: str) -> Q:
    """A column holds the GUID that a word is, or an agent's whose name in the directory has the word."""
    agents = AgentEntry.objects.filter(site=site, name__icontains=word).order_by().values("agent_id")
    found = Q(**{f"{key}__in": agents})
    try:
        return found | Q(**{key: UUID(word)})
    except ValueError:
        return found
