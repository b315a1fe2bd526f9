"""The row of alerts: a simulated week with a known truth, which their episodes have to fit."""

from tests.bench.table import Row
from tests.drills import own_database
from tests.drills.house import Size


def row(size: Size) -> Row:
    """So many days of two lists that are looked at every five seconds."""
    found = own_database.run("tests.drills.alert_days", size.alert_days)
    faults, told, true = found["faults"], found["told"], found["true"]
    how = (
        f"5 agents, up to 8 who wait, 5 rules, {found['looks']} looks; {found['events']} alerts in all; "
        f"{found['cpu_ms']:.2f} ms of CPU a look for the evaluation"
        f"{f'; {len(faults)} faults, the first: {faults[0]}' if faults else ''}"
    )
    return Row(
        f"{size.alert_days} simulated days of alerts against the truth",
        f"{told} of {true} episodes told, at most {found['worst']} s late",
        f"all, ≤ {found['step']} s late",
        not faults and told == true > 0,
        how,
    )
