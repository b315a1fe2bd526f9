"""A site says who sees single agents' times of the past: on pages, in strips and by read tokens."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from livechat.boards import directory_names
from livechat.lib.epoch import milliseconds
from livechat.models import AgentEntry, AgentTimes, Alert, Role, Rule, Site, Span, Wall, Watch
from livechat.record.link_events import By
from livechat.sites import read_tokens
from livechat.web import board_strips
from tests.support.pages import text
from tests.support.people import client_for, make_user
from tests.support.spans import make_span
from tests.test_read_tokens import ask

pytestmark = pytest.mark.django_db
SEES = {
    AgentTimes.MEMBERS: {Role.VIEWER, Role.SUPERVISOR, Role.ADMINISTRATOR},
    AgentTimes.SUPERVISORS: {Role.SUPERVISOR, Role.ADMINISTRATOR},
    AgentTimes.ADMINISTRATORS: {Role.ADMINISTRATOR},
    AgentTimes.NOBODY: set(),
}


@pytest.fixture
def past(web: Client, site: Site, renew: Callable[[], None]) -> Site:
    """A site whose agents were watched for three hours, and one of them was online."""
    renew()
    now = timezone.now()
    began, ended = (milliseconds(now - timedelta(hours=hours)) for hours in (3, 0))
    Watch.objects.update_or_create(site=site, list="agents", defaults={"began": began, "ended": ended, "looks": 2_161})
    key = AgentEntry.objects.filter(site=site).values_list("agent_id", flat=True)[0]
    make_span(site, key, "Online", now - timedelta(hours=2), now - timedelta(hours=1))
    web.get("/agents/")
    return Site.objects.get(pk=site.pk)


@pytest.fixture
def people(site: Site) -> dict[Role, Client]:
    """A browser of each role."""
    return {role: client_for(make_user(f"one-{role}", site, role)) for role in Role}


def choose(site: Site, choice: AgentTimes) -> None:
    Site.objects.filter(pk=site.pk).update(agent_times=choice)
    site.bump_version()


def paths(site: Site) -> list[str]:
    """The addresses that tell single agents' times."""
    agent = site.agents.values_list("agent_id", flat=True)[0]
    roster = board_strips.roster_checksum(directory_names.of(site))
    strips = f"/agents/strips/{site.pk}/{board_strips.step_of(timezone.now())}/{roster}.svg"
    pages = ["/history/day/", "/history/replay/", f"/history/agents/{agent}/"]
    wall = Wall.objects.get_or_create(site=site, title="Lobby")[0]
    at = (timezone.now() - timedelta(minutes=90)).strftime("%Y-%m-%dT%H:%M")
    frame = f"/history/replay/wall/{wall.pk}/?at={at}"
    return [*pages, "/history/time/?by=agent", "/history/occupancy/?by=agent", strips, frame]


@pytest.mark.parametrize("choice", AgentTimes)
def test_a_site_says_which_roles_see_single_agents_times(
    past: Site, people: dict[Role, Client], choice: AgentTimes
) -> None:
    choose(past, choice)
    for role, browser in people.items():
        sees = role in SEES[choice]
        for path in paths(past):
            assert (browser.get(path).status_code == 200) is sees, (role, path)
        board, agent = text(browser.get("/agents/")), text(browser.get(f"/agents/{past.agents.all()[0].agent_id}/"))
        today, time = text(browser.get("/history/")), text(browser.get("/history/time/"))
        told = ("/agents/strips/" in board, "Latest statuses" in agent, "/agents/strips/" in agent)
        linked = ("/history/agents/" in agent, 'href="/history/day/"' in today, 'value="agent"' in time)
        assert {*told, *linked} == {sees}, (role, told, linked)
        for page in ("time", "occupancy"):
            assert ("/history/day/?" in text(browser.get(f"/history/{page}/?by=day"))) is sees, (role, page)


@pytest.mark.parametrize("choice", AgentTimes)
def test_the_record_and_ended_alerts_tell_them_to_nobody_else(
    past: Site, people: dict[Role, Client], choice: AgentTimes
) -> None:
    Span.objects.update(outside=True)
    key = str(past.agents.values_list("agent_id", flat=True)[0])
    rule = Rule.objects.create(site=past, kind=Rule.Kind.STATUS, enabled=True)
    now = timezone.now()
    told: dict[str, Any] = {"rule": rule, "since": now - timedelta(hours=2), "fired": now - timedelta(hours=2)}
    over = Alert.objects.create(**told, subject=key, ended=now - timedelta(hours=1), state=Alert.State.ENDED)
    rings = Alert.objects.create(**told, subject=key, state=Alert.State.FIRING)
    choose(past, choice)
    for role, browser in people.items():
        sees = role in SEES[choice]
        record = text(browser.get("/changes/"))
        exported = b"".join(browser.get("/changes/csv/").streaming_content).decode()  # type: ignore[attr-defined]
        assert ("Changed outside" in record, "Changed outside" in exported) == (sees, sees), role
        assert ("changed outside" in record) is sees, "it can be chosen"
        assert (f"/alerts/{over.pk}/" in text(browser.get("/alerts/?all=1"))) is sees, role
        assert (browser.get(f"/alerts/{over.pk}/").status_code == 200) is sees
        assert browser.get(f"/alerts/{rings.pk}/").status_code == 200, "what rings is the present"


def test_a_choice_that_only_a_newer_release_knows_is_taken_for_nobody(past: Site, people: dict[Role, Client]) -> None:
    Site.objects.update(agent_times="team-leads")
    ada = people[Role.ADMINISTRATOR]
    assert ada.get("/history/day/").status_code == 403
    for path in ("/agents/", "/history/", f"/sites/{past.pk}/"):
        assert ada.get(path).status_code == 200
    by = By(User.objects.get(username=f"one-{Role.ADMINISTRATOR}"))
    assert ask(read_tokens.make(past, "Grafana", days=90, agents=True, by=by)[1], "/history/day/").status_code == 403


@pytest.mark.parametrize("choice", AgentTimes)
def test_a_token_for_single_agents_reads_them_unless_nobody_may_and_another_never_does(
    past: Site, people: dict[Role, Client], choice: AgentTimes
) -> None:
    choose(past, choice)
    ada = User.objects.get(username=f"one-{Role.ADMINISTRATOR}")
    for agents in (True, False):
        secret = read_tokens.make(past, "Grafana", days=90, agents=agents, by=By(ada))[1]
        sees = agents and choice != AgentTimes.NOBODY
        for path in paths(past)[:3]:
            assert (ask(secret, path).status_code == 200) is sees, (agents, path)
        for path in ("/history/time/", "/history/occupancy/"):
            assert (ask(secret, path, by="agent").status_code == 200) is sees
            assert ask(secret, path, by="team").status_code == 200
