"""Finds Chromium for the browser tests, installs it if that is possible, and fails clearly if it is not."""

import shutil
import subprocess
import sys

from tests.support import packages

SHELL = "chromium-headless-shell"  # the same engine without a desktop's windows: a test costs it half the work


def executable() -> str:
    """The path of an installed Chromium; empty to let Playwright use the one it installed itself."""
    for name in (SHELL, "chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            return path
    return ""


def ensure() -> None:
    """Install Chromium: as root by apt-get, else by Playwright. Exits with 1 if neither can."""
    if shutil.which(SHELL):
        return
    if packages.install(SHELL, "chromium") or executable():
        return
    done = subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if done.returncode:
        sys.exit("Chromium is needed for the browser tests and could not be installed. Install it, then run again.")


if __name__ == "__main__":
    ensure()
