"""Finds Chromium for the browser tests, installs it where that is possible, and fails clearly where it is not."""

import os
import shutil
import subprocess
import sys

SHELL = "chromium-headless-shell"  # the same engine without a desktop's windows: a test costs it half the work


def executable() -> str:
    """The path of an installed Chromium; empty to let Playwright use the one it installed itself."""
    for name in (SHELL, "chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            return path
    return ""


def ensure() -> None:
    """Install Chromium: as root by apt-get, elsewhere by Playwright. Exits with 1 where neither can."""
    if shutil.which(SHELL):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _apt("update", "-qq")
        for package in (SHELL, "chromium"):
            if _apt("install", "-y", "-qq", "--no-install-recommends", package):
                break
    if executable():
        return
    done = subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if done.returncode:
        sys.exit("Chromium is needed for the browser tests and could not be installed. Install it, then run again.")


def _apt(*arguments: str) -> bool:
    """Whether apt-get did it."""
    return subprocess.run(["apt-get", *arguments], stdout=subprocess.DEVNULL, check=False).returncode == 0


if __name__ == "__main__":
    ensure()
