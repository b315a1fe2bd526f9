"""promtool, which checks metrics and alert rules. Debian's package of Prometheus has it, and is not installed for it.

The package weighs 96 MB, brings a dozen others, and its installation starts a server: only the one program is unpacked.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support import packages

PACKAGE, PROGRAM = "prometheus", "./usr/bin/promtool"


def kept() -> Path:
    """Where it is kept once it was unpacked."""
    return packages.kept("promtool")


def binary() -> str | None:
    """Where it is, if it is there."""
    return shutil.which("promtool") or (str(kept()) if kept().exists() else None)


def ensure() -> str:
    """The program, unpacked from Debian's package if need be. Exits with 1 if it is not there afterwards."""
    if binary() is None and shutil.which("apt-get"):
        if os.geteuid() == 0:
            subprocess.run(["apt-get", "update", "-qq"], capture_output=True, check=False)
        _unpack()
    found = binary()
    if found is None:
        sys.exit("promtool is needed for the test of the metrics and could not be fetched. Install it, then run again.")
    return found


def _unpack() -> None:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["apt-get", "download", "-qq", PACKAGE], cwd=folder, capture_output=True, check=False)
        for package in Path(folder).glob(f"{PACKAGE}_*.deb"):
            packed = subprocess.run(["dpkg-deb", "--fsys-tarfile", package], capture_output=True, check=True).stdout
            subprocess.run(["tar", "-x", "-C", folder, PROGRAM], input=packed, check=True)
            kept().parent.mkdir(parents=True, exist_ok=True)
            part = kept().with_name(f"promtool.{os.getpid()}")  # another run may look meanwhile
            shutil.copy(Path(folder) / PROGRAM, part)
            part.replace(kept())


def check(what: str, *files: Path, text: str = "") -> str:
    """What `promtool check` complains of; "" if nothing. `what` is "metrics", read from `text`, or "rules"."""
    done = subprocess.run(
        [ensure(), "check", what, *files], input=text, capture_output=True, text=True, check=False, timeout=60
    )
    return "" if done.returncode == 0 and not done.stderr.strip() else f"{done.returncode}: {done.stdout}{done.stderr}"


if __name__ == "__main__":
    ensure()
