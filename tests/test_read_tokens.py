"""Scripts read with a token: the past and the present counts of its site, and nothing else."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from django.utils import timezone

from livechat.lib.epoch import milliseconds
from livechat.live import snapshot_cache
from livechat.models import AgentEntry, Contact, LinkEvent, Membership, ReadToken, Role, Site, Snapshot, Wall, Watch
from livechat.record.link_events import By
from livechat.sites import read_tokens
from livechat.walls import link_cache, links
from livechat.walls.links import hash_secret
from livechat.web.token_access import READABLE
from tests.support import staff
from tests.support.chatserver import ChatServer
from tests.support.cleaning import clean_up
from tests.support.fast_path import Answer
from tests.support.links import later
from tests.support.pages import text
from tests.support.people import client_for, make_site, make_user
from tests.support.spans import department, make_span

pytestmark = pytest.mark.django_db
SALES = UUID(staff.SALES)
TEAM = ("/history/", "/history/queue/", "/history/coverage/", "/now/")
SINGLE = ("/history/day/", "/history/replay/")
Ask = Callable[..., HttpResponse]


@pytest.fixture
def ada(make_user: Callable[..., User]) -> User:
    """An administrator, who has the site's shared connection."""
    return make_user("ada", Role.ADMINISTRATOR)


@pytest.fixture
def token(site: Site, ada: User) -> tuple[ReadToken, str]:
    """A token for what a team did."""
    return read_tokens.make(site, "Grafana", days=90, agents=False, by=By(ada))


@pytest.fixture
def agents_token(site: Site, ada: User) -> str:
    """The secret of a token for single agents' times."""
    return read_tokens.make(site, "Payroll", days=90, agents=True, by=By(ada))[1]


@pytest.fixture
def past(site: Site) -> Site:
    """Three hours that were watched, with an agent and a contact."""
    now = timezone.now()
    for kind in ("agents", "visitors"):
        began, ended = (milliseconds(now - timedelta(hours=hours)) for hours in (3, 0))
        Watch.objects.create(site=site, list=kind, began=began, ended=ended, looks=2_161)
    agent = AgentEntry.objects.create(site=site, agent_id=uuid4(), name="Kim Park").agent_id
    make_span(site, agent, "Online", now - timedelta(hours=2), now - timedelta(hours=1))
    at = milliseconds(now - timedelta(minutes=90))
    contact = {"began": at, "began_slack": 5_000, "answered": at + 9_000, "answered_slack": 5_000, "ended": at + 60_000}
    Contact.objects.create(site=site, department=department(site, SALES), outcome="chatEnded", **contact)
    return site


def ask(secret: str, path: str, method: str = "get", client: Client | None = None, **query: str) -> HttpResponse:
    """What a script gets that sends this token."""
    asked = {"format": "json"} | query
    url = f"{path}?" + "&".join(f"{name}={value}" for name, value in asked.items() if value)
    answer: HttpResponse = getattr(client or Client(), method)(url, headers={"Authorization": f"Bearer {secret}"})
    return answer


def body(answer: HttpResponse) -> bytes:
    """The body, streamed or not."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]


def refusal(answer: HttpResponse) -> tuple[int, str]:
    """A refusal's status and its sentence; it is JSON, and no cookie comes with it."""
    assert answer["Content-Type"] == "application/json"
    assert not answer.cookies
    return answer.status_code, answer.json()["error"]


# what it opens


def test_csv_and_json_are_the_rows_that_a_member_gets(past: Site, agents_token: str, ada: User) -> None:
    member = client_for(ada, past)
    with time_machine.travel(timezone.now(), tick=False):
        for path in (*TEAM[:3], *SINGLE):
            for form in ("csv", "json"):
                given, own = ask(agents_token, path, format=form), member.get(path, {"format": form})
                assert given.status_code == 200, path
                assert body(given) == body(own), path
                assert given["Content-Type"] == own["Content-Type"]
                assert not given.cookies
                assert "no-store" in given["Cache-Control"]
    online = (timezone.now() - timedelta(hours=2)).date().isoformat()  # yesterday, in the first hours of a day
    assert b"Kim Park" in body(ask(agents_token, SINGLE[0], format="csv", day=online))


def test_without_the_right_to_single_agents_it_reads_their_teams_alone(
    past: Site, token: tuple[ReadToken, str]
) -> None:
    for path in TEAM:
        assert ask(token[1], path).status_code == 200
        assert b"Kim Park" not in body(ask(token[1], path, format="csv"))
    for path in SINGLE:
        assert refusal(ask(token[1], path)) == (
            403,
            "This address tells single agents’ times, and this token may not read them.",
        )


