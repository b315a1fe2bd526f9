"""The rows of a fortnight whose truth is known: what the reports say of it, beside the truth.

40 agents and about 500 contacts a day, looked at every 5 s by day and every 60 s by night, with gaps, 20 kills of the
collector, two that take turns, and a clock that is set back by an hour. Then the same with lists up to 5 s old.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import Any

from tests.bench.table import QUICK, Row, Scale
from tests.support.prepared import INHERITED, ROOT

NAMES = ("fortnight",)
DAYS, FEW_DAYS = 14, 2


def rows(scale: Scale, wanted: set[str]) -> Iterator[Row]:
    """A line for each thing that is compared, of new lists and of old ones."""
    if not wanted & set(NAMES):
        return
    days = FEW_DAYS if scale is QUICK else DAYS
    for age in (0, 5):
        yield from compared(played(days, age), f"{days} days, lists {f'up to {age} s old' if age else 'as they are'}")


def played(days: int, age: int) -> dict[str, Any]:
    """What a process of its own found out, with a database of its own."""
    with tempfile.TemporaryDirectory(prefix="livechat-fortnight-") as folder:
        environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
        environment |= {"DATA_DIR": folder, "ENV_FILE": "", "DJANGO_SETTINGS_MODULE": "config.settings"}
        argv = [sys.executable, "-m", "tests.bench.fortnight_run", str(days), str(age)]
        done = subprocess.run(argv, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def compared(found: dict[str, Any], of: str) -> Iterator[Row]:
    """The lines. A share of 1, or a count of what must not be."""
    cells, near = found["cells"], found["near"] / max(1, found["cells"])
    how = f"{cells} agents x days x statuses; at most {found['worst']:.0f} s off"
    yield Row(f"{of}: time in a status within 2 intervals", f"{near:.1%}", "95%", cells > 0 and near >= 0.95, how)
    off = len(found["off"])
    yield Row(f"{of}: beyond an interval for each change", str(off), "0", not off, "; ".join(found["off"][:3]) or how)
    bad = found["overlaps"] + found["negative"]
    yield Row(f"{of}: spans that overlap, or end before they begin", str(bad), "0", not bad, f"{found['looks']} looks")
    told, true = found["answered"], found["truly_answered"]
    yield Row(
        f"{of}: answered", str(told), str(true), told == true > 0 and not found["unmatched"],
        f"of {found['contacts']} contacts those that a look can have seen; each begins and is answered at its look",
    )  # fmt: skip
    outside = found["outside"]
    yield Row(
        f"{of}: waits outside of their bounds", str(outside), "0", found["waits"] > 0 and not outside,
        f"{found['waits']} waits",
    )  # fmt: skip
    level, truth = found["level"] or 0.0, found["true_level"] or 0.0
    yield Row(
        f"{of}: service level within 20 s", f"{level:.1%}", f"{truth:.1%} ± 2",
        truth > 0 and abs(level - truth) <= 0.02,
        f"looked at every 5 s; told with the bounds {found['bounds'][0]:.1%} to {found['bounds'][1]:.1%}",
    )  # fmt: skip
    refused = found["night"] is None and found["night_contacts"] > 0
    yield Row(
        f"{of}: service level of the nights", "refused" if found["night"] is None else "told", "refused", refused,
        f"{found['night_contacts']} contacts, looked at every 60 s; recorded in {found['cpu']:.0f} s of CPU",
    )  # fmt: skip
