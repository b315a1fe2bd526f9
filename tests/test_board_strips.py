"""The strips of the agents' board: a file of eight hours that browsers keep, and rows that only refer to it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from livechat.boards import directory_names
from livechat.lib.epoch import milliseconds
from livechat.models import AgentEntry, AwayLimit, Role, Site, Watch
from livechat.web import board_strips
from tests.support.pages import poll, region, text
from tests.support.people import KIM, LEE, client_for, make_shop, make_site, make_user
from tests.support.spans import make_span

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 27, 16, 2, tzinfo=UTC)
END = datetime(2026, 11, 27, 16, 5, tzinfo=UTC)
STEP = round(END.timestamp()) // 300


@pytest.fixture
def shop() -> Site:
    """A shop whose agents were watched from 8 to 16, but for 10 to 11. Kim was on from 9, and at lunch from 13."""
    made = make_shop()
    Site.objects.filter(pk=made.pk).update(time_zone="UTC")
    for began, ended in ((0, 10), (11, 16)):
        looks = (ended - began) * 720
        Watch.objects.create(site=made, list="agents", began=ms(began), ended=ms(ended), looks=looks)
    AwayLimit.objects.create(site=made, key="lunch", minutes=60)
    day: list[tuple[str, int, int | None]]
    day = [("Offline", 1, 9), ("Online", 9, 13), ("Lunch", 13, 15), ("Online", 15, None)]
    for status, start, end in day:
        make_span(made, KIM, status, hour(start), None if end is None else hour(end))
    made.bump_version()
    return Site.objects.get(pk=made.pk)


def hour(number: float) -> datetime:
    return END.replace(hour=0, minute=0) + timedelta(hours=number)


def ms(number: float) -> int:
    return milliseconds(hour(number))


def symbols(site: Site) -> dict[str, str]:
    """What the file draws, by the symbols' ids."""
    drawn = board_strips.drawn(site, ms(16), ms(16))
    return dict(re.findall(r'<symbol id="(.*?)">(.*?)</symbol>', drawn))


def bars(drawn: str) -> dict[str, list[tuple[str, str, str]]]:
    """A symbol's bars as (x, width, height), by their colour."""
    found = {}
    for fill, group in re.findall(r'<g fill="var\(--(.*?)\)".*?>(.*?)</g>', drawn):
        found[fill] = re.findall(r'x="(.*?)%" y=".*?" width="(.*?)%" height="(.*?)"', group)
    return found


def test_height_says_how_much_a_status_concerns_and_what_nobody_watched_is_cut_and_hatched(shop: Site) -> None:
    kim = symbols(shop)["a1"]
    assert bars(kim) == {
        "strip-offline": [("0", "12.5", "1.5")],
        "strip-online": [("12.5", "12.5", "6"), ("37.5", "25", "6"), ("87.5", "12.5", "6")],
        "strip-away-0": [("62.5", "12.5", "11.5")],
        "lb-amber-fill": [("75", "6.25", "16")],
        "lb-red-fill": [("81.25", "6.25", "16")],
    }
    assert 'x1="25%" x2="37.5%"' in kim
    assert "viewBox" not in kim
    assert "rect" not in symbols(shop)["a2"]  # was never seen


def test_a_teams_strip_is_the_number_online_and_hours_are_the_sites_own(shop: Site) -> None:
    AgentEntry.objects.filter(agent_id=LEE).update(team="Front")
    shop.bump_version()
    found = symbols(shop)
    (team,) = (drawn for key, drawn in found.items() if key.startswith("team-"))
    assert bars(team) == {"strip-team": [("12.5", "12.5", "8"), ("37.5", "25", "8"), ("87.5", "12.5", "8")]}
    assert re.findall(r">(\d+)</text>", found["hours"]) == ["9", "10", "11", "12", "13", "14", "15"]
    assert re.findall(r'"visible">(\d+)</text>', found["hours"]) == ["9", "12", "15"], "for a narrow head"
    shop.time_zone = "Asia/Kolkata"
    assert re.findall(r">(\d+)</text>", symbols(shop)["hours"])[0] == "14"


def test_agents_who_are_hidden_are_in_no_file(shop: Site) -> None:
    AgentEntry.objects.filter(agent_id=KIM).update(hidden=True)
    shop.bump_version()
    assert symbols(shop).keys() == {"hours", "a2"}


def test_browsers_keep_a_file_of_the_site_that_they_show_and_none_is_there_of_another_time_or_site(shop: Site) -> None:
    ann = client_for(make_user("ann", shop, Role.SUPERVISOR))
    other = make_site("Other")
    with time_machine.travel(NOW, tick=False):
        roster = board_strips.roster_checksum(directory_names.of(shop))
        answer = ann.get(f"/agents/strips/{shop.pk}/{STEP}/{roster}.svg", headers={"Accept-Encoding": "br"})
        assert (answer["Content-Type"], answer["Content-Encoding"]) == ("image/svg+xml", "br")
        assert answer["Cache-Control"] == "private, max-age=3600, immutable"
        assert "Cookie" in answer["Vary"]
        for missing in (f"{shop.pk}/{STEP + 2}", f"{shop.pk}/{STEP - 13}", f"{shop.pk}/now", f"{other.pk}/{STEP}"):
            assert ann.get(f"/agents/strips/{missing}/{roster}.svg").status_code == 404
        assert ann.get(f"/agents/strips/{shop.pk}/{STEP}/{roster + 1}.svg").status_code == 404
        viewer = client_for(make_user("vic", shop, Role.VIEWER))
        assert viewer.get(f"/agents/strips/{shop.pk}/{STEP}/{roster}.svg").status_code == 403


def test_the_file_of_a_step_is_made_once_and_one_that_is_to_come_is_made_again(
    shop: Site, django_assert_num_queries: Any
) -> None:
    with time_machine.travel(NOW, tick=False):
        kept = board_strips.of(shop, STEP)
        with django_assert_num_queries(0):
            assert board_strips.of(shop, STEP) is kept
        assert board_strips.of(shop, STEP + 1) is not board_strips.of(shop, STEP + 1)


def test_a_row_refers_to_its_strip_and_an_unchanged_poll_stays_unchanged_until_the_next_step(
    web: Client, site: Site, make_user: Callable[..., User], renew: Callable[[], None]
) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        renew()
        first = poll(web, "/agents/")
        rows = re.findall(r'<tr id="agent-(.*?)".*?<use href="([^"]*strips[^"]*)"', text(first), re.DOTALL)
        names = directory_names.of(Site.objects.get(pk=site.pk))
        base = f"/agents/strips/{site.pk}/{STEP}/{board_strips.roster_checksum(names)}.svg#a"
        assert dict(rows) == {key: f"{base}{one.number}" for key, one in names.agents.items()}
        assert rows[0][1] in region(text(web.get(f"/agents/{rows[0][0]}/")), "facts")
        clock.shift(170)
        assert poll(web, "/agents/", first["HX-PTag"]).status_code == 304
        clock.shift(20)
        later = poll(web, "/agents/", first["HX-PTag"])
        assert f"/{STEP + 1}/" in text(later)
        viewer = client_for(make_user("vic", Role.VIEWER))
        assert "strips" not in text(viewer.get("/agents/")) + text(viewer.get(f"/agents/{rows[0][0]}/"))