def test_a_token_brings_its_own_site_whatever_else_the_request_names(past: Site, agents_token: str) -> None:
    other = make_site("Elsewhere")
    eve = make_user("eve", other)
    theirs = read_tokens.make(other, "Theirs", days=30, agents=True, by=By(eve))[1]
    browser = client_for(eve, other)
    assert ask(agents_token, "/now/", client=browser).json()["site"] == past.name
    answer = ask(theirs, "/history/day/", client=client_for(User.objects.get(username="ada"), past))
    assert answer.json()["agents"] == []
    assert ask(agents_token, "/history/", client=Client(headers={"X-Site": str(other.pk)})).json()["hours"]
    found = ask(theirs, "/now/").json()
    assert (found["site"], found["agents"]["online"]) == ("Elsewhere", None)
    assert found["agents"]["error"] == "This site has no shared Comm100 connection"


def test_every_history_page_with_formats_is_open_to_tokens() -> None:
    ours = get_resolver("livechat.urls").url_patterns
    names = {one.name for one in ours if str(one.pattern).startswith("history/")}
    no_rows = {"history-about", "history-replay-wall"}  # a text, and a picture inside a page
    assert names - no_rows == READABLE.keys() - {"now"}


# what it does not open


def test_an_unknown_an_ended_and_a_revoked_token_get_the_same_answer(
    site: Site, ada: User, token: tuple[ReadToken, str]
) -> None:
    assert ask(token[1], "/now/").status_code == 200
    assert read_tokens.revoke(token[0], By(ada))
    answers = [ask("lbr_never-was-one", "/now/"), ask(token[1], "/now/"), ask(token[1], "/no/such/page/")]
    ends, secret = read_tokens.make(site, "Short", days=30, agents=False, by=By(ada))
    assert ask(secret, "/now/").status_code == 200
    with time_machine.travel(ends.ends):
        answers.append(ask(secret, "/now/"))
    assert {answer["WWW-Authenticate"] for answer in answers} == {"Bearer"}
    assert {refusal(answer) for answer in answers} == {
        (401, "This token is not valid: it is unknown, has ended or was revoked.")
    }


def test_pages_other_addresses_and_other_methods_are_refused_with_a_sentence(
    site: Site, agents_token: str, ada: User
) -> None:
    browser = client_for(ada, site)  # who brings a token gets what the token opens, and no more
    for path in ("/agents/", "/visitors/csv/", f"/sites/{site.pk}/tokens/", "/healthz"):
        assert refusal(ask(agents_token, path, client=browser)) == (403, "A read token does not open this address.")
    for form in ("", "html"):
        found = refusal(ask(agents_token, "/history/", client=browser, format=form))
        assert found == (403, "A read token opens no pages. Add format=json or format=csv.")
    for method in ("post", "put", "delete", "options"):
        answer = ask(agents_token, "/history/", method, client=browser)
        assert refusal(answer) == (405, "A read token only reads.")
        assert answer["Allow"] == "GET, HEAD"
    assert refusal(ask(agents_token, "/no/such/page/", client=browser))[0] == 404
    assert ask(agents_token, "/history/", "head").status_code == 200
    assert body(ask(agents_token, "/history/", "head")) == b""


def test_a_poll_with_a_token_is_not_answered_before_django(
    site: Site, ada: User, token: tuple[ReadToken, str], at_the_door: None
) -> None:
    secret = links.make_link(Wall.objects.create(site=site, title="Support"), ada, "TV", days=None)[1]
    assert Answer(f"/wall/{secret}/").status == "200 OK"
    assert Answer(f"/wall/{secret}/", AUTHORIZATION=f"Bearer {token[1]}").status == "403 Forbidden"


def test_a_token_in_an_address_opens_nothing_and_other_headers_are_none(token: tuple[ReadToken, str]) -> None:
    asked: list[dict[str, Any]] = [
        {"path": f"/now/?format=json&token={token[1]}"},
        {"path": "/now/?format=json", "headers": {"Authorization": f"Basic {token[1]}"}},
        {"path": "/now/?format=json", "headers": {"Authorization": "Bearer eyJ-of-a-proxy"}},
    ]
    for one in asked:
        answer = Client().get(**one)
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/accounts/login/")
    assert ReadToken.objects.get(pk=token[0].pk).last_seen is None


def test_what_is_wrong_with_a_parameter_is_said_in_json(past: Site, agents_token: str) -> None:
    for path, name in (
        ("/history/", "day"),
        ("/history/queue/", "from"),
        ("/history/coverage/", "from"),
        ("/history/day/", "day"),
        ("/history/replay/", "at"),
    ):
        code, sentence = refusal(ask(agents_token, path, **{name: "yesterday"}))
        assert (code, bool(sentence)) == (422, True), path
    Watch.objects.all().delete()
    assert refusal(ask(agents_token, "/history/replay/")) == (422, "Nothing has been recorded yet.")


