"""`python -m tests.drills [--quick] [NAME ...]`: kills, silences, jumps of the clock, crowds of writers.

Prints a table, a row as soon as it is known, and writes nothing else. Ends with 1 if a row is missed, and before
anything starts if something is not installed that a drill needs and that cannot be installed here.
"""

import argparse
import signal
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from types import FrameType

from tests.bench.house import alone
from tests.bench.table import Row
from tests.drills import (
    alerts,
    cases,
    clock,
    conflicts,
    database,
    gap,
    old_browser,
    orders,
    outbox,
    polls,
    takeover,
    wall,
    writers,
)
from tests.drills.house import QUICK, Size
from tests.support import chromium, faketime, old_chromium, postgres


@dataclass(frozen=True)
class Drill:
    """What measures the row; the test that tries the same in small in `make test`; what has to be installed first."""

    row: Callable[[Size], Row]
    sibling: str
    ensure: tuple[Callable[[], object], ...] = ()


DRILLS = {
    "cases": Drill(
        cases.row, "test_of_many_cases_those_tried_are_spread_evenly_with_the_first_and_the_last", cases.NEEDS
    ),
    "takeover": Drill(takeover.row, "test_a_killed_holder_is_succeeded_judged_by_a_lease_that_stands_still"),
    "gap": Drill(gap.row, "test_a_gap_in_the_watching_is_written_down"),
    "polls": Drill(polls.row, "test_unchanged_polls_leave_nothing_behind_in_memory"),
    "clock": Drill(clock.row, "test_ages_are_not_bent_by_the_systems_clock", (faketime.ensure,)),
    "writers": Drill(writers.row, "test_many_who_write_at_once_wait_for_each_other_and_nobody_is_refused"),
    "wall": Drill(wall.row, "test_a_hundred_refreshes_do_not_make_the_page_larger", (chromium.ensure,)),
    "old_browser": Drill(old_browser.row, "test_the_walls_scripts_are_old_javascript", (old_chromium.ensure,)),
    "conflicts": Drill(conflicts.row, "test_of_a_hundred_pairs_at_the_same_moment_none_overwrites_the_other"),
    "database": Drill(
        database.row, "test_a_frozen_postgresql_hangs_nobody_and_walls_show_their_last_figures", (postgres.ensure,)
    ),
    "orders": Drill(orders.row, "test_a_bulk_change_whose_process_was_killed_goes_on_and_sends_nothing_twice"),
    "outbox": Drill(outbox.row, "test_whoever_sends_may_be_killed_at_any_seam_and_all_is_told_all_the_same"),
    "alerts": Drill(alerts.row, "test_alerts_fire_and_end_when_the_truth_says_within_one_interval"),
}


def main() -> int:
    """Run what was asked for; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.drills")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these drills: {' '.join(DRILLS)}")
    parser.add_argument("--quick", action="store_true", help="shorter runs, to try things out; not for the record")
    given = parser.parse_args()
    unknown = set(given.names) - set(DRILLS)
    if unknown:
        parser.error(f"there is no drill {' '.join(sorted(unknown))}")
    wanted = {name: drill for name, drill in DRILLS.items() if name in given.names or not given.names}
    install(wanted)
    signal.signal(signal.SIGTERM, stop)
    with ExitStack() as stack:
        try:
            stack.enter_context(alone())  # two at once might take the same ports
        except OSError as error:
            sys.exit(f"another drill or a bench is running, or its port is taken: {error}")
        return run(QUICK if given.quick else Size(), wanted)


def install(wanted: dict[str, Drill]) -> None:
    """Install what these drills need. Exits with 1 and one line of all that is missing and cannot be installed."""
    missing = []
    for ensure in dict.fromkeys(ensure for drill in wanted.values() for ensure in drill.ensure):
        try:
            ensure()
        except SystemExit as reason:
            missing.append(str(reason))
    if missing:
        sys.exit(" ".join(missing))


def run(size: Size, wanted: dict[str, Drill]) -> int:
    """Print the table, each row as soon as it is known; the exit status."""
    began, missed = time.monotonic(), []
    say("| what | measured | must reach | | how |\n| --- | --- | --- | --- | --- |")
    for name, drill in wanted.items():
        found = drill.row(size)
        say(str(found))
        missed += [] if found.met else [name]
    say(f"\nTook {(time.monotonic() - began) / 60:.1f} minutes{'; missed: ' if missed else ''}{' '.join(missed)}.")
    return 1 if missed else 0


def say(text: str) -> None:
    """Print at once, so that a row is seen when it is known."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def stop(number: int, frame: FrameType | None) -> None:
    """End in order, with every process that was started."""
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
