"""What is added up of sums goes with them, whatever code changes or deletes them.

So goes the row of a month with that of any of its days, and a `TogetherRow` with the row that it is of. Triggers hold
this, because a process of an older release knows the single sums alone. They are made after every migrate, like those
of `append_only`. While SQLite takes steps there are none: it cannot make a table again that a trigger of another table
names.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.db import connections, transaction
from django.db.models.signals import post_migrate, pre_migrate
from django.dispatch import receiver

from livechat.models.rollups import HourRow, RolledDay, RolledMonth, TogetherRow

TABLES = {model._meta.db_table for model in (HourRow, RolledDay, RolledMonth, TogetherRow)}
_MONTH = "DELETE FROM livechat_rolledmonth WHERE site_id = OLD.site_id AND month ="
_TOGETHER = "DELETE FROM livechat_togetherrow WHERE site_id = OLD.site_id AND day = OLD.day AND kind"
_SQLITE = {
    "livechat_rolledday": f"{_MONTH} date(OLD.day, 'start of month'); {_TOGETHER} IN ('times', 'waits');",
    "livechat_hourrow": f"{_TOGETHER} = OLD.kind;",
}
_POSTGRESQL = {
    "livechat_rolledday": f"{_MONTH} date_trunc('month', OLD.day)::date; {_TOGETHER} IN ('times', 'waits');",
    "livechat_hourrow": f"{_TOGETHER} = OLD.kind;",
}


def _sqlite_drops() -> Iterator[str]:
    for table in _SQLITE:
        yield f"DROP TRIGGER IF EXISTS {table}_changed"
        yield f"DROP TRIGGER IF EXISTS {table}_deleted"


def _sqlite() -> Iterator[str]:
    yield from _sqlite_drops()
    for table, deletes in _SQLITE.items():
        yield f"CREATE TRIGGER {table}_changed AFTER UPDATE ON {table} BEGIN {deletes} END"
        yield f"CREATE TRIGGER {table}_deleted AFTER DELETE ON {table} BEGIN {deletes} END"


def _postgresql() -> Iterator[str]:
    for table, deletes in _POSTGRESQL.items():
        yield (
            f"CREATE OR REPLACE FUNCTION {table}_changed() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {deletes} RETURN NULL; END $$"
        )
        yield (
            f"CREATE OR REPLACE TRIGGER {table}_changed AFTER UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_changed()"
        )
    yield "DROP FUNCTION IF EXISTS livechat_forget_month()"  # of a release that knew months alone


@receiver(pre_migrate)
def take_away(sender: AppConfig, using: str, plan: Sequence[object], **_: Any) -> None:
    """Take the triggers of SQLite away if there are steps to take."""
    if sender.name == "livechat" and connections[using].vendor == "sqlite" and plan:
        _do(using, _sqlite_drops())


@receiver(post_migrate)
def make(sender: AppConfig, using: str, **_: Any) -> None:
    """Make the triggers, if their tables exist."""
    database = connections[using]
    if sender.name == "livechat" and {*database.introspection.table_names()} >= TABLES:
        _do(using, _postgresql() if database.vendor == "postgresql" else _sqlite())


def _do(using: str, statements: Iterator[str]) -> None:
    with transaction.atomic(using), connections[using].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
