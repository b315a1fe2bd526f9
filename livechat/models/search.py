"""Searching in the database: rows whose text has a word, by the same `search_key` as searches in memory.

LIKE knows the case of ASCII letters only in SQLite, and no accents in any database. So each connection to SQLite is
given the function itself, and PostgreSQL gets one in SQL after every migrate. That one knows fewer letters whose case
changes into several (ß is there). Either reads every row that the other conditions leave.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models import F, Func, TextField
from django.db.models.fields.json import KT
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from livechat.comm100.names import ACCENTS, STROKES, UNSEEN, search_key

_NAME = "livechat_search_key"
_MORE = {ord("ß"): "ss", ord("ς"): "σ"}  # what Python's casefold does and PostgreSQL's lower does not


class _SearchKey(Func):
    """The `search_key` of several columns, each on a line of its own."""

    function = _NAME
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """PostgreSQL's function takes one text."""
        return self.as_sql(compiler, connection, template=f"{_NAME}(concat_ws(chr(10), %(expressions)s))", **context)


def key_of(columns: Iterable[str]) -> Func:
    """The `search_key` of these columns together; "note__old" is a key of a JSON column. It contains `search_words`."""
    return _SearchKey(*(KT(name) if "__" in name else F(name) for name in columns))


@receiver(connection_created)
def teach(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Give a new SQLite connection the function."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(_NAME, -1, _of_columns, deterministic=True)


@receiver(post_migrate)
def define(sender: AppConfig, using: str, **_: Any) -> None:
    """Make PostgreSQL's function. Without ICU its letters' case is that of the database's own language."""
    database = connections[using]
    if sender.name != "livechat" or database.vendor != "postgresql":
        return
    with database.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_collation WHERE collname = 'und-x-icu'")
        cursor.execute(_definition('COLLATE "und-x-icu"' if cursor.fetchone() else ""))


def _definition(collation: str) -> str:
    text = f"regexp_replace($1, '{UNSEEN.pattern}', '', 'g')"
    text = f"regexp_replace(normalize(lower({text} {collation}), NFKD), '{ACCENTS.pattern}', '', 'g')"
    text = f"lower({text} {collation})"
    for letter, plain in (STROKES | _MORE).items():
        text = f"replace({text}, '{chr(letter)}', '{plain}')"
    return (
        f"CREATE OR REPLACE FUNCTION {_NAME}(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE "
        f"AS $$ SELECT normalize({text}, NFC) $$"
    )


def _of_columns(*values: Any) -> str:
    return "\n".join([_key_of(value) for value in values if value])


@lru_cache(maxsize=20_000)
def _key_of(value: Any) -> str:
    """A value's key, kept: the same names and statuses stand in many rows."""
    return search_key(str(value))
