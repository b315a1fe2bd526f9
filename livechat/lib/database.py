"""Whether the database fits this version of the code."""

import time

from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

OWN = "livechat"
LOOK_SECONDS = 5.0  # a start must not wait for the whole of a large file
STEPS_BETWEEN_LOOKS = 100_000  # of SQLite's, between two looks at the clock
PENDING = "pending: run migrate"


def mismatch() -> str:
    """What keeps this code from working with the database, in a few words; "" if they fit.

    Raises django.db.Error if the database does not answer.
    """
    executor = MigrationExecutor(connection)
    if unknown := _unknown(executor.loader):
        return f"unknown: {', '.join(unknown)}: run the newer version, or restore a backup from before it"
    return PENDING if executor.migration_plan(executor.loader.graph.leaf_nodes()) else ""


def damage() -> str:
    """What SQLite finds wrong with its file, looking for a few seconds at most; "" for nothing."""
    until = time.monotonic() + LOOK_SECONDS
    connection.ensure_connection()
    connection.connection.set_progress_handler(lambda: time.monotonic() > until, STEPS_BETWEEN_LOOKS)
    try:
        with connection.cursor() as cursor:
            found = str(cursor.execute("PRAGMA quick_check(1)").fetchone()[0])
    except OperationalError:  # interrupted
        return ""
    except DatabaseError as error:
        return str(error)
    finally:
        connection.connection.set_progress_handler(None, 0)
    return "" if found == "ok" else " ".join(found.split())


def _unknown(loader: MigrationLoader) -> list[str]:
    """The applied migrations that this code lacks. Of a library only later ones count: it may have dropped old ones."""
    known: dict[str, set[str]] = {app: set() for app in loader.migrated_apps}
    for (app, name), migration in loader.disk_migrations.items():
        known[app] |= {name, *(old for of, old in migration.replaces if of == app)}
    return sorted(
        f"{app}.{name}"
        for app, name in loader.applied_migrations
        if app in known and name not in known[app] and (app == OWN or name > max(known[app], default=""))
    )
