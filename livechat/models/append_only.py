"""The record is append-only: changes, outcomes, events of links and plans are never altered. Only the cleanup deletes.

Triggers in SQLite and PostgreSQL hold this against any code. They are made after every migrate, because SQLite loses
the triggers of a table when a migration makes the table again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.apps import AppConfig
from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models import QuerySet
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from livechat.models.alerts import AlertEvent
from livechat.models.audit import Change, Outcome
from livechat.models.links import LinkEvent
from livechat.models.plans import PlanEvent

RECORD_MODELS = (Change, Outcome, LinkEvent, AlertEvent, PlanEvent)
REFUSAL = "the record of changes is only ever appended to"

_purging: ContextVar[bool] = ContextVar("purging", default=False)

_FUNCTION = f"""
CREATE OR REPLACE FUNCTION livechat_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('livechat.tidying', true) = 'on' THEN RETURN OLD; END IF;
  IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'actor_id' = to_jsonb(OLD) - 'actor_id'
    AND to_jsonb(NEW) ->> 'actor_id' IS NULL THEN RETURN NEW; END IF;
  RAISE EXCEPTION '{REFUSAL}';
END $$
"""


@receiver(post_migrate)
def guard(sender: AppConfig, using: str, **_: Any) -> None:
    """Make the triggers of the tables that exist. They let a deleted user's `actor` become NULL; the name stays."""
    database = connections[using]
    if sender.name != "livechat":
        return
    with transaction.atomic(using), database.cursor() as cursor:
        there = database.introspection.table_names(cursor)
        if database.vendor == "postgresql":
            cursor.execute(_FUNCTION)
        for model in (model for model in RECORD_MODELS if model._meta.db_table in there):
            for statement in _sqlite(model) if database.vendor == "sqlite" else _postgresql(model):
                cursor.execute(statement)


def _sqlite(model: Any) -> Iterator[str]:
    table = model._meta.db_table
    columns = [field.column for field in model._meta.concrete_fields]
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    fixed = ", ".join(f'"{column}"' for column in columns if column != "actor_id")
    triggers = {"fixed": f"BEFORE UPDATE OF {fixed} ON {table}"}
    if "actor_id" in columns:
        triggers["actor"] = f"BEFORE UPDATE OF actor_id ON {table} WHEN NEW.actor_id IS NOT NULL"
    triggers["kept"] = f"BEFORE DELETE ON {table} WHEN NOT livechat_tidying()"
    for name, event in triggers.items():
        yield f"DROP TRIGGER IF EXISTS {table}_{name}"  # it may not know a column that was added since
        yield f"CREATE TRIGGER {table}_{name} {event} {refuse}"


def _postgresql(model: Any) -> Iterator[str]:
    table = model._meta.db_table
    yield (
        f"CREATE OR REPLACE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION livechat_append_only()"
    )


@receiver(connection_created)
def teach(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Give a new SQLite connection the function that its trigger calls. Other programs lack it and cannot delete."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("livechat_tidying", 0, _purging.get)


@contextmanager
def allow_purge() -> Iterator[None]:
    """A transaction that may delete old rows of the record."""
    with transaction.atomic():
        _let(True)
        token = _purging.set(True)
        try:
            yield
        finally:
            _purging.reset(token)
        _let(False)


def delete_oldest(rows: QuerySet[Any], by: str, most: int) -> int:
    """Delete at most `most` of these rows, the oldest first, in one transaction. Returns how many.

    Rows of the record are allowed.
    """
    keys = list(rows.order_by(by).values_list("pk", flat=True)[:most])
    if keys:
        with allow_purge():
            rows.filter(pk__in=keys).delete()
    return len(keys)


def _let(allowed: bool) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('livechat.tidying', %s, true)", ["on" if allowed else "off"])


@contextmanager
def durable() -> Iterator[None]:
    """A transaction that is on the disk when this ends. SQLite, which is set to be quick, waits for the disk here."""
    careful = connection.vendor == "sqlite" and not connection.in_atomic_block
    if careful:
        _synchronous("FULL")
    try:
        with transaction.atomic(durable=True):
            yield
    finally:
        if careful:
            _synchronous("NORMAL")


def _synchronous(level: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA synchronous={level}")
