"""The rows of single polls: what one costs, against a bare Django view under the same gunicorn."""

from collections.abc import Iterator
from contextlib import ExitStack

import requests

from tests.bench.house import House, Process
from tests.bench.load import Crowd, request, sequence
from tests.bench.table import Comparison, Row, Scale, compare, cost

LINES = 16
SLICES = 10
EVERY = 5.0  # seconds between two polls of a person's page
PRODUCT = "config.wsgi:application"
BARE = "tests.bench.wsgi_bare:application"
NAMES = ("wall", "agents", "memory")


def rows(scale: Scale, wanted: set[str]) -> Iterator[Row]:
    """The rows of a world in which nothing happens."""
    if not wanted & set(NAMES):
        return
    with (
        House(agents=50, visitors=200, sessions=scale.sessions) as house,
        house.serve(PRODUCT) as server,
        house.serve(BARE) as bare,
    ):
        house.warm(server, house.wall)
        house.warm(server, "/agents/")
        if "wall" in wanted:
            yield wall(scale, house, server, bare)
        if "agents" in wanted:
            yield agents(scale, house, server, bare)
        if "memory" in wanted:
            yield memory(scale, house, server)


def against(
    house: House, server: Process, bare: Process, polls: list[bytes], runs: int, each: int, slices: int = SLICES
) -> Comparison:
    """Ask both the same back to back over a few connections, `each` times a run; the polls in turn."""
    with ExitStack() as stack:
        asked = sequence(polls)
        mine, other = (stack.enter_context(Crowd(one.port, LINES, asked)) for one in (server, bare))
        return compare(
            runs,
            slices,
            lambda: cost(house, server, lambda: mine.hammer(each // slices)),
            lambda: cost(house, bare, lambda: other.hammer(each // slices)),
        )


def paced(house: House, server: Process, bare: Process, polls: list[bytes], runs: int) -> Comparison:
    """Ask both as people's pages do: each has a connection that stays, and polls every 5 s; two polls a run."""
    with ExitStack() as stack:
        crowds = (Crowd(one.port, len(polls), lambda line, number: polls[number]) for one in (server, bare))
        mine, other = (stack.enter_context(crowd) for crowd in crowds)
        mine.pace(EVERY, EVERY)
        return compare(
            runs,
            1,
            lambda: cost(house, server, lambda: mine.pace(EVERY, 2 * EVERY)),
            lambda: cost(house, bare, lambda: other.pace(EVERY, EVERY)),
        )


def tag_of(server: Process, path: str, cookie: str = "") -> str:
    """The version tag of a region now."""
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "Cookie": cookie}
    return requests.get(f"{server.root}{path}", headers=headers, timeout=20).headers["HX-PTag"]


def wall(scale: Scale, house: House, server: Process, bare: Process) -> Row:
    """The poll of a screen on which nothing changed."""
    poll = [request(house.wall, tag=tag_of(server, house.wall))]
    against(house, server, bare, poll, 1, scale.warm_up)
    found = against(house, server, bare, poll, scale.runs, scale.polls)
    met = found.ratio <= 1.2 and found.clean(304)
    return Row("unchanged wall poll, against a bare view", f"{found.ratio:.2f} x", "≤ 1.2 x", met, found.how)


def agents(scale: Scale, house: House, server: Process, bare: Process) -> Row:
    """The poll of a signed-in person's page on which nothing changed.

    Each person polls every 5 s, over their own connection, so what the product remembers of a person for some
    seconds comes to bear as it does in life; it looks again from time to time, at everybody in the same run, so all
    runs count together. Both ways alone are told beside it.
    """
    tag = tag_of(server, "/agents/", house.cookies[0])
    polls = [request("/agents/", tag=tag, cookie=cookie) for cookie in house.cookies]
    whole = against(house, server, bare, polls, scale.runs, len(polls) // scale.runs // 2, slices=1)
    remembered = against(house, server, bare, polls[:1], scale.runs, scale.polls // 2)
    found = paced(house, server, bare, polls, scale.runs)
    ratio = found.total
    how = (
        f"{len(polls)} people, a poll every {EVERY:.0f} s each, all runs together (their median {found.ratio:.2f} x): "
        f"{found.how}. Back to back: "
        f"through all of Django {whole.ratio:.1f} x ({whole.how}); "
        f"remembered {remembered.ratio:.2f} x ({remembered.how})"
    )
    met = ratio <= 2.9 and all(one.clean(304) for one in (found, whole, remembered))
    return Row("unchanged agents poll of a signed-in user, the same", f"{ratio:.2f} x", "≤ 2.9 x", met, how)


def memory(scale: Scale, house: House, server: Process) -> Row:
    """What a great many polls leave behind."""
    with Crowd(server.port, LINES, sequence([request(house.wall, tag=tag_of(server, house.wall))])) as crowd:
        crowd.hammer(scale.warm_up)
        before = server.resident()
        done = crowd.hammer(scale.soak)
        after = server.resident()
    grown = after / before - 1
    met = grown < 0.1 and set(done.statuses) == {304}
    how = f"all processes {before / 1e6:.0f} MB, then {after / 1e6:.0f} MB; {done.rate:.0f}/s"
    return Row(f"{scale.soak} wall polls: memory grows", f"{grown:+.1%}", "< 10 %", met, how)
