"""The row of orders for many agents: the process that carries one out is ended in the middle, and another goes on.

A collector and the web's two workers serve one installation. Orders for 200 agents are started through the pages,
then the tab is closed. SIGTERM and SIGKILL take turns. Calls take a while, so that there is a middle; the limit of
calls is lifted, and a lease that stands still is taken over sooner than in the product, so that the row takes minutes.
"""

import os
import random
import re
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.bench.house import Process
from tests.bench.machine import family
from tests.bench.table import Row
from tests.drills.conflicts import Two
from tests.drills.house import TUNED, DrillHouse, Size, Worker, callers, until
from tests.drills.people import Fields
from tests.drills.takeover import told
from tests.drills.writers import LIMIT, PUT, WEB

AGENTS = 200
LATENCY = 0.1  # seconds that a call takes
TAKEOVER = 1.5  # seconds; longer than any call takes here
TICK = 0.3
PATIENCE = 90.0
LOOKS = 8  # at who is in the middle of a call
STATUSES = ("Meeting", "away", "online")  # of the orders, in turn
SIGNALS = (signal.SIGTERM, signal.SIGKILL)
UNSETTLED = """
SELECT count(*) FROM livechat_change c
WHERE (SELECT count(*) FROM livechat_outcome o WHERE o.change_id = c.id AND o.result <> 'sent') <> 1
"""
WAITING = "SELECT count(*) FROM livechat_bulkitem WHERE state = 'waiting'"
OPEN_RUNS = "SELECT count(*) FROM livechat_bulkrun WHERE ended IS NULL"
ITEMS = """
SELECT CASE WHEN i.state = 'taken' THEN o.result ELSE i.state || ': ' || COALESCE(i.note ->> 'code', '') END, count(*)
FROM livechat_bulkitem i LEFT JOIN livechat_outcome o ON o.change_id = i.change_id AND o.result <> 'sent' GROUP BY 1
"""


@dataclass(frozen=True)
class Held:
    """Where an order stands."""

    lease: int
    holder: str
    checks: int
    ended: str | None


