"""The row of conflicts: two people load the same form and send different things at the same moment.

The product under gunicorn with two workers, over one SQLite file. A silent overwrite is a pair of writes of which
both were carried out and no one was told of the other. The limit of calls is lifted.
"""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

from tests.bench.house import TOKEN
from tests.bench.table import Row
from tests.drills.house import DrillHouse, Size, until
from tests.drills.people import Fields
from tests.drills.takeover import told
from tests.drills.writers import LIMIT, OPEN, PUT, SETTLED, WEB

LATENCY = 0.05  # seconds that a call takes, so that two writes have the time to meet
VISITOR = "3d59f909-24cd-43bc-89cb-00a320617c0a"  # the vendor's sample, who is always there
PUT_VISITOR = "PUT /v4/livechat/visitors/{id}"
STATUSES = ("away", "Meeting")
WORDS = {302: "carried out", 409: "told"}
ONE_OF_TWO = ("carried out", "told")
TRIES = 3  # pairs that may be met for one in which somebody was carried out

Fill = Callable[[int, dict[str, str]], dict[str, str]]


class Two:
    """Two people at one installation, each with their own session."""

    def __init__(self, house: DrillHouse, root: str) -> None:
        self.house, self.root = house, root
        self.sessions = [self.session(cookie) for cookie in house.supervisors(2)]
        self.meeting = threading.Barrier(2)
        self.bad: list[str] = []

    @staticmethod
    def session(cookie: str) -> requests.Session:
        """A browser that is signed in."""
        session = requests.Session()
        session.trust_env = False
        session.headers["Connection"] = "close"  # so that any worker may get the next request
        name, _, value = cookie.partition("=")
        session.cookies.set(name, value)
        return session

    def meet(self, path: str, fill: Fill) -> tuple[str, ...]:
        """Both load a form, fill it in, and send it at the same moment; what became of each."""
        until(lambda: not self.house.store.number(OPEN), SETTLED, "a change stays open")
        with ThreadPoolExecutor(2) as threads:
            return tuple(sorted(threads.map(lambda number: self._one(number, path, fill), range(2))))

    def _one(self, number: int, path: str, fill: Fill) -> str:
        session, address = self.sessions[number], f"{self.root}{path}"
        form = Fields(session.get(address, timeout=40).text)
        data = fill(number, form.values)
        self.meeting.wait(40)
        answer = session.post(address, data=data, timeout=40, allow_redirects=False)
        if answer.status_code not in WORDS:
            self.bad.append(f"{answer.status_code} at {path}")
        return WORDS.get(answer.status_code, "failed")


def row(size: Size) -> Row:
    """Pairs on agents' statuses, then on one visitor's variables."""
    with DrillHouse(agents=size.pairs + 1, latency=LATENCY) as house:
        house.extra = {"DRILL_LIMIT": str(LIMIT)}
        with house.serve(WEB) as web:
            house.warm(web, house.wall)
            house.warm(web, "/agents/")
            two = Two(house, web.root)
            before = house.calls()
            statuses = pairs(size, two, [f"/agents/{key}/status/" for key in agents(house)], status)
            variables = pairs(size, two, [f"/visitors/{VISITOR}/variables/"], variable)
            until(lambda: not house.store.number(OPEN), SETTLED, "a change stays open")
        puts = sum(house.calls().get(name, 0) - before.get(name, 0) for name in (PUT, PUT_VISITOR))
        return result(statuses, variables, puts, house.store.sent(), house.complaints() + two.bad)


def agents(house: DrillHouse) -> list[str]:
    """Everybody's id."""
    address = f"http://127.0.0.1:{house.chat_port}/v4/livechat/agents"
    found: Any = requests.get(address, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=10).json()
    return [agent["id"] for agent in found]


def pairs(size: Size, two: Two, paths: list[str], fill: Fill) -> Counter[tuple[str, ...]]:
    """So many pairs in which somebody was carried out; what became of them and of the others."""
    found: Counter[tuple[str, ...]] = Counter()
    for number in range(size.pairs * TRIES):
        found[two.meet(paths[number % len(paths)], fill)] += 1
        if sum(count for pair, count in found.items() if "carried out" in pair) == size.pairs:
            break
    return found


def status(number: int, form: dict[str, str]) -> dict[str, str]:
    """Each asks for a status that neither the agent is in nor the other asks for."""
    now = form["expected"].casefold()
    choices = [one for one in ("online", *STATUSES) if one.casefold() != now]
    return form | {"status": choices[number]}


def variable(number: int, form: dict[str, str]) -> dict[str, str]:
    """Each gives the first variable their own value."""
    return form | {"form-0-value": f"{form['nonce'][:8]} of {number}", "step": "send"}


def result(
    statuses: Counter[tuple[str, ...]], variables: Counter[tuple[str, ...]], puts: int, sent: int, wrong: list[str]
) -> Row:
    """All of it in one line."""
    both = ("carried out", "carried out")
    silent = statuses[both] + variables[both]
    good = statuses[ONE_OF_TWO], variables[ONE_OF_TWO]
    rest = (statuses + variables).total() - sum(good) - silent
    how = (
        f"two people, two workers, one SQLite file, calls take {LATENCY * 1000:.0f} ms; of the pairs on statuses "
        f"{good[0]}, of those on one visitor's variable {good[1]} ended with one carried out and the other told of it; "
        f"in {rest} more pairs nobody was carried out{told(wrong)}"
    )
    return Row(
        f"{sum(good) + silent} pairs of people who write to the same target at the same moment",
        f"{silent} silent overwrites, {puts} PUTs and {sent} changes sent",
        "0 silent overwrites, PUTs = changes sent",
        not silent and not wrong and puts == sent == sum(good) > 0,
        how,
    )
