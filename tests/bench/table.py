"""The table that the bench prints, and the conditions it was made under."""

import operator
import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from importlib.metadata import version

import gunicorn

from tests.bench import machine
from tests.bench.house import House, Process
from tests.bench.load import Outcome


@dataclass(frozen=True)
class Scale:
    """How long and how often things are measured."""

    runs: int = 5
    polls: int = 6_000  # requests of one run, back to back
    sessions: int = 1_000
    paced: float = 60.0  # seconds that the displays are watched
    search: float = 20.0  # seconds that one number of displays is tried
    soak: int = 200_000
    warm_up: int = 6_000
    news: float = 1.0  # of the changes that are made


QUICK = Scale(runs=3, polls=1_500, sessions=300, paced=12.0, search=6.0, soak=10_000, warm_up=2_000, news=0.4)


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    what: str
    measured: str
    bound: str
    met: bool
    how: str

    def __str__(self) -> str:
        return f"| {self.what} | {self.measured} | {self.bound} | {'met' if self.met else 'MISSED'} | {self.how} |"


def head(scale: Scale) -> str:
    """The conditions, and the table's head."""
    load = " ".join(f"{figure:.1f}" for figure in os.getloadavg())
    nice = os.getpriority(os.PRIO_PROCESS, 0)
    began = time.process_time()
    sum(range(5_000_000))
    pace = (time.process_time() - began) * 1000
    return (
        f"{os.cpu_count()} cores, load average before the start {load} (1, 5, 15 minutes); "
        f"Python {platform.python_version()}, Django {version('django')}, gunicorn {gunicorn.__version__}, "
        f"2 workers x 16 threads (config/gunicorn.py), SQLite; the load runs on the same machine"
        f"{f', all at nice {nice}' if nice else ''}. Adding up 5 million numbers takes {pace:.0f} ms here.\n"
        f"Medians of {scale.runs}. CPU is user and system time of the server's processes; "
        "other work is what everybody else on the machine took meanwhile.\n\n"
        "| what | measured | must reach | | how |\n| --- | --- | --- | --- | --- |"
    )


@dataclass(frozen=True)
class Cost:
    """What a load cost the server: seconds of CPU, and how many cores other work took meanwhile."""

    outcome: Outcome
    spent: float
    others: float

    def __add__(self, more: "Cost") -> "Cost":
        """Both together."""
        return Cost(self.outcome + more.outcome, self.spent + more.spent, max(self.others, more.others))

    @property
    def each(self) -> float:
        """Microseconds of CPU per answer."""
        return self.spent / max(1, self.outcome.answers) * 1e6


def cost(house: House, server: Process, work: Callable[[], Outcome]) -> Cost:
    """Run a load and see what it cost."""
    ours = [os.getpid(), *server.pids, *(house.chat.pids if house.chat else ())]
    before, used = machine.busy(ours), server.cpu()
    outcome = work()
    used, after = server.cpu() - used, machine.busy(ours)
    return Cost(outcome, used, machine.others(before, after))


@dataclass(frozen=True)
class Comparison:
    """One server against the yardstick, run about, by the median of the runs' ratios."""

    mine: list[Cost]
    bare: list[Cost]

    @property
    def ratio(self) -> float:
        """How many times the yardstick's CPU."""
        return statistics.median(one.each / other.each for one, other in zip(self.mine, self.bare, strict=True))

    @property
    def total(self) -> float:
        """The same of all runs together."""
        return reduce(operator.add, self.mine).each / reduce(operator.add, self.bare).each

    def clean(self, status: int) -> bool:
        """Whether every answer was the one that is meant to be measured."""
        return all(set(one.outcome.statuses) == {status} and not one.outcome.missed for one in self.mine)

    @property
    def how(self) -> str:
        """Both sides' CPU and rate."""
        parts = [
            f"{name} {statistics.median(one.each for one in runs):.0f} µs, "
            f"{statistics.median(one.outcome.rate for one in runs):.0f}/s"
            for name, runs in (("it", self.mine), ("bare view", self.bare))
        ]
        load = statistics.median(one.others for one in (*self.mine, *self.bare))
        return f"{'; '.join(parts)}; other work {load:.1f} cores"


def compare(runs: int, slices: int, mine: Callable[[], Cost], bare: Callable[[], Cost]) -> Comparison:
    """Each run asks both in turn, in slices: what else the machine does meets both alike."""
    found = Comparison([], [])
    for _ in range(runs):
        pairs = [(mine(), bare()) for _ in range(slices)]
        found.mine.append(reduce(operator.add, (one for one, _ in pairs)))
        found.bare.append(reduce(operator.add, (other for _, other in pairs)))
    return found
