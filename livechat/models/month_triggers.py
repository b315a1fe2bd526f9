"""A row of a month is deleted with the row of any of its days, and if that is changed, whatever code does it.

Triggers hold this, because a process of an older release knows the days alone. They are made after every migrate, like
those of `append_only`. While SQLite takes steps there are none: it cannot make a table again that a trigger of another
table names.
"""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.db import connections, transaction
from django.db.models.signals import post_migrate, pre_migrate
from django.dispatch import receiver

from livechat.models.rollups import RolledDay, RolledMonth

TABLES = {RolledDay._meta.db_table, RolledMonth._meta.db_table}
_DELETES = "DELETE FROM livechat_rolledmonth WHERE site_id = OLD.site_id AND month ="
_SQLITE_DROPS = (
    "DROP TRIGGER IF EXISTS livechat_rolledday_changed",
    "DROP TRIGGER IF EXISTS livechat_rolledday_deleted",
)
_SQLITE = (
    *_SQLITE_DROPS,
    "CREATE TRIGGER livechat_rolledday_changed AFTER UPDATE ON livechat_rolledday "
    f"BEGIN {_DELETES} date(OLD.day, 'start of month'); END",
    "CREATE TRIGGER livechat_rolledday_deleted AFTER DELETE ON livechat_rolledday "
    f"BEGIN {_DELETES} date(OLD.day, 'start of month'); END",
)
_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION livechat_forget_month() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN {_DELETES} date_trunc('month', OLD.day)::date; RETURN NULL; END $$",
    "CREATE OR REPLACE TRIGGER livechat_rolledday_changed AFTER UPDATE OR DELETE ON livechat_rolledday "
    "FOR EACH ROW EXECUTE FUNCTION livechat_forget_month()",
)


@receiver(pre_migrate)
def take_away(sender: AppConfig, using: str, plan: Sequence[object], **_: Any) -> None:
    """Take the triggers of SQLite away if there are steps to take."""
    database = connections[using]
    if sender.name == "livechat" and database.vendor == "sqlite" and plan:
        with transaction.atomic(using), database.cursor() as cursor:
            for statement in _SQLITE_DROPS:
                cursor.execute(statement)


@receiver(post_migrate)
def make(sender: AppConfig, using: str, **_: Any) -> None:
    """Make the triggers, if both tables exist."""
    if sender.name != "livechat":
        return
    database = connections[using]
    with transaction.atomic(using), database.cursor() as cursor:
        if {*database.introspection.table_names(cursor)} >= TABLES:
            for statement in _POSTGRESQL if database.vendor == "postgresql" else _SQLITE:
                cursor.execute(statement)
