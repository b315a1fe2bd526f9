"""The row of memory: what a great many wall polls leave behind, as the bench measures it."""

from dataclasses import replace

from tests.bench.polls import memory
from tests.bench.table import Row, Scale
from tests.soak.house import PRODUCT, Size, Soaked


def row(size: Size) -> Row:
    """200,000 polls of a wall on which nothing changes."""
    with Soaked() as house, house.serve(PRODUCT) as server:
        house.warm(server, house.wall)
        return memory(replace(Scale(), soak=size.polls, warm_up=size.warm_up), house, server)
