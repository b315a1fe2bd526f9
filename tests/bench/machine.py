"""What the machine did: CPU time and memory of a group of processes, and what everybody else used meanwhile.

From /proc and the kernel's CPU clocks, so Linux only.
"""

import os
import time
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    found = [pid]
    for parent in found:
        try:
            lists = [(task / "children").read_text() for task in Path(f"/proc/{parent}/task").iterdir()]
        except OSError:
            continue  # it has just ended
        found += [int(child) for children in lists for child in children.split()]
    return found


def cpu(pids: list[int]) -> float:
    """Seconds of CPU, user and system, that living processes have used, their ended threads included.

    By the clock that clock_getcpuclockid(3) gives for another process: nanoseconds, while /proc counts in 10 ms.
    """
    return sum(time.clock_gettime((~pid << 3) | 2) for pid in pids)


def resident(pids: list[int]) -> int:
    """Bytes of memory that processes hold."""
    return sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE for pid in pids)


def written(pids: list[int]) -> int:
    """Bytes that processes have made the kernel write to disk, by their ended threads and children too."""
    lines = (line for pid in pids for line in Path(f"/proc/{pid}/io").read_text().splitlines())
    return sum(int(line.split()[1]) for line in lines if line.startswith("write_bytes:"))


@dataclass(frozen=True)
class Busy:
    """Seconds of CPU since boot, of all processes and of those given, and the moment."""

    everybody: float
    ours: float
    at: float


def busy(pids: list[int]) -> Busy:
    """How busy the machine has been so far."""
    fields = [int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    idle = fields[3] + fields[4]
    return Busy((sum(fields) - idle) / _TICKS, cpu(pids), time.monotonic())


def others(before: Busy, after: Busy) -> float:
    """How many cores other work took between two moments."""
    taken = (after.everybody - before.everybody) - (after.ours - before.ours)
    return max(0.0, taken / (after.at - before.at))
