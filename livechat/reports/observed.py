"""How much of a time was looked at, and at which pace."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from livechat.lib.epoch import SECOND_MS, milliseconds
from livechat.models import Site, Snapshot, Watch

SMALL_SHARE = 0.05  # of what was observed: a pace that was in force for less is not told
ENOUGH_SHARE = 0.95  # observed: with less a figure is compared with no other


@dataclass(frozen=True, slots=True)
class Run:
    """A time in which a list was looked at without a gap, in epoch ms, and the mean time between two looks."""

    began: int
    ended: int
    pace: float


@dataclass(frozen=True, slots=True)
class Observed:
    """The share of a time that was looked at, and the shortest and the longest pace then, in seconds.

    `opening`: the share of the opening hours in it. None if there are none in it, or none are entered. `deleted`: it
    was looked at, and details of it are deleted; then nothing else is told.
    """

    share: float
    paces: tuple[int, int] | None
    opening: float | None = None
    deleted: bool = False

    @property
    def counted(self) -> float:
        """The share that says whether it is enough: of the opening hours, or of the whole time."""
        return self.share if self.opening is None else self.opening

    @property
    def enough(self) -> bool:
        """Whether its figures can be compared with others."""
        return self.counted >= ENOUGH_SHARE


def runs(site: Site, kind: str, began: int, ended: int) -> list[Run]:
    """The runs that reach into a time, in order."""
    return runs_of(site, [kind], began, ended)[0]


def runs_of(site: Site, kinds: Sequence[str], began: int, ended: int) -> list[list[Run]]:
    """The same of several lists, by one query."""
    reached = Q()
    for kind in kinds:
        reached |= Q(list=kind, began__gte=_last_before(site, kind, began))
    rows = Watch.objects.filter(reached, site=site, began__lt=ended).order_by("began").exclude(ended__lte=began)
    found: dict[str, list[Run]] = {kind: [] for kind in kinds}
    for kind, start, until, count in rows.values_list("list", "began", "ended", "looks"):
        run = _run(site, kind, start, until, count)
        if run.ended > began:
            found[kind].append(run)
    return list(found.values())


def _last_before(site: Site, kind: str, moment: int) -> Coalesce:
    """When the run began that may reach into what follows a moment: no earlier one does, because runs never overlap."""
    rows = Watch.objects.filter(site=site, list=kind, began__lte=moment).order_by("-began")
    return Coalesce(Subquery(rows.values("began")[:1]), 0)


def detailed(site: Site, found: Iterable[Run]) -> list[Run]:
    """What of these runs is later than the details of the site that were deleted: of before only sums are told."""
    since = site.details_since
    if since is None:
        return list(found)
    return [Run(max(run.began, since), run.ended, run.pace) for run in found if run.ended > since]


def details_since(site: Site, kind: str) -> int | None:
    """When the details of a list begin, in epoch ms. None if nobody has looked yet."""
    began = first(site, kind)
    return None if began is None else max(began, site.details_since or 0)


def are_deleted(site: Site, found: Iterable[Run], began: int, ended: int) -> bool:
    """Whether details of a time are deleted, of which there are none if nobody looked. `found`: the runs in it."""
    since = site.details_since or 0
    return began < since and any(run.began < min(since, ended) and run.ended > began for run in found)


def last_run(site: Site, kind: str, moment: int) -> Run | None:
    """The run that began last by a moment. It may have ended where it began: one look, and none after it."""
    rows = Watch.objects.filter(site=site, list=kind, began__lte=moment).order_by("-began")
    row = rows.values_list("began", "ended", "looks").first()
    return None if row is None else _run(site, kind, *row)


def _run(site: Site, kind: str, began: int, ended: int | None, looks: int) -> Run:
    end, looks = _open(site, kind) if ended is None else (ended, looks)
    return Run(began, end, (end - began) / max(1, looks - 1))


def since(site: Site) -> int | None:
    """When the record of a site's lists begins, in epoch ms. None if nobody has looked yet."""
    lists = (Subquery(_firsts(site, kind)) for kind in ("agents", "visitors"))
    found = Site.objects.filter(pk=site.pk).values_list(*lists).first() or ()
    return min((began for began in found if began is not None), default=None)


def _open(site: Site, kind: str) -> tuple[int, int]:
    """To when the open run reaches, and its looks so far. The site's shared connection may be another one since."""
    row = Snapshot.objects.filter(site=site, kind=kind, looks__gt=0).first()
    return (0, 0) if row is None or row.checked is None else (milliseconds(row.checked), row.looks)


def of(
    found: Iterable[Run],
    began: int,
    ended: int,
    hours: Sequence[tuple[int, int]] | None = None,
    *,
    deleted: bool = False,
) -> Observed:
    """How much of a time these runs cover. `hours`: the opening times, apart; None if none are entered.

    `deleted`: see `are_deleted`; if the figure rests on details.
    """
    if deleted:
        return Observed(0.0, None, deleted=True)
    runs, paces = list(found), dict[int, int]()  # for how long each pace in seconds was in force
    covered = 0
    for run in runs:
        length = min(run.ended, ended) - max(run.began, began)
        if length > 0:
            covered += length
            pace = round(run.pace / SECOND_MS)
            paces[pace] = paces.get(pace, 0) + length
    told = [pace for pace, length in paces.items() if pace and length >= SMALL_SHARE * covered]
    return Observed(
        covered / (ended - began) if ended > began else 0.0,
        (min(told), max(told)) if told else None,
        _of_hours(runs, began, ended, hours) if hours else None,
    )


def of_each(
    found: Sequence[Run], parts: Iterable[tuple[int, int]], hours: Sequence[tuple[int, int]] | None = None
) -> list[Observed]:
    """How much of each of these times was looked at. All of them are in order and apart: a year takes no longer."""
    runs = [run.began for run in found], [run.ended for run in found]
    opened, edges = hours or (), ([began for began, _ended in hours or ()], [ended for _began, ended in hours or ()])
    return [of(found[_within(*runs, *part)], *part, opened[_within(*edges, *part)]) for part in parts]


def _within(starts: list[int], ends: list[int], began: int, ended: int) -> slice:
    """The places of those that reach into a time."""
    return slice(bisect_right(ends, began), bisect_left(starts, ended))


def _of_hours(found: Sequence[Run], began: int, ended: int, hours: Iterable[tuple[int, int]]) -> float | None:
    """The share of the opening times in a time that these runs cover."""
    whole = covered = place = 0
    for start, end in hours:
        first, last = max(start, began), min(end, ended)
        if first >= last:
            continue
        whole += last - first
        while place < len(found) and found[place].ended <= first:
            place += 1
        for run in found[place:]:
            if run.began >= last:
                break
            covered += min(run.ended, last) - max(run.began, first)
    return covered / whole if whole else None


def first(site: Site, kind: str) -> int | None:
    """When a list was first looked at, in epoch ms; None: never."""
    return _firsts(site, kind).first()


def _firsts(site: Site, kind: str) -> QuerySet[Watch, int]:
    return Watch.objects.filter(site=site, list=kind).order_by("began").values_list("began", flat=True)[:1]
