"""Coverage: when nobody was online while the site was open, and when somebody waited meanwhile."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from livechat.lib.epoch import milliseconds as ms
from livechat.models import Role, Site, Watch
from tests.support.pages import text
from tests.support.people import client_for
from tests.support.stopped import stopped_at
from tests.test_history_today import KIM, LEE, MIDNIGHT, NOON, at, contact, span, watch

pytestmark = pytest.mark.django_db
PAGE = "/history/coverage/"
TODAY = {"from": "2026-11-30", "to": "2026-11-30"}
MINUTE = 60


_at_noon = stopped_at(NOON)


@pytest.fixture
def day(site: Site, web: Client) -> Site:
    """A site that is open from 9 to 17, watched until 12:30, with agents on from 9:10 to 11 and from 11:20 to 12."""
    site.time_zone, site.opening_hours = "UTC", [[[540, 1020]]] * 7
    site.save()
    watch(site, MIDNIGHT, NOON)
    span(site, KIM, at(9) + timedelta(minutes=10), at(11))
    span(site, LEE, at(10), at(10.5))
    span(site, LEE, at(11) + timedelta(minutes=20), at(12))
    contact(site, at(8.5), 5 * MINUTE)  # before it opens
    contact(site, at(10.9), 10 * MINUTE)  # from 10:54 to 11:04, 4 minutes of them alone
    contact(site, at(12) + timedelta(minutes=10), None)  # 30 s
    return site


def told(web: Client, **asked: str) -> Any:
    return web.get(PAGE, TODAY | asked | {"format": "json"}).json()


def test_times_without_anybody_online_count_inside_the_opening_hours_and_outside(web: Client, day: Site) -> None:
    found = told(web)["whole"]
    assert found["open"] == 3.5 * 3600
    assert found["nobody_online"] == (10 + 20 + 30) * MINUTE
    assert (found["nobody_online_times"], found["nobody_online_longest"]) == (3, 30 * MINUTE)
    assert found["nobody_online_outside"] == 9 * 3600
    assert (found["uncovered"], found["uncovered_times"], found["uncovered_longest"]) == (4 * MINUTE + 30, 2, 240)
    assert found["uncovered_outside"] == 5 * MINUTE


def test_a_time_says_how_far_off_it_can_be(web: Client, day: Site) -> None:
    found = told(web)["whole"]
    assert found["nobody_online_error"] == 3 * 2 * 5, "changes that were seen at once, in a list that is 5 s old"
    assert found["uncovered_error"] == 2 * 2 * (5 + 5)
    contact(day, at(9), 2 * MINUTE, answered_slack=21_000)
    assert told(web)["whole"]["uncovered_error"] == 3 * 2 * (21 + 5)
    span(
        day, LEE, at(12) + timedelta(minutes=20), at(12) + timedelta(minutes=25), began_slack=5_000, ended_slack=60_000
    )
    found = told(web)["whole"]
    assert found["nobody_online_error"] == 4 * 2 * (30 + 5), "the middle between two looks counts"
    assert found["uncovered_error"] == 3 * 2 * (30 + 5)
    Site.objects.update(list_age=0)
    assert told(web)["whole"]["nobody_online_error"] == 4 * 2 * 30


def test_what_one_list_was_not_watched_counts_as_nothing(web: Client, day: Site) -> None:
    Watch.objects.filter(list="visitors").update(ended=ms(at(11)))
    found = told(web)["whole"]
    assert found["nobody_online"] == 10 * MINUTE
    assert found["uncovered"] == 0
    assert found["opening_observed"] == pytest.approx(2 / 3.5, abs=1e-4)
    page = web.get(PAGE, TODAY)
    assert "57.1 % of the opening hours observed" in text(page)
    assert 'class="history-figures unsure"' in text(page)
    Watch.objects.all().delete()
    found = told(web)["whole"]
    assert (found["nobody_online"], found["uncovered"], found["uncovered_times"]) == (None, None, None)


def test_without_opening_hours_whole_days_count_and_administrators_are_asked_for_them(
    web: Client, day: Site, make_user: Callable[..., User]
) -> None:
    Site.objects.update(opening_hours=[])
    found = told(web)["whole"]
    assert (found["open"], found["opening_observed"]) == (None, None)
    assert found["nobody_online"] == 10 * 3600
    assert "whole days count" in text(web.get(PAGE, TODAY))
    assert f"/sites/{day.pk}/opening/" not in text(web.get(PAGE, TODAY))
    ada = client_for(make_user("ada", Role.ADMINISTRATOR), day)
    assert f"/sites/{day.pk}/opening/" in text(ada.get(PAGE, TODAY))


def test_a_page_has_a_row_for_each_day_with_its_hours_its_holiday_and_a_strip(web: Client, day: Site) -> None:
    day.holidays = "2026-11-29 Advent"
    day.save()
    watch(day, MIDNIGHT - timedelta(days=1), MIDNIGHT)
    page = web.get(PAGE)
    rows = page.context["days"]
    assert [row.name for row in rows][:2] == ["Mon 30 Nov", "Sun 29 Nov"]
    assert len(rows) == 7, "a week if nothing is asked for"
    assert (rows[0].facts, rows[1].facts) == (["09:00–17:00"], ["closed", "Advent"])
    assert rows[0].nobody == (
        "1 h 00 m", "±\u00a030\u00a0s, 3 times, longest ≥ 30\u00a0m", "outside 9\u00a0h\u00a000\u00a0m"
    )  # fmt: skip
    assert rows[1].nobody == ("none", "", "outside 24\u00a0h\u00a000\u00a0m")
    assert (rows[2].nobody.value, rows[2].unsure) == ("–", True)
    assert [rows[0].strip.count(f'class="strip-{slug}"') for slug in ("hours", "online", "amber", "red")] == [
        1,
        2,
        3,
        3,
    ]
    today, _sunday, unseen = (re.findall(r'<use href="#(.*?)"', row.strip)[0] for row in rows[:3])
    assert f"url(#{today}-hatch)" not in text(page), "what is to come is not unobserved"
    assert f"url(#{unseen}-hatch)" in text(page)
    assert "nobody online 09:00–09:10, 10 m" in text(page)


def test_csv_and_json_are_the_pages_own_rows(web: Client, day: Site) -> None:
    body = b"".join(web.get(PAGE, {"format": "csv"})).decode().removeprefix("\ufeff")  # type: ignore[arg-type]
    head, table = body.split("\r\n\r\n")
    assert head.splitlines()[0] == "zone,UTC"
    lines = list(csv.DictReader(io.StringIO(table)))
    data = web.get(PAGE, {"format": "json"}).json()
    assert [line["from"] for line in lines] == [part["from"] for part in data["days"]]
    assert lines[-1]["nobody online s"] == str(data["days"][-1]["nobody_online"]) == "3600"
    assert lines[0]["nobody online s"] == ""


def test_a_day_of_25_hours_says_so_and_its_nights_end_as_the_clock_says(web: Client, day: Site) -> None:
    Site.objects.update(time_zone="Europe/Berlin", opening_hours=[[[1320, 1800]]] * 7)
    began = datetime(2026, 10, 24, 20, tzinfo=UTC)
    watch(day, began, began + timedelta(hours=30))
    page = web.get(PAGE, {"from": "2026-10-24", "to": "2026-10-25"})
    sunday, saturday = page.context["days"]
    assert sunday.facts == ["22:00–06:00", "25 hours long"]
    assert (saturday.nobody.value, sunday.nobody.value) == ("2 h 00 m", "9 h 00 m")


@pytest.mark.parametrize(
    ("asked", "said"),
    [({"from": "2026-11-30", "to": "2026-11-01"}, "ends before it begins"), ({"to": "soon"}, "Write days as")],
)
def test_a_range_that_cannot_be_is_refused_in_a_sentence(
    web: Client, day: Site, asked: dict[str, str], said: str
) -> None:
    page = web.get(PAGE, asked)
    assert page.status_code == 422
    assert said in text(page)
    assert f'value="{asked["to"]}"' in text(page)


def test_a_month_is_read_by_a_handful_of_queries(
    web: Client, day: Site, django_assert_max_num_queries: Any, stop_clock: Callable[[], None]
) -> None:
    stop_clock()
    web.get(PAGE)
    with django_assert_max_num_queries(25):
        assert web.get(PAGE, {"from": "2026-10-31", "to": "2026-11-30"}).status_code == 200


def test_the_page_of_a_day_tells_the_share_of_the_opening_hours_too(web: Client, day: Site) -> None:
    Watch.objects.update(began=ms(at(9.7)))
    page = text(web.get("/history/day/", {"day": "2026-11-30"}))
    assert "80.0 % of the opening hours observed" in page
