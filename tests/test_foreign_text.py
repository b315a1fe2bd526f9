"""Text from Comm100 of any length fits its column: PostgreSQL refuses longer text."""

import json
import secrets
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import DatabaseError, models

from livechat.control import bulk, guarded
from livechat.control.bulk import Pick
from livechat.control.statuses import StatusWrite
from livechat.control.variables import VariablesWrite
from livechat.live import refresh, sources
from livechat.live.sources import Feed
from livechat.models import AwayStatus, Change, Connection, Contact, Site, Snapshot, Span, VariableName
from livechat.sites import directory_import
from tests.support.chatserver import ChatServer

pytestmark = pytest.mark.django_db
AGENTS, VISITORS = "GET /v4/livechat/agents", "GET /v4/livechat/visitors"
LONG = "ſ" * 5000  # its upper case is another letter, and it takes two bytes
AGENT, VISITOR, DEPARTMENT = (str(uuid4()) for _ in range(3))


@pytest.fixture(autouse=True)
def _everything_fits(db: None) -> Any:
    """Check that no value is longer or larger than its column: SQLite would accept it."""
    yield
    for model in apps.get_app_config("livechat").get_models():
        for field in model._meta.concrete_fields:
            for value in model._default_manager.values_list(field.attname, flat=True):
                if isinstance(field, models.CharField):
                    assert len(value) <= field.max_length, f"{model.__name__}.{field.name}"
                if isinstance(field, models.PositiveIntegerField) and value is not None:
                    assert value < 2**31, f"{model.__name__}.{field.name}"


def tell(chatserver: ChatServer, on: str, answer: Any) -> None:
    """Answer a call with this body from now on."""
    chatserver.faults.answer(200, on=on, body=json.dumps(answer).encode())


def agent(status: str) -> dict[str, Any]:
    return {"id": AGENT, "status": status, "ongoingChats": 2**40}


def visitor(status: str) -> dict[str, Any]:
    texts = ("name", "email", "phone", "country", "city", "browser", "currentBrowsing")
    variables = [{"name": LONG, "value": LONG, "url": LONG}]
    given = dict.fromkeys(texts, LONG) | {"id": VISITOR, "status": status, "departmentId": DEPARTMENT}
    return given | {"customFields": variables, "customVariableResults": variables}


def refreshed(feed: Feed, chatserver: ChatServer, kind: str, on: str, answer: Any) -> None:
    chatserver.faults.clear()
    tell(chatserver, on, answer)
    assert refresh.refresh(feed, kind)
    row = Snapshot.objects.get(kind=kind)
    assert (row.error, row.holder, row.checked is not None) == ("", "", True)


def test_lists_with_endless_statuses_are_shown_and_written_down(feed: Feed, chatserver: ChatServer) -> None:
    for status in ("Online", LONG, "x" + LONG):
        refreshed(feed, chatserver, "agents", AGENTS, [agent(status)])
    assert list(Span.objects.order_by("pk").values_list("status__name", flat=True)) == [
        "Online", "ſ" * 99 + "…", "x" + "ſ" * 98 + "…",
    ]  # fmt: skip
    for status in ("waitingForChat", LONG):
        refreshed(feed, chatserver, "visitors", VISITORS, [visitor(status)])
    assert Contact.objects.get().outcome == "ſ" * 39 + "…"


def test_writes_to_those_with_endless_names_are_written_down(
    feed: Feed, chatserver: ChatServer, supervisor: User, site: Site
) -> None:
    connection = sources.own(site, supervisor)
    assert connection
    key = chatserver.world.agent_ids()[1]
    chatserver.world.set_agent(key, status="Online")
    chatserver.faults.answer(400, on="PUT /v4/livechat/agents/{id}", body=json.dumps({"message": LONG}).encode())
    chatserver.faults.answer(400, on="PUT /v4/livechat/visitors/{id}", body=json.dumps({"message": LONG}).encode())
    short = visitor("chatting") | {"customVariableResults": []}
    tell(chatserver, "GET /v4/livechat/visitors/{id}", short)
    edits = [{"name": LONG[:4000], "value": LONG[:4000], "url": ""}]
    for write in (StatusWrite(key, LONG, "away", "Online"), VariablesWrite(VISITOR, LONG, edits, [])):
        guarded.perform(write, guarded.WriteRequest(supervisor, connection, secrets.token_hex(8)))
    assert {change.target_name for change in Change.objects.all()} == {"ſ" * 199 + "…"}
    bulk.start(supervisor, connection, [Pick(key, "Ann", "Online", "away")], nonce="n")
    chatserver.world.set_agent(key, status=LONG)
    bulk.start(supervisor, connection, [Pick(key, "Ann", "Online", "away")], nonce="m")


def test_a_directory_of_endless_names_and_orders_is_imported(feed: Feed, chatserver: ChatServer, site: Site) -> None:
    tell(chatserver, "GET /v4/global/agents", {"agents": [{"id": AGENT, "name": LONG, "departmentIds": [DEPARTMENT]}]})
    tell(chatserver, "GET /v4/global/departments", {"departments": [{"id": DEPARTMENT, "name": LONG}]})
    statuses = [{"name": f"{n} {LONG}", "order": order} for n, order in enumerate((2**31, 2**70, -(2**70), None))]
    tell(chatserver, "GET /v4/global/agentAwayStatuses", {"agentAwayStatuses": statuses})
    tell(chatserver, "GET /v4/livechat/customVariables", {"customVariables": [{"name": LONG, "type": LONG}]})
    result = directory_import.import_names(site, Connection.objects.get())
    assert (result.agents, result.departments, result.statuses, result.variables) == (1, 1, 4, 1)
    assert AwayStatus.objects.get(name__startswith="0").order == 2**31 - 1
    assert VariableName.objects.exists()


def test_a_refusal_by_the_database_is_reported_and_leaves_nothing_locked(
    feed: Feed, chatserver: ChatServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    refresh.refresh(feed, "agents")
    spans = Span.objects.count()
    chatserver.world.set_agent(chatserver.world.agent_ids()[1], status="Meeting")
    field = Span._meta.get_field("began")
    monkeypatch.setattr(field, "get_db_prep_save", lambda value, connection: None)  # a column that takes no null
    assert refresh.refresh(feed, "agents")
    row = Snapshot.objects.get(kind="agents")
    assert (row.error, row.holder, row.failures) == ("database", "", 1)
    assert row.pause > 0
    assert Span.objects.count() == spans
    assert issubclass(caplog.records[-1].exc_info[0], DatabaseError)
    monkeypatch.undo()
    refresh.refresh(feed, "agents")
    row.refresh_from_db()
    assert (row.error, Span.objects.count()) == ("", spans + 1)
