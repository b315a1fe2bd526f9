"""A simulated time with a known truth, and what alerts told of it.

The truth is computed second by second, by a few lines of its own. The alerts are those of the product's evaluation,
which looks every five seconds.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from livechat.alerts import evaluation, rules
from livechat.alerts.groups import Agents, Waits
from livechat.alerts.observation import Observation
from livechat.boards import agents, directory_names
from livechat.comm100 import records
from livechat.lib.epoch import milliseconds
from livechat.live.snapshot_data import SnapshotData
from livechat.models import Alert, AlertEvent, AwayLimit, Rule, Site
from tests.support.looks import key

BEGAN = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
STEP_SECONDS = 5
CALM_SECONDS = 6  # at least between two events, so that every state is looked at
AGENTS, LUNCH_MINUTES = 5, 30
Kind = Rule.Kind
Flags = Sequence[bool]
Episode = tuple[int, int | None]  # second at which it fires, second at which it is over


@dataclass(slots=True)
class Second:
    """What is true at a second: statuses with their beginnings, and the beginnings of waits."""

    statuses: dict[int, tuple[str, int]] = field(default_factory=dict)
    waits: dict[int, int] = field(default_factory=dict)


def story(seconds: int, seed: int, is_calm: Callable[[int], bool]) -> Iterator[Second]:
    """The truth at each second. Nothing happens while it is not calm."""
    chance, now = random.Random(seed), Second(dict.fromkeys(range(AGENTS), ("online", 0)))
    due, visitors = 0, 0
    for second in range(seconds):
        if second >= due and is_calm(second):
            due = second + CALM_SECONDS + int(chance.expovariate(1 / 25))
            what = chance.random()
            if what < 0.35 and len(now.waits) < 8:
                visitors += 1
                now.waits[visitors] = second
            elif what < 0.72 and now.waits:
                now.waits.pop(min(now.waits) if chance.random() < 0.8 else max(now.waits))
            elif what > 0.9:
                status = chance.choices(("online", "Lunch", "offline"), (5, 2, 3))[0]
                number = chance.randrange(AGENTS)
                if now.statuses[number][0] != status:
                    now.statuses[number] = (status, second)
        yield now


def conditions() -> dict[str, Callable[[Second, int, bool], bool]]:
    """The condition of each rule at a second; `on`: whether it rings already."""

    def nobody(now: Second) -> bool:
        return all(status != "online" for status, _began in now.statuses.values())

    return {
        Kind.WAITING: lambda now, _second, on: len(now.waits) > 2 if on else len(now.waits) >= 4,
        Kind.LONGEST: lambda now, second, _on: bool(now.waits) and second - min(now.waits.values()) >= 120,
        Kind.NOBODY: lambda now, _second, _on: nobody(now),
        Kind.UNCOVERED: lambda now, _second, _on: nobody(now) and bool(now.waits),
        Kind.STATUS: lambda now, second, _on: (
            now.statuses[0][0] == "Lunch" and second - now.statuses[0][1] >= LUNCH_MINUTES * 60
        ),
    }


@dataclass(slots=True)
class Truth:
    """When a rule should ring: it holds for `wait` seconds, and ends after it was over for `keep` seconds."""

    wait: int
    keep: int
    since: int | None = None
    fired: int | None = None
    over: int | None = None
    held: bool = False
    turned: int = -CALM_SECONDS  # when its condition, or whether it rings, was last another
    told: list[Episode] = field(default_factory=list)

    @property
    def is_on(self) -> bool:
        """Whether it rings."""
        return self.fired is not None

    def step(self, second: int, *, holds: bool) -> None:
        """One second more."""
        if holds != self.held:
            self.held, self.turned = holds, second
        if self.fired is None:
            self._while_quiet(second, holds=holds)
        elif holds:
            self.over = None
        else:
            self.over = second if self.over is None else self.over
            if second - self.over >= self.keep:
                self.told.append((self.fired, self.over))
                self.since = self.fired = self.over = None
                self.turned = second

    def as_looks_may_see(self, told: list[Episode]) -> list[Episode]:
        """The episodes. Two with a pause hardly longer than `keep` are one, if they were told so.

        A wait passes its limit by itself: that may be just after a pause that was long enough, and before a look at it.
        """
        found: list[Episode] = []
        for fired, over in self.told:
            began, ended = found[-1] if found else (0, None)
            is_short = ended is not None and fired - self.wait - ended <= self.keep + STEP_SECONDS
            if is_short and any(within(one, (began, over)) for one in told):
                found[-1] = began, over
            else:
                found.append((fired, over))
        return found

    def _while_quiet(self, second: int, *, holds: bool) -> None:
        self.since = (self.since if self.since is not None else second) if holds else None
        if self.since is not None and second - self.since >= self.wait:
            self.fired = self.turned = second


WAITS = {Kind.WAITING: 30, Kind.LONGEST: 0, Kind.NOBODY: 60, Kind.UNCOVERED: 30, Kind.STATUS: 0}
PARAMS: dict[str, dict[str, int]] = {Kind.WAITING: {"count": 4, "ends": 2}, Kind.LONGEST: {"seconds": 120}}
KEEP_SECONDS = 30


@dataclass
class Compared:
    """Episodes against the truth: those that are true, those that were told, and the longest delay in seconds."""

    true: int = 0
    told: int = 0
    worst: int = 0
    faults: list[str] = field(default_factory=list)


@dataclass
class Week:
    """A site whose rules are evaluated against the truth. `cpu`: the seconds that evaluation took."""

    site: Site
    truth: dict[str, Truth] = field(default_factory=dict)
    looks: int = 0
    cpu: float = 0.0

    def run(self, seconds: int, seed: int = 1) -> None:
        """Let so much time pass."""
        AwayLimit.objects.create(site=self.site, name="Lunch", key="lunch", minutes=LUNCH_MINUTES)
        for kind, wait in WAITS.items():
            Rule.objects.create(
                site=self.site, kind=kind, params=PARAMS.get(kind, {}), wait_seconds=wait, keep_seconds=KEEP_SECONDS,
                enabled=True, severity="amber",
            )  # fmt: skip
            self.truth[kind] = Truth(wait, KEEP_SECONDS)
        self.site.refresh_from_db()
        names = directory_names.of(self.site)
        known = rules.Rules(self.site.pk, tuple(Rule.objects.filter(site=self.site)))
        holds = conditions()
        for second, now in enumerate(story(seconds, seed, self._is_calm)):
            for kind, truth in self.truth.items():
                truth.step(second, holds=holds[kind](now, second, truth.is_on))
            if second % STEP_SECONDS == 0:
                self._look(known, self._observation(now, second, names))

    def _is_calm(self, second: int) -> bool:
        """Whether every turn was looked at: what happens before that is seen in another order, or not at all."""
        return all(second - truth.turned >= CALM_SECONDS for truth in self.truth.values())

    def _look(self, known: rules.Rules, seen: Observation) -> None:
        began = time.process_time()
        with transaction.atomic():
            evaluation.evaluate(known, lambda: seen)
        self.cpu += time.process_time() - began
        self.looks += 1

    def _observation(self, now: Second, second: int, names: Any) -> Observation:
        def ms(moment: int) -> int:
            return milliseconds(BEGAN + timedelta(seconds=moment))

        rows = tuple(records.Agent(key(number), status, 0) for number, (status, _began) in now.statuses.items())
        marks = {key(number): (ms(began), True) for number, (_status, began) in now.statuses.items()}
        data = SnapshotData("agents", 0, rows, marks)
        waits = {"": [ms(began) for began in now.waits.values()]}
        return Observation(BEGAN + timedelta(seconds=second), Agents(agents.visible(data, names)), Waits(waits))

    def told(self, kind: str) -> list[Episode]:
        """What the product told of a rule, in the truth's seconds. Of statuses the first agent's alone."""
        rows = Alert.objects.filter(rule__site=self.site, rule__kind=kind).exclude(fired=None).order_by("fired")
        if kind == Kind.STATUS:
            rows = rows.filter(subject=key(0))

        def at(moment: datetime | None) -> int | None:
            return None if moment is None else round((moment - BEGAN).total_seconds())

        return [(at(row.fired) or 0, at(row.cleared) if row.ended else None) for row in rows]

    def compared(self) -> Compared:
        """How the episodes fit, within one interval. An episode shorter than a look may be missing."""
        found = Compared()
        for kind, truth in self.truth.items():
            told = self.told(kind)
            for fired, over in truth.as_looks_may_see(told):
                fits = [one for one in told if within(one, (fired, over))]
                is_long = over is None or over - fired >= STEP_SECONDS
                found.true += is_long or len(fits) == 1
                if len(fits) == 1:
                    told.remove(fits[0])
                    found.told += 1
                    found.worst = max(found.worst, fits[0][0] - fired, (fits[0][1] or 0) - (over or 0))
                elif is_long:
                    found.faults.append(f"{kind}: {fired}-{over} was told {len(fits)} times")
            found.faults += [f"{kind}: {fired}-{over} was not true" for fired, over in told if over is not None]
        return found

    def events(self) -> int:
        """How many began to ring."""
        return AlertEvent.objects.filter(what=AlertEvent.What.FIRED, alert__rule__site=self.site).count()


def within(told: Episode, true: Episode) -> bool:
    """Whether an episode was told as it was, at most one interval late at both ends."""
    return 0 <= told[0] - true[0] <= STEP_SECONDS and (
        told[1] is not None and true[1] is not None and 0 <= told[1] - true[1] <= STEP_SECONDS
    )