def test_a_failure_is_json_without_the_token(
    past: Site, token: tuple[ReadToken, str], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(Site, "zone")
    answer = ask(token[1], "/history/", client=Client(raise_request_exception=False))
    assert refusal(answer) == (500, "Internal Server Error")
    refusal(ask(f"{token[1]}x", "/history/"))
    assert "AttributeError" in caplog.text
    assert token[1] not in caplog.text
    requests = [record.request for record in caplog.records if hasattr(record, "request")]
    assert len(requests) == 2
    assert all(token[1] not in str(request.META) for request in requests), "an error report has all of these"


def test_unknown_tokens_are_throttled_and_a_valid_one_of_the_same_address_is_not(token: tuple[ReadToken, str]) -> None:
    assert [ask(f"lbr_guess-{number}", "/now/").status_code for number in range(31)] == [401] * 30 + [429]
    answer = ask("lbr_another", "/now/")
    assert (refusal(answer)[0], answer["Retry-After"]) == (429, "60")
    assert ask(token[1], "/now/").status_code == 200


# more than one process


def test_what_another_process_revokes_is_refused_within_a_second_and_what_it_makes_is_valid_at_once(
    site: Site, ada: User, token: tuple[ReadToken, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask(token[1], "/now/").status_code == 200
    ReadToken.objects.filter(pk=token[0].pk).update(revoked_at=timezone.now())
    ends = timezone.now() + timedelta(days=1)
    fields = {"site": site, "label": "New", "created_by": ada, "ends": ends}
    ReadToken.objects.create(secret_hash=hash_secret("lbr_new"), **fields)
    assert ask("lbr_new", "/now/").status_code == 200
    ReadToken.objects.filter(label="New").update(revoked_at=timezone.now())
    later(link_cache.REREAD_SECONDS, monkeypatch)
    assert [ask(secret, "/now/").status_code for secret in (token[1], "lbr_new")] == [401, 401]


def test_while_the_database_fails_a_token_that_was_valid_stays_so_until_its_end(
    token: tuple[ReadToken, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_query: Any) -> None:
        raise OperationalError("gone")

    assert read_tokens.find_known(token[1])
    later(link_cache.REREAD_SECONDS, monkeypatch)
    with connection.execute_wrapper(fail):
        assert read_tokens.find_known(token[1])
        assert read_tokens.find_known("lbr_unknown") is None
        with time_machine.travel(token[0].ends):
            assert read_tokens.find_known(token[1]) is None
        read_tokens._tokens.forget()
        answer = ask(token[1], "/now/", client=Client(raise_request_exception=False))
        assert (refusal(answer)[0], answer["Retry-After"]) == (503, "5")


def test_a_token_ends_with_its_makers_role_for_good(site: Site, ada: User, token: tuple[ReadToken, str]) -> None:
    seats = Membership.objects.filter(user=ada)
    seats.update(role=Role.SUPERVISOR)
    read_tokens._tokens.forget()
    assert ask(token[1], "/now/").status_code == 401
    clean_up()
    seats.update(role=Role.ADMINISTRATOR)
    read_tokens._tokens.forget()
    assert ask(token[1], "/now/").status_code == 401
    assert LinkEvent.objects.get(what="token-access").label == "Grafana"


def test_its_use_is_noted_once_a_minute(token: tuple[ReadToken, str], monkeypatch: pytest.MonkeyPatch) -> None:
    def seen() -> Any:
        return ReadToken.objects.get(pk=token[0].pk).last_seen

    start = timezone.now()
    with time_machine.travel(start) as clock:
        ask(token[1], "/now/")
        first = seen()
        assert first
        clock.shift(30)
        with CaptureQueriesContext(connection) as queries:
            ask(token[1], "/now/")
        assert not any(query["sql"].startswith('UPDATE "livechat_readtoken"') for query in queries)
        read_tokens._noted.forget()  # as another process, which has noted nothing yet
        ask(token[1], "/now/")
        assert seen() == first
        clock.shift(31)
        later(61, monkeypatch)
        ask(token[1], "/now/")
        assert seen() - first >= timedelta(seconds=61)


# the present counts


def test_the_present_counts_are_those_of_the_boards(
    site: Site, chatserver: ChatServer, ada: User, token: tuple[ReadToken, str], renew: Callable[[], None]
) -> None:
    keys = staff.set_online(chatserver)
    renew()
    staff.enter(site, keys, sales=[staff.SALES])
    site.departments.create(department_id=staff.SALES, name="Sales")
    site.bump_version()
    chatserver.world.set_agent(keys[0], status="Away", chats=0)
    waiting = {"id": staff.VISITOR, "status": "waitingForChat", "name": "Marta", "departmentId": staff.SALES}
    chatserver.world.put_visitor(waiting)
    renew()
    Snapshot.objects.update(looked=None)
    found = ask(token[1], "/now/").json()
    assert Snapshot.objects.filter(looked=None).count() == 0, "a script looks, as a page does"
    people, guests = found["agents"], found["visitors"]
    assert [people[name] for name in ("online", "away", "offline", "free_places")] == [7, 1, 0, 7]
    assert [guests[name] for name in ("waiting", "chatting", "on_site")] == [1, 0, 1]
    (sales,) = [one for one in guests["departments"] if one["name"] == "Sales"]
    assert (sales["waiting"], sales["longest_wait_seconds"]) == (1, guests["longest_wait_seconds"])
    assert sum(one["waiting"] for one in guests["departments"]) == 1
    for listed in (people, guests):
        assert (listed["state"], listed["stale"], listed["error"]) == ("fresh", False, "")
        assert 0 <= listed["age_seconds"] < 30
    table = body(ask(token[1], "/now/", format="csv")).decode()
    assert "\r\nagents,online,,7\r\n" in table
    assert "\r\nvisitors,waiting,Sales,1\r\n" in table
    assert client_for(ada, site).get("/now/").json()["agents"]["online"] == 7
    assert "Marta" not in str(found) + table
    assert not any(key in str(found) + table for key in keys)


def test_stale_figures_say_so_and_stand_still_and_very_old_ones_are_not_told(
    chatserver: ChatServer, token: tuple[ReadToken, str], renew: Callable[[], None]
) -> None:
    chatserver.world.put_visitor({"id": staff.VISITOR, "status": "waitingForChat"})
    renew()
    for kind in ("agents", "visitors"):
        chatserver.faults.answer(500, on=f"GET /v4/livechat/{kind}", times=99)
    start = timezone.now()
    for minutes, state in ((2, "stale"), (20, "gone")):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            snapshot_cache.forget()
            ask(token[1], "/now/")  # it starts a refresh, which fails
            snapshot_cache.forget()
            found = ask(token[1], "/now/").json()
        for listed in (found["agents"], found["visitors"]):
            assert (listed["state"], listed["stale"], bool(listed["error"])) == (state, True, True)
            assert listed["age_seconds"] >= minutes * 60
        wait = found["visitors"]["longest_wait_seconds"]
        assert (found["agents"]["online"], wait) == (None, None) if state == "gone" else wait < 60


# the page


def test_an_administrator_makes_one_that_is_shown_once_renames_and_revokes_it(site: Site, ada: User) -> None:
    browser, page = client_for(ada, site), f"/sites/{site.pk}/tokens/"
    shown = text(browser.post(page, {"label": "Grafana", "days": "90", "agents": "on"}, follow=True))
    found = re.search(r'id="read-token">(lbr_[\w-]{43,})<', shown)
    assert found
    secret, made = found[1], ReadToken.objects.get()
    assert secret not in str([*ReadToken.objects.values(), *LinkEvent.objects.values()])
    assert secret not in text(browser.get(f"{page}?new={made.pk}"))
    assert made.agents
    assert abs(made.ends - timezone.now() - timedelta(days=90)) < timedelta(minutes=1)
    browser.post(f"{page}{made.pk}/", {"step": "rename", "label": "Prometheus"})
    assert "Prometheus" in text(browser.get(page))
    refused = browser.post(f"{page}{made.pk}/", {"step": "rename", "label": "x" * 81})
    assert (refused.status_code, "x" * 81 in text(refused)) == (422, True)
    assert ask(secret, "/now/").status_code == 200
    assert "Revoked" in text(browser.post(f"{page}{made.pk}/", {"step": "revoke"}, follow=True))
    assert ask(secret, "/now/").status_code == 401
    assert "1 ended token" in text(browser.get(page))
    record = text(browser.get("/changes/?kind=links"))
    for words in ("Read token", "Revoked", "from “Grafana” to “Prometheus”", "single agents’ times too"):
        assert words in record
    assert secret not in record


def test_a_token_that_never_ends_cannot_be_made_and_no_other_administrator_sees_it(
    site: Site, ada: User, token: tuple[ReadToken, str]
) -> None:
    page, sessions = f"/sites/{site.pk}/tokens/", Session.objects.count
    for days in ("", "never", "1000"):
        answer = client_for(ada, site).post(page, {"label": "kept label", "days": days})
        assert (answer.status_code, "kept label" in text(answer)) == (422, True)
    assert ReadToken.objects.count() == 1
    other = client_for(make_user("eve", make_site("Elsewhere")))
    for url in (page, f"{page}{token[0].pk}/"):
        assert other.post(url, {"step": "revoke", "label": "X", "days": "30"}).status_code == 404
    before = sessions()
    assert ask(token[1], "/now/").status_code == 200
    assert sessions() == before, "scripts make none"
