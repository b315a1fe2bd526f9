"""Walls of a moment of the past: the same record as the board of then, and nothing of now."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client

from livechat.comm100 import records
from livechat.models import Frame, Role, Site, Snapshot, Wall, Watch
from livechat.record import frames
from livechat.record.link_events import By
from livechat.sites import read_tokens
from livechat.walls import messages
from tests.support.pages import text
from tests.support.people import client_for, make_site
from tests.support.stopped import stopped_at
from tests.test_replay import NOW, PAGE, agent, at, chats, contact, data, told, watch

pytestmark = pytest.mark.django_db
MOMENT = "2026-11-28T14:05"
SLUGS = ("waiting", "longest", "chatting", "online", "away", "offline", "ongoing", "free", "visitors")
PANELS = [{"slug": slug, "size": "normal", "amber": None, "red": None} for slug in SLUGS]


_in_the_evening = stopped_at(NOW)


@pytest.fixture
def wall(site: Site, web: Client) -> Wall:
    """A wall with every figure, of a site that was watched from 9:00 to 13:12 and from 13:30 to 30:00."""
    site.time_zone = "UTC"
    site.save()
    for kind in ("agents", "visitors"):
        watch(site, kind, 9, 13.2)
        watch(site, kind, 13.5, 30)
    kim = agent(site, "Kim", ("Online", 10), ("Lunch", 14), ("Online", 15), team="Front", capacity=3)
    lee = agent(site, "Lee", ("Online", 9), ("Offline", 20), team="Front", capacity=4)
    agent(site, "Mia", ("Offline", 9), ("Online", 16))
    chats(site, 14 + 5 / 60, {kim: 1, lee: 3})
    contact(site, 14, 14.5, 15)
    contact(site, 14 + 4 / 60, None, 14.2, outcome="gone")
    there(site, "waitingForChat", "waitingForChat", "chatting", "chatting", "chatting", "inSite", "outOfSite")
    design = {"panels": PANELS, "naming": "alias", "agents": True, "clock": "24", "time_zone": "Europe/Berlin"}
    return Wall.objects.create(site=site, title="Support desk", curve_waiting="day", **design)


def there(site: Site, *statuses: str) -> None:
    """A frame of the visitors at the moment."""
    items = [records.Visitor(str(uuid4()), status) for status in statuses]
    frames.note(Snapshot(site=site, kind="visitors"), at(14 + 5 / 60) + timedelta(seconds=2), items)


def frame(wall: Wall) -> str:
    """The address of a wall's picture."""
    return f"/history/replay/wall/{wall.pk}/"


def picture(web: Client, wall: Wall, moment: str = MOMENT) -> str:
    """The picture of a wall at a moment."""
    answer = web.get(frame(wall), {"at": moment})
    assert answer.status_code == 200
    return text(answer)


def figures(page: str) -> dict[str, str]:
    """The figures of a wall by their words."""
    found = re.findall(r'panel-label">(.*?)</p>\s*<p class="panel-value">(.*?)</p>', page, re.S)
    return {label: re.sub(r"<[^>]*>", "", value) for label, value in found}


def test_a_walls_figures_are_those_of_the_board_then(web: Client, wall: Wall) -> None:
    page = picture(web, wall)
    assert figures(page) == {
        "Waiting": "2", "Longest wait": "5:00", "Chatting": "3", "Online": "1", "Away": "1", "Offline": "1",
        "Ongoing chats": "4", "Free places": "1", "All visitors": "6",
    }  # fmt: skip
    board = told(text(web.get(PAGE, {"at": MOMENT})))
    for part in ("1 Online", "1 Away", "1 Offline", "4 Ongoing chats", "2 Waiting visitors"):
        assert part in board, part
    assert re.findall(r'id="clock">(.*?)<', page) == ["15:05"], "its clock shows that minute, in its own zone"
    assert '<span class="word">Lunch</span>' in page
    assert re.findall(r'class="value"><time [^>]*>(.*?)<', page) == ["5 m"]


def test_a_limit_that_was_passed_then_is_marked_and_one_passed_since_is_not(web: Client, wall: Wall) -> None:
    for amber, level in ((301, []), (300, ["amber"])):
        Wall.objects.update(panels=[{"slug": "longest", "size": "normal", "amber": amber, "red": 9_000}])
        assert re.findall(r'data-level="(\w*)"', picture(web, wall)) == level


