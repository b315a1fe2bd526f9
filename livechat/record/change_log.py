"""The record as pages read it, newest first: changes made here, statuses changed outside, events of links and plans."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Case, CharField, DateTimeField, F, Func, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast
from django.utils import timezone

from livechat.comm100.names import search_words
from livechat.lib import short_ids
from livechat.lib.epoch import milliseconds
from livechat.models import AgentEntry, Change, LinkEvent, Outcome, PlanEvent, Site, Span, notes, search

OUTSIDE = "outside"  # a person beside the users: no one here
PLANS = "plans"  # a kind beside Change.Kind: planned statuses
LINKS = "links"  # a kind beside Change.Kind: events of walls' links
OPEN = "open"  # an outcome beside Outcome.Result: not known yet
CHANGE_FIELDS = ("asked__status", "target_name", "actor_name", "reason")
LINK_FIELDS = (
    "label", "wall_title", "actor_name", "detail",
    *(f"note__{name}" for name in ("old", "new", "origins", "owner", "browser", "until", "text", "walls", "host")),
)  # fmt: skip

PLAN_FIELDS = ("status", "then", "target_name", "actor_name", "reason")

Entry = Change | Span | LinkEvent | PlanEvent
Key = tuple[datetime, str, str]  # moment, source, key in it


@dataclass(frozen=True, slots=True)
class Filter:
    """What a reader asks for. `q`: words in names, reasons and statuses, or whole ids. `person` may be OUTSIDE, `kind`
    LINKS or PLANS, `outcome` OPEN."""

    q: str = ""
    person: str = ""
    kind: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class ChangeLog:
    """The entries that a filter leaves: of each source a query of (moment, source, key)."""

    sources: tuple[QuerySet[Any, Any], ...]

    def count(self) -> int:
        """How many there are."""
        return sum(rows.count() for rows in self.sources)

    def fetch(self, part: slice) -> list[Entry]:
        """The entries of a part, in order: changes with their outcomes, spans, events."""
        return _entries(_keys(self.sources, part))

    def iterate(self, batch: int) -> Iterator[Entry]:
        """All entries in order, read in batches. Each begins where the last ended, so new entries shift nothing."""
        sources = self.sources
        while keys := _keys(sources, slice(batch)):
            yield from _entries(keys)
            moment, source, key = keys[-1]
            after = Q(key__gt=key) | Q(key=key, source__gt=source)
            rest = Q(moment__lte=moment) & (Q(moment__lt=moment) | after)
            sources = tuple(rows.filter(rest) for rows in self.sources)


def read(site: Site, wanted: Filter, *, addresses: bool = False, outside: bool = True) -> ChangeLog:
    """What a reader asks for, from the sources that can have it. `addresses`: `q` searches links' addresses too.

    `outside`: with the statuses that were changed outside, which tell single agents' times.
    """
    sources = []
    if wanted.person != OUTSIDE and wanted.kind not in (LINKS, PLANS):
        sources.append(_keyed(_ours(site, wanted), F("created"), "change"))
    if outside and wanted.person in ("", OUTSIDE) and wanted.kind in ("", Change.Kind.STATUS) and not wanted.outcome:
        sources.append(_keyed(_seen(site, wanted), _Moment("began"), OUTSIDE))
    if wanted.person != OUTSIDE and wanted.kind in ("", LINKS) and not wanted.outcome:
        sources.append(_keyed(_links(site, wanted, addresses), F("at"), LINKS))
    if wanted.person != OUTSIDE and wanted.kind in ("", PLANS) and not wanted.outcome:
        sources.append(_keyed(_plans(site, wanted), F("at"), PLANS))
    return ChangeLog(tuple(sources))


def persons(site: Site) -> list[str]:
    """The names of those who have changed something or done something to a link."""
    sources = (site.changes, site.link_events.exclude(actor_name=""), site.plan_events)
    return sorted(
        {name for rows in sources for name in rows.order_by().values_list("actor_name", flat=True).distinct()}
    )


def _keys(sources: tuple[QuerySet[Any, Any], ...], part: slice) -> list[Key]:
    """A part of all sources' rows, in order."""
    if not sources:
        return []
    first, *others = sources
    rows = first.union(*others, all=True) if others else first
    return list(rows.order_by("-moment", "key", "source")[part])


