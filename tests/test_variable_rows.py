"""One custom variable, edited in its row on the visitor's page: the answer is the row, with what became of it."""

import html
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from livechat.control import verification
from livechat.lib import background
from livechat.models import Change, Membership, Role, Site
from tests import test_variables
from tests.support.chatserver import ChatServer
from tests.support.corpora import strings
from tests.support.pages import PARTIAL, poll, region, text
from tests.test_variables import SAMPLE, put, there

pytestmark = pytest.mark.django_db
PAGE = f"/visitors/{SAMPLE}/"
URL = f"{PAGE}variables/row/"
GET, PUT = "GET /v4/livechat/visitors/{id}", "PUT /v4/livechat/visitors/{id}"
FIRST, SECOND = "CARLZHOU222SHENTI", "fccc"
Rows = dict[str, dict[str, Any]]
unshowable = test_variables.odd  # a visitor with variables that no form can show


@pytest.fixture(autouse=True)
def _shown(renew: Callable[[], None]) -> None:
    renew()


def words(markup: str) -> str:
    """Markup as a person reads it."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


def rows(page: str) -> Rows:
    """The rows of a page, or of an answer, by the name of their variable."""
    found = {}
    for row in re.findall(r'<li id="variable-.*?</li>', page, re.DOTALL):
        marks = {key: html.unescape(value) for key, value in re.findall(r'data-([a-z]+)="([^"]*)"', row)}
        value = row[row.index('class="variable-value"') : row.index('class="variable-told"')].partition(">")[2]
        told = row[row.index('class="variable-told"') :].partition(">")[2]
        found[marks["name"]] = {
            "item": json.loads(marks["item"]),
            "state": marks["state"],
            "value": words(value.rpartition("<span")[0]),
            "told": words(told.split('<a class="btn')[0]),
            "again": json.loads(marks["again"]) if "again" in marks else None,
            "pencil": "data-edit" in row,
            "polled": "data-live" in row,
            "markup": row,
        }
    return found


def shown(web: Client) -> Rows:
    """The rows of the page now."""
    return rows(region(text(web.get(PAGE)), "record"))


def expected(found: Rows) -> str:
    """What the page's script sends as the guard: everything that the page shows."""
    return json.dumps([row["item"] for row in found.values() if row["item"]])


def edit(web: Client, found: Rows, name: str, value: str, **more: str) -> HttpResponse:
    """What a row sends after its value was changed; its link stays, unless `url` is given."""
    item = found[name]["item"] if name in found else {"url": ""}
    data = {
        "name": name,
        "value": value,
        "url": item["url"],
        "expected": expected(found),
        "nonce": f"n{value[:9]}{more}"[:60],
    }
    return web.post(URL, data | more, headers=PARTIAL)


def test_a_row_sends_one_variable_and_the_record_keeps_it(web: Client, chatserver: ChatServer) -> None:
    before = there(chatserver)
    answer = edit(web, shown(web), SECOND, "new", url="https://crm.example/1")
    assert answer.status_code == 200
    assert there(chatserver) == before | {SECOND: "new"}
    row = rows(text(answer))[SECOND]
    assert (row["state"], row["value"]) == ("confirmed", "new")
    assert re.fullmatch(r"confirmed \d\d:\d\d:\d\d, was 520 Undo", row["told"])
    change = Change.objects.get()
    assert f"/changes/{change.pk}/undo/" in row["markup"]
    assert [each.result for each in change.outcomes.all()] == ["sent", "confirmed"]
    assert 'href="https://crm.example/1"' in row["markup"]
    assert text(answer).strip().startswith('<li id="variable-'), "it takes its place"


def test_the_page_shows_the_same_row_as_the_answer_and_the_change_below(web: Client) -> None:
    answer = edit(web, shown(web), SECOND, "new")
    page = text(web.get(PAGE))
    assert rows(page)[SECOND] == rows(text(answer))[SECOND]
    assert re.search(rf"<b><bdi>{SECOND}</bdi></b> <bdi>520[^<]*</bdi> → <bdi>new", page)
    assert page.count("/undo/") == 1, "nothing twice"
    key = re.search(rf'<li id="([^"]*)"[^>]*data-name="{SECOND}"', page)
    assert key
    assert rows(text(poll(web, f"{URL}?row={key[1]}")))[SECOND] == rows(page)[SECOND]
    assert poll(web, f"{URL}?row=variable-none").status_code == 404


