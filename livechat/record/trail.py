"""The record as it is read, in one order, newest first: our changes, those seen without us, and walls' links."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from livechat.models import AgentEntry, AgentSpan, Change, LinkEvent, Outcome, Site

OUTSIDE = "outside"  # who: nobody here
LINKS = "links"  # a kind beside Change.Kind: walls' links
OPEN = "open"  # an outcome that is not known yet
EXPLAINS = timedelta(seconds=90)  # a status seen so long after it was asked for here is ours: PUT, caches, one refresh

Entry = Change | AgentSpan | LinkEvent


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader asks for. `q`: words in names, reasons and statuses, or whole ids; `person` may be OUTSIDE."""

    q: str = ""
    person: str = ""
    kind: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Trail:
    """The entries that fit, as (moment, source, key); a slice of them is fetched by `fetch`."""

    entries: QuerySet[Any, Any]

    def count(self) -> int:
        """How many there are."""
        return self.entries.count()

    def fetch(self, part: slice) -> list[Entry]:
        """Those of a part, in order: changes with their outcomes, spans with `was`, the status before; events."""
        keys = [(source, key) for _at, source, key in self.entries[part]]
        changes = Change.objects.filter(pk__in=[key for source, key in keys if source == "change"])
        changes = changes.select_related("bulk_item").prefetch_related("outcomes")
        spans = AgentSpan.objects.filter(pk__in=[int(key) for source, key in keys if source == OUTSIDE])
        events = LinkEvent.objects.filter(pk__in=[int(key) for source, key in keys if source == LINKS])
        found: dict[tuple[str, str], Entry] = {}
        found |= {("change", change.pk.hex): change for change in changes}
        found |= {(OUTSIDE, str(span.pk)): span for span in spans.annotate(was=_before())}
        found |= {(LINKS, str(event.pk)): event for event in events}
        return [found[source, UUID(key).hex if source == "change" else key] for source, key in keys]


def read(site: Site, wanted: Wanted) -> Trail:
    """What a reader asks for, of those sources that can have it."""
    sources = []
    if wanted.person != OUTSIDE and wanted.kind != LINKS:
        sources.append(_keyed(_ours(site, wanted), "created", "change"))
    if wanted.person in ("", OUTSIDE) and wanted.kind in ("", Change.Kind.STATUS) and not wanted.outcome:
        sources.append(_keyed(_seen(site, wanted), "began", OUTSIDE))
    if wanted.person != OUTSIDE and wanted.kind in ("", LINKS) and not wanted.outcome:
        sources.append(_keyed(_links(site, wanted), "at", LINKS))
    if not sources:
        return Trail(LinkEvent.objects.none())
    first, *others = sources
    return Trail((first.union(*others, all=True) if others else first).order_by("-moment", "key"))


def persons(site: Site) -> list[str]:
    """Who has changed something or done something to a link, by name."""
    sources = (site.changes, site.link_events.exclude(actor_name=""))
    return sorted({name for rows in sources for name in rows.values_list("actor_name", flat=True).distinct()})


def _keyed(rows: QuerySet[Any], moment: str, source: str) -> QuerySet[Any, Any]:
    keyed = rows.order_by().annotate(moment=F(moment), source=Value(source), key=Cast("pk", CharField()))
    return keyed.values_list("moment", "source", "key")


def _ours(site: Site, wanted: Wanted) -> QuerySet[Change]:
    settled = Case(When(result=Outcome.Result.SENT, then=1), default=0)
    last = Outcome.objects.filter(change=OuterRef("pk")).order_by(settled)
    rows = site.changes.annotate(standing=Subquery(last.values("result")[:1]))
    exact: dict[str, Any] = {"actor_name": wanted.person, "kind": wanted.kind}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if wanted.outcome == OPEN:
        rows = rows.filter(Q(standing=None) | Q(standing=Outcome.Result.SENT))
    elif wanted.outcome:
        rows = rows.filter(standing=wanted.outcome)
    if wanted.q:
        rows = rows.annotate(name=_name(site, "target"))
    for word in wanted.q.split():
        rows = rows.filter(_has(word, ("asked__status", "target_name", "actor_name", "reason", "name"), "target"))
    return rows


def _seen(site: Site, wanted: Wanted) -> QuerySet[AgentSpan]:
    """The changes of status that were watched and that no write of ours explains."""
    asked = Change.objects.annotate(status=KeyTextTransform("status", "asked")).filter(
        site=site,
        kind=Change.Kind.STATUS,
        target=OuterRef("agent_id"),
        status__iexact=OuterRef("status"),
        created__range=(OuterRef("began") - EXPLAINS, OuterRef("began")),
    )
    rows = site.agent_spans.filter(~Exists(asked), began_exact=True)
    rows = rows.annotate(name=_name(site, "agent_id")).filter(Exists(_earlier()))
    for word in wanted.q.split():
        rows = rows.filter(_has(word, ("status", "name"), "agent_id"))
    return rows


def _links(site: Site, wanted: Wanted) -> QuerySet[LinkEvent]:
    rows = site.link_events.all()
    if wanted.person:
        rows = rows.filter(actor_name=wanted.person)
    for word in wanted.q.split():
        rows = rows.filter(_has(word, ("label", "wall_title", "detail", "actor_name", "address"), ""))
    return rows


def _name(site: Site, key: str) -> Subquery:
    """The directory's name of the agent whose GUID a column holds."""
    return Subquery(AgentEntry.objects.filter(site=site, agent_id=OuterRef(key)).values("name")[:1])


def _earlier() -> QuerySet[AgentSpan]:
    """The span of the same agent that ended where this one began."""
    return AgentSpan.objects.filter(
        site=OuterRef("site"), agent_id=OuterRef("agent_id"), ended=OuterRef("began")
    ).order_by("-began")


def _before() -> Subquery:
    return Subquery(_earlier().values("status")[:1])


def _has(word: str, fields: Iterable[str], key: str) -> Q:
    found = Q()
    for name in fields:
        found |= Q(**{f"{name}__icontains": word})
    try:
        return found | Q(**{key: UUID(word)}) if key else found
    except ValueError:
        return found
