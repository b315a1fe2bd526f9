"""Setting a status without leaving the page: the answer is a toast that says what became of it, and undoes it."""

import json
import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from livechat.control import verification
from livechat.models import Change, Role, Site
from tests.support.chatserver import ChatServer
from tests.support.pages import PARTIAL, text

pytestmark = pytest.mark.django_db
SAMPLE = "c97a2afe-a38f-46f8-a55b-8ac9f873cd09"
URL = f"/agents/{SAMPLE}/status/set/"
GET = "GET /v4/livechat/agents/{id}"
PUT = "PUT /v4/livechat/agents/{id}"


@pytest.fixture(autouse=True)
def _statuses(chatserver: ChatServer, renew: Callable[[], None]) -> None:
    chatserver.world.set_agent(SAMPLE, status="Online")
    other = next(key for key in chatserver.world.agent_ids() if key != SAMPLE)
    chatserver.world.set_agent(other, status="Training")  # a status that can be set, because somebody has it
    renew()


def choose(web: Client, **fields: str) -> HttpResponse:
    """What the menu sends."""
    return web.post(URL, {"status": "away", "expected": "Online", "nonce": "n1"} | fields, headers=PARTIAL)


def there(chatserver: ChatServer) -> str:
    """The agent's status as the chat server has it."""
    status: str = json.loads(chatserver.world.agent_body(SAMPLE) or "")["status"]
    return status


def words(answer: HttpResponse) -> str:
    """A toast's sentence."""
    sentence = re.search(r"<p[^>]*>(.*?)</p>", text(answer), re.DOTALL)
    assert sentence
    return " ".join(re.sub(r"<[^>]*>", "", sentence[1]).split())


def state(answer: HttpResponse) -> str:
    """What a toast says of itself to the page."""
    found = re.search(r'data-toast="(\w+)"', text(answer))
    assert found
    return found[1]


def press(web: Client, toast: HttpResponse) -> HttpResponse:
    """Press the button of a toast."""
    url = re.search(r'<form method="post" action="([^"]*)"', text(toast))
    assert url
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text(toast)))
    return web.post(url[1], fields, headers=PARTIAL)


def test_a_toast_follows_a_status_to_its_confirmation(web: Client, chatserver: ChatServer) -> None:
    answer = choose(web, reason="lunch")
    assert answer.status_code == 200
    assert re.match(r'\s*<div id="toast-n1"', text(answer)), "it replaces the one that asked"
    assert chatserver.calls(PUT) == 1
    change = Change.objects.get()
    assert (change.before, change.asked, change.reason) == ({"status": "Online"}, {"status": "away"}, "lunch")
    later = web.get(f"/changes/{change.pk}/outcome/", headers=PARTIAL)
    assert state(later) == "confirmed"
    assert "Online → Away, confirmed" in words(later)


