"""The rows of a wall's weight on the wire. It has 50 agents, and names the first who need a look."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import requests

from tests.bench.house import House
from tests.bench.polls import PRODUCT
from tests.bench.table import Row, Scale
from tests.support.pages import PARTIAL

AGENTS = 50
NAMES = ("weight",)


@dataclass(frozen=True)
class Weight:
    """The bytes of an answer as they came, with Brotli if that helps."""

    head: int
    body: int
    encoding: str

    @property
    def all(self) -> int:
        """Both together."""
        return self.head + self.body


def rows(scale: Scale, wanted: set[str]) -> Iterator[Row]:
    """The page with all that it loads, and a refresh in which everything is new."""
    if not wanted & set(NAMES):
        return
    with House(agents=AGENTS, visitors=200, on=True) as house, house.serve(PRODUCT) as server:
        house.warm(server, house.wall)
        address = f"{server.root}{house.wall}"
        page = requests.get(address, timeout=20).text
        if '<th scope="row">' not in page:
            raise RuntimeError("they are not so many that teams are shown")
        parts = assets(page)
        total = sum(weigh(each).all for each in (address, *(f"{server.root}{part}" for part in parts)))
        refresh = weigh(address, PARTIAL)
        zipped = weigh(address, PARTIAL | {"Accept-Encoding": "gzip"})
    what = f"first load of a wall with {AGENTS} agents, all told"
    yield Row(what, f"{total / 1000:.1f} KB", "≤ 60 KB", total <= 60_000, f"{1 + len(parts)} requests with headers")
    how = f"Brotli; its headers are {refresh.head} bytes more"
    yield Row("a refresh of it", f"{refresh.body} bytes", "≤ 2048", refresh.body <= 2048, how)
    how = "gzip: what browsers ask for without https"
    yield Row("the same on a plain network", f"{zipped.body} bytes", "≤ 2048", zipped.body <= 2048, how)


def assets(page: str) -> list[str]:
    """The paths of what a page loads."""
    return re.findall(r'(?:href|src)="(/static/[^"]+)"', page)


def weigh(address: str, headers: dict[str, str] | None = None) -> Weight:
    """Fetch an address as a browser that reads Brotli does. RuntimeError if it is not answered with 200."""
    asked = {"Accept-Encoding": "gzip, br", **(headers or {})}
    with requests.get(address, headers=asked, stream=True, timeout=30) as answer:
        if answer.status_code != 200:
            raise RuntimeError(f"{address} was answered {answer.status_code}")
        head = sum(len(name) + len(value) + 4 for name, value in answer.headers.items())
        encoding = answer.headers.get("Content-Encoding", "")
        return Weight(head, len(answer.raw.read(decode_content=False)), encoding)
