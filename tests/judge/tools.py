"""What the judge looks with: Chromium, Java for the HTML checker, packages of npm. Installed if that is possible."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.support import chromium, node, packages

HERE = Path(__file__).resolve().parent
RELEASE = HERE / "release"
HTML_CHECKER = HERE / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
CSS_CHECKER = HERE / "node_modules" / ".bin" / "csstree-validator"
LOOKS = HERE / "looks.js"
AXE = HERE.parent / "vendor" / "axe.min.js"


def ensure(*, release: bool) -> None:
    """Install what is missing. Exits with 1 and one line for the first thing that is not there afterwards."""
    chromium.ensure()
    node.ensure(["node", "npm"])
    if not shutil.which("java"):
        packages.install("default-jre-headless")
    if not shutil.which("java"):
        sys.exit("Java is needed for the HTML checker and could not be installed. Install it, then run again.")
    modules(HERE)
    if release:
        modules(RELEASE)
        if not shutil.which("firefox-esr") and not packages.install("firefox-esr"):
            sys.exit("Firefox ESR is needed and could not be installed. Install it, then run again.")


def modules(folder: Path) -> None:
    """The packages that a folder's package-lock.json names, as it names them; no script of theirs runs."""
    lock, done = folder / "package-lock.json", folder / "node_modules" / ".package-lock.json"
    if done.exists() and done.stat().st_mtime >= lock.stat().st_mtime:
        return
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", str(folder)]
    if subprocess.run(command, check=False).returncode:
        sys.exit(f"The packages of {lock.relative_to(HERE.parents[1])} are needed and could not be installed by npm.")
