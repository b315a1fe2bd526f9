"""Limits of away statuses: set by administrators, shown as amber and red times on boards, walls and an agent's page."""

import importlib
import re
import unicodedata
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest
import time_machine
from django.apps import apps
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from livechat.comm100.names import name_key
from livechat.models import AwayLimit, AwayStatus, Role, Site, Wall
from livechat.walls import link_cache, links
from livechat.web import board_strips
from tests.support.chatserver import ChatServer
from tests.support.pages import poll, region, text
from tests.support.people import client_for
from tests.support.spans import make_span

pytestmark = pytest.mark.django_db
SAMPLE = "c97a2afe-a38f-46f8-a55b-8ac9f873cd09"


@pytest.fixture
def ada(site: Site, supervisor: User, make_user: Callable[..., User]) -> Client:
    """An administrator's browser."""
    return client_for(make_user("ada", Role.ADMINISTRATOR, connected=False))


@pytest.fixture
def at_lunch(chatserver: ChatServer, renew: Callable[[], None]) -> None:
    """The sample agent is at lunch, no one else is away."""
    for key in chatserver.world.agent_ids():
        chatserver.world.set_agent(key, status="Online")
    chatserver.world.set_agent(SAMPLE, status="Lunch")
    renew()


def limit(site: Site, name: str, minutes: int) -> None:
    AwayLimit.objects.create(site=site, name=name, key=name.casefold(), minutes=minutes)
    site.bump_version()


def limits(site: Site) -> dict[str, int]:
    return dict(site.away_limits.values_list("name", "minutes"))


def form(page: str) -> dict[str, str]:
    """What the form would send without any change."""
    inputs = [tag for tag in re.findall("<input[^>]*>", page) if 'name="form-' in tag]
    pairs = [(re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in inputs]
    return {name[1]: value[1] if value else "" for name, value in pairs if name}


def row(sent: dict[str, str], status: str) -> str:
    """The prefix of a status' fields."""
    return next(name.removesuffix("name") for name, value in sent.items() if value == status and name.endswith("name"))


def statuses(page: str) -> list[str]:
    return [value for name, value in form(page).items() if name.endswith("-name")]


def filled(client: Client, url: str, **minutes: str) -> dict[str, str]:
    """The form with some limits typed."""
    sent = form(text(client.get(url)))
    return sent | {f"{row(sent, status)}minutes": value for status, value in minutes.items()}


@pytest.fixture
def url(site: Site) -> str:
    return f"/sites/{site.pk}/away/"


# setting


@pytest.mark.usefixtures("at_lunch")
def test_every_known_away_status_can_have_a_limit(ada: Client, site: Site, url: str) -> None:
    AwayStatus.objects.create(site=site, name="Imported", imported=True)
    AwayStatus.objects.create(site=site, name="Added")
    for name in ("Seen before", "LUNCH", "Offline", "online"):
        make_span(site, SAMPLE, name, timezone.now(), timezone.now())
    limit(site, "Limited", 5)
    assert statuses(text(ada.get(url))) == ["Away", "Added", "Imported", "Limited", "Lunch", "Seen before"]


def test_the_sites_page_leads_to_the_limits(ada: Client, site: Site, url: str) -> None:
    assert url in text(ada.get(f"/sites/{site.pk}/"))


@pytest.mark.usefixtures("at_lunch")
def test_limits_are_saved_changed_and_removed(ada: Client, site: Site, url: str) -> None:
    version = Site.objects.get().version
    assert ada.post(url, filled(ada, url, Lunch="30", Away="10")).url == url
    assert limits(site) == {"Lunch": 30, "Away": 10}
    assert Site.objects.get().version > version
    ada.post(url, filled(ada, url, Lunch="", Away="15"))
    assert limits(site) == {"Away": 15}


@pytest.mark.usefixtures("at_lunch")
@pytest.mark.parametrize("minutes", ["0", "-5", "1441", "soon", "9" * 40])
def test_a_limit_that_is_not_a_number_of_minutes_is_refused_and_stays_as_typed(
    ada: Client, site: Site, url: str, minutes: str
) -> None:
    answer = ada.post(url, filled(ada, url, Lunch=minutes, Away="10"))
    assert answer.status_code == 422
    assert f'value="{minutes}"' in text(answer)
    assert limits(site) == {}


@pytest.mark.usefixtures("at_lunch")
def test_if_two_administrators_set_the_same_limit_the_later_one_reads_what_the_other_set(
    ada: Client, site: Site, url: str
) -> None:
    sent = filled(ada, url, Lunch="30")
    limit(site, "Lunch", 45)
    limit(site, "Away", 5)
    answer = ada.post(url, sent)
    assert answer.status_code == 409
    assert "Someone else has set it to 45 meanwhile." in text(answer)
    assert limits(site) == {"Lunch": 45, "Away": 5}
    again = form(text(answer))
    assert again[f"{row(again, 'Lunch')}minutes"] == "30"
    ada.post(url, again)
    assert limits(site) == {"Lunch": 30, "Away": 5}, "what the later left alone is as the other set it"


def test_a_limit_survives_an_import_that_lacks_its_status(ada: Client, site: Site) -> None:
    AwayStatus.objects.create(site=site, name="Old one", imported=True)
    limit(site, "Old one", 20)
    ada.post("/directory/import/")
    assert not site.away_statuses.filter(name="Old one").exists()
    assert limits(site) == {"Old one": 20}


def test_only_administrators_of_the_site_see_and_set_limits(
    client: Client, site: Site, url: str, make_user: Callable[..., User]
) -> None:
    client.force_login(make_user("vic", Role.SUPERVISOR))
    assert client.get(url).status_code == 404
    assert client.post(url, {}).status_code == 404


def test_a_form_without_its_rows_is_refused(ada: Client, site: Site, url: str) -> None:
    limit(site, "Lunch", 30)
    assert ada.post(url, {}).status_code == 422
    assert limits(site) == {"Lunch": 30}


# showing


def shown(page: str, key: str) -> str:
    """The cell with the time of an agent's row on the board."""
    found = re.search(rf'id="agent-{key}".*?<td class="cell-time">(.*?)</td>', page, re.DOTALL)
    assert found
    return found[1]


@pytest.mark.usefixtures("at_lunch")
@pytest.mark.parametrize(("minutes", "over"), [(29, ""), (31, "amber"), (44, "amber"), (46, "red")])
def test_a_page_says_the_level_of_a_time_when_it_is_rendered(
    web: Client, site: Site, renew: Callable[[], None], minutes: int, over: str
) -> None:
    limit(site, "lunch", 30)
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False):
        renew()
        for page in (shown(text(web.get("/agents/")), SAMPLE), region(text(web.get(f"/agents/{SAMPLE}/")), "facts")):
            assert 'data-limit="1800"' in page
            assert "over 30 m" in page
            assert re.findall('data-over="([^"]*)"', page) == [over] * bool(over)


