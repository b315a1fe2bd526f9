"""The backend. Django finds it by the name of its package."""

import threading
from collections.abc import Generator
from typing import Any, TypeVar

import psycopg
from django.db.backends.postgresql import base
from psycopg import errors
from psycopg.pq import Format

from livechat.lib.postgresql import limits
from livechat.lib.postgresql.breaker import Breaker

Result = TypeVar("Result")
BINARY = "binary_"  # the names of such cursors begin with it
breaker = Breaker()


class PatientConnection(psycopg.Connection[Any]):
    """A connection that is closed if nothing comes for too long. The probe's is one: the breaker does not stop it."""

    def wait(self, gen: Generator[Any, Any, Result], interval: float = 0.1, timeout: float | None = None) -> Result:
        """Run a generator of psycopg's to its end. Raises psycopg.OperationalError if that takes too long."""
        allowed = limits.seconds() if timeout is None else timeout
        try:
            return super().wait(gen, interval, allowed)
        except errors._WaitTimeout:
            self.pgconn.finish()
            self.silent()
            raise psycopg.OperationalError(f"the server was silent for {allowed:.0f} s") from None

    def silent(self) -> None:
        """Called when it was closed because nothing came."""


class GuardedConnection(PatientConnection):
    """A connection that asks nothing while the server does not answer."""

    def wait(self, gen: Generator[Any, Any, Result], interval: float = 0.1, timeout: float | None = None) -> Result:
        """Run a generator of psycopg's to its end, unless the server did not answer a moment ago."""
        if breaker.tripped:
            self.pgconn.finish()
            breaker.check()
        return super().wait(gen, interval, timeout)

    def silent(self) -> None:
        """Let nobody else wait in the same way."""
        breaker.trip(lambda: _answers(self.reached_by))

    reached_by: dict[str, Any] = {}


class _Driver:
    """psycopg, except for the connections that it makes."""

    connect = staticmethod(GuardedConnection.connect)

    def __getattr__(self, name: str) -> Any:
        return getattr(psycopg, name)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, with these connections. One that is dead is made anew at the next question, by whichever thread."""

    Database = _Driver()  # type: ignore[assignment]

    def ensure_connection(self) -> None:
        """Connect, unless there is a connection that lives."""
        if self.connection is not None and self.connection.closed and not self.in_atomic_block:
            self.close()
        super().ensure_connection()

    def close_if_unusable_or_obsolete(self) -> None:
        """Drop a dead connection. Django would first make it anew, and nothing catches an error around a request."""
        if self.connection is not None and self.connection.closed and not self.in_atomic_block:
            self.close()
        super().close_if_unusable_or_obsolete()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect. If that fails, nobody else tries before the server has answered again."""
        if limits.seconds() is None:
            return super().get_new_connection(conn_params)
        breaker.check()
        try:
            made = super().get_new_connection(conn_params)
        except psycopg.OperationalError:
            breaker.trip(lambda: _answers(conn_params))
            raise
        made.reached_by = conn_params
        return made

    def binary_cursor(self) -> Any:
        """One like `chunked_cursor`, but its rows come in binary: as text, bytes are twice as long."""
        self._named_cursor_idx += 1
        name = f"{BINARY}{threading.get_ident()}_{self._named_cursor_idx}"
        return self._cursor(name=name)  # type: ignore[attr-defined]

    def create_cursor(self, name: str | None = None) -> Any:
        """Django's, or a binary one, for which the server binds the parameters."""
        if name is None or not name.startswith(BINARY):
            return super().create_cursor(name)
        made = psycopg.ServerCursor(self.connection, name, scrollable=False, withhold=self.get_autocommit())
        made.format = Format.BINARY
        return made

    def init_connection_state(self) -> None:
        """Tell the server how long a statement may take."""
        super().init_connection_state()
        allowed = limits.seconds()
        if allowed is not None and self.connection is not None:
            milliseconds = round((allowed - limits.MARGIN_SECONDS) * 1000)
            with self.connection.cursor() as cursor:
                cursor.execute(f"SET statement_timeout = {milliseconds}")
            if not self.get_autocommit():
                self.connection.commit()


def _answers(conn_params: dict[str, Any]) -> bool:
    """Whether a new connection answers a question."""
    try:
        with PatientConnection.connect(**conn_params) as connection:
            connection.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True
