"""Rows with large bytes, read a few at once."""

from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.models import QuerySet


def in_pieces(rows: QuerySet[Any, Any], size: int) -> Iterator[tuple[Any, ...]]:
    """The rows of a `values_list`, `size` read at once. Its columns are dates, whole numbers and bytes alone.

    Otherwise PostgreSQL sends bytes as text of twice the length, and reading them takes four times as long. What it
    sends in binary is not converted by Django's fields, so no other columns.
    """
    if connection.vendor != "postgresql" or connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
        yield from rows.iterator(size)
        return
    statement, parameters = rows.query.sql_with_params()
    with connection.binary_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(statement, parameters)
        while some := cursor.fetchmany(size):
            yield from some
