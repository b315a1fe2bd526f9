"""What rows of the record say: codes with parameters, in the reader's words when they are shown."""

import ast
import csv
import io
import json
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client
from django.utils import timezone, translation
from django.utils.translation import trans_real

from livechat.alerts import channels
from livechat.comm100 import errors
from livechat.comm100.credentials import Bearer
from livechat.comm100.errors import Refused, Unreachable
from livechat.comm100.sentences import WORDS, Why, sentence
from livechat.control import bulk, bulk_worker, guarded, recovery, verification
from livechat.control.bulk import Pick
from livechat.control.statuses import StatusWrite
from livechat.lib import background
from livechat.lib.vault import CannotOpen
from livechat.live import sources, token_renewal
from livechat.live.budget import BudgetExhausted
from livechat.models import (
    BulkItem,
    BulkRun,
    Change,
    LinkEvent,
    Membership,
    Outcome,
    Role,
    SendCode,
    Site,
    Wall,
    WallLink,
    notes,
)
from livechat.models.notes import Code, Coded, note, said
from livechat.record import audit, link_events
from livechat.record.link_events import By
from livechat.sites import connections, read_tokens
from livechat.walls import links, messages
from tests.support.chatserver import ChatServer
from tests.support.pages import text
from tests.test_changes import change

pytestmark = pytest.mark.django_db
SAMPLE = "c97a2afe-a38f-46f8-a55b-8ac9f873cd09"
PUT, LIST = "PUT /v4/livechat/agents/{id}", "GET /v4/livechat/agents"
Patch = pytest.MonkeyPatch
Result = Outcome.Result
NOTED: tuple[type[Model], ...] = (Outcome, BulkItem, LinkEvent)
OLD = "The server stopped before it could note this; Comm100 shows it."
REASONS = (Unreachable("No answer.", sent=False), BudgetExhausted(12.4, asked=True), CannotOpen("no key"))


# the codes


@pytest.mark.parametrize("code", [*Code, *SendCode])
def test_a_code_takes_the_parameters_of_its_words_and_no_others(code: Coded) -> None:
    given: dict[str, Any] = {name: f"<{name}>" for name in code.parameters}
    if "until" in given:
        given["until"] = datetime(2027, 1, 3, 10, tzinfo=timezone.get_current_timezone())
    words = notes.in_words(note(code, **given), codes=type(code))
    assert all(value in words for value in given.values() if isinstance(value, str))
    assert "%(" not in words
    with pytest.raises(TypeError):
        note(code, **given, more="")
    for name in given:
        with pytest.raises(TypeError):
            note(code, **{other: value for other, value in given.items() if other != name})


def test_a_code_of_a_newer_version_does_not_break_a_page() -> None:
    assert notes.in_words({"code": "of-tomorrow", "by": "Ann"}) == "of-tomorrow"


# what is shown


@contextmanager
def reading(language: str, **words: str) -> Iterator[None]:
    """A reader of a language that has these words for those of some codes."""
    catalog = trans_real.translation(language)._catalog
    known = catalog._catalogs
    catalog._catalogs = [{WORDS.get(name) or str(Code(name).label): given for name, given in words.items()}, *known]
    try:
        with translation.override(language):
            yield
    finally:
        catalog._catalogs = known


def test_a_note_is_in_the_readers_language_and_in_the_readers_zone() -> None:
    until = note(Code.UNTIL, until=datetime.fromisoformat("2027-03-03T22:30:00+00:00"))
    assert notes.in_words(until) == "until 3 Mar 2027 22:30"
    with timezone.override("Asia/Tokyo"), reading("de", until="bis %(until)s", renamed="„%(old)s“ heißt „%(new)s“"):
        assert notes.in_words(until) == "bis 4 Mär 2027 07:30"
        assert notes.in_words(note(Code.RENAMED, old="Bar", new="Küche")) == "„Bar“ heißt „Küche“"
        assert notes.with_word("HEISST") == ["renamed"]
    assert notes.with_word("heißt") == []


