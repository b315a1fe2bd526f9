"""The rows of the visitors' page at 10,000 visitors."""

import statistics
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import requests

from tests.bench.house import TOKEN, House, Process
from tests.bench.load import Crowd, request, sequence
from tests.bench.table import Row, Scale, cost

MANY, FEW = 10_000, 1_000
COLD = "tests.bench.wsgi_cold:application"
PRODUCT = "config.wsgi:application"
SORTS = ("status", "name", "wait", "place", "department", "page", "visits", "chats", "pages", "email", "landing_page",
         "id", "visit_time", "variable:Cart value")  # fmt: skip
PAGES = ("1", "10", "99999")  # the last is the nearest there is
NAMES = ("visitors", "page-growth")


@dataclass(frozen=True)
class View:
    """What one view of the page cost: CPU and elapsed time in ms, and bytes on the wire with the headers."""

    query: str
    cpu: float
    elapsed: float
    size: int
    others: float


def rows(scale: Scale, wanted: set[str]) -> Iterator[Row]:
    """The rows of a busy site."""
    if not wanted & set(NAMES):
        return
    with House(agents=50, visitors=MANY) as house:
        if "visitors" in wanted:
            yield from views(scale, house)
        many = page(scale, house) if "page-growth" in wanted else 0.0
    if "page-growth" in wanted:
        with House(agents=50, visitors=FEW) as house:
            few = page(scale, house)
        ratio = many / few
        how = f"{few:.1f} → {many:.1f} ms of CPU, the whole page, its order kept as between two versions"
        what = f"growth: CPU per visitors page, {FEW} → {MANY} visitors"
        yield Row(what, f"{ratio:.2f} x", "≤ 1.5 x", ratio <= 1.5, how)


def views(scale: Scale, house: House) -> Iterator[Row]:
    """The worst view, and the largest refresh: every order first, then every filter and page in the worst of them."""
    with house.serve(COLD) as server:
        house.warm(server, "/visitors/")
        orders = [f"{sign}{sort}" for sort in SORTS for sign in ("", "-")]
        found = [view(house, server, {"sort": order}, scale.runs) for order in orders]
        slowest = {"sort": orders[found.index(max(found, key=lambda one: one.cpu))]}
        for chosen in filters(house):
            found += [view(house, server, chosen | slowest | {"page": number}, scale.runs) for number in PAGES]
        packed = view(house, server, {"sort": "status"}, 1, encoding="gzip")
    worst, largest = max(found, key=lambda one: one.cpu), max(found, key=lambda one: one.size)
    others = statistics.median(one.others for one in found)
    yield Row(
        f"visitors page at {MANY} visitors: worst filter + sort + page",
        f"{worst.cpu:.0f} ms",
        "≤ 60 ms",
        worst.cpu <= 60,
        f"median CPU, nothing kept but the figures, of {len(found)} views; {worst.elapsed:.0f} ms elapsed; "
        f"?{worst.query}; the median view {statistics.median(one.cpu for one in found):.0f} ms; "
        f"other work {others:.1f} cores",
    )
    yield Row(
        "the largest refresh of it on the wire",
        f"{largest.size / 1024:.1f} KB",
        "≤ 8 KB",
        largest.size <= 8192,
        f"100 rows, Brotli, with headers; ?{largest.query}; the first page {found[0].size / 1024:.1f} KB, "
        f"{packed.size / 1024:.1f} KB with gzip",
    )


def filters(house: House) -> list[dict[str, str]]:
    """What may be chosen: the values that most visitors have, and searches that find many."""
    address = f"http://127.0.0.1:{house.chat_port}/v4/livechat/visitors"
    people = requests.get(address, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60).json()
    country, department = (
        Counter(person[name] for person in people if person.get(name)).most_common(1)[0][0]
        for name in ("country", "departmentId")
    )
    single = [{"q": "a"}, {"q": "com e a"}, {"status": "site"}, {"country": country}, {"department": department}]
    return [*single, {"q": "e", "status": "site", "country": country}]


def view(house: House, server: Process, chosen: dict[str, str], runs: int, encoding: str = "br") -> View:
    """A changed refresh of the page, some times."""
    query = urlencode(chosen)
    poll = request(f"/visitors/?{query}", tag="old", cookie=house.cookies[0])
    poll = poll.replace(b"gzip, deflate, br", encoding.encode())
    with Crowd(server.port, 1, sequence([poll])) as crowd:
        crowd.hammer(1)
        costs = [cost(house, server, lambda: crowd.hammer(1)) for _ in range(runs)]
    for one in costs:
        if set(one.outcome.statuses) != {200}:
            raise RuntimeError(f"/visitors/?{query} was answered {one.outcome.statuses}")
    return View(
        query,
        statistics.median(one.each for one in costs) / 1000,
        statistics.median(one.outcome.waits[0] for one in costs) * 1000,
        costs[0].outcome.bytes,
        statistics.median(one.others for one in costs),
    )


def page(scale: Scale, house: House) -> float:
    """Median ms of CPU of the whole page."""
    whole = f"GET /visitors/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {house.cookies[0]}\r\n\r\n".encode()
    with house.serve(PRODUCT) as server:
        house.warm(server, "/visitors/")
        with Crowd(server.port, 1, sequence([whole])) as crowd:
            crowd.hammer(3)
            costs = [cost(house, server, lambda: crowd.hammer(1)) for _ in range(scale.runs * 5)]
    return statistics.median(one.each for one in costs) / 1000
