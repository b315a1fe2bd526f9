"""The departments of a team: given on the team's page, taken by each of its agents beside their own."""

import re

import pytest
from django.http import HttpResponse
from django.test import Client

from livechat.boards import directory_names
from livechat.models import AgentEntry, Role, Site
from tests.support.pages import text
from tests.support.people import KIM, LEE, SALES, client_for, make_shop, make_site, make_user

pytestmark = pytest.mark.django_db
URL = "/directory/team/?name=Front"
BILLING = "dddddddd-0000-4000-8000-000000000009"


@pytest.fixture
def shop() -> Site:
    """A site with two departments; Kim of the team Front takes one of them."""
    site = make_shop()
    site.departments.create(department_id=BILLING, name="Billing")
    site.agents.filter(agent_id=KIM).update(departments=[SALES])
    return site


@pytest.fixture
def ada(shop: Site) -> Client:
    """An administrator's browser."""
    return client_for(make_user("ada", shop), shop)


def give(client: Client, *departments: str, shown: str = "[]", team: str = "Front") -> HttpResponse:
    """Send the form as the page does."""
    site = Site.objects.get(name="Shop").pk
    fields = {"name": team, "departments": list(departments), "initial-departments": shown, "site": site}
    return client.post("/directory/team/", fields)


def served(site: Site, agent: str) -> tuple[str, ...]:
    """The departments of an agent as boards know them."""
    site.refresh_from_db()
    return directory_names.of(site).person(agent).departments


def test_what_a_team_is_given_is_taken_by_each_of_its_agents_beside_their_own(ada: Client, shop: Site) -> None:
    shop.agents.filter(agent_id=LEE).update(team=" FRONT ")
    assert give(ada, BILLING).status_code == 302
    assert served(shop, KIM) == (SALES, BILLING)
    assert served(shop, LEE) == (BILLING,)
    assert shop.agents.get(agent_id=KIM).departments == [SALES]


def test_what_a_team_is_given_can_be_taken_away_again(ada: Client, shop: Site) -> None:
    give(ada, BILLING)
    assert give(ada, shown=f'["{BILLING}"]').status_code == 302
    assert served(shop, KIM) == (SALES,)


def test_the_directory_lists_teams_with_their_departments_and_leads_to_the_form(ada: Client, shop: Site) -> None:
    give(ada, BILLING)
    page = text(ada.get("/directory/"))
    row = page[page.index('aria-label="Teams"') :]
    ids = re.findall(r'\sid="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    assert re.search(r"<bdi>Front</bdi>.*<bdi>Billing</bdi>, <bdi>Sales</bdi>", row, re.DOTALL)
    assert f'href="{URL}"' in row
    assert 'aria-label="Teams"' not in text(ada.get("/directory/?show=hidden"))
    form = text(ada.get(URL))
    assert "Their own entries say: <b><bdi>Sales</bdi></b>" in form
    assert re.search(rf'value="{BILLING}"[^>]* checked', form)
    assert not re.search(rf'value="{SALES}"[^>]* checked', form)


def test_two_people_who_give_different_departments_at_once_are_told(ada: Client, shop: Site) -> None:
    give(ada, BILLING)
    assert give(ada, SALES, shown="[]").status_code == 409
    assert served(shop, KIM) == (SALES, BILLING)
    assert "Save it anyway" in text(give(ada, SALES, shown="[]"))
    assert give(ada, SALES, shown=f'["{BILLING}"]').status_code == 302


@pytest.mark.parametrize("team", ["", "Nobody", "\0"])
def test_a_team_without_agents_is_not_found(ada: Client, shop: Site, team: str) -> None:
    assert ada.get("/directory/team/", {"name": team}).status_code == 404
    assert give(ada, BILLING, team=team).status_code == 404
    assert not shop.teams.exists()


def test_a_department_of_another_site_cannot_be_given(ada: Client, shop: Site) -> None:
    other = make_site("Second")
    other.departments.create(department_id="dddddddd-0000-4000-8000-00000000000a", name="Theirs")
    assert give(ada, "dddddddd-0000-4000-8000-00000000000a").status_code == 422
    AgentEntry.objects.create(site=other, agent_id=KIM, team="Front")
    give(ada, BILLING)
    assert served(other, KIM) == ()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.SUPERVISOR])
def test_only_administrators_give_departments(shop: Site, role: Role) -> None:
    client = client_for(make_user("vic", shop, role), shop)
    assert client.get(URL).status_code == 403
    assert give(client, BILLING).status_code == 403
    page = text(client.get("/directory/"))
    assert 'aria-label="Teams"' in page
    assert "/directory/team/" not in page