def test_while_it_is_under_way_the_row_says_so_to_everybody_and_asks_by_itself(
    web: Client, client: Client, make_user: Callable[..., User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "start", lambda *_: None)
    row = rows(text(edit(web, shown(web), SECOND, "new")))[SECOND]
    assert (row["state"], row["told"], row["value"]) == ("asking", "asking Comm100…", "new")
    assert row["polled"]
    assert not row["pencil"]
    assert "<form" not in row["markup"]
    assert row["item"]["value"] == "520", "what Comm100 has"
    other = Client()
    other.force_login(make_user("vic", Role.VIEWER))
    assert shown(other)[SECOND]["told"] == "asking Comm100…"


def test_a_variable_is_added_in_the_place_of_the_row_that_asked(web: Client, chatserver: ChatServer) -> None:
    answer = edit(web, shown(web), " plan ", "gold", new="on", row="variable-new-3")
    assert answer.status_code == 200
    assert '<li id="variable-new-3"' in text(answer)
    assert there(chatserver)["plan"] == "gold"
    row = shown(web)["plan"]
    assert re.fullmatch(r"confirmed \d\d:\d\d:\d\d, added", row["told"])
    assert "/undo/" not in text(web.get(PAGE)), "no call removes it"


def test_a_variable_on_its_way_has_a_row_before_comm100_shows_it(web: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "start", lambda *_: None)
    edit(web, shown(web), "plan", "gold", new="on", row="variable-new-1")
    assert list(shown(web)) == [FIRST, SECOND, "plan"]
    row = shown(web)["plan"]
    assert (row["item"], row["value"], row["told"]) == (None, "gold", "asking Comm100…")


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"name": "", "value": "v", "new": "on"}, "A variable needs a name."),
        ({"name": "\u200b", "value": "v", "new": "on"}, "A variable needs a name."),
        ({"name": f" {SECOND}", "value": "v", "new": "on"}, "is there already: edit it in its row"),
        ({"name": SECOND, "value": "a\x07b"}, "Control characters are not allowed."),
        ({"name": SECOND, "value": "x" * 4001}, "at most 4000 characters"),
        ({"name": SECOND, "value": "v", "url": "x" * 4001}, "at most 4000 characters"),
    ],
)
def test_bad_input_is_told_in_the_row_with_what_was_typed(
    web: Client,
    chatserver: ChatServer,
    sent: dict[str, str],
    sentence: str,
) -> None:
    answer = web.post(URL, {"expected": expected(shown(web)), "nonce": "n", "url": ""} | sent, headers=PARTIAL)
    assert answer.status_code == 422
    (row,) = rows(text(answer)).values()
    assert row["state"] == "invalid"
    assert sentence in row["told"]
    assert {name: row["again"][name] for name in ("name", "value")} == {name: sent[name] for name in ("name", "value")}
    assert chatserver.calls(PUT) == 0


def test_what_did_not_change_is_not_sent(web: Client, chatserver: ChatServer) -> None:
    found = shown(web)
    answer = edit(web, found, SECOND, found[SECOND]["item"]["value"])
    assert answer.status_code == 422
    assert "Nothing differs" in rows(text(answer))[SECOND]["told"]
    assert chatserver.calls(GET) <= 1
    assert chatserver.calls(PUT) == 0


def test_a_form_that_was_tampered_with_sends_nothing(web: Client, chatserver: ChatServer) -> None:
    for more in ({"expected": "{"}, {"expected": '[{"name": 1}]'}, {"nonce": ""}, {"nonce": "n" * 99}):
        answer = edit(web, shown(web), SECOND, "new", **more)
        assert answer.status_code == 422
        assert "did not arrive as it was shown" in rows(text(answer))[SECOND]["told"]
    assert chatserver.calls(PUT) == 0