def test_comm100s_own_words_stay_as_they_are() -> None:
    assert notes.in_words(note(Code.ERROR, error="100 % full, %(n)s left")) == "100 % full, %(n)s left"


def test_an_error_of_ours_is_kept_by_its_code_and_told_in_the_readers_language() -> None:
    error = Unreachable(sentence(Why.OWN_ERROR, status=502), sent=True)
    stored = json.loads(json.dumps(note(Code.NOTHING_SENT, error=said(error))))
    assert stored == {"code": "nothing-sent", "error": {"why": "own-error", "status": 502}}
    assert notes.in_words(stored) == f"Nothing was sent. {error.message}"
    with reading("de", **{"nothing-sent": "Nichts gesendet. %(error)s", "own-error": "Comm100 meldet %(status)s."}):
        assert notes.in_words(stored) == "Nichts gesendet. Comm100 meldet 502."
    stored["error"]["why"] = "of-tomorrow"
    assert notes.in_words(stored) == "Nothing was sent. of-tomorrow"


@pytest.mark.parametrize("why", Why)
def test_each_sentence_of_ours_has_words_and_stays_short(why: Why) -> None:
    parameters = dict.fromkeys(re.findall(r"%\((\w+)\)s", WORDS[why]), "9" * 500)
    made = sentence(why, **parameters)
    assert (made.why, len(made) <= 300, made.parameters.keys()) == (why, True, parameters.keys())


def test_no_error_of_ours_is_raised_with_a_sentence_that_has_no_code() -> None:
    names = {name for name, found in vars(errors).items() if isinstance(found, type)}
    files = [path for folder in ("comm100", "live") for path in Path("livechat", folder).glob("*.py")]
    calls = [node for path in files for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    made = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in names and call.args]
    assert len(made) > 20
    assert [ast.unparse(call) for call in made if isinstance(call.args[0], ast.Constant | ast.JoinedStr)] == []


def test_an_old_row_shows_its_text_and_a_new_one_its_words_on_every_page_and_in_the_csv(
    web: Client, site: Site, supervisor: User
) -> None:
    old, new = change(site), change(site)
    Outcome.objects.create(change=old, result=Result.SENT, message=OLD)
    audit.outcome(new, Result.UNKNOWN, why=note(Code.STOPPED_NOT_SHOWN))
    run = BulkRun.objects.create(site=site, actor=supervisor, nonce="n", ended=timezone.now())
    for number, fields in enumerate(({"message": "Changed meanwhile: Old."}, {"note": note(Code.GONE)})):
        BulkItem.objects.create(run=run, agent_id=f"{number:032x}", state=BulkItem.State.SKIPPED, **fields)
    link = links.make_link(Wall.objects.create(site=site, title="Support"), supervisor, "Kitchen", days=None)[0]
    LinkEvent.objects.create(site=site, link=link.pk, label="Kitchen", what="extended", detail="without an old end")
    links.rename(link, "Bar", By(supervisor))

    pages = {
        "/changes/": [OLD, Code.STOPPED_NOT_SHOWN.label, "without an old end", "from “Kitchen” to “Bar”"],
        f"/agents/bulk/{run.pk}/": ["Changed meanwhile: Old.", Code.GONE.label],
        f"/walls/{link.wall_id}/links/{link.pk}/": ["without an old end", "from “Kitchen” to “Bar”"],
    }
    for address, sentences in pages.items():
        page = text(web.get(address))
        assert [sentence for sentence in sentences if str(sentence) not in page] == [], address
    table = csv.DictReader(io.StringIO(web.get("/changes/csv/").getvalue().decode("utf-8-sig"), newline=""))
    rows = list(table)
    assert table.fieldnames == [
        "When (UTC)", "Person", "Kind", "Of", "Id", "Before", "Asked", "After", "Outcome", "Message", "Reason",
        "Set anyway",
    ]  # fmt: skip
    assert {row["Message"] for row in rows} == {OLD, Code.STOPPED_NOT_SHOWN.label, ""}
    assert {"End moved: without an old end", "Renamed: from “Kitchen” to “Bar”"} <= {r["Asked"] for r in rows}