def test_nothing_of_now_is_in_it(web: Client, wall: Wall, site: Site, supervisor: User) -> None:
    before = picture(web, wall)
    messages.show(site, None, "Fire drill today", tone="important", lasts=timedelta(hours=1), by=By(supervisor))
    watch(site, "agents", 50, 66)
    agent(site, "Zoe", ("Training", 50), until=None)
    contact(site, 65, None, None)
    page = picture(web, wall)
    assert page == before
    for part in ("Fire drill", "Zoe", "Training", 'class="curves', "18:00", "19:00"):
        assert part not in page, part
    Wall.objects.update(agents=False)
    assert "curves" not in picture(web, wall), "nor is there room left for curves"


def test_the_picture_neither_asks_nor_links_nor_runs(web: Client, wall: Wall) -> None:
    answer = web.get(frame(wall), {"at": MOMENT})
    page = text(answer)
    for part in (
        "<script",
        "http-equiv",
        "data-figures",
        "data-ptag",
        "data-every",
        "data-ticks",
        "hx-",
        "<a ",
        "<form",
    ):
        assert part not in page, part
    policy = answer["Content-Security-Policy"]
    assert ("script-src 'none'" in policy, "frame-ancestors 'self'" in policy) == (True, True)
    assert (answer["X-Frame-Options"], answer["Cache-Control"]) == ("SAMEORIGIN", "private, no-store")
    assert web.post(frame(wall)).status_code == 405


def test_a_plain_form_chooses_the_wall_and_every_way_on_keeps_it(web: Client, wall: Wall) -> None:
    board = text(web.get(PAGE, {"at": MOMENT}))
    assert f'<option value="{wall.pk}">Support desk</option>' in board
    assert "<iframe" not in board
    answer = web.get(PAGE, {"at": MOMENT, "team": "Front", "wall": str(wall.pk)})
    page = text(answer)
    assert f'<iframe src="{frame(wall)}?at=2026-11-28T14%3A05"' in page
    assert "frame-src 'self'" in answer["Content-Security-Policy"]
    assert f'<option value="{wall.pk}" selected>' in page
    assert f'<input type="hidden" name="wall" value="{wall.pk}">' in page
    ways = re.findall(r'href="\?(at=[^"]*)"', page)
    assert len(ways) == 5
    assert all(f"wall={wall.pk}" in way and "team=Front" in way for way in ways)
    assert "this wall’s design are today’s" in page
    assert "data-row" not in page


def test_in_a_gap_the_page_says_so_and_there_is_no_wall(web: Client, wall: Wall) -> None:
    page = text(web.get(PAGE, {"at": "2026-11-28T13:20", "wall": str(wall.pk)}))
    assert "Nobody watched 13:12 – 13:30" in told(page)
    assert "<iframe" not in page
    assert f"wall={wall.pk}" in re.findall(r'class="empty-title".*?</p>', page, re.S)[0]
    for moment in ("2026-11-28T13:20", "2026-11-28T08:00", "nonsense", "2027-01-01T00:00"):
        assert web.get(frame(wall), {"at": moment}).status_code == 404, moment


def test_what_nobody_knows_of_the_visitors_then_is_a_dash(web: Client, wall: Wall) -> None:
    Frame.objects.filter(list="visitors").delete()
    shown = figures(picture(web, wall))
    assert [shown[word] for word in ("Waiting", "Longest wait", "Chatting", "All visitors")] == ["2", "5:00", "–", "–"]
    Watch.objects.filter(list="visitors").delete()
    shown = figures(picture(web, wall))
    assert [shown[word] for word in ("Waiting", "Longest wait", "Chatting", "All visitors")] == ["–"] * 4
    assert shown["Online"] == "1"


def test_only_those_who_see_single_agents_times_at_its_site_see_it(
    web: Client, wall: Wall, site: Site, make_user: Callable[..., User]
) -> None:
    theirs = Wall.objects.create(site=make_site("Second"), title="Theirs")
    for unknown in (str(theirs.pk), "0", "x"):
        assert web.get(PAGE, {"at": MOMENT, "wall": unknown}).status_code == 404, unknown
    assert web.get(frame(theirs), {"at": MOMENT}).status_code == 404
    assert "Theirs" not in text(web.get(PAGE, {"at": MOMENT}))
    viewer = client_for(make_user("vic", Role.VIEWER), site)
    assert viewer.get(frame(wall), {"at": MOMENT}).status_code == 403
    assert Client().get(frame(wall), {"at": MOMENT}).status_code == 302
    ada = make_user("ada", Role.ADMINISTRATOR)
    headers = {"Authorization": f"Bearer {read_tokens.make(site, 'Payroll', days=90, agents=True, by=By(ada))[1]}"}
    opened = [Client().get(path, {"format": "json"}, headers=headers).status_code for path in (PAGE, frame(wall))]
    assert opened == [200, 403]
    assert data(web, wall="x")["agents"], "rows are those of the board"
