"""Days with a known truth, recorded as a collector would that is killed, takes turns and has its clock set back.

`play` records them; `tests.support.judged` compares what the reports say with the truth. Times are epoch ms.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from itertools import pairwise
from random import Random

from django.db import transaction

from livechat.chatserver.options import Options
from livechat.chatserver.past import Contact, Look, Past
from livechat.comm100.records import Listing
from livechat.lib.epoch import moment_of
from livechat.live import snapshot_data
from livechat.models import Site, Snapshot, SnapshotBody
from livechat.ops.past_recorder import Recorder
from livechat.record.watches import is_watched

HOUR = 3_600
PAUSES = (7, 19, 24, 45, 300)  # seconds until another process goes on: within 30 s, and longer
LOOKS_AT_ONCE = 720  # in a transaction


@dataclass(frozen=True)
class Plan:
    """What is played. `began` is in seconds since 1970; `set_back`: after how many seconds the clock is, by an hour."""

    agents: int = 40
    contacts: int = 500
    visitors: int = 80
    began: int = 20_424 * 86_400
    seconds: int = 14 * 86_400
    gaps: int = 10
    kills: int = 20
    turns: int = 60
    set_back: int = 9 * 86_400 + 15 * HOUR
    list_cache: float = 0.0
    seed: str = "fortnight"


@dataclass(frozen=True, slots=True)
class Seen:
    """A look that was recorded: when, of which moment its list tells, and the ms since the look before; None: a gap."""

    at: int
    made: int
    slack: int | None


@dataclass
class Story:
    """What happened by the clock: every status of each agent with its beginning and end, the contacts, the looks."""

    site: Site
    statuses: dict[str, list[tuple[int, int, str]]] = field(default_factory=dict)
    contacts: list[Contact] = field(default_factory=list)
    looks: list[Seen] = field(default_factory=list)
    cut: tuple[int, int] = (0, 0)  # the hour that the clock told twice: contacts near its beginning are not compared


class Killed(Exception):
    """The process ended in the middle of a look."""


def play(site: Site, plan: Plan) -> Story:
    """Record the days of a plan, and tell what happened."""
    options = Options(agents=plan.agents, visitors=plan.visitors, seed=plan.seed, list_cache=plan.list_cache)
    past, told = Past(options, plan.began, plan.contacts), []
    recorder, events = _loaded(site, Recorder(site.pk)), _events(plan, Random(plan.seed))
    pause, agents_missed, contacts_missed = 0.0, False, False
    with ExitStack() as batch:
        for number, look in enumerate(past.looks(plan.began + plan.seconds)):
            agents_missed, contacts_missed = (
                look.agents_changed or agents_missed,
                look.contacts_changed or contacts_missed,
            )
            look = replace(look, agents_changed=agents_missed, contacts_changed=contacts_missed)
            while events and events[0][0] <= look.at:
                _at, kind, seconds = events.pop(0)
                recorder = _handed_over(site, recorder, look, plan, killed=kind == "kill")
                pause = max(pause, look.at + seconds)
            if look.at < pause:
                continue
            if number % LOOKS_AT_ONCE == 0:
                batch.close()
                batch.enter_context(transaction.atomic())
            recorder.look(look, now=moment_of(_clock(look.at, plan)))
            told.append((look.at, look.made, look.every))
            agents_missed = contacts_missed = False
        recorder.close()
    return _told(site, past, plan, told)


def _events(plan: Plan, rng: Random) -> list[tuple[float, str, float]]:
    """When the collector is killed, gives over or watches nothing, and for how long nobody looks then."""

    def moments(count: int) -> list[float]:
        return [plan.began + rng.uniform(300, plan.seconds) for _ in range(count)]

    found = [(at, "kill", float(rng.choice(PAUSES))) for at in moments(plan.kills)]
    found += [(at, "turn", 0.0) for at in moments(plan.turns)]
    found += [(at, "gap", rng.uniform(60, 2 * HOUR)) for at in moments(plan.gaps)]
    return sorted(found)


def _clock(at: float, plan: Plan) -> int:
    """What the clock says."""
    return round(1000 * (at - HOUR if plan.set_back and at >= plan.began + plan.set_back else at))


def _handed_over(site: Site, recorder: Recorder, look: Look, plan: Plan, *, killed: bool) -> Recorder:
    """Another process goes on, with what is in the database. One that is killed was writing a look."""
    for each in recorder.lists.values():
        row = each.row
        row.version += 1
        row.save()
        if each.before is not None:
            sealed = snapshot_data.pack(
                row, Listing(each.before.rows), {one.id: (0, False) for one in each.before.rows}
            )
            SnapshotBody(snapshot=row, version=row.version, sealed=sealed).save()
    if killed:
        with suppress(Killed), transaction.atomic():
            recorder.look(look, now=moment_of(_clock(look.at, plan)))
            raise Killed
    return _loaded(site, Recorder(site.pk))


def _loaded(site: Site, recorder: Recorder) -> Recorder:
    for kind, each in recorder.lists.items():
        pk = Snapshot.get_or_create(site.pk, "fortnight", kind).pk
        each.row = Snapshot.objects.select_related("body").get(pk=pk)
        each.before = snapshot_data.unpack(each.row)
    return recorder


def _told(site: Site, past: Past, plan: Plan, told: list[tuple[float, float, int]]) -> Story:
    """What happened, in the clock's time. `told`: when each look was, of which moment its lists are, its interval."""
    turn = (plan.began + plan.set_back) * 1000 if plan.set_back else 0
    ended = (plan.began + plan.seconds) * 1000
    story, by_agent = Story(site), defaultdict(list)
    for change in past.truth.statuses:
        by_agent[change.agent].append((change.at * 1000, change.status))
    for agent, changes in by_agent.items():
        found = [(at, later, status) for (at, status), (later, _s) in pairwise([*changes, (ended, "")])]
        story.statuses[agent] = list(_by_the_clock(found, turn)) if turn else found
    story.cut = (turn - HOUR * 1000, turn) if turn else (0, 0)
    before: tuple[int, int] | None = None
    for moment, made, every in told:
        at = _clock(moment, plan)
        if before is not None and at < before[0]:
            while story.looks and story.looks[-1].at >= at:
                story.looks.pop()
        watched = before is not None and is_watched(moment_of(before[0]), moment_of(at), before[1])
        story.looks.append(Seen(at, at - round((moment - made) * 1000), at - before[0] if before and watched else None))
        before = (at, every)
    for one in past.truth.contacts:
        end = one.ended if one.ended is not None else plan.began + plan.seconds
        if turn and one.began * 1000 < turn and end * 1000 > turn - HOUR * 1000:
            continue
        back = HOUR if turn and one.began * 1000 >= turn else 0
        pieces = [[began - back, None if over is None else over - back] for began, over in one.chatting]
        moved = [None if at is None else at - back for at in (one.answered, one.ended)]
        story.contacts.append(
            replace(one, began=one.began - back, answered=moved[0], ended=moved[1], chatting=pieces)
        )  # fmt: skip
    return story


def _by_the_clock(found: list[tuple[int, int, str]], turn: int) -> Iterator[tuple[int, int, str]]:
    """Statuses without the hour that was told twice: what was seen last counts."""
    back = HOUR * 1000
    for began, ended, status in found:
        if began < turn - back:
            yield began, min(ended, turn - back), status
    for began, ended, status in found:
        if ended > turn:
            yield max(began, turn) - back, ended - back, status
