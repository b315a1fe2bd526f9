"""How the database is reached, and for how long anything waits for it."""

from pathlib import Path
from typing import Any

from config import values

SQLITE, POSTGRESQL = "django.db.backends.sqlite3", "django.db.backends.postgresql"
BOUNDED_POSTGRESQL = "livechat.lib.postgresql"  # Django's, except that nobody waits for a server that is silent
# Another program may hold SQLite's write lock for longer. Then a write is refused with a sentence.
LOCK_SECONDS = 8
CONNECT_SECONDS = 3
MAPPED_BYTES = 512 * 2**20  # of SQLite's file: ten years of 200 agents are 447 MB


def sqlite_file(found: dict[str, Any]) -> Path:
    """The path of an SQLite database; its folder is made. Raises ImproperlyConfigured."""
    return values.in_private_folder(found["NAME"])


def completed(found: dict[str, Any], file: Path) -> dict[str, Any]:
    """Django's settings of a database, completed. `file` is SQLite's."""
    sqlite = found["ENGINE"] == SQLITE
    if sqlite:
        # IMMEDIATE: a transaction waits for the write lock at its start, instead of failing midway.
        # mmap: pages are read where the system keeps them. To read what lies behind that part takes twice as long.
        # FAST: some builds write zeros into each freed page, as many as a body has; not if that costs a write.
        found["OPTIONS"] = {
            "timeout": LOCK_SECONDS,
            "transaction_mode": "IMMEDIATE",
            "init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size={MAPPED_BYTES}; "
            "PRAGMA secure_delete=FAST;",
        }
        # Tests use a file too, because the threads of a test cannot share a database in memory.
        found["TEST"] = {"NAME": str(file.with_name("test.sqlite3"))}
    if found["ENGINE"] == POSTGRESQL:
        found["ENGINE"] = BOUNDED_POSTGRESQL
        found.setdefault("OPTIONS", {}).setdefault("connect_timeout", CONNECT_SECONDS)
    found.setdefault("CONN_MAX_AGE", 60)
    found["CONN_HEALTH_CHECKS"] = not sqlite
    return found
