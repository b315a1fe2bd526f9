"""What the reports say of days whose truth is known, beside the truth. Times are epoch ms."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from livechat.chatserver.past import Contact as Truly
from livechat.chatserver.past import pace
from livechat.lib.epoch import DAY_MS, HOUR_MS
from livechat.models import Contact, Site, Span
from livechat.reports import observed, presence, queue, tallies, timeline
from livechat.reports.tallies import Row, Wait
from tests.support.fortnight import Story

WITHIN = 20_000  # the service level's limit
LIST_AGE_MS = 5_000  # of a new site
MARGIN_MS = HOUR_MS  # longer than a contact; three are longer than a gap
NIGHT_SLACK = 30_000  # whose beginning was seen by looks that are further apart, came by night


@dataclass
class Verdict:
    """A comparison, and how it came out."""

    cells: int = 0  # agents × days × statuses
    near: int = 0  # of these within two intervals
    off: list[str] = field(default_factory=list)  # of these beyond an interval for each change
    worst: float = 0.0  # seconds
    overlaps: int = 0
    negative: int = 0
    answered: int = 0
    truly_answered: int = 0
    unmatched: int = 0
    waits: int = 0
    outside: int = 0
    level: float | None = None
    true_level: float | None = None
    bounds: tuple[float, float] = (0.0, 0.0)
    night: queue.Level | None = None
    night_contacts: int = 0


def judge(story: Story, *, lag: int = 0) -> Verdict:
    """Compare all of a story. `lag`: by how many ms its lists can be old."""
    found = Verdict()
    _spans(story, found, lag)
    _statuses(story, found, lag)
    _contacts(story, found, lag)
    return found


def _spans(story: Story, found: Verdict, lag: int) -> None:
    columns = Span.objects.filter(site=story.site).order_by("agent", "began", "pk")
    rows = list(columns.values_list("agent", "began", "ended"))
    found.negative = sum(ended is None or ended < began for _agent, began, ended in rows)
    found.overlaps = sum(
        one[0] == other[0] and other[1] < (one[2] or 0) for one, other in pairwise(rows)
    )  # fmt: skip


def _statuses(story: Story, found: Verdict, lag: int) -> None:
    """The seconds of each agent, day and status."""
    first, last = story.looks[0].at, story.looks[-1].at
    for began in range(first - first % DAY_MS, last, DAY_MS):
        ended = began + DAY_MS
        runs = observed.runs(story.site, "agents", began, ended)
        day = timeline.watched(runs, began, ended, last + DAY_MS, story.site.list_age_ms)
        times = presence.shared(presence.watched(runs), [(began, ended)])
        spans = timeline.spans(story.site, began, ended)
        for agent, told in spans.items():
            pieces = timeline.pieces(told, day)
            true = _true_ms(story.statuses[str(agent)], times)
            for status in true.keys() | {piece.status for piece in pieces}:
                mine = [piece for piece in pieces if piece.status == status]
                said = sum(piece.ended - piece.began for piece in mine)
                slacks = [2 * off for piece in mine for off in (piece.first_off, piece.last_off) if off]
                slacks += _unseen(story.statuses[str(agent)], status, times, len(slacks))
                _cell(found, f"{agent} {status}", abs(said - true[status]), slacks, len(mine), lag)


def _cell(found: Verdict, name: str, error: int, slacks: list[int], pieces: int, lag: int) -> None:
    """Count one figure. Pieces are of whole seconds, so each may be off by less than one more."""
    found.cells += 1
    whole = 1000 * pieces
    found.near += error <= 2 * max(slacks, default=5_000) + whole + lag
    if error > sum(slacks) + (len(slacks) + 1) * lag + whole:
        found.off.append(f"{name}: {error / 1000:.1f} s, {len(slacks)} changes")
    found.worst = max(found.worst, error / 1000)


def _unseen(pieces: Iterable[tuple[int, int, str]], status: str, times: presence.Times, seen: int) -> list[int]:
    """The interval for each change from or to a status that was too short to be seen, or was seen on the next day."""
    ends = [at for began, ended, name in pieces if name == status for at in (began, ended)]
    watched = [at for at in ends if any(first < at < last for first, last in times)]
    paces = sorted((1000 * pace(at / 1000) for at in watched), reverse=True)
    return paces[: max(0, len(watched) - seen)]


def _true_ms(pieces: Iterable[tuple[int, int, str]], times: presence.Times) -> Counter[str]:
    """The ms in each status while somebody watched."""
    by_status: dict[str, presence.Times] = defaultdict(list)
    for began, ended, status in pieces:
        by_status[status].append((began, ended))
    found = {status: presence.length(presence.shared(spans, times)) for status, spans in by_status.items()}
    return Counter({status: ms for status, ms in found.items() if ms})


def _contacts(story: Story, found: Verdict, lag: int) -> None:
    read = tallies.read(Contact.objects.filter(site=story.site))
    rows = [row for row in read if not _unsure(row.began, story.cut)]
    seen = [one for one in _as_seen(story) if not _unsure(one.began, story.cut)]
    told = {(row.began, row.answered): _wait(row) for row in rows if row.answered_slack is not None}
    keys = Counter((row.began, row.answered) for row in rows if row.answered_slack is not None)
    true = Counter((one.began, one.answered) for one in seen if one.watched)
    found.answered, found.truly_answered = keys.total(), true.total()
    found.unmatched = (keys - true).total() + (true - keys).total()
    for one in seen:
        wait = told.get((one.began, one.answered)) if one.watched and one.at_once else None
        if wait is not None and one.contact.answered is not None:
            found.waits += 1
            true_wait = 1000 * (one.contact.answered - one.contact.began)
            found.outside += not wait.lower - lag - 1 <= true_wait <= wait.upper + lag + 1
    _levels(found, rows, seen)


def _wait(row: Row) -> Wait | None:
    return next(iter(tallies.of([row]).waits), None)


def _unsure(began: int, cut: tuple[int, int]) -> bool:
    """Whether a contact that began at a moment may have gone on while the clock was set back, or nobody looked then."""
    return bool(cut[0]) and cut[0] - MARGIN_MS < began < cut[0] + 3 * MARGIN_MS


@dataclass(frozen=True, slots=True)
class AsSeen:
    """A contact with the looks that saw its beginning and its answer first.

    `watched`: somebody had looked before the answer. `at_once`: the first chat was long enough to be seen.
    """

    contact: Truly
    began: int
    answered: int | None
    watched: bool
    at_once: bool


def _as_seen(story: Story) -> Iterator[AsSeen]:
    """The contacts that a look can have seen."""
    looks, made = story.looks, [look.made for look in story.looks]

    def first(began: float, ended: float | None) -> int | None:
        """The number of the first look of which the list tells of a time."""
        number = bisect_left(made, began * 1000)
        seen = number < len(made) and (ended is None or made[number] < ended * 1000)
        return number if seen else None

    for contact in story.contacts:
        number = first(contact.began, contact.ended)
        if number is None:
            continue
        chats = [first(began or 0.0, ended) for began, ended in contact.chatting]
        answer = next((chat for chat in chats if chat is not None), None)
        at = None if answer is None else looks[answer].at
        watched = answer is not None and looks[answer].slack is not None
        yield AsSeen(contact, looks[number].at, at, watched, answer is not None and chats[0] == answer)


def _levels(found: Verdict, rows: list[Row], seen: list[AsSeen]) -> None:
    """The service level of the days; and of the nights, of which it cannot be told."""
    by_day = [row for row in rows if (row.began_slack or 0) <= NIGHT_SLACK]
    by_night = [row for row in rows if (row.began_slack or 0) > NIGHT_SLACK]
    begun = {row.began for row in by_day}
    true = [one.contact for one in seen if one.began in begun]
    waits = [1000 * (one.answered - one.began) for one in true if one.answered is not None]
    lost = [1000 * (one.ended - one.began) for one in true if one.answered is None and one.ended is not None]
    told = queue.of(by_day, WITHIN, LIST_AGE_MS).level
    if told is not None and waits:
        found.level, found.bounds = told.value, (told.low, told.high)
        found.true_level = sum(wait <= WITHIN for wait in waits) / (len(waits) + sum(wait > WITHIN for wait in lost))
    found.night, found.night_contacts = queue.of(by_night, WITHIN, LIST_AGE_MS).level, len(by_night)


def site() -> Site:
    """A site to record into."""
    return Site.objects.create(name="Fortnight", api_base="https://api1.comm100.io")
