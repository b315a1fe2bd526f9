"""A query whose SQL is made once. It runs at every look at a list, and making the SQL costs more than running it."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import QuerySet

Value = TypeVar("Value")
Row = tuple[Any, ...]


class KeptQuery(Generic[Value]):
    """Runs a query of values and gives its rows to `make`. It uses this installation's one database."""

    def __init__(self, values: "QuerySet[Any, Any]", make: Callable[[list[Row]], Value]) -> None:
        self._make = make
        self._compiler: Any = values.query.get_compiler(connection=connection)
        self._sql, self._params = self._compiler.as_sql()
        self._converters = self._compiler.get_converters([column for column, _sql, _alias in self._compiler.select])
        self._kept: tuple[list[Row], Value] | None = None

    def now(self) -> Value:
        """The value of the rows as they are now. They are always read. If they are the same as before, so is the value:
        callers share it and must not alter it.
        """
        with connection.cursor() as cursor:
            cursor.execute(self._sql, self._params)
            found = cursor.fetchall()
        kept = self._kept
        if kept is not None and kept[0] == found:
            return kept[1]
        value = self._make([tuple(row) for row in self._compiler.apply_converters(found, self._converters)])
        self._kept = found, value
        return value
