"""Finds Chromium for the browser tests, installs it where that is possible, and fails clearly where it is not."""

import os
import shutil
import subprocess
import sys


def executable() -> str:
    """The path of an installed Chromium; empty to let Playwright use the one it installed itself."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            return path
    return ""


def ensure() -> None:
    """Install Chromium: as root by apt-get, elsewhere by Playwright. Exits with 1 where neither can."""
    if executable():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
            done = subprocess.run(["apt-get", *arguments], stdout=subprocess.DEVNULL, check=False)
            if done.returncode:
                break
        if executable():
            return
    done = subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if done.returncode:
        sys.exit("Chromium is needed for the browser tests and could not be installed. Install it, then run again.")


if __name__ == "__main__":
    ensure()
