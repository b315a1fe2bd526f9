"""The agents' board and an agent's page."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from livechat.live import snapshot_cache
from livechat.models import AgentEntry, Role, Site
from tests.support.chatserver import ChatServer
from tests.support.pages import figures, poll, region, steady, text
from tests.support.spans import make_span, spans

pytestmark = pytest.mark.django_db
SAMPLE = "c97a2afe-a38f-46f8-a55b-8ac9f873cd09"


def links(answer: HttpResponse) -> dict[str, str]:
    """Where the counts lead, by their words."""
    found = re.findall(r'<a class="count [^"]*" href="([^"]*)".*?<span>([^<]*)</span>', text(answer), re.DOTALL)
    return {word: address.replace("&amp;", "&") for address, word in found}


def test_the_board_shows_every_agent_with_status_and_chats(
    web: Client, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    chatserver.world.set_agent(SAMPLE, status="Meeting", chats=3)
    renew()
    page = text(web.get("/agents/"))
    assert "Meeting" in page
    assert all(f"agent-{key}" in page for key in chatserver.world.agent_ids())


def test_a_bare_guid_shows_its_last_eight_characters_until_it_has_a_name(
    web: Client, site: Site, renew: Callable[[], None]
) -> None:
    renew()
    assert f"<bdi>{SAMPLE[-8:]}</bdi>" in text(web.get("/agents/"))
    AgentEntry.objects.filter(agent_id=SAMPLE).update(name="Ada Lovelace", team="Sales")
    site.bump_version()
    page = text(web.get("/agents/"))
    assert "<bdi>Ada Lovelace</bdi>" in page
    assert f"<bdi>{SAMPLE[-8:]}</bdi>" not in page


def test_offline_agents_are_folded_away_but_counted(
    web: Client, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    for key in chatserver.world.agent_ids():
        chatserver.world.set_agent(key, status="Offline")
    chatserver.world.set_agent(SAMPLE, status="Online")
    renew()
    page = text(web.get("/agents/"))
    fold = page[page.index('<details id="offline"') : page.index("</details>", page.index('<details id="offline"'))]
    assert "7 offline" in fold
    assert f"agent-{SAMPLE}" not in fold


def test_offline_agents_are_shown_if_a_filter_looks_for_them(
    web: Client, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    for key in chatserver.world.agent_ids():
        chatserver.world.set_agent(key, status="Online")
    chatserver.world.set_agent(SAMPLE, status="Offline")
    renew()
    page = text(web.get("/agents/?status=offline"))
    assert "Showing 1 of 8" in page
    assert "No agent fits the filters" not in page
    assert f"agent-{SAMPLE}" in page
    assert 'id="offline"' not in region(page, "board")


def test_search_status_and_team_filter_from_the_address(
    web: Client, site: Site, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    other = next(key for key in chatserver.world.agent_ids() if key != SAMPLE)
    chatserver.world.set_agent(SAMPLE, status="Online")
    chatserver.world.set_agent(other, status="Away")
    renew()
    AgentEntry.objects.filter(agent_id=SAMPLE).update(name="Ada", team="Sales")
    AgentEntry.objects.filter(agent_id=other).update(name="Bob", team="Support")
    site.bump_version()
    for query, there, absent in (
        ("q=ada", SAMPLE, other),
        ("status=away", other, SAMPLE),
        ("team=Sales", SAMPLE, other),
        (f"q={other[:8]}", other, SAMPLE),
    ):
        page = text(web.get(f"/agents/?{query}"))
        assert f"agent-{there}" in page, query
        assert f"agent-{absent}" not in page, query


def test_a_filter_that_fits_no_agent_says_so_and_can_be_cleared(web: Client, renew: Callable[[], None]) -> None:
    renew()
    page = text(web.get("/agents/?q=nobody-is-called-this"))
    assert "No agent fits the filters" in page
    assert 'href="/agents/"' in page


@pytest.mark.parametrize("query", ["team=Sales", "q=ada"])
def test_a_count_leads_to_as_many_rows_as_it_says(
    web: Client, site: Site, chatserver: ChatServer, renew: Callable[[], None], query: str
) -> None:
    for key in chatserver.world.agent_ids():
        chatserver.world.set_agent(key, status="Away", chats=1)
    renew()
    AgentEntry.objects.filter(agent_id=SAMPLE).update(name="Ada", team="Sales")
    site.bump_version()
    for asked in (query, f"{query}&status=online"):
        answer = web.get(f"/agents/?{asked}")
        said = {count.slug: count for count in answer.context["counts"]}
        assert {slug: count.n for slug, count in said.items()} == {"online": 0, "away": 1, "offline": 0, "chats": 1}
    assert all(f"{name}=" in links(answer)["Away"] for name in ("status", query.partition("=")[0]))
    assert text(web.get(f"/agents/{links(answer)['Away']}")).count("data-row") == 1


def test_the_count_in_force_takes_its_filter_off_and_leaves_the_others(web: Client, renew: Callable[[], None]) -> None:
    renew()
    answer = web.get("/agents/?q=a&status=away&page=3")
    assert links(answer) == {"Online": "?q=a&status=online", "Away": "?q=a", "Offline": "?q=a&status=offline"}
    assert links(web.get("/agents/?status=away"))["Away"] == "?"


@pytest.mark.parametrize("query", ["status=Meeting", "team=Gone"])
def test_a_filter_stays_in_force_after_the_last_agent_that_fits_has_left(
    web: Client, chatserver: ChatServer, renew: Callable[[], None], query: str
) -> None:
    renew()
    page = text(web.get(f"/agents/?{query}"))
    value = query.partition("=")[2]
    assert f'<option value="{value}" selected>' in page
    assert "No agent fits the filters" in page
    assert not any(f"agent-{key}" in page for key in chatserver.world.agent_ids())


def test_the_fragment_equals_its_place_in_the_full_page(web: Client, renew: Callable[[], None]) -> None:
    renew()
    for url, name in (("/agents/", "board"), (f"/agents/{SAMPLE}/", "facts")):
        web.get(url)  # the first read by the agent's own page
        fragment = text(poll(web, url)).strip()
        assert steady(region(text(web.get(url)), name)) == steady(fragment)


def test_a_poll_in_which_nothing_happened_is_a_304_without_a_body_that_tells_the_age(
    web: Client, renew: Callable[[], None]
) -> None:
    renew()
    tag = poll(web, "/agents/")["HX-PTag"]
    answer = poll(web, "/agents/", tag)
    assert answer.status_code == 304
    assert answer.content == b""
    assert figures(answer)["age"] >= 0


def test_a_poll_gets_a_new_fragment_when_an_agent_changes(
    web: Client, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    renew()
    tag = poll(web, "/agents/")["HX-PTag"]
    chatserver.world.set_agent(SAMPLE, status="Meeting")
    renew()
    answer = poll(web, "/agents/", tag)
    assert answer.status_code == 200
    assert "Meeting" in text(answer)


def test_since_is_inexact_until_a_change_was_seen(
    web: Client, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    chatserver.world.set_agent(SAMPLE, status="Online")
    renew()
    row = _row(text(web.get("/agents/")))
    assert "data-least" in row
    chatserver.world.set_agent(SAMPLE, status="Away")
    renew()
    row = _row(text(web.get("/agents/")))
    assert "data-ticks" in row
    assert "data-least" not in row


def test_a_change_while_no_one_was_watching_is_inexact(
    web: Client, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    chatserver.world.set_agent(SAMPLE, status="Online")
    renew()
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=True):
        chatserver.world.set_agent(SAMPLE, status="Away")
        renew()
        assert "data-least" in _row(text(web.get("/agents/")))


def test_the_queue_stands_on_every_page_and_in_its_title(
    web: Client, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    for key in chatserver.world.visitor_ids():
        chatserver.world.remove_visitor(key)
    renew()
    chatserver.world.put_visitor({"id": str(uuid4()), "status": "waitingForChat"})
    chatserver.world.put_visitor({"id": str(uuid4()), "status": "waitingForChat"})
    renew()
    for url in ("/agents/", "/visitors/", "/walls/", "/connection/", f"/agents/{SAMPLE}/"):
        page = text(web.get(url))
        assert "<title>(2) " in page, url
        assert 'data-waiting="2"' in page, url
    queue = text(poll(web, "/queue/"))
    assert "data-least" not in queue, "both were seen to begin"


def test_a_status_with_markup_in_it_is_shown_as_text(
    web: Client, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    chatserver.world.put_agent_record({"id": SAMPLE, "status": "<script>alert(1)</script>", "ongoingChats": 1})
    renew()
    page = text(web.get("/agents/"))
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_when_comm100_fails_the_last_figures_stay_with_age_and_reason(
    web: Client, chatserver: ChatServer, renew: Callable[[], None], feed: object
) -> None:
    chatserver.world.set_agent(SAMPLE, status="Meeting")
    renew()
    chatserver.stop()
    with time_machine.travel(timezone.now() + timedelta(seconds=20), tick=True):
        page = _after_a_refresh(web)
        assert page.status_code == 200
        assert "Meeting" in text(page)
        said = figures(page)
        assert said["error"] == "unreachable"
        assert said["text"]
        assert 19 < said["age"] < 60


def test_a_refused_token_is_reported_and_not_tried_again(
    web: Client, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    renew()
    chatserver.faults.answer(401)
    with time_machine.travel(timezone.now() + timedelta(seconds=20), tick=True):
        assert figures(_after_a_refresh(web))["error"] == "refused-credential"
        web.get("/visitors/")
    calls = chatserver.calls()
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=True):
        _after_a_refresh(web)
    assert chatserver.calls() == calls


def test_an_unknown_agent_is_a_plain_404(web: Client, renew: Callable[[], None]) -> None:
    renew()
    answer = web.get(f"/agents/{uuid4()}/")
    assert answer.status_code == 404
    assert "No such agent" in text(answer)


def test_an_ended_session_answers_a_poll_with_a_redirect_for_the_whole_page(client: Client, site: Site) -> None:
    answer = client.get(
        "/agents/",
        headers={"HX-Request": "true", "HX-Request-Type": "partial", "HX-Current-URL": "http://testserver/agents/?q=x"},
    )
    assert answer["HX-Redirect"] == "/accounts/login/?next=%2Fagents%2F%3Fq%3Dx"
    assert b"<form" not in answer.content


def test_a_user_who_is_not_a_member_sees_nothing_of_a_site(
    client: Client, site: Site, renew: Callable[[], None]
) -> None:
    renew()
    client.force_login(User.objects.create_user("stranger"))
    answer = client.get("/agents/", follow=True)
    assert SAMPLE not in text(answer)
    assert "/start/" in answer.redirect_chain[0][0]


def test_one_call_serves_every_viewer(
    chatserver: ChatServer, site: Site, make_user: Callable[..., User], renew: Callable[[], None]
) -> None:
    renew()
    before = chatserver.calls("GET /v4/livechat/agents")
    for number in range(5):
        viewer = Client()
        viewer.force_login(make_user(f"viewer{number}", Role.VIEWER, connected=False))
        assert viewer.get("/agents/").status_code == 200
    assert chatserver.calls("GET /v4/livechat/agents") == before


def _row(page: str) -> str:
    start = page.index(f'id="agent-{SAMPLE}"')
    return page[start : page.index("</tr>", start)]


def _after_a_refresh(web: Client) -> HttpResponse:
    """The board after a view has started the refresh that was due, as another process sees it."""
    snapshot_cache.forget()
    web.get("/agents/")
    snapshot_cache.forget()
    return web.get("/agents/")


def test_an_end_that_nobody_saw_is_told_as_such(web: Client, site: Site) -> None:
    began, ended = timezone.now() - timedelta(hours=2), timezone.now() - timedelta(hours=1)
    make_span(site, SAMPLE, "Meeting", began, ended)
    assert f"after {ended:%-d %b}" not in text(web.get(f"/agents/{SAMPLE}/"))
    spans(SAMPLE).update(ended_slack=None)
    assert f"after {ended:%-d %b}" in text(web.get(f"/agents/{SAMPLE}/"))
