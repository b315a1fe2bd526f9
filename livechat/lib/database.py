"""Whether the database has what this code needs."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

PENDING = "pending: run migrate"


def pending() -> bool:
    """Whether migrations are still to be applied. Raises django.db.Error where the database cannot be asked."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
