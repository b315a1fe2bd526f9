"""The row of the outbox: the process that sends is killed between any two steps, and all is told at least once."""

from tests.bench.table import Row
from tests.drills import own_database
from tests.drills.house import Size


def row(size: Size) -> Row:
    """Kill so many."""
    found = own_database.run("tests.drills.outbox_kills", size.outbox_kills)
    seams = ", ".join(f"{name} {count}" for name, count in sorted(found["killed"].items()))
    faults = found["faults"]
    how = (
        f"two processes at a time claim, send over HTTP and mark; killed: {seams}; {found['messages']} messages, "
        f"{found['doubles']} of them twice, each with the same id and the same content"
        f"{f'; {len(faults)} faults, the first: {faults[0]}' if faults else ''}"
    )
    return Row(
        f"{sum(found['killed'].values())} who sent alerts were killed",
        f"{found['told']} of {found['events']} events told, {len(faults)} faults",
        "all, and none of another content",
        not faults and found["told"] == found["events"] > 0,
        how,
    )
