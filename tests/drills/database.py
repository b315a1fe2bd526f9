"""The row of databases that fail: PostgreSQL is frozen, then stopped, while displays and people look."""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import requests

from tests.bench.house import Process
from tests.bench.table import Row
from tests.drills.house import PRODUCT, ROOT, DrillHouse, Size, until
from tests.drills.viewers import Viewer
from tests.support import postgres

PATIENCE = 60.0
SILENCE = 3.0  # after which a silent connection is closed
LATE = SILENCE + 2.0  # the same on a busy machine
LINES = 3  # of log a minute: each of the two workers, and the minute that has begun
BOARD, METRICS, READY = "/agents/", "/metrics", "/readyz"


class DatabaseHouse(DrillHouse):
    """A house whose rows are in PostgreSQL."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.extra |= {"DATABASE_URL": url, "METRICS_LOOPBACK": "1"}

    def _install(self) -> None:
        migrate = [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity", "0"]
        subprocess.run(migrate, env=self.environment, cwd=ROOT, check=True)
        super()._install()


@dataclass
class Seen:
    """What was met while the database failed, by path: the statuses, and the seconds of the slowest answer."""

    statuses: dict[str, set[int]] = field(default_factory=dict)
    slowest: dict[str, float] = field(default_factory=dict)
    walls: set[int] = field(default_factory=set)
    wall_ages: list[float] = field(default_factory=list)
    retry_after: set[str] = field(default_factory=set)
    database: set[str] = field(default_factory=set)
    log: list[str] = field(default_factory=list)


def through(house: DrillHouse, web: Process, fail: Callable[[], None], mend: Callable[[], None], last: float) -> Seen:
    """Let the database fail for so many seconds, look meanwhile, and wait until all is well again."""
    seen, said = Seen(), len(web.log.read_text())
    with Viewer(web.root, house.wall, every=0.2) as viewer:
        until(lambda: len(viewer.seen) > 2, PATIENCE, "the display polls")
        fail()
        since, end = time.monotonic(), time.monotonic() + last
        try:
            while time.monotonic() < end:
                for path in (BOARD, METRICS, READY):
                    _ask(house, web, path, seen)
                time.sleep(0.1)
            met = [one for one in viewer.seen if one.at > since]
        finally:
            mend()
        seen.walls = {one.status for one in met}
        seen.wall_ages = [one.age for one in met if one.age is not None]
        seen.log = web.log.read_text()[said:].splitlines()
        before = len(viewer.seen)
        until(lambda: any((one.age or PATIENCE) < 5 for one in viewer.seen[before:]), PATIENCE, "no new figures come")
    until(lambda: all(_board(house, web).ok for _ in range(8)), PATIENCE, "the board does not come back")
    return seen


def _board(house: DrillHouse, web: Process) -> requests.Response:
    return requests.get(f"{web.root}{BOARD}", headers={"Cookie": house.cookies[0]}, timeout=PATIENCE)


def _ask(house: DrillHouse, web: Process, path: str, seen: Seen) -> None:
    headers = {"Cookie": house.cookies[0]} if path == BOARD else {}
    answer = requests.get(f"{web.root}{path}", headers=headers, timeout=PATIENCE, allow_redirects=False)
    seen.statuses.setdefault(path, set()).add(answer.status_code)
    seen.slowest[path] = max(seen.slowest.get(path, 0.0), answer.elapsed.total_seconds())
    if path == BOARD and answer.status_code == 503:
        seen.retry_after.add(answer.headers.get("Retry-After", ""))
    if path == READY:
        seen.database.add(answer.json()["database"])


def wrong(seen: Seen, last: float) -> list[str]:
    """What of it must not be."""
    found = []
    if not seen.walls <= {200, 304}:
        found.append(f"walls were answered {seen.walls}")
    if not seen.wall_ages or max(seen.wall_ages) < last - LATE:
        found.append(f"walls did not say how old their figures were: {seen.wall_ages[-3:]}")
    expected = {BOARD: {200, 503}, METRICS: {200}, READY: {200}}
    found += [f"{path} was answered {met}" for path, met in seen.statuses.items() if not met <= expected[path]]
    if "" in seen.retry_after or 503 not in seen.statuses[BOARD]:
        found.append("the board did not say when to ask again")
    if not any(word.startswith("degraded") for word in seen.database):
        found.append("/readyz did not say that the database is degraded")
    found += [f"{path} took {slow:.1f} s" for path, slow in seen.slowest.items() if slow > LATE * 2]
    if len(seen.log) > LINES * (1 + last // 60):
        found.append(f"{len(seen.log)} lines of log: {seen.log[:6]}")
    return found


def row(size: Size) -> Row:
    """Freeze it, then stop it."""
    frozen, stopped = size.frozen, size.stopped
    with (
        postgres.running() as database,
        DatabaseHouse(database.url) as house,
        house.serve(PRODUCT) as web,
    ):
        for path in (house.wall, BOARD):
            house.warm(web, path)
        in_ice = through(house, web, database.freeze, database.thaw, frozen)
        gone = through(house, web, database.stop, database.start, stopped)
    complaints = wrong(in_ice, frozen) + wrong(gone, stopped)
    slowest = max(*in_ice.slowest.values(), *gone.slowest.values())
    how = (
        f"walls were always answered, their figures {max(in_ice.wall_ages):.0f} and {max(gone.wall_ages):.0f} s old at "
        f"worst; boards said 503 with Retry-After; {len(in_ice.log)} and {len(gone.log)} lines of log"
        f"{''.join(f'; {one}' for one in complaints)}"
    )
    what = f"PostgreSQL frozen for {frozen:.0f} s, then stopped for {stopped:.0f} s: the slowest answer"
    return Row(what, f"{slowest:.2f} s", f"≤ {LATE * 2:.0f} s, no wall without figures", not complaints, how)
