"""Setting an agent's status: guarded, recorded, sent once, verified."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from livechat.control import verification
from livechat.control.statuses import StatusWrite
from livechat.live import budget
from livechat.models import Change, Outcome, Role, Site
from tests.support.chatserver import ChatServer
from tests.support.pages import poll, text

pytestmark = pytest.mark.django_db
SAMPLE = "c97a2afe-a38f-46f8-a55b-8ac9f873cd09"
URL = f"/agents/{SAMPLE}/status/"
PUT = "PUT /v4/livechat/agents/{id}"


@pytest.fixture(autouse=True)
def _online(chatserver: ChatServer) -> None:
    chatserver.world.set_agent(SAMPLE, status="Online")


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the form as a browser would send them."""
    form = page[page.index('id="status-form"') :]
    return {
        name: value
        for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
        if name != "csrfmiddlewaretoken"
    }


def submit(web: Client, page: str | None = None, **fields: Any) -> HttpResponse:
    """Fill in the form as shown and send it."""
    data = hidden(page or text(web.get(URL))) | fields
    return web.post(URL, data)


def standing() -> list[str]:
    """The outcomes of the only change."""
    return [outcome.result for outcome in Change.objects.get().outcomes.all()]


def test_the_form_offers_online_away_and_the_custom_statuses_but_never_offline(
    web: Client, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    other = next(key for key in chatserver.world.agent_ids() if key != SAMPLE)
    chatserver.world.set_agent(other, status="Meeting")
    renew()
    values = re.findall(r'<input type="radio" name="status" value="([^"]*)"', text(web.get(URL)))
    assert values[:2] == ["online", "away"]
    assert "Meeting" in values
    assert not {"offline", "Offline"} & set(values)


def test_a_status_is_sent_once_recorded_and_confirmed(
    web: Client, chatserver: ChatServer, renew: Callable[[], None], supervisor: User
) -> None:
    renew()
    answer = submit(web, status="away", reason="lunch")
    assert answer.status_code == 302
    assert chatserver.calls(PUT) == 1
    change = Change.objects.get()
    assert (change.actor, change.before, change.asked) == (supervisor, {"status": "Online"}, {"status": "away"})
    assert change.reason == "lunch"
    assert standing() == ["sent", "confirmed"]
    assert "Confirmed" in text(web.get(URL))


def test_everybody_sees_a_new_status_before_the_next_refresh(
    web: Client, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    renew()
    calls = chatserver.calls("GET /v4/livechat/agents")
    submit(web, status="away")
    page = text(web.get("/agents/"))
    row = page[page.index(f'id="agent-{SAMPLE}"') :]
    assert "Away" in row[: row.index("</tr>")]
    assert chatserver.calls("GET /v4/livechat/agents") == calls


def test_the_form_that_tells_the_outcome_starts_from_the_new_status(
    web: Client, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    renew()
    web.get(f"/agents/{SAMPLE}/")
    submit(web, status="away")
    page = text(web.get(URL))
    assert hidden(page)["expected"].casefold() == "away"
    assert submit(web, page, status="online").status_code == 302
    assert chatserver.calls(PUT) == 2


def test_a_stale_form_does_not_overwrite_a_newer_status(
    web: Client, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    renew()
    page = text(web.get(URL))
    chatserver.world.set_agent(SAMPLE, status="Meeting")
    answer = submit(web, page, status="away")
    assert answer.status_code == 409
    assert chatserver.calls(PUT) == 0
    assert not Change.objects.exists()
    told = text(answer)
    assert "Nothing was sent" in told
    assert "Meeting" in told
    assert re.search(r'value="away"[^>]*checked', told), "the choice is kept"


def test_after_a_conflict_the_person_may_go_on_and_the_record_says_so(
    web: Client, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    renew()
    page = text(web.get(URL))
    chatserver.world.set_agent(SAMPLE, status="Meeting")
    conflict = text(submit(web, page, status="away"))
    assert submit(web, conflict, status="away").status_code == 302
    assert chatserver.calls(PUT) == 1
    assert Change.objects.get().override
    assert Change.objects.get().before == {"status": "Meeting"}


def test_the_same_form_sent_twice_makes_one_put(web: Client, chatserver: ChatServer, renew: Callable[[], None]) -> None:
    renew()
    page = text(web.get(URL))
    submit(web, page, status="away")
    submit(web, page, status="away")
    assert chatserver.calls(PUT) == 1
    assert Change.objects.count() == 1


def test_comm100s_refusal_is_told_in_its_own_words(
    web: Client, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    renew()
    chatserver.faults.answer(403, on=PUT)
    submit(web, status="away")
    assert standing() == ["sent", "refused"]
    assert "Refused" in text(web.get(URL))


def test_a_status_that_does_not_show_is_said_to_be_not_visible_yet(
    web: Client, chatserver: ChatServer, renew: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "VERIFY_SECONDS", 0.0)
    chatserver.world.options = chatserver.options
    renew()
    chatserver.faults.answer(200, on=PUT, body=b"{}")
    submit(web, status="away")
    assert standing() == ["sent", "not-visible"]


def test_an_answer_that_never_comes_is_settled_by_reading_not_by_sending_again(
    web: Client, chatserver: ChatServer, renew: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "VERIFY_SECONDS", 0.0)
    renew()
    chatserver.faults.answer(502, on=PUT)
    submit(web, status="away")
    assert chatserver.calls(PUT) == 1
    assert standing() == ["sent", "unknown"]


def answer_after_effect(chatserver: ChatServer, monkeypatch: pytest.MonkeyPatch, **answer: Any) -> None:
    """Let the PUT set the agent away, and be answered by something else."""
    chatserver.faults.answer(**answer, on=PUT)
    real = chatserver.faults.apply

    def apply(call: str) -> Any:
        if call == PUT:
            chatserver.world.set_agent(SAMPLE, status="Away")
        return real(call)

    monkeypatch.setattr(chatserver.faults, "apply", apply)


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 503},
        {"status": 503, "html": True, "retry_after": 0},
        {"status": 502, "body": b"<h1>Too many requests</h1>"},
        {"status": 403, "html": True},
        {"status": 404, "html": True},
        {"status": 401, "body": b'{"login": "/sso"}'},
        {"status": 302},
        {"status": 405},
        {"status": 413},
        {"status": 418},
    ],
    ids=str,
)
def test_a_put_that_took_effect_is_confirmed_whatever_answered_it(
    web: Client, chatserver: ChatServer, renew: Callable[[], None], monkeypatch: pytest.MonkeyPatch, answer: Any
) -> None:
    monkeypatch.setattr(verification, "VERIFY_PAUSE_SECONDS", 0.05)
    renew()
    answer_after_effect(chatserver, monkeypatch, **answer)
    submit(web, status="away")
    assert standing() == ["sent", "confirmed"]
    assert chatserver.calls(PUT) == 1


def test_a_429_page_to_a_put_that_took_effect_is_no_refusal(
    web: Client, chatserver: ChatServer, renew: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "VERIFY_SECONDS", 0.0)
    renew()
    answer_after_effect(chatserver, monkeypatch, status=429, html=True, retry_after=60)
    submit(web, status="away")
    assert standing() == ["sent", "unknown"], "no call may leave to look"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 429])
@pytest.mark.parametrize("body", [None, b""], ids=["words", "nothing"])
def test_comm100s_own_refusal_of_a_put_is_final(
    web: Client, chatserver: ChatServer, renew: Callable[[], None], status: int, body: bytes | None
) -> None:
    renew()
    chatserver.faults.answer(status, on=PUT, body=body)
    submit(web, status="away")
    assert standing() == ["sent", "refused"]


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        ({"status": ""}, "This field is required."),
        ({"status": "offline"}, "This status cannot be set here."),
        ({"status": "Dancing"}, "This status cannot be set here."),
        ({"status": "x" * 1_000_000}, "This status cannot be set here."),
        ({"status": "on\x00line"}, "This status cannot be set here."),
        ({"reason": "kept words" + "x" * 1_000_000}, "at most 300 characters"),
        ({"reason": "kept words\x1b[31m"}, "Control characters are not allowed."),
        ({"reason": "kept words\x00"}, "Null characters are not allowed."),
        ({"expected": "x" * 1_000_000}, "This form did not arrive as it was shown."),
        ({"expected": "On\x00line"}, "This form did not arrive as it was shown."),
        ({"nonce": ""}, "This form did not arrive as it was shown."),
        ({"nonce": "n" * 1_000_000}, "This form did not arrive as it was shown."),
    ],
    ids=lambda value: str(value)[:40],
)
def test_bad_input_gets_a_sentence_beside_its_field_keeps_what_was_typed_and_sends_nothing(
    web: Client, chatserver: ChatServer, renew: Callable[[], None], bad: dict[str, str], sentence: str
) -> None:
    renew()
    answer = submit(web, **({"status": "away", "reason": "kept words"} | bad))
    page = text(answer)
    assert answer.status_code == 422
    assert sentence in page
    assert "kept words" in page
    assert "status" in bad or re.search(r'value="away"[^>]*checked', page)
    assert chatserver.calls(PUT) == 0
    assert not Change.objects.exists()