def test_two_persons_edit_the_same_variable_and_the_later_one_is_told(
    web: Client,
    chatserver: ChatServer,
    make_user: Callable[..., User],
) -> None:
    other, mine = Client(), shown(web)
    other.force_login(make_user("sam"))
    assert edit(other, shown(other), SECOND, "theirs").status_code == 200
    answer = edit(web, mine, SECOND, "mine")
    assert answer.status_code == 409
    row = rows(text(answer))[SECOND]
    assert row["told"] == ("is theirs now, no longer 520 . You asked for mine . Nothing was sent. Set it anyway")
    assert row["value"] == "theirs"
    assert there(chatserver)[SECOND] == "theirs"
    anyway = {"override": "on", "expected": row["again"]["expected"]}
    assert edit(web, mine, SECOND, "mine", **anyway).status_code == 200
    assert there(chatserver)[SECOND] == "mine"
    assert Change.objects.first().override  # type: ignore[union-attr]


def test_another_variable_that_moved_is_a_conflict_that_names_it_and_nothing_is_lost(
    web: Client,
    chatserver: ChatServer,
) -> None:
    found = shown(web)
    put(chatserver, {FIRST: "moved", SECOND: "520", "arrived": "1"})
    answer = edit(web, found, "plan", "gold", new="on", row="variable-new-1")
    assert answer.status_code == 409
    told = rows(text(answer))["plan"]["told"]
    assert f"{FIRST} is moved now, no longer 11123123123" in told
    assert "arrived is 1 now, and was not there." in told
    again = rows(text(answer))["plan"]["again"]
    assert edit(web, found, "plan", "gold", new="on", override="on", expected=again["expected"]).status_code == 200
    assert there(chatserver) == {FIRST: "moved", SECOND: "520", "arrived": "1", "plan": "gold"}


def test_the_guard_is_what_the_page_showed_also_after_a_change_of_ones_own(
    web: Client,
    chatserver: ChatServer,
) -> None:
    old = shown(web)
    assert edit(web, old, FIRST, "one").status_code == 200
    assert edit(web, old, SECOND, "two").status_code == 409, "this page did not show the first change"
    assert edit(web, shown(web), SECOND, "two").status_code == 200
    assert there(chatserver) == {FIRST: "one", SECOND: "two"}


