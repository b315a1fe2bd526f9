"""The database can be read and not written: everything is still shown, and nothing is sent that is not recorded."""

import logging
from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client

from livechat.control import verification
from livechat.control.statuses import StatusWrite
from livechat.lib import outages, ttl_cache
from livechat.models import (
    BulkRun,
    Change,
    LinkScreen,
    Membership,
    Outcome,
    Pairing,
    Role,
    Site,
    Snapshot,
    SnapshotBody,
    Wall,
)
from livechat.walls import links
from tests.support import unwritable
from tests.support.chatserver import ChatServer
from tests.support.fast_path import Answer
from tests.support.links import later
from tests.support.pages import text
from tests.support.unwritable import Trouble
from tests.test_bulk_pages import fields
from tests.test_statuses import SAMPLE, URL, hidden

pytestmark = [pytest.mark.threads, pytest.mark.django_db(transaction=True)]
TROUBLES = [unwritable.locked, unwritable.refusing]
PUT_STATUS, PUT_VARIABLES = "PUT /v4/livechat/agents/{id}", "PUT /v4/livechat/visitors/{id}/customVariables"
SAID = "could not be recorded. Nothing was sent."


@pytest.fixture
def wall(site: Site, supervisor: User, renew: Callable[[], None], chatserver: ChatServer) -> Iterator[dict[str, str]]:
    """The paths of a wall by a link that holds, and by one that has lapsed but whose end is not recorded."""
    chatserver.world.set_agent(SAMPLE, status="Online")
    renew()
    made = Wall.objects.create(site=site, title="Support")
    _link, secret = links.make_link(made, supervisor, "TV", days=None)
    _link, lapsed = links.make_link(made, supervisor, "Old", days=-1)
    yield {"held": f"/wall/{secret}/", "lapsed": f"/wall/{lapsed}/"}
    unwritable.join()


def pages(chatserver: ChatServer) -> list[str]:
    """Everything that a supervisor can look at."""
    visitor = chatserver.world.visitor_ids()[0]
    agent, seen = f"/agents/{SAMPLE}/", f"/visitors/{visitor}/"
    wall = f"/walls/{Wall.objects.get().pk}/"
    fixed = ["/agents/", "/agents/bulk/", "/visitors/", "/visitors/csv/", "/queue/", "/walls/", "/changes/"]
    fixed += [
        "/changes/csv/",
        "/connection/",
        "/directory/",
        "/sites/",
        f"/sites/{Site.objects.get().pk}/",
        "/pair/",
        "/accounts/sessions/",
    ]
    return [*fixed, agent, f"{agent}status/", seen, f"{seen}variables/", wall, f"{wall}preview/", f"{wall}links/"]


@pytest.mark.parametrize("trouble", TROUBLES)
def test_every_page_is_read_while_nothing_can_be_written(
    web: Client, wall: dict[str, str], chatserver: ChatServer, trouble: Trouble
) -> None:
    Membership.objects.update(role=Role.ADMINISTRATOR)
    seen = pages(chatserver)
    with trouble():
        ttl_cache.forget_all()
        assert {path: web.get(path).status_code for path in seen} == dict.fromkeys(seen, 200)
        assert not LinkScreen.objects.exists()


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.usefixtures("at_the_door")
def test_a_wall_and_the_end_of_another_are_shown_while_nothing_can_be_written(
    client: Client, wall: dict[str, str], trouble: Trouble
) -> None:
    with trouble():
        tag = Answer(wall["held"]).headers["HX-PTag"]
        assert Answer(wall["held"], HX_PTAG=tag).status.startswith("304")
        assert client.get(wall["held"]).status_code == 200
        assert client.get(wall["lapsed"]).status_code == 410


