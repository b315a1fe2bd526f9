"""The rows of single polls: what one costs, against a bare Django view under the same gunicorn."""

from collections.abc import Iterator

import requests

from tests.bench.house import House, Process
from tests.bench.load import Crowd, request, sequence
from tests.bench.table import Cost, Row, Scale, compare, cost

LINES = 16
EVERY = 5.0  # seconds between two polls of a person's page
PRODUCT = "config.wsgi:application"
BARE = "tests.bench.wsgi_bare:application"


def rows(scale: Scale, wanted: set[str]) -> Iterator[Row]:
    """The rows of a world in which nothing happens."""
    if not wanted & {"wall", "agents", "memory"}:
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


def hammered(house: House, server: Process, polls: list[bytes], count: int) -> Cost:
    """Back to back over a few connections."""
    with Crowd(server.port, LINES, sequence(polls)) as crowd:
        return cost(house, server, lambda: crowd.hammer(count))


def paced(house: House, server: Process, polls: list[bytes], seconds: float) -> Cost:
    """As many people's pages do it."""
    with Crowd(server.port, len(polls), lambda line, number: polls[number]) as crowd:
        return cost(house, server, lambda: crowd.pace(EVERY, seconds))


def tag_of(server: Process, path: str, cookie: str = "") -> str:
    """The version tag of a region now."""
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "Cookie": cookie}
    return requests.get(f"{server.root}{path}", headers=headers, timeout=20).headers["HX-PTag"]


def wall(scale: Scale, house: House, server: Process, bare: Process) -> Row:
    """The poll of a screen on which nothing changed."""
    poll = [request(house.wall, tag=tag_of(server, house.wall))]
    for one in (server, bare):
        hammered(house, one, poll, scale.warm_up)
    found = compare(
        scale.runs,
        lambda: hammered(house, server, poll, scale.polls),
        lambda: hammered(house, bare, poll, scale.polls),
    )
    met = found.ratio <= 1.2 and found.clean(304)
    return Row("unchanged wall poll, against a bare view", f"{found.ratio:.2f} x", "≤ 1.2 x", met, found.how)


def agents(scale: Scale, house: House, server: Process, bare: Process) -> Row:
    """The poll of a signed-in person's page on which nothing changed.

    Each person polls every 5 s, over a connection of his own. What the product remembers of a person's poll
    for some seconds comes to bear as it does in life; both ways alone are told beside it.
    """
    tag = tag_of(server, "/agents/", house.cookies[0])
    polls = [request("/agents/", tag=tag, cookie=cookie) for cookie in house.cookies]
    share = scale.sessions // scale.runs
    parts = iter([polls[at * share : (at + 1) * share] for at in range(scale.runs)])
    whole = compare(
        scale.runs,
        lambda: hammered(house, server, next(parts), share),
        lambda: hammered(house, bare, polls[:1], scale.polls // 2),
    )
    memory = compare(
        scale.runs,
        lambda: hammered(house, server, polls[:1], scale.polls // 2),
        lambda: hammered(house, bare, polls[:1], scale.polls // 2),
    )
    found = compare(
        scale.runs,
        lambda: paced(house, server, polls, 2 * EVERY),
        lambda: paced(house, bare, polls, EVERY),
    )
    how = (
        f"{len(polls)} people, a poll every {EVERY:.0f} s each: {found.how}. Back to back: "
        f"through all of Django {whole.ratio:.1f} x ({whole.how}), "
        f"remembered {memory.ratio:.2f} x ({memory.how})"
    )
    met = found.ratio <= 2.9 and all(one.clean(304) for one in (found, whole, memory))
    return Row("unchanged agents poll of a signed-in user, the same", f"{found.ratio:.2f} x", "≤ 2.9 x", met, how)


def memory(scale: Scale, house: House, server: Process) -> Row:
    """What a great many polls leave behind."""
    poll = [request(house.wall, tag=tag_of(server, house.wall))]
    hammered(house, server, poll, scale.warm_up)
    before = server.resident()
    done = hammered(house, server, poll, scale.soak)
    after = server.resident()
    grown = after / before - 1
    met = grown < 0.1 and set(done.outcome.statuses) == {304}
    how = f"all processes {before / 1e6:.0f} MB, then {after / 1e6:.0f} MB; {done.outcome.rate:.0f}/s"
    return Row(f"{scale.soak} wall polls: memory grows", f"{grown:+.1%}", "< 10 %", met, how)