def test_an_agent_who_has_left_is_a_404_in_place_and_what_was_typed_stays(
    web: Client, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    renew()
    page = text(web.get(URL))
    chatserver.world.remove_agent(SAMPLE)
    answer = submit(web, page, status="away", reason="typed before the agent left")
    assert answer.status_code == 404
    assert "There is no such entity" in text(answer)
    assert "typed before the agent left" in text(answer)
    assert chatserver.calls(PUT) == 0
    assert not Change.objects.exists()


def test_a_viewer_cannot_set_a_status(
    client: Client, chatserver: ChatServer, make_user: Callable[..., User], renew: Callable[[], None]
) -> None:
    renew()
    client.force_login(make_user("vic", Role.VIEWER))
    assert "supervisor can change this" in text(client.get(URL))
    answer = client.post(URL, {"status": "away", "expected": "Online", "nonce": "n"})
    assert answer.status_code == 403
    assert chatserver.calls(PUT) == 0


def test_without_an_own_connection_nothing_can_be_set_and_the_page_says_what_to_do(
    client: Client, chatserver: ChatServer, make_user: Callable[..., User], renew: Callable[[], None]
) -> None:
    renew()
    client.force_login(make_user("sam", connected=False))
    page = text(client.get(URL))
    assert re.search(r'connection of your own\. <a href="/connection/">My connection</a>', page)
    assert 'name="status"' not in page
    board = text(client.get("/agents/"))
    assert "Set status" not in board
    assert '<a href="/connection/">My connection</a>' in board
    answer = client.post(URL, {"status": "away", "expected": "Online", "nonce": "n"})
    assert answer.status_code == 409
    assert chatserver.calls(PUT) == 0


def test_a_person_may_write_with_the_shared_connection_if_the_site_allows_it_and_the_record_names_the_person(
    client: Client, chatserver: ChatServer, make_user: Callable[..., User], renew: Callable[[], None], site: Site
) -> None:
    sam = make_user("sam", connected=False)
    renew()  # Sue's connection is the shared one
    Site.objects.filter(pk=site.pk).update(shared_writes=True)
    client.force_login(sam)
    assert "Set status" in text(client.get("/agents/"))
    assert submit(client, status="away").status_code == 302
    assert chatserver.calls(PUT) == 1
    change = Change.objects.get()
    assert (change.actor, change.actor_name) == (sam, "sam")
    assert standing() == ["sent", "confirmed"]
    page = text(client.get("/changes/"))
    assert "sam" in page
    assert "sue" not in page
    assert "The record of changes names you" in text(client.get("/connection/"))


def test_without_a_shared_connection_the_permission_to_write_with_it_gives_nothing(
    client: Client, chatserver: ChatServer, make_user: Callable[..., User], renew: Callable[[], None], site: Site
) -> None:
    client.force_login(make_user("sam", connected=False))
    renew()
    Site.objects.filter(pk=site.pk).update(shared_writes=True, shared=None)
    assert client.post(URL, {"status": "away", "expected": "Online", "nonce": "n"}).status_code in (409, 503)
    assert chatserver.calls(PUT) == 0


def test_a_viewer_cannot_write_with_the_shared_connection_either(
    client: Client, chatserver: ChatServer, make_user: Callable[..., User], renew: Callable[[], None], site: Site
) -> None:
    client.force_login(make_user("vic", Role.VIEWER, connected=False))
    renew()
    Site.objects.filter(pk=site.pk).update(shared_writes=True)
    assert client.post(URL, {"status": "away", "expected": "Online", "nonce": "n"}).status_code == 403
    assert chatserver.calls(PUT) == 0


def test_people_who_see_the_same_board_see_the_same_buttons_only_if_they_all_may_write(
    web: Client, make_user: Callable[..., User], renew: Callable[[], None], site: Site
) -> None:
    renew()
    other = Client()
    other.force_login(make_user("sam", connected=False))
    one, another = poll(web, "/agents/"), poll(other, "/agents/")
    assert "Set status" in text(one)
    assert "Set status" not in text(another)
    assert poll(other, "/agents/", tag=one["HX-PTag"]).status_code == 200
    settings = {"name": site.name, "api_base": site.api_base, "shared": str(Site.objects.get().shared_id)}
    boss = Client()
    boss.force_login(make_user("ada", Role.ADMINISTRATOR, connected=False))
    boss.post(f"/sites/{site.pk}/", settings | {"away": "", "shared_writes": "on"})
    assert Site.objects.get().shared_writes
    assert "Set status" in text(poll(other, "/agents/", tag=another["HX-PTag"]))
    boss.post(f"/sites/{site.pk}/", settings | {"away": ""})
    assert not Site.objects.get().shared_writes
    assert "Set status" not in text(poll(other, "/agents/"))


def test_signed_out_people_are_sent_to_sign_in(client: Client, chatserver: ChatServer, site: object) -> None:
    answer = client.post(URL, {"status": "away"})
    assert answer["Location"].startswith("/accounts/login/")
    assert chatserver.calls(PUT) == 0


def test_custom_statuses_go_out_as_spelled_and_the_standard_ones_in_lower_case(
    web: Client, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    other = next(key for key in chatserver.world.agent_ids() if key != SAMPLE)
    chatserver.world.set_agent(other, status="Meeting")
    renew()
    submit(web, status="Meeting")
    assert Change.objects.get().asked == {"status": "Meeting"}
    assert Outcome.objects.filter(result="confirmed").exists()


@pytest.mark.parametrize("call", ["GET /v4/livechat/agents/{id}", PUT])
def test_a_429_to_a_write_stops_every_call_for_as_long_as_comm100_asks(
    web: Client, chatserver: ChatServer, renew: Callable[[], None], call: str
) -> None:
    renew()
    page = text(web.get(URL))
    chatserver.faults.answer(429, on=call, times=1, retry_after=120)
    submit(web, page, status="away")
    with pytest.raises(budget.BudgetExhausted) as spent:
        budget.take(write=True)
    assert spent.value.asked
    assert spent.value.wait == pytest.approx(120, abs=2)


def test_a_429_to_a_verification_stops_every_call_too(
    web: Client, chatserver: ChatServer, renew: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    renew()
    page = text(web.get(URL))

    def sent(*arguments: Any) -> None:
        chatserver.faults.answer(429, times=1, retry_after=120)

    monkeypatch.setattr(StatusWrite, "sent", sent)
    submit(web, page, status="away")
    with pytest.raises(budget.BudgetExhausted):
        budget.take(write=True)
    assert standing() == ["sent", "unknown"]
