"""What the tests' installations begin with, made once and copied: a migrated SQLite file and collected static files.

It is kept in .pytest_cache under a name made of its sources; the first process that needs it makes it, others wait.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / ".pytest_cache" / "d" / "livechat"
SOURCES = ("livechat/migrations", "livechat/models", "livechat/apps.py", "static", "config", "requirements.txt")
INHERITED = ("PATH", "HOME", "LANG", "TMPDIR")  # the test run's own settings must not reach what it starts
KEYS = {"SECRET_KEY": "only-for-tests", "SEALING_KEYS": "test:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="}
OLD = 2  # earlier ones that are kept beside the newest: another run may still use them
MIGRATE = ("migrate", "--verbosity", "0", "--no-input")
COLLECT = ("collectstatic", "--verbosity", "0", "--no-input", "--ignore", "django_htmx")  # as `manage.py serve` does


def static() -> Path:
    """The folder of the collected and compressed static files, to be read only."""
    return _folder() / "static"


def copy_database(to: Path) -> None:
    """Put a migrated, empty SQLite file in this place."""
    shutil.copyfile(_folder() / "db.sqlite3", to)


def _folder() -> Path:
    """The folder of both, made if it does not exist. subprocess.CalledProcessError if that fails."""
    folder = KEPT / _digest()
    if not folder.exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        with (KEPT / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.exists():
                _make(KEPT / "new").rename(folder)
    return folder


def _make(folder: Path) -> Path:
    """Fill a new folder, and remove what was made of sources of long ago."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    mine = {"ENV_FILE": "", "DATA_DIR": str(folder), "STATIC_ROOT": str(folder / "static"), "COLLECTING": "1"} | KEYS
    environment = {name: os.environ[name] for name in INHERITED if name in os.environ} | mine
    for arguments in (MIGRATE, COLLECT):
        subprocess.run([sys.executable, str(ROOT / "manage.py"), *arguments], env=environment, check=True)
    earlier = sorted((path for path in KEPT.iterdir() if path.is_dir() and path != folder), key=os.path.getmtime)
    for path in earlier[:-OLD]:
        shutil.rmtree(path)
    return folder


def _digest() -> str:
    """A name that changes if any source does."""
    digest = hashlib.sha256()
    for source in SOURCES:
        top = ROOT / source
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and path.suffix != ".pyc":
                digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:12]
