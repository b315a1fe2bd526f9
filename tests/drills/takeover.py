"""The row of takeovers: a process is killed in the middle of a call, and another process goes on.

Two collectors and the web's two workers serve one installation; a display keeps the pace quick, and agents' statuses
change meanwhile, so that every refresh has something to write down.
"""

import os
import random
import signal
import statistics
import time
from dataclasses import dataclass, field

from tests.bench.displays import changing
from tests.bench.house import Process
from tests.bench.machine import family
from tests.bench.table import Row
from tests.drills.house import COLLECT, PRODUCT, DrillHouse, Size, Worker, callers, until
from tests.drills.store import Held
from tests.drills.viewers import Viewer

LATENCY = 1.0  # seconds that a call takes, so that there is a middle to be killed in
PATIENCE = 60.0
BOUND = 12.0


@dataclass
class Kills:
    """What came of them. Seconds from the kill until another took the lease, and until it had stored a check."""

    house: DrillHouse
    web: Process
    collectors: list[Worker]
    took: list[float] = field(default_factory=list)
    stored: list[float] = field(default_factory=list)
    victims: dict[str, int] = field(default_factory=lambda: {"collector": 0, "web": 0})

    def one(self, moment: float) -> bool:
        """Kill the process that makes a call, so long after the call was first seen. False if it was done by then."""
        store, port = self.house.store, self.house.chat_port
        calling = until(lambda: callers(port, self._pids()), PATIENCE, "nobody makes a call")
        time.sleep(moment)
        calling = [pid for pid in calling if pid in callers(port, [pid])]
        if not calling:
            return False
        os.kill(calling[0], signal.SIGKILL)
        at = time.monotonic()
        left = [row for row in store.lists().values() if row.holder]
        self._again(calling[0])
        found = [self._follow(row, at) for row in left]
        return any(found)

    def _pids(self) -> list[int]:
        workers = family(self.web.popen.pid)[1:]
        return [*workers, *(one.popen.pid for one in self.collectors)]

    def _again(self, pid: int) -> None:
        """Start a killed collector again; gunicorn starts its workers itself."""
        for one in self.collectors:
            if one.popen.pid == pid:
                one.popen.wait()
                one.start()
                self.victims["collector"] += 1
                return
        self.victims["web"] += 1

    def _follow(self, left: Held, at: float) -> bool:
        """Watch a row that was held at the kill. False if its holder lived and finished by itself."""
        store = self.house.store
        now = until(lambda: moved(store.lists()[left.kind], left), PATIENCE, f"{left.kind} is held for good")
        if now.checks != left.checks:
            return False
        self.took.append(time.monotonic() - at)
        until(lambda: store.lists()[left.kind].checked != left.checked, PATIENCE, f"no check of {left.kind} is stored")
        self.stored.append(time.monotonic() - at)
        return True


def moved(now: Held, left: Held) -> Held | None:
    """The row, if it is no longer as it was left; else None."""
    return now if (now.lease, now.checks) != (left.lease, left.checks) else None


def free(house: DrillHouse, kind: str) -> None:
    """Wait until a list is let go of."""
    until(lambda: not house.store.lists()[kind].holder, PATIENCE, f"{kind} is held for good")


def row(size: Size) -> Row:
    """Kill, watch, kill again."""
    dice = random.Random(1)
    with (
        DrillHouse(latency=LATENCY) as house,
        house.serve(PRODUCT) as web,
        Viewer(web.root, house.wall, every=2.0) as viewer,
        house.worker("collect-1", COLLECT) as one,
        house.worker("collect-2", COLLECT) as two,
        changing(house),
    ):
        house.warm(web, house.wall)
        kills, done = Kills(house, web, [one, two]), 0
        while done < size.kills:
            done += kills.one(dice.uniform(0, LATENCY * 0.8))
        for kind in house.store.lists():
            free(house, kind)
        store, wrong = house.store, house.complaints()
        spans, overlaps, gaps = store.spans(), store.overlaps(), len(store.gaps())
    worst = max(kills.stored)
    ages = [seen.age for seen in viewer.seen if seen.age is not None]
    fails = sum(seen.status >= 500 for seen in viewer.seen)
    met = worst <= BOUND and not (overlaps or gaps or wrong or fails)
    how = (
        f"{kills.victims['collector']} times a collector, {kills.victims['web']} times a worker of the web, calls take "
        f"{LATENCY:.0f} s; {len(kills.stored)} lists left held, a check of each stored after "
        f"{statistics.median(kills.stored):.1f} s (median), the lease taken after {max(kills.took):.2f} s at worst; "
        f"no list is held at the end; {spans} spans, {overlaps} overlap, {gaps} gaps; a display met {fails} answers "
        f"from 500, its figures were {max(ages):.1f} s old at worst{told(wrong)}"
    )
    what = f"kill -9 of the process that makes a call, {done} times: until another's check is stored"
    return Row(what, f"worst {worst:.2f} s", f"≤ {BOUND:.0f} s, none held for good, no overlap", met, how)


def told(wrong: list[str]) -> str:
    """Complaints of the logs, in words."""
    return f"; {len(wrong)} complaints in the logs, the first: {wrong[0]}" if wrong else "; the logs are clean"