@dataclass
class Series:
    """Orders and the ends of those who carry them out."""

    house: DrillHouse
    web: Process
    collector: Worker
    person: requests.Session
    dice: random.Random = field(default_factory=lambda: random.Random(1))
    ended: Counter[tuple[str, str]] = field(default_factory=Counter)  # (who, by which signal)
    orders: int = 0
    twice: int = 0
    took: list[float] = field(default_factory=list)  # seconds until another went on

    def order(self, size: Size) -> None:
        """One order, from its form to its end."""
        before = len(self.house.puts())
        run = self._start(STATUSES[self.orders % len(STATUSES)])
        self.orders += 1
        until(lambda: self._disturbed(run, size), PATIENCE * 10, "the order does not end")
        agents = Counter(self.house.puts()[before:])
        self.twice += sum(count > 1 for count in agents.values())

    def done(self, size: Size) -> bool:
        """Whether enough were ended by each signal."""
        return all(self._by(number) >= size.kills for number in SIGNALS)

    def _by(self, number: signal.Signals) -> int:
        return sum(count for (_, name), count in self.ended.items() if name == number.name)

    def _start(self, status: str) -> int:
        """Preview, start, close the tab; the order's number."""
        address = f"{self.web.root}/agents/bulk/"
        page = self.person.get(address, timeout=40).text
        form: dict[str, Any] = {**Fields(page).values, "status": status, "reason": f"Order {self.orders}"}
        form["pick"] = re.findall(r'name="pick" value="([^"]*)"', page)
        preview = self.person.post(address, data=form | {"step": "preview"}, timeout=40)
        form |= {"previewed": status, "step": "start"}
        answer = self.person.post(address, data=form, timeout=40, allow_redirects=False)
        if (preview.status_code, answer.status_code) != (200, 302):
            raise RuntimeError(f"the order was not taken: {preview.status_code}, {answer.status_code}")
        return int(answer.headers["Location"].strip("/").rpartition("/")[2])

    def _disturbed(self, run: int, size: Size) -> bool:
        """End the process that carries the order out, once, while ends are wanted. True if the order has ended."""
        if self._held(run).ended:
            return True
        if self.done(size):
            time.sleep(0.1)
            return False
        time.sleep(self.dice.uniform(0.0, 2.0))
        self._end(run, min(SIGNALS, key=self._by))
        return False

    def _end(self, run: int, number: signal.Signals) -> None:
        """End the process that is found in the middle of a call, and count it if the order then stood still."""
        victim = self._carrier()
        if victim is None:
            return
        os.kill(victim, number)
        who = self._gone(victim)
        at, left = time.monotonic(), self._held(run)
        if left.ended or not left.holder:
            return
        now = until(lambda: self._moved(run, left), PATIENCE, "nobody goes on with the order")
        if now.lease != left.lease:
            self.ended[who, number.name] += 1
            self.took.append(time.monotonic() - at)

    def _carrier(self) -> int | None:
        """The process that makes one call after the other: a refresh makes only one."""
        pids = [*family(self.web.popen.pid)[1:], self.collector.popen.pid]
        seen: Counter[int] = Counter()
        for _ in range(LOOKS):
            seen.update(callers(self.house.chat_port, pids))
            time.sleep(0.04)
        time.sleep(self.dice.uniform(0.0, LATENCY))  # before, in or after a call
        found = [pid for pid, times in seen.most_common(1) if times >= LOOKS // 3 + 1]
        return found[0] if found else None

    def _gone(self, pid: int) -> str:
        """Wait until a process has ended, and start a collector again; gunicorn starts its workers itself."""
        if pid == self.collector.popen.pid:
            self.collector.popen.wait(PATIENCE)
            self.collector.start()
            return "collector"
        until(lambda: pid not in family(self.web.popen.pid), PATIENCE, "a worker does not end")
        return "web"

    def _held(self, run: int) -> Held:
        found = self.house.store.rows("SELECT lease, holder, checks, ended FROM livechat_bulkrun WHERE id = ?", run)
        return Held(*found[0])

    def _moved(self, run: int, left: Held) -> Held | None:
        now = self._held(run)
        return now if now != left else None


def row(size: Size) -> Row:
    """Orders, until enough of those who carry them out were ended."""
    with DrillHouse(agents=AGENTS, latency=LATENCY) as house:
        house.extra = {"DRILL_LIMIT": str(LIMIT), "DRILL_TAKEOVER": str(TAKEOVER), "DRILL_TICK": str(TICK)}
        with house.serve(WEB) as web, house.worker("collect", TUNED) as collector:
            house.warm(web, house.wall)
            series, before = Series(house, web, collector, Two(house, web.root).sessions[0]), house.calls()
            began = time.monotonic()
            while not series.done(size):
                series.order(size)
            until(lambda: not house.store.number(UNSETTLED), PATIENCE, "a change stays open")
            seconds = time.monotonic() - began
        after = house.calls()
        puts = after.get(PUT, 0) - before.get(PUT, 0)
        return result(series, puts, seconds)


def result(series: Series, puts: int, seconds: float) -> Row:
    """All of it in one line."""
    store, wrong = series.house.store, series.house.complaints()
    sent, decided = store.sent(), store.number("SELECT count(*) FROM livechat_change")
    open_left = store.number(WAITING) + store.number(OPEN_RUNS) + store.number(UNSETTLED)
    outcomes = ", ".join(f"{count} {name}" for name, count in store.rows(ITEMS))
    victims = Counter[str]()
    for (who, _), count in series.ended.items():
        victims[who] += count
    by = {number.name: series._by(number) for number in SIGNALS}
    met = not (series.twice or open_left or wrong) and puts == sent
    how = (
        f"{series.orders} orders for {AGENTS} agents, each through the pages, nobody looks afterwards; "
        f"{victims['web']} times a worker of the web was ended, {victims['collector']} times the collector; another "
        f"went on within {max(series.took):.1f} s (a lease is taken over after {TAKEOVER} s here); agents: {outcomes}; "
        f"{decided} changes decided; {seconds / 60:.1f} minutes{told(wrong)}"
    )
    return Row(
        f"{by['SIGTERM']} SIGTERM and {by['SIGKILL']} SIGKILL of the process that carries an order out",
        f"{open_left} left open, {series.twice} agents with two PUTs in an order, {puts} PUTs and {sent} changes sent",
        "0 left open, 0 PUTs twice, PUTs = changes sent",
        met,
        how,
    )
