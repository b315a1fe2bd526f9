"""What a wall's page says before any script has run: a browser without scripts shows nothing else."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from livechat.live import snapshot_cache
from livechat.models import Site, Wall
from livechat.walls import link_cache, links
from tests.support.pages import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def show(site: Site, supervisor: User, renew: Callable[[], None]) -> Callable[..., str]:
    """Makes a wall with a design. Returns its page."""
    renew()

    def page(**design: Any) -> str:
        made = Wall.objects.create(site=site, title="Support", **design)
        link_cache.forget()
        return text(Client().get(f"/wall/{links.make_link(made, supervisor, 'TV', days=None)[1]}/"))

    return page


@pytest.mark.parametrize(
    ("seconds", "error", "every", "state", "words"),
    [
        (3, "", 5, "fresh", "Figures of"),
        (3, "unreachable", 5, "late", "Not updated since"),
        (13, "", 5, "fresh", "Figures of"),
        (25, "", 5, "late", "Not updated since"),
        (29, "", 5, "late", "Not updated since"),
        (31, "", 5, "stale", "Not updated since"),
        (85, "unreachable", 5, "stale", "Not updated since"),
        (85, "", 60, "fresh", "Figures of"),
        (400, "", 60, "stale", "Not updated since"),
        (901, "", 60, "gone", "Not updated since"),
        (None, "", 5, "none", "No figures yet"),
        (None, "unreachable", 5, "stale", "No figures yet"),
    ],
)
def test_the_page_says_the_age_of_its_figures_by_colour_and_words(
    show: Callable[..., str],
    site: Site,
    stop_clock: Callable[[], None],
    seconds: int | None,
    error: str,
    every: int,
    state: str,
    words: str,
) -> None:
    stop_clock()
    now = timezone.now()
    checked = None if seconds is None else now - timedelta(seconds=seconds)
    site.snapshots.update(checked=checked, tried=now, looked=now, error=error, error_text=error)
    snapshot_cache.forget()
    with time_machine.travel(now, tick=False):
        page = show(every=every)
    assert re.findall(r'<body data-age="(\w*)"', page) == [state]
    line = page.partition('id="age-text">')[2].partition("</span>")[0]
    assert line.startswith(words)
    assert line.endswith(": Comm100 does not answer") == bool(error)


@pytest.mark.parametrize(
    ("clock", "shown"), [("24", [">18:05<"]), ("12", [">06:05 PM<"]), ("", [])], ids=["24 h", "12 h", "none"]
)
def test_the_clock_shows_the_walls_time(show: Callable[..., str], clock: str, shown: list[str]) -> None:
    with time_machine.travel("2026-05-01T12:35:10Z", tick=False):
        page = show(clock=clock, time_zone="Asia/Kolkata")
    assert re.findall(r'id="clock"[^>]*(>.*?<)', page) == shown
    assert not re.search(r'id="clock"[^>]* hidden', page)


@pytest.mark.parametrize("agents", [True, False], ids=["with agents", "figures alone"])
def test_a_wall_says_how_many_of_its_teams_are_gone(show: Callable[..., str], site: Site, agents: bool) -> None:
    site.agents.update(team="Night")
    site.bump_version()
    page = show(teams=["Night", "Sales"], agents=agents)
    assert "1 of this wall’s teams is not in the directory" in page
    assert "Sales" not in page
    page = show(teams=["Night", "Sales", "Day"], agents=agents, language="de")
    assert "2 Teams dieser Anzeige fehlen im Verzeichnis" in page
    for none_gone in (["Night"], []):
        assert "directory" not in show(teams=none_gone, agents=agents)


@pytest.mark.parametrize("agents", [True, False], ids=["with agents", "figures alone"])
def test_a_wall_all_of_whose_teams_are_gone_says_it_once(show: Callable[..., str], agents: bool) -> None:
    page = show(teams=["Sales", "Day"], agents=agents)
    assert page.count("This wall’s teams are not in the directory any more") == 1
