"""What the boards say beside the numbers of now: lines of the last hour, and today's figures."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from livechat.live import snapshot_cache
from livechat.live.sources import Feed
from livechat.models import AgentEntry, Contact, Role, Site, Watch
from livechat.reports import sparklines
from livechat.web import board_lines, today_counts
from tests.support.chatserver import ChatServer
from tests.support.pages import poll, text
from tests.support.people import KIM, LEE, client_for, make_shop, make_site
from tests.support.spans import make_span

NOW = datetime(2026, 11, 27, 16, 0, 20, tzinfo=UTC)
MINUTE = round(NOW.timestamp()) // 60


def ms(minutes: float) -> int:
    """So many minutes after 16:00 of the day, in epoch ms."""
    return round((MINUTE + minutes) * 60_000)


def contact(site: Site, began: float, seconds: int, *, lost: bool = False) -> None:
    """A contact that waited for so many seconds from a minute on."""
    ended = ms(began) + seconds * 1000
    answer = {} if lost else {"answered": ended, "answered_slack": 0}
    outcome = {"ended": ended, "outcome": "gone"} if lost else {}
    Contact.objects.create(site=site, began=ms(began), began_slack=0, **answer, **outcome)


def watched(site: Site, began: float, ended: float = 0) -> None:
    """Both lists were watched from one minute to another."""
    for name in ("agents", "visitors"):
        Watch.objects.create(site=site, list=name, began=ms(began), ended=ms(ended), looks=round(12 * (ended - began)))


def test_a_line_begins_at_zero_breaks_at_a_gap_and_has_a_dot_only_if_its_end_was_seen() -> None:
    drawn = sparklines.symbol("online", [2, 4, None, 4])
    assert 'd="M0 13.5L17.2 13.5L34.5 3M51.8 3L69 3" fill="none"' in drawn
    assert 'cx="69" cy="3"' in drawn
    assert "circle" not in sparklines.symbol("online", [2, None])
    assert 'd="M0 24L69 24"' in sparklines.symbol("online", [0])


@pytest.mark.django_db
def test_lines_count_who_was_online_and_waited_by_the_minute_and_leave_hidden_agents_out() -> None:
    shop = make_shop()
    watched(shop, -60, -30)
    watched(shop, -20, 0)
    for key, minutes in ((KIM, 40), (LEE, 60)):
        make_span(shop, key, "Online", NOW - timedelta(minutes=minutes))
    AgentEntry.objects.filter(agent_id=LEE).update(hidden=True)
    shop.bump_version()
    contact(shop, -10, 300)
    shop = Site.objects.get(pk=shop.pk)
    drawn = board_lines.drawn(shop, ms(0), ms(0))
    online, waiting = re.findall(r'<path d="([^"]*)" fill="none"', drawn)
    assert online.startswith("M0 24L")
    assert [len(run.split("L")) - 1 for run in online[1:].split("M")] == [30, 20]
    assert waiting.endswith("L58.6 3L59.8 3L60.9 3L62.1 3L63.2 3L64.4 24L65.5 24L66.7 24L67.8 24L69 24")


@pytest.mark.django_db
def test_whoever_sees_the_boards_gets_their_lines_of_this_site_and_of_about_now(
    web: Client, site: Site, make_user: Callable[..., User], renew: Callable[[], None]
) -> None:
    with time_machine.travel(NOW, tick=False):
        renew()
        viewer = client_for(make_user("vic", Role.VIEWER))
        base = f"/agents/lines/{site.pk}/"
        assert f'<use href="{base}{MINUTE}.svg#online"/>' in text(viewer.get("/agents/?status=away"))
        assert f'<use href="{base}{MINUTE}.svg#waiting"/>' in text(viewer.get("/visitors/"))
        assert base not in text(viewer.get("/agents/?q=kim"))  # the number is of some agents, the line of all
        answer = viewer.get(f"{base}{MINUTE}.svg")
        assert (answer["Content-Type"], answer["Cache-Control"]) == (
            "image/svg+xml",
            "private, max-age=3600, immutable",
        )
        for missing in (MINUTE + 2, MINUTE - 61):
            assert web.get(f"{base}{missing}.svg").status_code == 404
        assert web.get(f"/agents/lines/{make_site('Other').pk}/{MINUTE}.svg").status_code == 404


def today(page: str) -> list[tuple[str, ...]]:
    """Today's figures as (value, label)."""
    (found,) = re.findall(r'<a class="figures-today" href="/history/queue/">(.*?)</a>', page, re.DOTALL)
    return re.findall(r"<b>(.*?)</b> <span>(.*?)</span>", found)