def test_the_next_edit_starts_from_what_the_verification_read(web: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("livechat.control.guarded.refresh.refresh", lambda *_, **__: False)
    edit(web, shown(web), SECOND, "new")
    assert shown(web)[SECOND]["item"]["value"] == "new", "though the list is older than that"


def test_a_failure_says_what_is_and_can_be_tried_again(web: Client, chatserver: ChatServer) -> None:
    found = shown(web)
    chatserver.faults.answer(502, on=GET, times=1)
    answer = edit(web, found, SECOND, "new")
    assert answer.status_code == 422
    row = rows(text(answer))[SECOND]
    assert row["value"] == "520", "what is there"
    assert row["told"].startswith("new : ")
    assert row["told"].endswith("Nothing was sent. Try again")
    assert row["told"].count("othing was sent") == 1
    assert not Change.objects.exists()
    assert edit(web, found, SECOND, row["again"]["value"], nonce="another").status_code == 200
    assert there(chatserver)[SECOND] == "new"


def test_comm100_that_hangs_ends_in_words_and_nothing_was_sent(
    web: Client,
    chatserver: ChatServer,
    settings: Any,
) -> None:
    found = shown(web)
    settings.COMM100_DEADLINE = 0.3
    chatserver.faults.hang(on=GET)
    answer = edit(web, found, SECOND, "new")
    chatserver.faults.clear()
    told = rows(text(answer))[SECOND]["told"]
    assert "Comm100 did not answer within 0.3 seconds. Nothing was sent." in told
    assert chatserver.calls(PUT) == 0


def test_what_was_sent_and_does_not_show_is_no_failure(
    web: Client,
    chatserver: ChatServer,
    monkeypatch: pytest.MonkeyPatch,
    renew: Callable[[], None],
) -> None:
    monkeypatch.setattr(verification, "VERIFY_SECONDS", 0.0)
    chatserver.faults.answer(200, on=PUT, body=b"{}", times=1)
    row = rows(text(edit(web, shown(web), SECOND, "new")))[SECOND]
    assert (row["state"], row["value"]) == ("unseen", "520")
    assert row["told"] == "new : Sent; Comm100 has not shown it yet. Undo"
    put(chatserver, there(chatserver) | {SECOND: "new"})
    with time_machine.travel(timezone.now() + timedelta(seconds=30), tick=True):
        renew()
        later = shown(web)[SECOND]
    assert later["state"] == "shown"
    assert "Comm100 shows it now, was 520" in later["told"]


def test_what_may_have_been_sent_is_not_told_as_unsent(
    web: Client,
    chatserver: ChatServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(verification, "VERIFY_SECONDS", 0.0)
    chatserver.faults.answer(502, on=PUT)
    row = rows(text(edit(web, shown(web), SECOND, "new")))[SECOND]
    assert row["state"] == "unknown"
    assert "outcome unknown" in row["told"]
    assert "othing was sent" not in row["told"]


def test_a_refusal_is_told_in_comm100s_words_and_can_be_tried_again(
    web: Client,
    chatserver: ChatServer,
) -> None:
    chatserver.faults.answer(403, on=PUT, times=1)
    row = rows(text(edit(web, shown(web), SECOND, "new")))[SECOND]
    assert row["state"] == "refused"
    assert row["told"].startswith("new : refused.")
    assert (row["again"]["value"], row["value"]) == ("new", "520")


@pytest.mark.parametrize("ended", ["confirmed", "refused"])
def test_an_older_outcome_never_stands_beside_a_newer_choice(
    web: Client,
    chatserver: ChatServer,
    renew: Callable[[], None],
    ended: str,
) -> None:
    if ended == "refused":
        chatserver.faults.answer(403, on=PUT, times=1)
    edit(web, shown(web), SECOND, "mine")
    assert shown(web)[SECOND]["state"] == ended
    put(chatserver, there(chatserver) | {SECOND: "of somebody else"})
    with time_machine.travel(timezone.now() + timedelta(seconds=30), tick=True):
        renew()
        row = shown(web)[SECOND]
    assert (row["value"], row["told"]) == ("of somebody else", "")


def test_an_outcome_stands_for_an_hour(web: Client, renew: Callable[[], None]) -> None:
    edit(web, shown(web), SECOND, "new")
    for minutes, stands in ((55, True), (65, False)):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=True):
            renew()
            assert bool(shown(web)[SECOND]["told"]) is stands
            assert f"<b><bdi>{SECOND}</bdi></b>" in text(web.get(PAGE)), "the list keeps it"


def test_each_variable_of_a_whole_form_has_its_own_outcome(web: Client) -> None:
    names = {
        "form-0-name": FIRST,
        "form-0-value": "a",
        "form-1-name": SECOND,
        "form-1-value": "b",
        "form-1-url": "",
    }
    count = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "step": "send", "nonce": "n"}
    assert web.post(f"{PAGE}variables/", names | count | {"expected": expected(shown(web))}).status_code == 302
    assert {row["told"].partition(",")[2] for row in shown(web).values()} >= {" was 11123123123 Undo"}
    edit(web, shown(web), SECOND, "c")
    assert " was b" in shown(web)[SECOND]["told"]
    assert " was 11123123123" in shown(web)[FIRST]["told"]


def test_variables_that_cannot_be_edited_say_so_in_their_row(
    unshowable: list[bytes],
    web: Client,
    renew: Callable[[], None],
) -> None:
    found = shown(web)
    for name in ("note", "n", "twice"):
        assert "Cannot be edited" in found[name]["told"]
        assert not found[name]["pencil"]
    assert found["plan"]["pencil"]
    answer = edit(web, found, "note", "one line")
    assert answer.status_code == 422
    assert "stays as it is" in rows(text(answer))["note"]["told"]
    assert unshowable == []


