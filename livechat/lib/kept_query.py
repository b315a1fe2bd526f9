"""A query whose SQL is made once: to make it costs more than to run it, if it is run at every look at a list."""

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import QuerySet


class KeptQuery:
    """The rows of a query of values, each a tuple. The query is of this installation's one database."""

    def __init__(self, values: "QuerySet[Any, Any]") -> None:
        self._compiler: Any = values.query.get_compiler(connection=connection)
        self._sql, self._params = self._compiler.as_sql()
        self._converters = self._compiler.get_converters([column for column, _sql, _alias in self._compiler.select])

    def rows(self) -> list[tuple[Any, ...]]:
        """What the database holds now."""
        with connection.cursor() as cursor:
            cursor.execute(self._sql, self._params)
            found: Iterable[Any] = cursor.fetchall()
        if self._converters:
            found = self._compiler.apply_converters(found, self._converters)
        return [tuple(row) for row in found]