@pytest.fixture
def day(site: Site, renew: Callable[[], None]) -> Any:
    """A day since whose midnight, in Kolkata at 18:30 of UTC, both lists were watched; its clock stands at 16:00."""
    Site.objects.filter(pk=site.pk).update(time_zone="Asia/Kolkata")
    site.bump_version()
    with time_machine.travel(NOW, tick=False) as clock:
        watched(site, -21.5 * 60)
        contact(site, -21.5 * 60 - 1, 900)  # of the day before
        contact(site, -21.5 * 60, 199)
        contact(site, -5, 20)
        contact(site, -3, 40, lost=True)
        renew()
        yield clock


@pytest.mark.django_db
def test_today_counts_from_the_sites_midnight_on_and_viewers_may_see_it(
    day: Any, make_user: Callable[..., User]
) -> None:
    viewer = client_for(make_user("vic", Role.VIEWER))
    for path in ("/agents/", "/visitors/"):
        page = text(viewer.get(path))
        assert today(page) == [("≥ 3:19", "Longest wait"), ("2", "Answered"), ("1", "Lost")]
        assert 'It began at 00:00."' in page
        assert "observed" not in page


@pytest.mark.django_db
def test_a_day_of_which_too_little_was_seen_says_so_and_one_that_was_not_seen_has_no_figures(
    day: Any, web: Client, site: Site
) -> None:
    Watch.objects.filter(site=site, ended__isnull=False).update(ended=ms(-15 * 60))
    page = text(web.get("/visitors/"))
    assert 'count unsure" title="Visitors who began to wait today and got a chat. 30.2 % observed"' in page
    Watch.objects.filter(site=site).delete()
    day.shift(86_400)
    assert [value for value, _label in today(text(web.get("/visitors/")))] == ["–", "–", "–"]


@pytest.mark.django_db
def test_a_change_of_todays_figures_reaches_a_poll_after_half_a_minute_and_without_one_polls_stay_unchanged(
    day: Any, web: Client, site: Site, feed: Feed, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    tag = poll(web, "/agents/")["HX-PTag"]
    contact(site, -1, 30)
    day.shift(40)
    assert poll(web, "/agents/", tag).status_code == 304  # the list has not changed: no contact can have
    chatserver.world.put_visitor({"id": str(uuid4()), "status": "Browsing"})
    renew()
    later = poll(web, "/agents/", tag)
    assert [value for value, _label in today(text(later))] == ["≥ 3:19", "3", "1"]
    contact(site, -1, 30)
    chatserver.world.put_visitor({"id": str(uuid4()), "status": "Browsing"})
    renew()
    assert poll(web, "/agents/", later["HX-PTag"]).status_code == 304  # read again after half a minute
    shown = snapshot_cache.get(feed, "visitors")
    assert today_counts.of(site, shown)[1] == timezone.now() + today_counts.LEAST_AGE
    day.shift(31)
    assert today(text(poll(web, "/agents/", later["HX-PTag"])))[1][0] == "4"
    assert today_counts.of(site, shown)[1] == datetime(2026, 11, 27, 18, 30, tzinfo=UTC)  # midnight of the site