def test_links_are_found_by_the_words_and_the_names_of_what_happened(web: Client, site: Site, supervisor: User) -> None:
    wall = Wall.objects.create(site=site, title="Support")
    for label in ("Kitchen", "Über"):
        link = links.make_link(wall, supervisor, label, days=None)[0]
        links.rename(link, "Bar", By(supervisor))
    LinkEvent.objects.create(site=site, link=9, label="Hall", what="renamed", detail="from “Foyer” to “Hall”")
    found = {
        query: text(web.get("/changes/", {"kind": "links", "q": query})).count("Renamed: ")
        for query in ("from kitchen", "Über", "to bar", "from", "foyer", "owner")
    }
    assert found == {"from kitchen": 1, "Über": 1, "to bar": 2, "from": 3, "foyer": 1, "owner": 0}


# what is stored


@pytest.fixture
def perform(site: Site, supervisor: User, monkeypatch: Patch) -> Callable[[str], Change]:
    """Sets the sample agent's status, and looks once whether it shows."""
    monkeypatch.setattr(verification, "VERIFY_SECONDS", 0.0)
    connection = sources.own(site, supervisor)
    assert connection

    def make(status: str) -> Change:
        now = token_renewal.client(connection).agent(SAMPLE).status
        write = StatusWrite(SAMPLE, "Ann", status, now)
        return guarded.perform(write, guarded.WriteRequest(supervisor, connection, secrets.token_hex(8)))

    return make


def refusing(reason: Exception, monkeypatch: Patch) -> None:
    """Let no client be had."""

    def client(*_: object) -> None:
        raise reason

    monkeypatch.setattr(token_renewal, "client", client)


def writes(perform: Callable[[str], Change], chatserver: ChatServer, monkeypatch: Patch) -> None:
    """Writes that end in every way."""
    perform("away")  # confirmed
    chatserver.faults.answer(502, on=PUT, times=1)
    perform("online")  # error, not shown
    chatserver.faults.answer(400, on=PUT, times=1)
    perform("Meeting")  # refused
    with monkeypatch.context() as patch:

        def send(*_: object) -> None:
            raise Unreachable("No connection.", sent=False)

        patch.setattr(StatusWrite, "send", send)
        perform("Meeting")
    for number, reason in enumerate(REASONS):
        with monkeypatch.context() as patch:
            patch.setattr(StatusWrite, "sent", lambda *_, why=reason: refusing(why, patch))
            perform(("Meeting", "Training", "Lunch")[number])


def left_open(site: Site, supervisor: User, chatserver: ChatServer, monkeypatch: Patch) -> None:
    """Writes that a stopped process left open, and that are settled in every way."""

    def leave(asked: str, reason: Exception | None = None) -> None:
        change(site, actor=supervisor, target=SAMPLE, asked={"status": asked})
        later = time_machine.travel(timezone.now() + timedelta(minutes=20), tick=True)
        with later, monkeypatch.context() as patch:
            if reason:
                refusing(reason, patch)
            assert recovery.settle_left() == 1

    chatserver.world.set_agent(SAMPLE, status="Online")
    leave("Online")
    leave("Lunch")
    leave("Lunch", Refused("Not allowed."))
    leave("Lunch", CannotOpen("no key"))


