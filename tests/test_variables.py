"""The editor of a visitor's custom variables."""

import html
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from livechat.live import snapshot_cache
from livechat.models import Change, Outcome, Site, Snapshot
from livechat.sites.directory_import import import_names
from tests.support.chatserver import ChatServer
from tests.support.misbehaving import Misbehaving
from tests.support.pages import text
from tests.support.talk import Talk

pytestmark = pytest.mark.django_db
SAMPLE = "3d59f909-24cd-43bc-89cb-00a320617c0a"
URL = f"/visitors/{SAMPLE}/variables/"
Result = Outcome.Result
PUT = "PUT /v4/livechat/visitors/{id}"


@pytest.fixture(params=["merge", "replace"])
def chatserver(request: pytest.FixtureRequest) -> Iterator[ChatServer]:
    """Both kinds of server that the API's page allows for."""
    with ChatServer(visitor_put=request.param) as server:
        yield server


@pytest.fixture(autouse=True)
def _shown(renew: Callable[[], None], site: Site) -> None:
    renew()


def fields(page: str) -> dict[str, str]:
    """The editor's fields as a browser would send them."""
    form = page[page.index('id="variables-form"') :]
    found = re.findall(r'<input type="(?:hidden|text)" name="([^"]+)"(?: value="([^"]*)")?', form)
    return {name: html.unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def submit(web: Client, page: str | None = None, **changes: Any) -> HttpResponse:
    """Change fields of the form as shown ("0-value" is written _0_value) and send it."""
    data = fields(page or text(web.get(URL)))
    data |= {"form" + name.replace("_", "-"): value for name, value in changes.items() if name.startswith("_")}
    data |= {name: value for name, value in changes.items() if not name.startswith("_")}
    return web.post(URL, data)


def there(chatserver: ChatServer) -> dict[str, str]:
    """The sample visitor's variables at the chat server."""
    record = json.loads(chatserver.world.visitor_body(SAMPLE) or b"{}")
    return {item["name"]: item["value"] for item in record["customVariableResults"]}


def put(chatserver: ChatServer, variables: dict[str, str]) -> None:
    """Something else sends the sample visitor's variables."""
    body = [{"name": name, "value": value, "url": ""} for name, value in variables.items()]
    url = f"{chatserver.url}/livechat/visitors/{SAMPLE}"
    requests.put(url, json=body, headers=chatserver.bearer, timeout=5).raise_for_status()


def fixed(page: str, row: int) -> bool:
    """Whether the name in a row of the editor cannot be changed."""
    field = page[page.index(f'name="form-{row}-name"') :]
    return "readonly" in field[: field.index(">")]


def test_changes_are_shown_before_they_are_sent(web: Client, chatserver: ChatServer) -> None:
    answer = submit(web, _0_value="new", step="preview")
    assert answer.status_code == 200
    page = text(answer)
    assert "11123123123" in page
    assert ">new<" in page
    assert chatserver.calls(PUT) == 0


def test_a_change_and_a_new_variable_are_sent_and_the_rest_is_kept(web: Client, chatserver: ChatServer) -> None:
    preview = text(submit(web, _0_value="new", _2_name="plan", _2_value="gold", reason="a call", step="preview"))
    answer = submit(web, preview, step="send")
    assert answer.status_code == 302
    assert there(chatserver) == {"CARLZHOU222SHENTI": "new", "fccc": "520", "plan": "gold"}
    assert [row.result for row in Change.objects.get().outcomes.all()] == ["sent", "confirmed"]
    assert Change.objects.get().reason == "a call"
    assert {"new", "gold"} <= set(fields(text(web.get(URL))).values()), "the next edit starts from what is there"


def test_a_variable_that_arrived_meanwhile_is_a_conflict_and_nothing_is_lost(
    web: Client, chatserver: ChatServer
) -> None:
    page = text(web.get(URL))
    put(chatserver, {"CARLZHOU222SHENTI": "11123123123", "fccc": "changed by somebody else"})
    answer = submit(web, page, _0_value="new", step="send")
    assert answer.status_code == 409
    assert "changed by somebody else" in text(answer)
    assert chatserver.calls(PUT) == 1, "the other one's"
    assert submit(web, text(answer), step="send").status_code == 302
    assert there(chatserver)["CARLZHOU222SHENTI"] == "new"


def test_bad_input_is_refused_in_place_and_what_was_typed_stays(web: Client, chatserver: ChatServer) -> None:
    for changes, sentence in (
        ({"_2_value": "kept value"}, "A variable needs a name."),
        ({"_2_name": "fccc", "_2_value": "kept value"}, "is there twice"),
        ({"_2_name": "n", "_2_value": "kept value" + "\x07"}, "Control characters are not allowed."),
        ({"_2_name": "n", "_2_value": "kept value" + "x" * 1_000_000}, "at most 4000 characters"),
    ):
        answer = submit(web, step="send", **changes)
        assert answer.status_code == 422, sentence
        assert sentence in text(answer)
        assert "kept value" in text(answer)
    assert chatserver.calls(PUT) == 0


def test_a_reason_that_is_too_long_is_refused_in_place(web: Client, chatserver: ChatServer) -> None:
    answer = submit(web, _0_value="new", reason="r" * 301, step="send")
    assert answer.status_code == 422
    assert "at most 300 characters" in text(answer)
    assert 'value="new"' in text(answer)
    assert chatserver.calls(PUT) == 0


def test_names_are_offered_from_the_definitions_first_then_from_what_visitors_carry(
    web: Client, site: Site, supervisor: User
) -> None:
    site.variable_names.all().delete()
    offered = re.findall(r'<option value="([^"]*)"></option>', text(web.get(URL)))
    assert "fccc" in offered
    assert "Plan" in offered, "others carry it"
    import_names(site, supervisor.connections.get())
    site.variable_names.create(name="Zip code")
    offered = re.findall(r'<option value="([^"]*)"></option>', text(web.get(URL)))
    assert offered.index("Zip code") < offered.index("fccc")
    assert len(offered) == len(set(offered))


def test_nothing_changed_sends_nothing_and_says_so(web: Client, chatserver: ChatServer) -> None:
    answer = submit(web, step="send")
    assert answer.status_code == 422
    assert "Nothing differs" in text(answer)
    assert chatserver.calls(PUT) == 0


def test_another_row_can_be_added_without_javascript_keeping_what_was_typed(web: Client) -> None:
    page = text(submit(web, _2_name="one", _2_value="1", step="more"))
    assert 'name="form-3-name"' in page
    assert 'value="one"' in page


@pytest.mark.parametrize("total", ["3.0", "1999.0", "x", "-1"])
def test_an_odd_number_of_rows_gets_an_answer(web: Client, total: str) -> None:
    data = fields(text(web.get(URL))) | {"form-TOTAL_FORMS": total, "step": "more"}
    assert web.post(URL, data).status_code in (200, 422)


def test_an_existing_variable_cannot_be_renamed(web: Client) -> None:
    shown = text(web.get(URL))
    for page in (shown, text(submit(web, shown, step="more"))):
        assert fixed(page, 1)
        assert not fixed(page, 2)


def test_after_a_conflict_the_same_names_are_fixed_as_before(web: Client, chatserver: ChatServer) -> None:
    page = text(web.get(URL))
    put(chatserver, {**there(chatserver), "arrived": "1"})
    answer = submit(web, page, _2_name="plan", _2_value="gold", step="send")
    assert answer.status_code == 409
    editing = text(submit(web, text(answer), step="edit"))
    assert fixed(editing, 1)
    assert not fixed(editing, 2), "the new one is a new one still"


@pytest.mark.parametrize("name", ["Order ", "  ", "\u00a0Order", " fccc"])
def test_a_name_with_blanks_stays_to_the_letter_and_an_edit_adds_nothing(
    web: Client, chatserver: ChatServer, renew: Callable[[], None], name: str
) -> None:
    put(chatserver, {**there(chatserver), name: "1"})
    renew()
    before = there(chatserver)
    assert submit(web, _0_value="new", step="send").status_code == 302
    assert there(chatserver) == before | {"CARLZHOU222SHENTI": "new"}
    renew()
    preview = text(submit(web, _2_value="2", step="preview"))
    assert submit(web, preview, step="send").status_code == 302
    assert there(chatserver) == before | {"CARLZHOU222SHENTI": "new", name: "2"}


def test_a_variable_that_has_no_name_does_not_stop_the_edit_of_another(
    web: Client, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    record = json.loads(chatserver.world.visitor_body(SAMPLE) or b"{}")
    record["customVariableResults"].append({"name": "", "value": "1", "url": ""})
    chatserver.world.put_visitor(record)
    renew()
    assert submit(web, _0_value="new", step="preview").status_code == 200


ODD = """[
  {"name": "note", "value": "two\\nlines", "url": ""}, {"name":"bare"}, {"name": "n", "value": 1.50, "more": [1, 2]}, 7,
  {"url": null, "name": "twice", "value": "a"}, {"name": "twice", "value": "b"}, {"name": "plan", "value": "Plus"}]"""


@pytest.fixture
def odd() -> Iterator[list[bytes]]:
    """A visitor with variables that no form can show, on a server that keeps what it was sent, byte for byte."""
    sent: list[bytes] = []

    def answer(talk: Talk) -> None:
        variables = sent[-1].decode() if sent else ODD
        if talk.method == "PUT":
            sent.append(talk.body)
        one = f'{{"id": "{SAMPLE}", "status": "inSite", "customVariableResults": {variables}}}'
        talk.answer((one if talk.path.endswith(SAMPLE) else "[]" if "agents" in talk.path else f"[{one}]").encode())

    with Misbehaving(answer) as server:
        Site.objects.update(api_base=server.root)
        Snapshot.objects.all().delete()
        snapshot_cache.forget()
        yield sent


def test_variables_that_nobody_edits_go_back_byte_for_byte(odd: list[bytes], web: Client) -> None:
    assert submit(web, _0_value="x", _1_value="Pro", step="send").status_code == 302, "bare and plan"
    assert odd[0].decode() == (
        """[{"name": "note", "value": "two\\nlines", "url": ""},{"name":"bare","value":"x"},"""
        """{"name": "n", "value": 1.50, "more": [1, 2]},7,{"url": null, "name": "twice", "value": "a"},"""
        """{"name": "twice", "value": "b"},{"name":"plan","value":"Pro"}]"""
    )
    assert [each.result for each in Change.objects.get().outcomes.all()] == [Result.SENT, Result.CONFIRMED]


def test_what_cannot_be_edited_is_said_before_the_form_and_refused_in_place(odd: list[bytes], web: Client) -> None:
    page = text(web.get(URL))
    said = page[page.index("These stay as they are") : page.index('name="form-0-name"')]
    assert re.findall(r"<dt><bdi>(.*?)</bdi>", said) == ["note", "n", "twice", "twice"]
    assert {value for name, value in fields(page).items() if name.endswith("-name")} == {"bare", "plan", ""}
    answer = submit(web, page, _2_name="note", _2_value="one line", step="send")
    assert answer.status_code == 422
    assert "stays as it is" in text(answer)
    assert odd == []


def test_a_new_name_is_taken_without_the_blanks_around_it(web: Client, chatserver: ChatServer) -> None:
    assert submit(web, _2_name=" plan ", _2_value=" gold ", step="send").status_code == 302
    assert there(chatserver)["plan"] == " gold "


def test_a_visitor_who_has_left_is_a_404_in_place(web: Client, chatserver: ChatServer) -> None:
    page = text(web.get(URL))
    chatserver.world.remove_visitor(SAMPLE)
    answer = submit(web, page, _0_value="typed before the visitor left", step="send")
    assert answer.status_code == 404
    assert "typed before the visitor left" in text(answer)
    assert chatserver.calls(PUT) == 0
    assert not Change.objects.exists()


def test_a_person_may_edit_with_the_shared_connection_if_the_site_allows_it_and_the_record_names_the_person(
    client: Client, chatserver: ChatServer, make_user: Callable[..., User], site: Site
) -> None:
    sam = make_user("sam", connected=False)
    client.force_login(sam)
    data = {"step": "send", "form-0-value": "new"}
    page = text(client.get(URL))
    assert '<a href="/connection/">My connection</a>' in page
    assert 'name="form-0-value"' not in page
    Site.objects.filter(pk=site.pk).update(shared_writes=True)
    shown = text(client.get(URL))
    Site.objects.filter(pk=site.pk).update(shared_writes=False)
    assert client.post(URL, fields(shown) | data).status_code == 409
    assert chatserver.calls(PUT) == 0
    Site.objects.filter(pk=site.pk).update(shared_writes=True)
    assert client.post(URL, fields(shown) | data).status_code == 302
    assert there(chatserver)["CARLZHOU222SHENTI"] == "new"
    assert Change.objects.get().actor == sam