def test_an_open_toast_asks_again_and_holds_no_form(web: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("livechat.lib.background.start", lambda *_: None)
    answer = choose(web)
    assert state(answer) == "asking"
    assert f'data-hx-get="/changes/{Change.objects.get().pk}/outcome/"' in text(answer)
    assert "<form" not in text(answer)


def test_a_toast_undoes_its_change_and_the_undo_can_be_undone(web: Client, chatserver: ChatServer) -> None:
    choose(web, status="Training")
    first = Change.objects.get()
    undone = press(web, web.get(f"/changes/{first.pk}/outcome/"))
    assert undone.status_code == 200
    assert there(chatserver) == "Online"
    second = Change.objects.exclude(pk=first.pk).get()
    assert second.reason.startswith("Undo: ")
    press(web, web.get(f"/changes/{second.pk}/outcome/"))
    assert there(chatserver) == "Training"


def test_an_undo_does_not_overwrite_what_somebody_set_since(web: Client, chatserver: ChatServer) -> None:
    choose(web, status="Training")
    toast = web.get(f"/changes/{Change.objects.get().pk}/outcome/")
    chatserver.world.set_agent(SAMPLE, status="Meeting")
    answer = press(web, toast)
    assert answer.status_code == 409
    assert there(chatserver) == "Meeting"
    assert "is Meeting now, no longer Training" in words(answer)


def test_a_status_of_somebody_who_was_offline_has_no_undo(web: Client, chatserver: ChatServer) -> None:
    chatserver.world.set_agent(SAMPLE, status="Offline")
    choose(web, expected="Offline")
    toast = web.get(f"/changes/{Change.objects.get().pk}/outcome/")
    assert state(toast) == "confirmed"
    assert "<form" not in text(toast)


def test_a_conflict_says_what_the_status_is_now_and_keeps_what_was_asked(web: Client, chatserver: ChatServer) -> None:
    chatserver.world.set_agent(SAMPLE, status="Meeting")
    answer = choose(web, reason="Unwell")
    assert answer.status_code == 409
    assert chatserver.calls(PUT) == 0
    assert not Change.objects.exists()
    assert "is Meeting now, no longer Online. You asked for Away. Nothing was sent." in words(answer)
    for kept in ('data-status="Meeting"', 'data-asked="away"', 'data-reason="Unwell"', f'data-url="{URL}"'):
        assert kept in text(answer)
    choose(web, expected="Meeting", nonce="n2", override="on")
    assert Change.objects.get().override


def test_where_comm100_is_away_nothing_was_sent_and_it_can_be_tried_again(web: Client, chatserver: ChatServer) -> None:
    chatserver.faults.answer(502, on=GET, times=1)
    answer = choose(web, reason="kept")
    assert (answer.status_code, state(answer)) == (422, "unsent")
    assert words(answer).endswith("Nothing was sent.")
    assert not Change.objects.exists()
    assert state(press(web, answer)) in ("asking", "confirmed")
    assert Change.objects.get().reason == "kept"
    assert chatserver.calls(PUT) == 1


def test_a_reason_that_says_it_itself_is_not_told_twice(web: Client) -> None:
    answer = choose(web, status="online")
    assert answer.status_code == 422
    assert words(answer).lower().count("nothing was sent") == 1


def test_a_refused_status_can_be_tried_again(web: Client, chatserver: ChatServer) -> None:
    chatserver.faults.answer(403, on=PUT, times=1)
    answer = choose(web)
    assert state(answer) == "refused"
    press(web, answer)
    assert there(chatserver).lower() == "away"


def test_a_status_that_does_not_show_was_sent_and_says_so(
    web: Client, chatserver: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "VERIFY_SECONDS", 0.0)
    chatserver.world.options = chatserver.options
    chatserver.faults.answer(200, on=PUT, body=b"{}")
    choose(web)
    toast = web.get(f"/changes/{Change.objects.get().pk}/outcome/")
    assert state(toast) == "unseen"
    assert "Sent; Comm100 has not shown it yet." in words(toast)


def test_a_status_that_may_have_been_sent_does_not_say_that_it_was_not(
    web: Client, chatserver: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "VERIFY_SECONDS", 0.0)
    chatserver.faults.answer(502, on=PUT)
    choose(web)
    toast = web.get(f"/changes/{Change.objects.get().pk}/outcome/")
    assert state(toast) == "unknown"
    assert "outcome unknown" in words(toast)
    assert "othing was sent" not in words(toast)
    assert f'href="/agents/{SAMPLE}/"' in text(toast)


def test_one_nonce_makes_one_put_also_here(web: Client, chatserver: ChatServer) -> None:
    choose(web)
    assert choose(web).status_code == 200
    assert chatserver.calls(PUT) == 1


@pytest.mark.parametrize("wrong", [{"status": "offline"}, {"expected": "x" * 200}, {"reason": "r" * 400}], ids=str)
def test_a_wrong_form_sends_nothing(web: Client, chatserver: ChatServer, wrong: dict[str, str]) -> None:
    answer = choose(web, **wrong)
    assert (answer.status_code, state(answer)) == (422, "unsent")
    assert chatserver.calls(PUT) == 0


def test_a_viewer_sets_nothing_and_has_no_menu(
    client: Client, chatserver: ChatServer, make_user: Callable[..., User], web: Client
) -> None:
    choose(web)
    change = Change.objects.get()
    client.force_login(make_user("vic", Role.VIEWER))
    assert choose(client).status_code == 403
    assert client.post(f"/changes/{change.pk}/undo/set/", {"nonce": "n3"}).status_code == 403
    for page in ("/agents/", f"/agents/{SAMPLE}/"):
        assert "status-menu" not in text(client.get(page))
        assert "data-menu" not in text(client.get(page))
    assert chatserver.calls(PUT) == 1


def test_who_lost_their_connection_is_told_why_nothing_is_sent(
    client: Client, chatserver: ChatServer, make_user: Callable[..., User]
) -> None:
    client.force_login(make_user("sam", connected=False))
    answer = choose(client)
    assert answer.status_code == 409
    assert "connection of your own" in words(answer)
    assert chatserver.calls(PUT) == 0


def test_outcomes_of_others_and_of_no_change_are_not_found(
    web: Client, client: Client, make_user: Callable[..., User]
) -> None:
    choose(web)
    other = Client()
    other.force_login(make_user("sam"))
    assert other.get(f"/changes/{Change.objects.get().pk}/outcome/").status_code == 404
    assert web.get(f"/changes/{uuid4()}/outcome/").status_code == 404
    assert web.post(f"/changes/{uuid4()}/undo/set/", {"nonce": "n"}).status_code == 404


def test_the_menu_holds_what_the_status_page_offers_with_limits(web: Client, site: Site) -> None:
    site.away_limits.create(key="away", name="Away", minutes=10)
    site.bump_version()
    page = text(web.get("/agents/"))
    offered = re.findall(r'class="status-choice[^"]*" value="([^"]*)"', page)
    radios = re.findall(r'type="radio" name="status" value="([^"]*)"', text(web.get(f"/agents/{SAMPLE}/status/")))
    assert offered == radios != []
    assert page.count("limit 10 min") == 1
    assert offered == re.findall(r'class="status-choice[^"]*" value="([^"]*)"', text(web.get(f"/agents/{SAMPLE}/")))


def test_a_badge_is_a_link_to_the_status_page(web: Client) -> None:
    for page in ("/agents/", f"/agents/{SAMPLE}/"):
        assert re.search(
            rf'<a class="badge badge-menu[^>]* href="/agents/{SAMPLE}/status/"[^>]*data-status="Online"',
            text(web.get(page)),
        )
