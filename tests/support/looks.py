"""Looks at a site's two lists at moments that a test chooses, stored as a refresh stores them; no chat server."""

import base64
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import time_machine

from livechat.comm100 import records
from livechat.live import lease, refresh, site_versions, sources
from livechat.models import Role, Site, Snapshot
from tests.support.people import make_connection, make_site, make_user

BEGAN = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)  # a Monday
STEP_SECONDS = 5.0


def key(number: int) -> str:
    """A GUID."""
    return str(UUID(int=number))


class Looks:
    """A site with a shared connection, whose lists are looked at every five seconds."""

    def __init__(self, site: Site | None = None) -> None:
        self.site = site or make_site("Shop")
        self.owner = make_user(f"owner{self.site.pk}", self.site, Role.ADMINISTRATOR)
        connection = make_connection(self.site, self.owner, f"token-of-{self.site.pk}", shared=True)
        self.feed = sources.of(self.site, connection)
        self.now = BEGAN
        self.agents: dict[str, tuple[str, int]] = {}
        self.waiting: dict[str, str | None] = {}
        self.visitor_fields: dict[str, Any] = {}  # of all who wait

    def online(self, *numbers: int, chats: int = 0, status: str = "online") -> None:
        """Let agents be in a status, with so many chats each."""
        self.agents |= {key(number): (status, chats) for number in numbers}

    def offline(self, *numbers: int) -> None:
        """Let agents be offline."""
        self.online(*numbers, status="offline")

    def wait(self, *numbers: int, department: str | None = None) -> None:
        """Let visitors wait."""
        self.waiting |= {key(1000 + number): department for number in numbers}

    def leave(self, *numbers: int) -> None:
        """Let visitors be gone."""
        for number in numbers:
            self.waiting.pop(key(1000 + number), None)

    def look(self, *kinds: str, seconds: float = STEP_SECONDS) -> None:
        """Look at both lists, or at these, after so many seconds."""
        self.now += timedelta(seconds=seconds)
        with time_machine.travel(self.now, tick=False):
            site_versions.forget()
            for kind in kinds or ("agents", "visitors"):
                self._store(kind, self._rows(kind))

    def looks(self, seconds: float, step: float = STEP_SECONDS) -> None:
        """Look again and again for so many seconds."""
        for _ in range(round(seconds / step)):
            self.look(seconds=step)

    def _rows(self, kind: str) -> Iterable[Any]:
        if kind == "agents":
            return [records.Agent(agent, status, chats) for agent, (status, chats) in sorted(self.agents.items())]
        return [visitor(one, where, **self.visitor_fields) for one, where in sorted(self.waiting.items())]

    def _store(self, kind: str, rows: Iterable[Any]) -> None:
        row = Snapshot.get_or_create(self.site.pk, self.feed.fingerprint, kind)
        Snapshot.objects.filter(pk=row.pk).update(looked=self.now)
        token = lease.acquire(row)
        assert token is not None
        assert refresh.store(self.feed, kind, records.Listing(tuple(rows)), token, self.now)


def visitor(one: str, department: str | None, **fields: Any) -> records.Visitor:
    """A visitor who waits."""
    given: Mapping[str, Any] = {"status": "waitingForChat", "department_id": department} | fields
    return records.Visitor(one, **given)


def token_that_ends(moment: datetime) -> str:
    """An access token that says itself when it ends."""
    parts = ({"alg": "none"}, {"exp": int(moment.timestamp())})
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*encoded, "signature"])
