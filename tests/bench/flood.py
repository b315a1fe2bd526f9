"""The row of a flood of hints. `python -m tests.bench.flood PORT SECRET`: sends one."""

import subprocess
import sys

from tests.bench.house import House, Process
from tests.bench.load import Crowd, Outcome, request
from tests.bench.table import Row
from tests.support.prepared import ROOT

SENDERS, EVERY, SECONDS = 100, 0.1, 10.0  # 1,000 hints a second
DISPLAYS, DISPLAYS_EVERY = 100, 1.0
PRODUCT = "config.wsgi:application"
LISTS = ("GET /v4/livechat/agents", "GET /v4/livechat/visitors")
MARGIN_MS = 50
STEADY = len(LISTS) * ((SECONDS + 2) / 5 + 1)  # calls that come anyway


def send(port: int, secret: str) -> Outcome:
    """Send hints of every kind."""
    body = b'{"event": "chat_started"}'
    head = f"POST /hooks/{secret}/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {len(body)}\r\n\r\n"
    with Crowd(port, SENDERS, lambda _line, _number: head.encode() + body) as crowd:
        return crowd.pace(EVERY, SECONDS)


def polled(house: House, server: Process, *, flooded: bool) -> tuple[Outcome, int, str]:
    """Let walls poll for a while: how it went, the calls for lists meanwhile, and what the flood says of itself."""
    head = request(house.wall)[:-4]
    before = house.calls()
    argv = [sys.executable, "-m", "tests.bench.flood", str(server.port), house.hook]
    flood = subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True) if flooded else None
    with Crowd(server.port, DISPLAYS, lambda line, _number: head + line.tag + b"\r\n\r\n") as crowd:
        found = crowd.pace(DISPLAYS_EVERY, SECONDS + 2)
    said = flood.communicate(timeout=120)[0].strip() if flood else ""
    after = house.calls()
    return found, sum(after.get(name, 0) - before.get(name, 0) for name in LISTS), said


def row(house: House) -> Row:
    """A flood for 10 s, and the same time without one."""
    with house.serve(PRODUCT) as server:
        house.warm(server, house.wall)
        calm, usual, _ = polled(house, server, flooded=False)
        flooded, calls, said = polled(house, server, flooded=True)
    before, during = (outcome.percentile(0.99) for outcome in (calm, flooded))
    extra = calls - usual
    fine = not flooded.missed and not flooded.errors and set(flooded.statuses) <= {200, 304}
    return Row(
        f"1,000 hints a second for {SECONDS:.0f} s, {DISPLAYS} walls that poll every {DISPLAYS_EVERY:.0f} s",
        f"{extra} calls more; p99 of the walls' polls {before:.0f} ms without, {during:.0f} ms with",
        f"≤ 1 call a second beside the steady ones, p99 ≤ {MARGIN_MS} ms more, none missed",
        fine and calls <= STEADY + SECONDS + 2 and during <= before + MARGIN_MS,
        f"the flood: {said}; calls {usual} without, {calls} with; 60 in 5 minutes are its share (tests/test_hooks.py)",
    )


if __name__ == "__main__":
    sent = send(int(sys.argv[1]), sys.argv[2])
    print(f"{sent.answers} answers, {dict(sent.statuses)}, p99 {sent.percentile(0.99):.0f} ms, {sent.missed} missed")