def _entries(keys: list[Key]) -> list[Entry]:
    """The entries behind keys, without those deleted since the keys were read."""
    names = {source: [key for _at, of, key in keys if of == source] for source in ("change", OUTSIDE, LINKS, PLANS)}
    changes = Change.objects.filter(pk__in=names["change"]).select_related("bulk_item").prefetch_related("outcomes")
    found: dict[tuple[str, str], Entry] = {}
    found |= {("change", change.pk.hex): change for change in changes}
    found |= {(OUTSIDE, str(span.pk)): span for span in _spans(names[OUTSIDE])}
    found |= {(LINKS, str(event.pk)): event for event in LinkEvent.objects.filter(pk__in=names[LINKS])}
    found |= {(PLANS, str(event.pk)): event for event in PlanEvent.objects.filter(pk__in=names[PLANS])}
    wanted = [(source, UUID(key).hex if source == "change" else key) for _at, source, key in keys]
    return [found[name] for name in wanted if name in found]


class _Moment(Func):
    """A number of epoch ms as the database's moment: in SQLite a text as Django writes it, so that they compare."""

    output_field = DateTimeField()
    template = (
        "strftime('%%%%Y-%%%%m-%%%%d %%%%H:%%%%M:%%%%S', %(expressions)s / 1000, 'unixepoch')"
        " || CASE %(expressions)s %%%% 1000 WHEN 0 THEN '' ELSE printf('.%%%%03d000', %(expressions)s %%%% 1000) END"
    )

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """PostgreSQL counts in seconds."""
        return self.as_sql(compiler, connection, template="to_timestamp(%(expressions)s / 1000.0)", **context)


def _spans(keys: list[str]) -> QuerySet[Span]:
    return Span.objects.filter(pk__in=keys).select_related("agent", "status", "was")


def _keyed(rows: QuerySet[Any], moment: Any, source: str) -> QuerySet[Any, Any]:
    keyed: QuerySet[Any] = rows.order_by().annotate(moment=moment, source=Value(source), key=Cast("pk", CharField()))
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
    rows = rows.alias(searched=search.key_of(CHANGE_FIELDS))
    for word in search_words(wanted.q):
        rows = rows.filter(Q(searched__contains=word) | _meant(site, word, "target"))
    return rows


def _seen(site: Site, wanted: Filter) -> QuerySet[Span]:
    """The observed changes of status that no write from here explains, as far back as the record is kept."""
    rows = site.spans.filter(outside=True)
    if settings.RECORD_DAYS:
        rows = rows.filter(began__gte=milliseconds(timezone.now() - timedelta(days=settings.RECORD_DAYS)))
    rows = rows.alias(word=F("status__name")).alias(searched=search.key_of(("word",)))
    for word in search_words(wanted.q):
        rows = rows.filter(Q(searched__contains=word) | _meant(site, word, "agent__agent_id"))
    return rows


def _links(site: Site, wanted: Filter, addresses: bool) -> QuerySet[LinkEvent]:
    rows = site.link_events.all()
    if wanted.person:
        rows = rows.filter(actor_name=wanted.person)
    rows = rows.alias(searched=search.key_of([*LINK_FIELDS, *(["address"] if addresses else [])]))
    for word in search_words(wanted.q):
        rows = rows.filter(Q(searched__contains=word) | Q(note__code__in=notes.with_word(word)))
    return rows


def _plans(site: Site, wanted: Filter) -> QuerySet[PlanEvent]:
    rows = site.plan_events.all()
    if wanted.person:
        rows = rows.filter(actor_name=wanted.person)
    rows = rows.alias(searched=search.key_of(PLAN_FIELDS))
    for word in search_words(wanted.q):
        said = Q(searched__contains=word) | Q(note__code__in=notes.with_word(word))
        rows = rows.filter(said | _meant(site, word, "target"))
    return rows


def _meant(site: Site, word: str, key: str) -> Q:
    """A column holds the word, if it is a GUID, or the id of an agent who has the word in what pages call them."""
    called = Q(searched__contains=word)
    if len(word) >= short_ids.MIN_CHARS:
        called |= Q(name="", agent_id__iendswith=word)
    agents = AgentEntry.objects.filter(site=site).alias(searched=search.key_of(("name",)))
    found = Q(**{f"{key}__in": agents.filter(called).order_by().values("agent_id")})
    try:
        return found | Q(**{key: UUID(word)})
    except ValueError:
        return found
