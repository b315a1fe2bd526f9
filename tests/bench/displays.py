"""The rows of many displays, and of the plain way beside them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import requests

from tests.bench.house import TOKEN, House, Process
from tests.bench.load import Crowd, request
from tests.bench.polls import BARE, against
from tests.bench.table import Cost, Row, Scale, cost

EVERY = 2.0  # seconds between two polls of a display, and between two changes
LATENCY = 0.1
HANG = 600.0
SETTLE = 12.0  # seconds until every call under way hangs, and the first has given up
CALLS = {"GET /v4/livechat/agents": EVERY, "GET /v4/livechat/visitors": 5.0}  # and the interval of each
MANY = 1_000
ENOUGH, MORE, FEWER = 2_500, (3_000, 4_000, 5_000, 6_000), (2_000, 1_500, 1_000)
PLAIN_SIZES = (25, 50, 75, 100, 125, 150, 200, 250, 300, 400, 500)
QUIET = 0.3  # cores that other work may take before the wider bound holds
FAST = "tests.bench.wsgi_fast:application"
PLAIN = "tests.bench.wsgi_plain:application"
NAMES = ("changed", "displays", "hang", "plain")


def rows(scale: Scale, wanted: set[str]) -> Iterator[Row]:
    """The rows of a world that changes every 2 s."""
    if not wanted & set(NAMES):
        return
    with House(agents=50, visitors=200, latency=LATENCY) as house, changing(house):
        with house.serve(FAST) as server:
            house.warm(server, house.wall)
            if "changed" in wanted:
                yield changed(scale, house, server)
            if "displays" in wanted:
                row, at_many = many(scale, house, server, "")
                yield replace(row, how=f"{row.how}; {floor(scale, house)}")
                yield growth(scale, house, server, at_many)
            if wanted & {"displays", "plain"}:
                mine = held(scale, house, server)
                yield most(mine, "")
            if "hang" in wanted:
                yield from hang(scale, house, server)
        if "plain" in wanted:
            yield plain(scale, house, mine)


@contextmanager
def changing(house: House) -> Iterator[None]:
    """Let an agent's status change every 2 s, as if somebody at Comm100 did it."""
    over = threading.Event()
    chat = house.chat
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    base = f"http://127.0.0.1:{house.chat_port}/v4/livechat/agents"
    assert chat is not None
    agents = [agent["id"] for agent in requests.get(base, headers=bearer, timeout=10).json()]

    def work() -> None:
        turn = 0
        while not over.wait(EVERY):
            agent, status = agents[turn % len(agents)], ("away", "online")[turn // len(agents) % 2]
            turn += 1
            try:
                requests.put(f"{base}/{agent}", json={"status": status}, headers=bearer, timeout=1)
            except requests.RequestException:
                continue  # it hangs, or is being started again

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def changed(scale: Scale, house: House, server: Process) -> Row:
    """The poll of a screen on which something changed: the fragment, made once for all screens."""
    with house.serve(BARE) as bare:
        poll = [request(house.wall, tag="old")]
        against(house, server, bare, poll, 1, scale.warm_up)
        found = against(house, server, bare, poll, scale.runs, scale.polls)
    met = found.ratio <= 1.6 and found.clean(200)
    size = found.mine[0].outcome.bytes / found.mine[0].outcome.answers
    how = f"{found.how}; {size:.0f} bytes; the figures change every 2 s meanwhile"
    return Row("changed wall refresh, 50 agents, the same", f"{found.ratio:.2f} x", "≤ 1.6 x", met, how)


def watch(
    house: House, server: Process, displays: int, seconds: float, warm: float = 2 * EVERY
) -> tuple[Cost, dict[str, int]]:
    """Let so many displays poll; what it cost, and the calls that Comm100 had of each kind."""
    head = request(house.wall)[:-4]
    with Crowd(server.port, displays, lambda line, number: head + line.tag + b"\r\n\r\n") as crowd:
        crowd.obey(EVERY, warm)
        before = house.calls()
        found = cost(house, server, lambda: crowd.obey(EVERY, seconds))
        after = house.calls()
    return found, {name: after.get(name, 0) - before.get(name, 0) for name in CALLS}


def fine(found: Cost) -> bool:
    """Whether every poll was answered, and with 200 or 304."""
    outcome = found.outcome
    return not outcome.missed and not outcome.errors and set(outcome.statuses) <= {200, 304}


def told(found: Cost) -> str:
    """How it went, in words."""
    outcome = found.outcome
    kinds = ", ".join(f"{count} answers {status}" for status, count in sorted(outcome.statuses.items()))
    return (
        f"{outcome.missed} missed, {outcome.errors} errors; {kinds}; {outcome.rate:.0f}/s, {found.each:.0f} µs a poll; "
        f"p50 {outcome.percentile(0.5):.0f} ms; other work {found.others:.1f} cores"
    )


def many(scale: Scale, house: House, server: Process, name: str, warm: float = 2 * EVERY) -> tuple[Row, Cost]:
    """1,000 displays for a minute."""
    found, calls = watch(house, server, MANY, scale.paced, warm)
    p99 = found.outcome.percentile(0.99)
    bound = 50 if found.others < QUIET else 250
    spent = found.spent / MANY / (scale.paced / 60)
    spare = all(calls[route] <= scale.paced / every + 1 for route, every in CALLS.items())
    counts = ", ".join(f"{count} {route.rpartition('/')[2]}" for route, count in calls.items())
    row = Row(
        f"{MANY} displays every 2 s for {scale.paced:.0f} s{name}",
        f"{found.outcome.missed} missed, p99 {p99:.0f} ms, {sum(calls.values())} calls, {spent:.4f} s",
        f"0 missed, p99 ≤ {bound} ms, ≤ 1 call per interval, ≤ 0.025 s of CPU per display-minute",
        fine(found) and p99 <= bound and spare and spent <= 0.025,
        f"{told(found)}; calls: {counts}",
    )
    return row, found


def floor(scale: Scale, house: House) -> str:
    """What the bare view costs at the same pace: gunicorn's own part, which no answer can be cheaper than."""
    with house.serve(BARE) as server:
        found, _ = watch(house, server, MANY, scale.search)
    spent = found.spent / MANY / (scale.search / 60)
    return f"a bare view that answers 204, at the same pace: {spent:.4f} s, {found.each:.0f} µs"


@dataclass
class TtlCache:
    """How many displays a server holds at p99 < 1 s, and the calls to Comm100 that it makes a minute with them."""

    house: House
    server: Process
    seconds: float
    number: int = 0
    calls: float = 0.0
    tries: list[str] = field(default_factory=list)

    def holds(self, displays: int) -> bool:
        """Try a number of displays."""
        found, calls = watch(self.house, self.server, displays, self.seconds)
        p99 = found.outcome.percentile(0.99)
        good = fine(found) and p99 < 1000
        self.tries.append(f"{displays}: p99 {p99:.0f} ms, {found.outcome.missed} missed, {found.each:.0f} µs a poll")
        if good and displays > self.number:
            self.number, self.calls = displays, sum(calls.values()) / self.seconds * 60
        return good


def held(scale: Scale, house: House, server: Process) -> TtlCache:
    """The largest number of displays that the product holds, of a few."""
    found = TtlCache(house, server, scale.search)
    if found.holds(ENOUGH):
        all(found.holds(size) for size in MORE)
    else:
        any(found.holds(size) for size in FEWER)
    return found


def most(found: TtlCache, name: str) -> Row:
    """The row of it."""
    return Row(
        f"displays held at p99 < 1 s{name}",
        str(found.number),
        f"≥ {ENOUGH}",
        found.number >= ENOUGH,
        f"{found.seconds:.0f} s each: {'; '.join(found.tries)}",
    )


def hang(scale: Scale, house: House, server: Process) -> Iterator[Row]:
    """The same while no call to Comm100 is answered."""
    house.close_chat()
    house.open_chat(HANG)
    name = ", Comm100 hanging on every call"
    yield many(scale, house, server, name, warm=SETTLE)[0]
    yield most(held(scale, house, server), name)
    house.close_chat()
    house.open_chat(LATENCY)


def growth(scale: Scale, house: House, server: Process, at_many: Cost) -> Row:
    """What a poll costs with a tenth of the displays, and with all."""
    few, _ = watch(house, server, MANY // 10, scale.search)
    ratio = at_many.each / few.each
    return Row(
        f"growth: CPU per poll, {MANY // 10} → {MANY} displays",
        f"{ratio:.2f} x",
        "≤ 1.3 x",
        ratio <= 1.3 and fine(few),
        f"{few.each:.0f} → {at_many.each:.0f} µs, refreshing and rendering included; other work {few.others:.1f} cores",
    )


def plain(scale: Scale, house: House, mine: TtlCache) -> Row:
    """Against the plain way: how many displays it holds, and at how many calls."""
    with house.serve(PLAIN, "--threads", "64") as server:
        other = TtlCache(house, server, scale.search / 2)
        all(other.holds(size) for size in PLAIN_SIZES)
    ratio, calls = mine.number / max(1, other.number), mine.calls / max(1.0, other.calls)
    return Row(
        "displays held, against the plain way (2 x 64 threads)",
        f"{ratio:.0f} x as many, 1/{1 / calls if calls else 0:.0f} of the calls",
        "≥ 10 x as many, ≤ 1/100 of the calls",
        ratio >= 10 and calls <= 0.01,
        f"{mine.number} at {mine.calls:.0f} calls a minute, plain {other.number} at {other.calls:.0f}; "
        f"plain, {other.seconds:.0f} s each: {'; '.join(other.tries)}",
    )