def bulk_changes(site: Site, supervisor: User, chatserver: ChatServer, monkeypatch: Patch) -> None:
    """Bulk changes that leave agents alone, and that end, in every way."""
    connection = sources.own(site, supervisor)
    assert connection
    first, moved, there, off = chatserver.world.agent_ids()[:4]
    for key, status in ((first, "Online"), (moved, "Training"), (there, "Meeting"), (off, "Offline")):
        chatserver.world.set_agent(key, status=status)

    def start(*keys: str, status: str = "Meeting", expected: str = "Online") -> BulkRun:
        picks = [Pick(key, "Ann", expected, status) for key in keys]
        return bulk.start(supervisor, connection, picks, nonce=secrets.token_hex(8))

    def start_later(end: Callable[[], object]) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(background, "start", lambda *_: None)
            run = start(there)
        end()
        bulk.go_on(run.pk)

    start(first, moved, there, secrets.token_hex(16))
    start(first, status="Offline")
    bulk.undo(start(off, expected="Offline"), supervisor, connection, nonce="undo")
    for reason in (CannotOpen("no key"), Refused("Spent.")):
        with monkeypatch.context() as patch:
            refusing(reason, patch)
            start(there)
    with monkeypatch.context() as patch:
        patch.setattr(bulk_worker, "MAX_TRIES", 1)
        chatserver.faults.answer(503, on=LIST, times=1)
        start(there)
    role = Membership.objects.get(user=supervisor).role
    start_later(lambda: Membership.objects.update(role=Role.VIEWER))
    Membership.objects.update(role=role)
    with monkeypatch.context() as patch:
        real = guarded.send

        def send(*arguments: Any) -> bool:
            connections.store(site, supervisor, Bearer("another"))
            return real(*arguments)

        patch.setattr(guarded, "send", send)
        start(there, first, status="Lunch", expected="Meeting")
    start_later(lambda: connections.remove(site, connection))


def of_links(site: Site, supervisor: User) -> None:
    """What happens to a wall's link and message, to a read token and to a channel."""
    channels.make(site, "mail", "Lea", address="lea@example.org", secret="", by=By(supervisor))
    read_tokens.make(site, "Script", days=90, agents=True, by=By(supervisor))
    walls = [Wall.objects.create(site=site, title=title) for title in ("Support", "Sales")]
    message = messages.show(site, None, "Drill", tone="normal", lasts=timedelta(hours=1), by=By(supervisor))
    messages.end(message, By(supervisor))
    link = links.make_link(walls[0], supervisor, "Kitchen", days=30)[0]
    links.show_in_turn(link, dict.fromkeys(walls, 20), By(supervisor))
    links.show_in_turn(link, {}, By(supervisor))
    links.extend(link, None, By(supervisor))
    links.rename(link, "Bar", By(supervisor))
    links.let_frame(link, ["https://intranet.example.org"], By(supervisor))
    link.refresh_from_db()
    links.let_frame(link, [], By(supervisor))
    link_events.note_place(link, "192.0.2.1", "Chrome 85 on Tizen")
    supervisor.memberships.all().delete()
    links.note_ends()


def texts(row: Model) -> list[str]:
    """Every text of a row, those within its JSON too."""
    return [str(field.value_from_object(row)) for field in row._meta.concrete_fields]


def test_a_run_of_every_outcome_stores_codes_and_no_sentence(
    site: Site, supervisor: User, chatserver: ChatServer, perform: Callable[[str], Change], monkeypatch: Patch
) -> None:
    writes(perform, chatserver, monkeypatch)
    left_open(site, supervisor, chatserver, monkeypatch)
    bulk_changes(site, supervisor, chatserver, monkeypatch)
    change(site, actor=None, target=SAMPLE)  # nobody's, and there is no connection any more
    with time_machine.travel(timezone.now() + timedelta(minutes=20), tick=True):
        assert recovery.settle_left() == 1
    of_links(site, supervisor)

    stored = [row.note for model in NOTED for row in model._default_manager.all() if row.note is not None]
    others = {code for code in Code if not code.startswith("plan-")}  # those of plans are written in test_plans.py
    assert {Code(each["code"]) for each in stored} == others, "each is written somewhere"
    for each in stored:
        assert each.keys() - {"code"} == Code(each["code"]).parameters
    assert not Outcome.objects.exclude(message="").exists()
    assert not BulkItem.objects.exclude(message="").exists()
    assert not LinkEvent.objects.exclude(detail="").exists()
    words = [part.strip() for code in Code for part in re.split(r"%\(\w+\)s", str(code.label))]
    words += [part.strip() for said in WORDS.values() for part in re.split(r"%\(\w+\)s", said)]
    sentences = [part for part in words if " " in part]
    for model in (Change, BulkRun, WallLink, *NOTED):
        for row in model._default_manager.all():
            assert [part for part in sentences for found in texts(row) if part in found] == []