def test_a_row_sends_the_others_back_byte_for_byte(unshowable: list[bytes], web: Client) -> None:
    page = region(text(web.get(PAGE)), "record")
    items = [json.loads(html.unescape(item)) for item in re.findall(r'data-item="([^"]*)"', page)]
    data = {"name": "plan", "value": "Pro", "url": "", "expected": json.dumps(items), "nonce": "n"}
    assert web.post(URL, data, headers=PARTIAL).status_code == 200
    assert unshowable[0].decode() == (
        """[{"name": "note", "value": "two\\nlines", "url": ""},{"name":"bare"},"""
        """{"name": "n", "value": 1.50, "more": [1, 2]},7,{"url": null, "name": "twice", "value": "a"},"""
        """{"name": "twice", "value": "b"},{"name":"plan","value":"Pro"}]"""
    )


def test_a_viewer_sees_outcomes_but_no_pencil_and_no_form(
    web: Client,
    make_user: Callable[..., User],
    chatserver: ChatServer,
) -> None:
    edit(web, shown(web), SECOND, "new")
    viewer = Client()
    viewer.force_login(make_user("vic", Role.VIEWER))
    page = text(viewer.get(PAGE))
    row = rows(page)[SECOND]
    assert row["told"].startswith("confirmed")
    for absent in ("data-edit", "data-add", "variable-form", "/undo/", "variables.js"):
        assert absent not in page, absent
    assert "Your role at this site is to look." in page
    assert edit(viewer, shown(viewer), SECOND, "theirs").status_code == 403
    assert chatserver.calls(PUT) == 1


def test_somebody_who_lost_the_role_meanwhile_sends_nothing_and_the_pencils_go(
    web: Client,
    supervisor: User,
    chatserver: ChatServer,
) -> None:
    found = shown(web)
    Membership.objects.filter(user=supervisor).update(role=Role.VIEWER)
    assert edit(web, found, SECOND, "new").status_code == 403
    assert chatserver.calls(PUT) == 0
    assert not any(row["pencil"] for row in rows(text(poll(web, PAGE))).values())


def test_who_has_no_connection_is_told_what_helps(
    client: Client,
    make_user: Callable[..., User],
    web: Client,
    chatserver: ChatServer,
) -> None:
    found, sam = shown(web), Client()
    sam.force_login(make_user("sam", connected=False))
    page = text(sam.get(PAGE))
    assert 'href="/connection/">My connection</a>' in page
    assert "data-edit" not in page
    answer = edit(sam, found, SECOND, "new")
    assert answer.status_code == 409
    assert "connection of your own. Nothing was sent." in rows(text(answer))[SECOND]["told"]
    assert chatserver.calls(PUT) == 0


def test_a_shared_fragment_holds_no_token_and_no_pencil_of_somebody_else(
    web: Client, make_user: Callable[..., User]
) -> None:
    sam = Client()
    sam.force_login(make_user("sam", connected=False))
    poll(web, PAGE)  # the first look reads the visitor's own record, on which the second one rests
    mine = poll(web, PAGE)
    theirs = poll(sam, PAGE)
    assert "csrfmiddlewaretoken" not in text(mine)
    assert mine["HX-PTag"] != theirs["HX-PTag"]
    assert "data-edit" in text(mine)
    assert "data-edit" not in text(theirs)


def test_a_visitor_who_has_left_meanwhile_is_told_in_the_row(
    web: Client,
    chatserver: ChatServer,
    renew: Callable[[], None],
) -> None:
    found = shown(web)
    chatserver.world.remove_visitor(SAMPLE)
    answer = edit(web, found, SECOND, "typed before")
    assert answer.status_code == 404
    row = rows(text(answer))[SECOND]
    assert "Nothing was sent." in row["told"]
    assert row["again"]["value"] == "typed before"
    assert not Change.objects.exists()
    with time_machine.travel(timezone.now() + timedelta(seconds=30), tick=True):
        renew()
        web.get(PAGE)
        page = text(web.get(PAGE))
    assert "Left; last seen" in page
    assert "data-edit" not in page
    stranger = f"/visitors/{'0' * 8}-0000-4000-8000-{'0' * 12}/variables/row/"
    unknown = web.post(stranger, {"name": "a", "value": "b", "expected": "[]", "nonce": "m"}, headers=PARTIAL)
    assert unknown.status_code == 404
    assert "has left, or was never here. Nothing was sent." in rows(text(unknown))["a"]["told"]


