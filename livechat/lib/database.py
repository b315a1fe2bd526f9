"""Whether the database fits this version of the code."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

PENDING = "pending: run migrate"


def pending() -> bool:
    """Whether migrations must still be applied. Raises django.db.Error if the database does not answer."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
