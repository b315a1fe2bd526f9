"""The row of the system's clock: it is set a day ahead, back, a day behind and back, and nobody must notice.

The web's and the collector's time is faked by libfaketime; the chat server's is not. Monotonic clocks and files'
times stay true, as they do when a real clock is set. The collector tidies up every second instead of every minute, so
that it does so between each jump and the refresh after it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.displays import changing
from tests.bench.table import Row
from tests.drills.house import PRODUCT, TUNED, DrillHouse, Size, until
from tests.drills.takeover import told
from tests.drills.viewers import Viewer
from tests.support import faketime

SETTINGS = ("+0", "+1d", "+0", "-1d", "+0")  # how far the clock is off, one after the other
FIRST = 30.0  # seconds before the first jump
EVERY = 5.0  # seconds between two calls for a list while somebody looks
SLACK = 4.0  # seconds that figures may be older than that
WINDOW, LIMIT = 300.0, 300
LISTS = ("GET /v4/livechat/agents", "GET /v4/livechat/visitors")


@dataclass
class Phase:
    """One setting of the clock: the calls made while it held, and what was wrong."""

    setting: str
    seconds: float
    calls: dict[str, int]
    oldest: float = 0.0
    faults: list[str] = field(default_factory=list)


@dataclass
class Counted:
    """How many calls the chat server had had, at moments."""

    house: DrillHouse
    marks: list[tuple[float, int]] = field(default_factory=list)

    def mark(self) -> None:
        """Count now. Calls that others made, for the house's own sake, are not counted."""
        gets = sum(count for name, count in self.house.calls().items() if name.startswith("GET /v4/livechat"))
        self.marks.append((time.monotonic(), gets))

    @property
    def most(self) -> int:
        """The most calls within five minutes."""
        return max(
            calls - first
            for number, (began, first) in enumerate(self.marks)
            for at, calls in self.marks[number:]
            if at - began <= WINDOW
        )


def row(size: Size) -> Row:
    """Set the clock about while a display and a signed-in person look on."""
    with DrillHouse() as house, changing(house):
        month = house.link(days=30)
        hands = Path(house.folder.name) / "faketime"
        hands.write_text("+0\n")
        house.extra = {
            "LD_PRELOAD": str(faketime.ensure()),
            "PYTHONPATH": str(Path(__file__).parent / "sleeping"),
            "FAKETIME_TIMESTAMP_FILE": str(hands),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",  # or Python's threads wait too long for one another
            "NO_FAKE_STAT": "1",
            "DRILL_TIDY": "1",  # every jump is met by a tidying up before the next refresh
        }
        with (
            house.serve(PRODUCT) as web,
            house.worker("collect", TUNED),
            Viewer(web.root, month, every=0.5) as display,
            Viewer(web.root, "/agents/", every=2.0, cookie=house.cookies[0], partial=False) as person,
        ):
            house.warm(web, month)
            counted = Counted(house)
            phases = []
            for number, setting in enumerate(SETTINGS):
                end = time.monotonic() + (size.phase if number else FIRST)
                hands.write_text(f"{setting}\n")
                phases.append(phase(setting, end, counted, display, person))
        store, wrong = house.store, house.complaints()
        backwards, overlaps, gaps = store.backwards(), store.overlaps(), len(store.gaps())
    return told_of(phases, counted, f"{gaps} gaps, {overlaps} spans overlap, {backwards} end before they begin", wrong)


def phase(setting: str, end: float, counted: Counted, display: Viewer, person: Viewer) -> Phase:
    """Watch until a moment; what went on."""
    house, before, began = counted.house, counted.house.calls(), time.monotonic()
    screens, pages = len(display.seen), len(person.seen)
    until(ticking(counted, end), end - began + 10, "the phase does not end", every=1.0)
    after = house.calls()
    made = Phase(setting, time.monotonic() - began, {name: after.get(name, 0) - before.get(name, 0) for name in LISTS})
    looked = list(display.seen[screens:])
    for seen in looked:
        if seen.status not in (200, 304):
            made.faults.append(f"the wall answered {seen.status}")
        elif seen.age is None or not 0 <= seen.age <= EVERY + SLACK:
            made.faults.append(f"age {seen.age}")
    for seen in person.seen[pages:]:
        if seen.status != 200 or seen.where != "/agents/":
            made.faults.append(f"a signed-in person got {seen.status} {seen.where}")
    made.oldest = max((seen.age for seen in looked if seen.age is not None), default=0.0)
    due = made.seconds / EVERY
    made.faults += [
        f"{count} calls for {name.rpartition('/')[2]} where about {due:.0f} were due"
        for name, count in made.calls.items()
        if not due * 0.7 - 1 <= count <= due + 2
    ]
    return made


def ticking(counted: Counted, end: float) -> Callable[[], bool]:
    """Counts calls at every look until a moment."""

    def tick() -> bool:
        counted.mark()
        return time.monotonic() >= end

    return tick


def told_of(phases: list[Phase], counted: Counted, history: str, wrong: list[str]) -> Row:
    """All phases in one line."""
    faults = [f"{one.setting}: {fault}" for one in phases for fault in one.faults]
    parts = [
        f"{one.setting} for {one.seconds:.0f} s: "
        f"{', '.join(f'{count} {name.rpartition(chr(47))[2]}' for name, count in one.calls.items())}, "
        f"oldest {one.oldest:.1f} s"
        for one in phases
    ]
    oldest = max(one.oldest for one in phases)
    first = f"; {len(faults)} faults, the first: {faults[0]}" if faults else ""
    return Row(
        "the clock is set a day ahead, back, a day behind, back: age of a wall's figures",
        f"at most {oldest:.1f} s, {counted.most} calls in 5 minutes",
        f"0 to {EVERY + SLACK:.0f} s, calls at their pace, ≤ {LIMIT} in 5 minutes, nobody signed out, no link ended",
        not faults and not wrong and counted.most <= LIMIT,
        f"calls: {'; '.join(parts)}; a signed-in person and a link of 30 days all the while; {history}"
        f"{first}{told(wrong)}",
    )
