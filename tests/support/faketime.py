"""libfaketime, which sets the clock of single processes."""

import sys
from pathlib import Path

from tests.support import packages

PLACES = ("*/faketime/libfaketimeMT.so.1", "faketime/libfaketimeMT.so.1")


def library() -> Path | None:
    """Where it is installed, if it is."""
    return next((path for place in PLACES for path in Path("/usr/lib").glob(place)), None)


def ensure() -> Path:
    """The library, installed by apt-get if the user is root. Exits with 1 if it is missing and cannot be installed."""
    found = library()
    if found is None and packages.install("libfaketime"):
        found = library()
    if found is None:
        sys.exit("libfaketime is needed to set the clock and could not be installed: apt-get install libfaketime")
    return found


if __name__ == "__main__":
    ensure()
