"""Measures a wall on a screen: the letters of its names, what is cut, how far it jumps, how much of it is empty."""

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

LEAST_NAME, LEAST_LONG_NAME = 1 / 24, 1 / 27  # of the screen's shorter side
MOST_SHIFT = 0.05
MOST_EMPTY = 0.05  # of the height, upright
MOST_NAMED = 24
MEASURE = (Path(__file__).parent / "measure.js").read_text()
# Run before a page: each of its jumps.
WATCH = """(() => {
  window.shifts = [];
  new PerformanceObserver((list) => list.getEntries().forEach(({ value, startTime }) =>
    window.shifts.push({ value, at: startTime }))).observe({ type: "layout-shift", buffered: true });
})()"""


@dataclass(frozen=True)
class Measures:
    """`name` and `long_name`: the smallest letters, as shares of the shorter side; 0 if there is none.

    `empty`: the share of the height in which nothing is shown. `wrong`: what is cut or overlaps.
    """

    name: float
    long_name: float
    shift: float
    empty: float
    wrong: tuple[str, ...]
    upright: bool
    phone: bool

    @property
    def faults(self) -> list[str]:
        """What misses its bound. A phone scrolls, so that only what is cut counts there."""
        found = list(self.wrong)
        if self.shift > MOST_SHIFT:
            found.append(f"it jumps by {self.shift:.3f}")
        if self.phone:
            return found
        if self.name and self.name < LEAST_NAME:
            found.append(f"names are 1/{1 / self.name:.1f}")
        if self.long_name and self.long_name < LEAST_LONG_NAME:
            found.append(f"long names are 1/{1 / self.long_name:.1f}")
        if self.upright and (self.name or self.long_name) and self.empty > MOST_EMPTY:
            found.append(f"{self.empty:.1%} of the height is empty")
        return found

    def __str__(self) -> str:
        def share(part: float) -> str:
            return f"1/{1 / part:.1f}" if part else "–"

        letters = f"names {share(self.name):>6}  long {share(self.long_name):>6}"
        return f"{letters}  CLS {self.shift:.3f}  empty {self.empty:5.1%}"


def measure(page: Page) -> Measures:
    """Measure what a page shows now."""
    found = page.evaluate(MEASURE)
    shares: dict[bool, list[float]] = {True: [], False: []}
    for each in found["names"]:
        shares[each["long"]].append(each["share"])
    return Measures(
        name=min(shares[False], default=0.0),
        long_name=min(shares[True], default=0.0),
        shift=found["shift"],
        empty=found["empty"],
        wrong=tuple(found["wrong"]),
        upright=found["upright"],
        phone=found["phone"],
    )
