"""What an installation's SQLite file holds, read from outside while others write it."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from livechat.lib.epoch import moment_of

OVERLAPS = """
SELECT count(*) FROM livechat_span a JOIN livechat_span b ON a.agent_id = b.agent_id AND a.id < b.id
WHERE a.began < coalesce(b.ended, 9e15) AND b.began < coalesce(a.ended, 9e15)
"""
BACKWARDS = "SELECT count(*) FROM livechat_span WHERE ended < began"
GAPS = """
SELECT list, before, began FROM (
  SELECT list, began, lag(ended) OVER (PARTITION BY site_id, list ORDER BY began) AS before FROM livechat_watch
) WHERE before < began ORDER BY began
"""
SENT = "SELECT count(DISTINCT change_id) FROM livechat_outcome WHERE result = 'sent'"


@dataclass(frozen=True)
class Held:
    """The state of the refreshes of one kind."""

    kind: str
    lease: int
    holder: str
    checks: int
    checked: datetime | None


@dataclass(frozen=True)
class Silence:
    """A gap of the history."""

    kind: str
    began: datetime
    ended: datetime


class Store:
    """Reads the database, a connection a question, so that nothing is held open while others write."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def rows(self, question: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows with which the database answers."""
        with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=20)) as connection:
            return connection.execute(question, values).fetchall()

    def number(self, question: str) -> int:
        """The answer, if it is one number."""
        return int(self.rows(question)[0][0])

    def lists(self) -> dict[str, Held]:
        """The snapshots of the two lists, by kind."""
        found = self.rows(
            "SELECT kind, lease, holder, checks, checked FROM livechat_snapshot WHERE kind IN ('agents', 'visitors')"
        )
        return {kind: Held(kind, lease, holder, checks, moment(at)) for kind, lease, holder, checks, at in found}

    def gaps(self) -> list[Silence]:
        """The gaps, oldest first."""
        found = self.rows(GAPS)
        return [Silence(kind, of_ms(began), of_ms(ended)) for kind, began, ended in found]

    def spans(self) -> int:
        """How many spans of agents there are."""
        return self.number("SELECT count(*) FROM livechat_span")

    def overlaps(self) -> int:
        """How many pairs of spans say of one agent that they were in two statuses at once."""
        return self.number(OVERLAPS)

    def backwards(self) -> int:
        """How many spans end before they begin."""
        return self.number(BACKWARDS)

    def sent(self) -> int:
        """How many changes have the outcome that says a PUT left."""
        return self.number(SENT)


def of_ms(ms: int) -> datetime:
    """A time of the record."""
    return moment_of(ms)


def exact(text: str) -> datetime:
    """A time as the database keeps it."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def moment(text: str | None) -> datetime | None:
    """A time as the database keeps it, or None."""
    return None if text is None else exact(text)
