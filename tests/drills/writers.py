"""The row of writers: eight processes write one SQLite file at once, while a hundred displays poll.

Two workers of the web (people set statuses and edit the directory through its forms), two collectors, two processes
that refresh the lists without a pause and two that save entries of the directory. The limit of calls is lifted in all
of them: it would let a person write once in some seconds only.
"""

import sys
from collections import Counter
from contextlib import ExitStack
from uuid import UUID

from tests.bench.displays import EVERY
from tests.bench.load import Crowd, Outcome, request
from tests.bench.table import Row
from tests.drills.house import TUNED, DrillHouse, Size, Worker, until
from tests.drills.people import Person
from tests.drills.takeover import told

LIMIT = 1_000_000
PEOPLE = 6
WRITING = [sys.executable, "-m", "tests.drills.writing"]
WEB = "tests.drills.wsgi_tuned:application"
PUT = "PUT /v4/livechat/agents/{id}"
SETTLED = 20.0  # seconds within which the last writes are verified
OPEN = """
SELECT count(*) FROM livechat_change c WHERE NOT EXISTS
(SELECT 1 FROM livechat_outcome o WHERE o.change_id = c.id AND o.result <> 'sent')
"""


def row(size: Size) -> Row:
    """Let all of them write for a while, then count."""
    with DrillHouse(sessions=PEOPLE) as house:
        house.extra = {"DRILL_LIMIT": str(LIMIT)}
        puts = house.calls().get(PUT, 0)
        with house.serve(WEB) as web:
            house.warm(web, house.wall)
            with ExitStack() as stack:
                workers = {
                    name: stack.enter_context(house.worker(name, argv))
                    for number in (1, 2)
                    for name, argv in (
                        (f"collect-{number}", TUNED),
                        (f"refresh-{number}", [*WRITING, "refresh"]),
                        (f"names-{number}", [*WRITING, "names"]),
                    )
                }
                people = [stack.enter_context(one) for one in persons(house, web.root)]
                polls = displays(house, web.port, size)
            until(lambda: not house.store.number(OPEN), SETTLED, "a change stays open")
        puts, sent, wrong = house.calls().get(PUT, 0) - puts, house.store.sent(), house.complaints()
        ended = [f"{name} ended with {one.popen.returncode}" for name, one in workers.items() if one.popen.returncode]
        done = {name: last(one) for name, one in workers.items() if "collect" not in name}
    return result(size, people, polls, puts, sent, done, wrong + ended)


def persons(house: DrillHouse, root: str) -> list[Person]:
    """People with agents of their own each, so that they do not meet each other's conflicts."""
    found = house.store.rows("SELECT id, agent_id FROM livechat_agententry ORDER BY agent_id")
    return [
        Person(
            root,
            cookie,
            [str(UUID(key)) for _, key in found[place::PEOPLE]],
            [entry for entry, _ in found[place::PEOPLE]],
        )
        for place, cookie in enumerate(house.cookies)
    ]


def displays(house: DrillHouse, port: int, size: Size) -> Outcome:
    """The displays' polls, for as long as the row lasts."""
    head = request(house.wall)[:-4]
    with Crowd(port, size.displays, lambda line, number: head + line.tag + b"\r\n\r\n") as crowd:
        return crowd.pace(EVERY, size.writing)


def last(worker: Worker) -> int:
    """How many writes a process says it did; 0 if it says nothing."""
    lines = [line for line in worker.log.read_text().splitlines() if line.isdigit()]
    return int(lines[-1]) if lines else 0


def result(
    size: Size, people: list[Person], polls: Outcome, puts: int, sent: int, done: dict[str, int], wrong: list[str]
) -> Row:
    """All of it in one line."""
    answers = sum((one.answers for one in people), polls.statuses)
    bad = [line for one in people for line in one.bad] + wrong
    failed = sum(count for status, count in answers.items() if status >= 500)
    refreshed, named = (sum(count for name, count in done.items() if kind in name) for kind in ("refresh", "names"))
    kinds = ", ".join(f"{count} answers {status}" for status, count in sorted(Counter(answers).items()))
    met = not bad and not failed and not polls.errors and puts == sent > 0 and all(done.values())
    how = (
        f"{PEOPLE} people posted {sum(one.sent for one in people)} statuses and as many entries, 2 processes refreshed "
        f"{refreshed} times, 2 saved {named} entries, besides 2 collectors and {size.displays} displays every "
        f"{EVERY:.0f} s ({polls.missed} polls missed, p99 {polls.percentile(0.99):.0f} ms); {kinds}{told(bad)}"
    )
    locked = sum("locked" in line for line in bad)
    return Row(
        f"8 processes write one SQLite file for {size.writing:.0f} s",
        f"{locked} locked, {failed} answers from 500, {puts} PUTs and {sent} changes sent",
        "0 locked, 0 from 500, PUTs = changes sent",
        met,
        how,
    )
