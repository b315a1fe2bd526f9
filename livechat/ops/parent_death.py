"""Run as a script, by its path: becomes another command, which the system ends with the process that started it.

    python parent_death.py PARENT COMMAND...

A supervisor that is killed cannot end its children, and they would keep its port. Only Linux can do this; elsewhere the
command runs as it is. What forks calls `end_with` in its copies.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def end_with(parent: int) -> bool:
    """Ask the system to end this process by SIGTERM when its parent ends. Returns False if that has ended already."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    return os.getppid() == parent


def main(parent: int, command: list[str]) -> None:
    """Become the command, unless the parent has ended."""
    if end_with(parent):
        os.execv(command[0], command)  # noqa: S606  # nosec B606  (the supervisor's own command, and no shell)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
