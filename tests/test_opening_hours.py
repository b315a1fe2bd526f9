"""Opening hours: read as people type them, right on days of any length, and what is watched closely during them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from livechat.lib import clock, opening_hours
from livechat.lib.epoch import milliseconds as ms
from livechat.lib.opening_hours import BadHours, OpeningHours
from livechat.live import budget, intervals, refresh, snapshot_cache
from livechat.live.sources import Feed
from livechat.models import Rule, Site, Snapshot, Watch
from livechat.ops import collector
from livechat.reports import opening
from tests.support.chatserver import ChatServer
from tests.support.cleaning import clean_up
from tests.support.pages import figures, text
from tests.support.people import client_for, make_site, make_user
from tests.test_site_edit_conflicts import shown

pytestmark = pytest.mark.django_db
NINE_TO_FIVE, NIGHT = ((540, 1020),), ((1320, 1800),)
BERLIN, LORD_HOWE = ZoneInfo("Europe/Berlin"), ZoneInfo("Australia/Lord_Howe")
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)  # a Monday


def of_day(zone: ZoneInfo, day: date, *intervals_: tuple[int, int]) -> list[float]:
    """How many hours each interval of a weekday lasts on a date, in order."""
    hours = OpeningHours((tuple(intervals_),) * 7, {day + timedelta(days=n): "" for n in (-2, -1, 1, 2)}, zone)
    around = [ms(datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(days=n)) for n in (-1, 2)]
    return [(ended - began) / 3_600_000 for began, ended in hours.between(*around)]


# typing


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("09:00–12:30, 13:30–18:00", "09:00–12:30, 13:30–18:00"),
        ("9-17", "09:00–17:00"),
        (" 13.30 - 18 ,9:00-12:30", "09:00–12:30, 13:30–18:00"),
        ("22:00–06:00", "22:00–06:00"),
        ("0-24", "00:00–24:00"),
        ("18-0", "18:00–24:00"),
        ("", ""),
    ],
)
def test_a_day_is_read_as_people_write_it_and_written_so_that_it_is_read_alike(typed: str, written: str) -> None:
    day = opening_hours.read_day(typed)
    assert opening_hours.day_text(day) == written
    assert opening_hours.read_day(written) == day


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("25:00–26:00", "time"),
        ("9:60-10", "time"),
        ("24-6", "time"),
        ("9-9", "empty"),
        ("9-12, 11-13", "overlap"),
        ("nine to five", "form"),
        ("9-12,", "form"),
    ],
)
def test_what_is_no_opening_hours_is_refused(typed: str, code: str) -> None:
    with pytest.raises(BadHours) as refused:
        opening_hours.read_day(typed)
    assert refused.value.code == code


# days of every length


@pytest.mark.parametrize(
    ("zone", "day", "interval", "hours"),
    [
        (BERLIN, date(2026, 3, 29), (0, 1440), 23),
        (BERLIN, date(2026, 3, 29), (60, 240), 2),
        (BERLIN, date(2026, 3, 29), (120, 180), None),  # an hour that the day does not have
        (BERLIN, date(2026, 3, 28), (1320, 1800), 7),
        (BERLIN, date(2026, 10, 25), (0, 1440), 25),
        (BERLIN, date(2026, 10, 25), (60, 150), 2.5),  # until the clock shows 02:30 for the last time
        (BERLIN, date(2026, 10, 24), (1320, 1800), 9),
        (LORD_HOWE, date(2026, 10, 4), (0, 1440), 23.5),
        (LORD_HOWE, date(2026, 4, 5), (0, 1440), 24.5),
        (LORD_HOWE, date(2026, 4, 4), (1320, 1800), 8.5),
        (BERLIN, date(2026, 11, 30), (540, 1020), 8),
    ],
)
def test_an_interval_lasts_as_long_as_the_clock_says(
    zone: ZoneInfo, day: date, interval: tuple[int, int], hours: float | None
) -> None:
    assert of_day(zone, day, interval) == ([] if hours is None else [hours])


def test_times_are_merged_where_clocks_are_set_back_and_cut_to_the_range() -> None:
    site = make_site(time_zone="Europe/Berlin", opening_hours=[[[60, 150], [150, 300]]] * 7)
    began, ended = ms(datetime(2026, 10, 25, tzinfo=BERLIN)), ms(datetime(2026, 10, 25, 4, tzinfo=BERLIN))
    assert opening.times(site, began, ended) == [(began + 3_600_000, ended)]
    assert opening.times(make_site("None"), began, ended) is None


def test_a_holiday_closes_its_date_and_the_night_before_ends_as_planned() -> None:
    site = make_site(time_zone="UTC", opening_hours=[[[1320, 1800]]] * 7, holidays="2026-12-25 Christmas")
    midnight = datetime(2026, 12, 25, tzinfo=UTC)
    found = opening.times(site, ms(midnight), ms(midnight + timedelta(days=2)))
    assert found == [
        (ms(midnight), ms(midnight + timedelta(hours=6))),
        (ms(midnight + timedelta(hours=46)), ms(midnight + timedelta(hours=48))),
    ]


# the form


def test_hours_are_entered_by_weekday_and_shown_as_they_are_read() -> None:
    site = make_site()
    url, ada = f"/sites/{site.pk}/opening/", client_for(make_user("ada", site))
    assert "The record of waits needs the opening hours" in text(ada.get(f"/sites/{site.pk}/"))
    typed = {"monday": "9-12.30, 13:30-18", "as_monday": "on", "tuesday": "soon", "sunday": "22-6"}
    answer = ada.post(url, typed | {"holidays": "2026-12-26\n2026-12-25  Christmas", "watch_closely": "always"})
    assert answer.status_code == 302
    saved = Site.objects.get()
    assert saved.opening_hours == [[[540, 750], [810, 1080]]] * 5 + [[], [[1320, 1800]]]
    assert (saved.holidays, saved.watch_closely) == ("2026-12-25 Christmas\n2026-12-26", "always")
    assert 'value="09:00–12:30, 13:30–18:00"' in text(ada.get(url))
    assert "The record of waits" not in text(ada.get(f"/sites/{site.pk}/"))


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("monday", "25:00–26:00", "the clock goes from 00:00 to 24:00"),
        ("sunday", "9-12, 11-13", "09:00–12:00, 11:00–13:00 overlap."),
        ("friday", "8-8", "“8-8” ends as it begins."),
        ("sunday", "22-9", "The hours of Sunday last until 09:00 and overlap these."),
        ("holidays", "Christmas", "“Christmas” does not begin with a date"),
        ("holidays", "2026-12-25\n2026-12-25 again", "2026-12-25 is there twice."),
    ],
)
def test_bad_input_is_told_at_its_field_and_stays_as_it_was_typed(name: str, typed: str, said: str) -> None:
    site = make_site()
    data = {"monday": "8-17", "watch_closely": "opening", name: typed}
    answer = client_for(make_user("ada", site)).post(f"/sites/{site.pk}/opening/", data)
    assert answer.status_code == 422
    assert said in text(answer)
    assert typed in text(answer)
    assert Site.objects.get().opening_hours == []


def test_a_stale_form_changes_nothing_that_it_left_alone_and_asks_about_what_both_changed() -> None:
    site = make_site(opening_hours=[[[540, 1020]]] * 7)
    url, ada = f"/sites/{site.pk}/opening/", client_for(make_user("ada", site))
    form = shown(ada.get(url))
    assert ada.post(url, form | {"monday": "8-16", "holidays": "2026-12-25"}).status_code == 302
    assert ada.post(url, form | {"tuesday": "10-12"}).status_code == 302
    assert Site.objects.get().opening_hours[:3] == [[[480, 960]], [[600, 720]], [[540, 1020]]]
    answer = ada.post(url, form | {"monday": "7-15"})
    assert answer.status_code == 409
    assert [conflict.label for conflict in answer.context["form"].edit_conflicts] == ["Monday"]
    assert "<bdi>08:00–16:00</bdi>" in text(answer)
    assert ada.post(url, shown(answer)).status_code == 302
    saved = Site.objects.get()
    assert (saved.opening_hours[0], saved.holidays) == ([[420, 900]], "2026-12-25")


# watching closely


def paces(site: Site) -> list[float]:
    """At which pace the collector reads both lists of a site now."""
    intervals.forget()
    snapshot_cache.forget()
    Snapshot.objects.update(tried=datetime(2026, 1, 1, tzinfo=UTC))
    collector.refresh_due()
    return list(Snapshot.objects.filter(site=site).order_by("kind").values_list("every", flat=True))


@pytest.mark.parametrize(
    ("watch", "week", "hour", "pace"),
    [
        ("opening", [NINE_TO_FIVE] * 7, 12, 5),
        ("opening", [NINE_TO_FIVE] * 7, 18, 60),
        ("opening", [], 12, 60),
        ("always", [], 18, 5),
        ("looked", [NINE_TO_FIVE] * 7, 12, 60),
    ],
)
def test_a_site_is_watched_closely_as_its_administrators_say(
    site: Site, feed: Feed, watch: str, week: list[object], hour: int, pace: float
) -> None:
    Site.objects.update(time_zone="UTC", opening_hours=week, watch_closely=watch)
    with time_machine.travel(NOON.replace(hour=hour), tick=False):
        assert paces(site) == [pace, pace]


@pytest.mark.parametrize(
    ("kind", "fields", "hour", "pace"),
    [
        ("waiting", {"hours": "always"}, 20, 5),
        ("waiting", {"hours": "opening"}, 12, 5),
        ("waiting", {"hours": "opening"}, 20, 60),
        ("waiting", {"hours": "quiet"}, 20, 5),  # only its messages wait for the morning
        ("waiting", {"hours": "always", "enabled": False}, 20, 60),
        ("waiting", {"hours": "always", "removed": NOON}, 20, 60),
        ("stale", {"hours": "always"}, 20, 60),  # about the looking itself
    ],
)
def test_a_rule_that_is_switched_on_counts_as_somebody_who_looks_in_its_hours(
    site: Site, feed: Feed, kind: str, fields: dict[str, object], hour: int, pace: float
) -> None:
    Site.objects.update(time_zone="UTC", opening_hours=[NINE_TO_FIVE] * 7, watch_closely="looked")
    Rule.objects.create(site=site, kind=kind, params={"count": 1, "ends": 0}, **{"enabled": True} | fields)
    other = make_site("Another", watch_closely="looked")
    with time_machine.travel(NOON.replace(hour=hour), tick=False):
        assert paces(site) == [pace, pace]
        intervals.forget()
        assert intervals.interval("agents", None, (other.pk, "its own"))[0] == intervals.IDLE_SECONDS


def test_sites_that_are_watched_closely_share_the_budget_and_none_stops_the_others(site: Site, feed: Feed) -> None:
    Site.objects.update(watch_closely="always")
    intervals.forget()
    source = (feed.site_id, feed.fingerprint)
    assert intervals.interval("agents", None, source) == (5.0, 1), "120 of the 300 calls"
    for number in range(4):
        other = make_site(f"Site {number}", watch_closely="always", opening_hours=[NIGHT] * 7)
        user = make_user(f"user{number}", other)
        other.shared = other.connections.create(user=user, fingerprint=f"{number:064}")
        other.save()
    Site.objects.filter(name="Site 3").update(time_zone="Nowhere/Atall", watch_closely="opening")
    intervals.forget()
    every, sharing = intervals.interval("agents", None, source)
    assert sharing == 4
    assert 8 * budget.WINDOW_SECONDS / every <= budget.CALL_LIMIT - budget.WRITE_RESERVE


def test_at_closing_time_the_pace_slows_down_without_a_gap(
    site: Site, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    Site.objects.update(time_zone="UTC", opening_hours=[NINE_TO_FIVE] * 7)
    began, passed = NOON.replace(hour=16, minute=59, second=50), [0.0]
    monkeypatch.setattr(clock, "steady", lambda: 1e6 + passed[0])
    with time_machine.travel(began, tick=False) as traveller:
        for _ in range(40):
            collector.refresh_due()
            passed[0] += 5
            traveller.shift(5)
    open_, closed = Watch.objects.filter(list="agents").order_by("began")
    assert open_.ended == closed.began, "no gap"
    assert (closed.began - ms(began)) / 1000 <= 15
    row = Snapshot.objects.get(kind="agents")
    assert (row.every, row.looks) == (60, 4)


def test_watching_keeps_no_snapshot_of_a_removed_connection_alive(
    site: Site, feed: Feed, chatserver: ChatServer
) -> None:
    Site.objects.update(watch_closely="always")
    assert paces(site) == [5, 5]
    Site.objects.update(shared=None)
    intervals.forget()
    assert intervals.interval("agents", None, (feed.site_id, feed.fingerprint))[0] == intervals.IDLE_SECONDS
    Snapshot.objects.update(tried=datetime(2026, 1, 1, tzinfo=UTC))
    clean_up()
    assert not Snapshot.objects.exists()


def test_a_page_tells_the_pace_of_lists_that_are_watched_closely(
    web: Client, site: Site, feed: Feed, renew: Callable[[], None]
) -> None:
    Site.objects.update(watch_closely="always")
    for number in range(3):
        other = make_site(f"Site {number}", watch_closely="always")
        other.shared = other.connections.create(user=make_user(f"user{number}", other), fingerprint=f"{number:064}")
        other.save()
    intervals.forget()
    assert refresh.refresh(feed, "agents")
    told = figures(web.get("/agents/"))
    assert told["every"] == round(Snapshot.objects.get(kind="agents").every, 1) > 5
    assert "4 connections share" in told["note"]
