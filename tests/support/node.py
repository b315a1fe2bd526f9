"""Finds Node.js for the tests of JavaScript, npm for its linter; installs them if it can, and fails clearly if not."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

PACKAGES = {"node": "nodejs", "npm": "npm"}  # Debian's; a node of another origin brings its own npm
OLDEST = 18  # the first version whose test runner is stable


def executable() -> str:
    """The path of Node.js. Exits with 1 if it is missing or too old: its tests are skipped nowhere."""
    path = shutil.which("node")
    if path is None:
        sys.exit("Node.js is needed for the tests of JavaScript. `python -m tests.support.node` installs it as root.")
    found = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(found.removeprefix("v").partition(".")[0]) < OLDEST:
        sys.exit(f"Node.js {OLDEST} or newer is needed for the tests of JavaScript; this one is {found}.")
    return path


def ensure(programs: Sequence[str] = ("node",)) -> None:
    """Install these of node and npm by apt-get, as root. Exits with 1 if one is missing afterwards."""
    missing = [program for program in programs if not shutil.which(program)]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        packages = [PACKAGES[program] for program in missing]
        for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
            subprocess.run(["apt-get", *arguments], stdout=subprocess.DEVNULL, check=False)
    for program in programs:
        if not shutil.which(program):
            sys.exit(f"{program} is needed for JavaScript and could not be installed. Install it, then run again.")
    executable()


if __name__ == "__main__":
    ensure(["node", *sys.argv[1:]])
