"""Installs packages of the operating system, quietly, if that is possible."""

import os
import shutil
import subprocess
from pathlib import Path


def kept(name: str) -> Path:
    """Where a file that was fetched is kept for the next run."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "livechat-board" / name


def install(*names: str) -> bool:
    """Install the first of these Debian packages that can be had; whether one was. Only root can, with apt-get."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    _apt("update", "-qq")
    return any(_apt("install", "-y", "-qq", "--no-install-recommends", name) for name in names)


def _apt(*arguments: str) -> bool:
    """Whether apt-get did it. Its output is not shown: the caller says in one line what is missing."""
    return subprocess.run(["apt-get", *arguments], capture_output=True, check=False).returncode == 0