def test_what_could_not_be_noted_of_looks_and_screens_is_noted_later(
    client: Client, web: Client, wall: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with unwritable.refusing():
        for path in (wall["held"], "/agents/"):
            assert web.get(path).status_code == 200
        unwritable.join()
    assert not LinkScreen.objects.exists()
    assert not Snapshot.objects.exclude(looked=None).exists()
    later(20, monkeypatch)
    assert web.get(wall["held"]).status_code == 200
    unwritable.join()
    assert LinkScreen.objects.count() == 1
    assert Snapshot.objects.exclude(looked=None).exists()


def test_a_snapshot_that_cannot_be_read_is_not_mended_in_the_request_that_finds_it(
    web: Client, wall: dict[str, str]
) -> None:
    SnapshotBody.objects.update(sealed=b"nonsense")
    ttl_cache.forget_all()
    with unwritable.refusing():
        assert web.get("/agents/").status_code == 200


def test_a_message_that_was_shown_is_shown_once_more_if_the_session_cannot_be_stored(
    web: Client, wall: dict[str, str]
) -> None:
    web.post("/connection/", {"step": "remove"})
    with unwritable.refusing():
        assert web.get("/connection/").status_code == 200


@pytest.mark.parametrize(
    ("path", "typed", "said"),
    [
        ("/tv/", None, "Something broke at the dashboard"),
        ("/accounts/login/", {"login": "sue", "password": "wrong"}, "database"),
    ],
)
def test_what_a_throttle_cannot_count_is_told_as_the_databases_failure_and_not_as_too_many_attempts(
    path: str, typed: dict[str, str] | None, said: str, db: None
) -> None:
    tv = Client(raise_request_exception=False)
    with unwritable.refusing():
        answer = tv.get(path) if typed is None else tv.post(path, typed)
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert said in text(answer)
    assert not Pairing.objects.exists()


def test_a_status_that_cannot_be_recorded_is_refused_with_a_sentence_before_it_is_sent(
    web: Client, wall: dict[str, str], chatserver: ChatServer
) -> None:
    form = hidden(text(web.get(URL)))
    with unwritable.refusing():
        answer = web.post(URL, form | {"status": "away", "reason": "kept words"})
        unwritable.join()
    assert answer.status_code == 503
    assert SAID in text(answer)
    assert "kept words" in text(answer)
    assert chatserver.calls(PUT_STATUS) == 0
    assert not Change.objects.exists()


def test_variables_that_cannot_be_recorded_are_refused_with_a_sentence_before_they_are_sent(
    web: Client, wall: dict[str, str], chatserver: ChatServer
) -> None:
    url = f"/visitors/{chatserver.world.visitor_ids()[0]}/variables/"
    page = text(web.get(url))
    guard = {"nonce": "n", "reason": "", "step": "send", "expected": web.get(url).context["guard"]["expected"].value()}
    rows = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-name": "New", "form-0-value": "words"}
    assert "form-TOTAL_FORMS" in page
    with unwritable.refusing():
        answer = web.post(url, guard | rows)
        unwritable.join()
    assert answer.status_code == 503
    assert SAID in text(answer)
    assert chatserver.calls(PUT_VARIABLES) == 0


def test_a_bulk_change_that_cannot_be_recorded_is_refused_with_a_sentence_and_not_begun(
    web: Client, wall: dict[str, str], chatserver: ChatServer
) -> None:
    sent = fields(web.get("/agents/bulk/", {"boxes": "1", "agent": [SAMPLE]})) | {"status": "away"}
    with unwritable.refusing():
        answer = web.post("/agents/bulk/", sent | {"previewed": "away", "step": "start"})
        unwritable.join()
    assert answer.status_code == 503
    assert SAID in text(answer)
    assert chatserver.calls(PUT_STATUS) == 0
    assert not BulkRun.objects.exists()


def test_a_status_whose_outcome_cannot_be_recorded_is_no_error_and_what_it_came_to_is_found_later(
    web: Client, wall: dict[str, str], chatserver: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = hidden(text(web.get(URL)))
    trouble, real = unwritable.refusing(), StatusWrite.send

    def send(self: StatusWrite, *call: object) -> None:
        real(self, *call)
        trouble.__enter__()

    monkeypatch.setattr(verification, "VERIFY_SECONDS", 0.0)
    monkeypatch.setattr(StatusWrite, "send", send)
    try:
        answer = web.post(URL, form | {"status": "away", "reason": ""})
    finally:
        trouble.__exit__(None, None, None)
    unwritable.join()
    assert answer.status_code == 302
    assert chatserver.calls(PUT_STATUS) == 1
    assert Change.objects.count() == 1
    assert set(Outcome.objects.values_list("result", flat=True)) <= {"sent", "confirmed", "not-visible"}


def test_failures_of_notes_are_one_line_of_log_a_minute(
    web: Client, wall: dict[str, str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    with unwritable.refusing():
        for _ in range(20):
            web.get("/agents/")
            web.get(wall["held"])
        unwritable.join()
        assert len(caplog.records) == 1
        later(outages.LINE_SECONDS, monkeypatch)
        web.get("/agents/")
        unwritable.join()
    assert len(caplog.records) == 2
    assert all(record.exc_info is None for record in caplog.records)
