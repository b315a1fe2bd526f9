"""The row of gaps: the only collector dies, is silent for longer than a gap takes to be one, and comes back.

Once with the product as it is, then many times with a collector to whom a few seconds are a gap (`tuned`).
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.bench.displays import changing
from tests.bench.table import Row
from tests.drills.house import COLLECT, TUNED, DrillHouse, Size, Worker, until
from tests.drills.store import Held, Silence

WATCHED = 150.0  # 2.5 intervals of the collector while nobody looks, as in livechat.record.watches
SHORT, RECORD = 4.0, 1.6  # instead of 150 and 60 s
MARGIN = 0.3
PATIENCE = 60.0


@dataclass
class Story:
    """What the history of one house tells."""

    gaps: Counter[str]
    spans: int
    faults: list[str]


def row(size: Size) -> Row:
    """One silence as long as the product's own, then the short ones."""
    long = story(COLLECT, {}, WATCHED, 1)
    short = story(TUNED, {"DRILL_WATCHED": str(SHORT), "DRILL_RECORD": str(RECORD)}, SHORT, size.silences)
    kills, gaps, faults = 1 + size.silences, long.gaps + short.gaps, long.faults + short.faults
    met = not faults and gaps == Counter(agents=kills, visitors=kills)
    how = (
        f"one silence longer than the product's {WATCHED:.0f} s, {size.silences} longer than {SHORT:.0f} s with the "
        "constant changed; each gap begins at the last check before the kill and ends at the first after it, to the "
        f"microsecond; {long.spans + short.spans} spans, none overlap; {'; '.join(faults) or 'the logs are clean'}"
    )
    measured = ", ".join(f"{count} of {kind}" for kind, count in sorted(gaps.items()))
    return Row(f"{kills} silences of the only collector: gaps", measured, "exactly one each, bounds right", met, how)


def story(argv: list[str], extra: dict[str, str], watched: float, times: int) -> Story:
    """Let a collector work, kill it, let it be silent, start it again; so many times."""
    with DrillHouse() as house, changing(house):
        house.extra = extra
        faults = []
        with house.worker("collect", argv) as collector:
            first(house, None)
            for _ in range(times):
                faults += silence(house, collector, watched)
        store = house.store
        pairs = store.overlaps() + store.backwards()
        faults += [f"{pairs} spans overlap or end before they begin"] if pairs else []
        return Story(Counter(gap.kind for gap in store.gaps()), store.spans(), faults + house.complaints())


def silence(house: DrillHouse, collector: Worker, watched: float) -> list[str]:
    """One kill and its gap of each kind; what is wrong with it."""
    known = len(house.store.gaps())
    collector.kill()
    before = house.store.lists()
    over = max(at(one) for one in before.values()) + timedelta(seconds=watched + MARGIN)
    until(lambda: datetime.now(UTC) > over, watched + PATIENCE, "the time does not pass", every=0.1)
    collector.start()
    after = first(house, before)
    expected = {Silence(kind, at(before[kind]), at(after[kind])) for kind in before}
    found = house.store.gaps()[known:]
    if set(found) == expected and len(found) == len(expected):
        return []
    return [f"expected {sorted(map(str, expected))}, found {sorted(map(str, found))}"]


def first(house: DrillHouse, before: dict[str, Held] | None) -> dict[str, Held]:
    """Each list at its first check after those known."""
    found: dict[str, Held] = {}

    def done() -> bool:
        for kind, one in house.store.lists().items():
            if kind not in found and one.checked and (before is None or one.checks != before[kind].checks):
                found[kind] = one
        return len(found) == 2

    until(done, PATIENCE, "the collector does not come back")
    return found


def at(one: Held) -> datetime:
    """When a list was last checked."""
    assert one.checked is not None
    return one.checked