def test_where_nothing_can_be_recorded_nothing_is_sent_and_the_row_says_so(
    web: Client,
    monkeypatch: pytest.MonkeyPatch,
    chatserver: ChatServer,
) -> None:
    def fail(*_: Any) -> None:
        raise OperationalError("disk full")

    found = shown(web)
    monkeypatch.setattr("livechat.control.guarded.intend", fail)
    answer = edit(web, found, SECOND, "new")
    assert answer.status_code == 422
    assert rows(text(answer))[SECOND]["told"].count("Nothing was sent") == 1
    assert chatserver.calls(PUT) == 0


def test_one_nonce_makes_one_put(web: Client, chatserver: ChatServer) -> None:
    found = shown(web)
    for _ in range(2):
        assert edit(web, found, SECOND, "new", nonce="same").status_code == 200
    assert chatserver.calls(PUT) == 1


def test_hostile_names_and_values_stay_text_and_come_back_to_the_letter(
    web: Client,
    chatserver: ChatServer,
    renew: Callable[[], None],
) -> None:
    hostile = [each for each in dict.fromkeys(strings()) if each.isprintable() and each.strip() == each][:300]
    put(chatserver, {each: each for each in hostile})
    renew()
    page = text(web.get(PAGE))
    found = rows(region(page, "record"))
    assert [found[each]["item"]["value"] for each in hostile] == hostile
    assert all(found[each]["pencil"] for each in hostile if "\ufffd" not in each)
    record = region(page, "record").casefold()
    assert "<img" not in record
    assert "<script" not in record
    assert 'href="javascript' not in record
    assert not re.search(r"<[^>]*\son\w+=[^>]*>", re.sub(r'"[^"]*"', '""', record))
    one = hostile[0]
    answer = edit(web, found, one, hostile[1])
    assert answer.status_code == 200
    assert there(chatserver)[one] == hostile[1]
    assert "<script" not in text(answer).casefold()


def test_variables_of_one_name_have_rows_of_their_own(unshowable: list[bytes], web: Client) -> None:
    page = text(web.get(PAGE))
    ids = re.findall(r'<li id="(variable-[^"]*)"', page)
    assert len(ids) == len(set(ids)) == 6


def test_empty_fields_are_folded_with_their_names_and_none_is_shown_twice(
    web: Client,
    chatserver: ChatServer,
    renew: Callable[[], None],
) -> None:
    chatserver.world.put_visitor({"id": SAMPLE, "status": "waitingForChat", "name": "Ann", "email": "a@b.example"})
    renew()
    record = region(text(web.get(PAGE)), "record")
    folded = record[record.index("<details") :]
    assert re.search(r"\d\d empty: Phone, Company, Product or service, …", words(folded))
    labels = re.findall(r"<dt>(?:<bdi>)?([^<]*)", record)
    assert len(labels) == len(set(labels))
    assert "Name" not in labels, "the head says it"
    assert "<dt><bdi>E-mail</bdi></dt>" not in folded
    assert "Waiting" in record
    assert 'data-limit="60"' in record


def test_another_sites_visitor_is_not_there(web: Client, supervisor: User) -> None:
    other = Site.objects.create(name="Other", api_base="https://api11.comm100.io")
    change = Change.objects.create(
        site=other, kind="variables", target=SAMPLE, target_name="x", actor_name="eve", nonce="other",
        before={"variables": []}, asked={"variables": [{"name": "theirs", "value": "secret", "url": ""}]},
    )  # fmt: skip
    assert "theirs" not in shown(web)
    assert str(change.pk) not in text(web.get(PAGE))