@pytest.mark.usefixtures("at_lunch")
@pytest.mark.parametrize(("minutes", "over"), [(30, "amber"), (0, "")])
def test_a_status_without_a_limit_is_amber_when_it_is_long_and_never_red(
    web: Client, site: Site, renew: Callable[[], None], minutes: int, over: str
) -> None:
    limit(site, "Away", 1)
    Site.objects.update(away_minutes=minutes)
    with time_machine.travel(timezone.now() + timedelta(hours=3), tick=False):
        renew()
        page = shown(text(web.get("/agents/")), SAMPLE)
    assert ("data-limit" in page, "over 30 m" in page) == (bool(over), bool(over))
    assert re.findall('data-over="([^"]*)"', page) == [over] * bool(over)


@pytest.mark.usefixtures("at_lunch")
def test_a_new_limit_reaches_open_pages_and_a_poll_changes_only_when_somebody_passes_it(
    web: Client, site: Site, renew: Callable[[], None]
) -> None:
    tag = poll(web, "/agents/")["HX-PTag"]
    limit(site, "Lunch", 2)
    answer = poll(web, "/agents/", tag)
    assert answer.status_code == 200
    assert 'data-limit="120"' in shown(text(answer), SAMPLE)
    began = timezone.now()
    found = []
    for seconds in range(30, 271, 30):  # watched all along
        with time_machine.travel(began + timedelta(seconds=seconds), tick=False):
            renew()
            answer = poll(web, "/agents/", answer["HX-PTag"])
            found.append(answer.status_code)
    steps = [(began.timestamp() + seconds) // board_strips.STEP_SECONDS for seconds in range(0, 271, 30)]
    moved = [step != last for last, step in pairwise(steps)]  # the strips have another end then
    passed = [seconds in (120, 180) for seconds in range(30, 271, 30)]
    expected = [200 if any(both) else 304 for both in zip(passed, moved, strict=True)]
    assert found == expected, "amber after 2 minutes, red after 3"


@pytest.mark.usefixtures("at_lunch")
def test_the_wall_shows_the_level_also_to_a_screen_without_javascript(
    site: Site, supervisor: User, renew: Callable[[], None]
) -> None:
    address = f"/wall/{links.make_link(Wall.objects.create(site=site, title='TV'), supervisor, 'TV', days=1)[1]}/"
    limit(site, "Lunch", 30)
    link_cache.forget()
    assert not re.search('class="agent away (amber|red)', text(Client().get(address)))
    with time_machine.travel(timezone.now() + timedelta(minutes=46), tick=False):
        renew()
        page = text(Client().get(address))
    assert re.search('class="agent away red', page)
    assert "over 30 min" in page


def test_limits_of_before_the_upgrade_hold_and_of_two_for_one_status_the_shorter_stays(site: Site) -> None:
    apart = unicodedata.normalize("NFD", "Café")
    for name, minutes in (("Café", 9), (apart, 7), (" Lunch", 5)):
        AwayLimit.objects.create(site=site, name=name, key=name.casefold(), minutes=minutes)
    migration = importlib.import_module("livechat.migrations.0024_spellings")
    for _again in range(2):
        migration.key_limits(apps, None)
    assert dict(site.away_limits.values_list("key", "minutes")) == {name_key("Café"): 7, "lunch": 5}
