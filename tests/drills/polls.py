"""The row of memory: what a great many wall polls leave behind, as the bench measures it."""

from dataclasses import replace

from tests.bench.polls import memory
from tests.bench.table import Row, Scale
from tests.drills.house import PRODUCT, DrillHouse, Size


def row(size: Size) -> Row:
    """200,000 polls of a wall on which nothing changes."""
    with DrillHouse() as house, house.serve(PRODUCT) as server:
        house.warm(server, house.wall)
        return memory(replace(Scale(), soak=size.polls, warm_up=size.warm_up), house, server)
