"""A day beside the same weekday of the week before: figures, agents online by hour, and what was not observed."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from livechat.lib.epoch import HOUR_MS
from livechat.lib.epoch import milliseconds as ms
from livechat.models import Contact, Role, Site, Span, Watch
from livechat.reports import plots, presence, ranges
from livechat.reports.ranges import Bucket
from tests.support.pages import text
from tests.support.people import client_for, make_site
from tests.support.spans import make_span
from tests.support.stopped import stopped_at

pytestmark = pytest.mark.django_db
PAGE = "/history/"
NOON = datetime(2026, 11, 30, 12, 30, tzinfo=UTC)  # a Monday
MIDNIGHT = datetime(2026, 11, 30, tzinfo=UTC)
WEEK = timedelta(days=7)
KIM, LEE = UUID(int=1), UUID(int=2)


def at(hour: float, day: datetime = MIDNIGHT) -> datetime:
    return day + timedelta(hours=hour)


def watch(site: Site, began: datetime, ended: datetime, *lists: str) -> None:
    """Both lists, or these, were looked at every 5 s."""
    for kind in lists or ("agents", "visitors"):
        looks = 1 + round((ended - began).total_seconds() / 5)
        Watch.objects.create(site=site, list=kind, began=ms(began), ended=ms(ended), looks=looks)


def span(
    site: Site, agent: UUID, began: datetime, ended: datetime | None, status: str = "Online", **fields: Any
) -> None:
    make_span(site, agent, status, began, ended, **fields)


def contact(site: Site, began: datetime, waited: int | None, **fields: Any) -> None:
    """A contact that was answered after so many seconds; None: lost after 30 s."""
    start = ms(began)
    given: dict[str, Any] = {"site": site, "began": start, "began_slack": 5_000}
    if waited is None:
        given |= {"ended": start + 30_000, "outcome": "gone"}
    else:
        given |= {"answered": start + 1000 * waited, "answered_slack": 5_000}
        given |= {"ended": start + 1000 * waited + 600_000, "outcome": "chatEnded"}
    Contact.objects.create(**(given | fields))


def shown(page: Any) -> dict[str, tuple[str, str]]:
    """The figures on a page, each with the week before's."""
    return {tile.name: (tile.told.value, tile.before) for tile in page.context["figures"]}


_at_noon = stopped_at(NOON)


@pytest.fixture
def days(site: Site, web: Client) -> Site:
    """A site whose two days were watched, with contacts and two agents online from nine."""
    site.time_zone = "UTC"
    site.save()
    watch(site, MIDNIGHT - WEEK, MIDNIGHT - WEEK + timedelta(days=1))
    watch(site, MIDNIGHT, NOON)
    for began, waited in ((9.1, 0), (9.2, 10), (10.1, 60), (10.2, None)):
        contact(site, at(began), waited)
    for began in (9.1, 12.4, 12.6):
        contact(site, at(began) - WEEK, 4)
    span(site, KIM, at(9), None)
    span(site, LEE, at(9.5), at(10.5))
    span(site, KIM, at(9) - WEEK, at(20) - WEEK)
    span(site, KIM, at(20) - WEEK, at(9), "Offline")
    return site


# The functions


def test_agents_online_are_their_seconds_divided_by_the_seconds_watched() -> None:
    spans = [(0, 2 * HOUR_MS), (HOUR_MS // 2, HOUR_MS), (3 * HOUR_MS, 4 * HOUR_MS)]
    watched = [(0, HOUR_MS), (HOUR_MS * 3 // 2, 2 * HOUR_MS)]
    buckets = [Bucket(hour * HOUR_MS, (hour + 1) * HOUR_MS) for hour in range(3)]
    first, half, unseen = presence.by_bucket(spans, watched, buckets)
    assert first.mean == 1.5
    assert (half.mean, half.watched) == (1.0, HOUR_MS // 2)
    assert (unseen.mean, unseen.online) == (None, 0)


def test_a_change_counts_from_the_middle_between_two_looks(site: Site) -> None:
    span(site, KIM, at(9), at(10), began_slack=60_000, ended_slack=20_000)
    span(site, LEE, at(9), None, "ONLINE")
    found = presence.online(site, ms(at(8)), ms(at(12)))
    assert sorted(one[1:] for one in found) == [
        (ms(at(9)) - 30_000, ms(at(10)) - 10_000, 30_000, 10_000),
        (ms(at(9)), ms(at(12)), 0, None),
    ]


def test_a_span_from_long_before_is_found_and_one_that_has_ended_is_not(site: Site) -> None:
    span(site, KIM, at(0) - 20 * WEEK, None)
    span(site, LEE, at(0) - 20 * WEEK, at(0) - WEEK)
    span(site, LEE, at(0) - WEEK, None, "Lunch")
    span(make_site("Second"), UUID(int=3), at(1), None)
    (found,) = presence.online(site, ms(at(8)), ms(at(12)))
    assert found[1:3] == (ms(at(0) - 20 * WEEK), ms(at(12)))


def test_uncovered_is_when_somebody_waited_and_nobody_was_online_as_far_as_watched() -> None:
    waits = [(0, 100), (50, 200), (400, 500)]
    assert presence.uncovered(waits, [(150, 300)], [(20, 1000)]) == 130 + 100
    assert presence.uncovered(waits, [(0, 1000)], [(0, 1000)]) == 0
    assert presence.uncovered(waits, [], []) == 0


def test_somebody_who_waited_over_midnight_waits_on_the_next_day_too(site: Site) -> None:
    contact(site, at(-0.5), 3_600)
    contact(site, at(-0.5), 60)
    contact(site, at(-3), None)
    contact(site, at(-0.2), None, ended=None, outcome="", visitor=uuid4())
    assert sorted(end for _began, end in presence.waits(site, [], ms(at(0)), ms(at(2)))) == [ms(at(0.5)), ms(at(2))]


@pytest.mark.parametrize(
    ("day", "zone", "count", "labels"),
    [
        ("2026-03-29", "Europe/Berlin", 24, {1: "1:00–3:00", 2: "2:00–3:00"}),
        ("2026-10-25", "Europe/Berlin", 25, {2: "2:00–2:00", 3: "2:00–3:00"}),
    ],
)
def test_days_of_23_and_25_hours_stand_beside_one_of_24(
    web: Client, days: Site, day: str, zone: str, count: int, labels: dict[int, str]
) -> None:
    days.time_zone = zone
    days.save()
    watch(days, datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
    hours = web.get(PAGE, {"day": day, "format": "json"}).json()["hours"]
    assert len(hours) == count
    for side in ("day", "week_before"):
        parts = [hour[side] for hour in hours if hour[side]["from"]]
        assert [one["to"] for one in parts[:-1]] == [other["from"] for other in parts[1:]]
    missing = [hour for hour in hours if not (hour["day"]["from"] and hour["week_before"]["from"])]
    assert len(missing) == 1
    first, last = (datetime.fromisoformat(hours[place]["day"]["from"]) for place in (0, -1))
    assert last - first == timedelta(hours=22 if count == 24 else 24)
    began = datetime.fromtimestamp(ranges.midnight(date.fromisoformat(day), ZoneInfo(zone)) / 1000, UTC)
    watch(days, began, began + timedelta(days=2))
    span(days, UUID(int=7), began, None)
    rows = web.get(PAGE, {"day": day}).context["rows"]
    assert {place: rows[place].label for place in labels} == labels


def test_parts_of_a_bar_are_stacked_to_scale_and_cut_where_nothing_was_observed() -> None:
    bar = plots.Bar("9", "4", (("in-time", 2.0), ("lost", 2.0)), gaps=((0.25, 0.75),), mark=4.0)
    drawn = plots.bars("Contacts", "Below", [bar])
    room = plots.HEIGHT - plots.FOOT - plots.TOP
    assert drawn.count(f'height="{room // 2}"') == 4
    assert drawn.count('fill="url(#hatch)"') == 1
    assert f'class="plot-mark" x1="0.5%" x2="12%" y1="{plots.TOP}"' in drawn


def test_a_single_bar_is_no_wider_than_one_of_eight() -> None:
    bar = plots.Bar("9", "4", (("in-time", 2.0),))
    assert 'width="9%"' in plots.bars("Contacts", "Below", [bar])
    assert 'width="4.5%"' in plots.bars("Contacts", "Below", [bar] * 16)


# The page


def test_history_begins_with_today_and_a_viewer_may_see_it(days: Site, make_user: Callable[..., User]) -> None:
    viewer = client_for(make_user("vic", Role.VIEWER, connected=False), days)
    assert reverse("history") == PAGE
    page = text(viewer.get(PAGE))
    assert f'href="{PAGE}" aria-current="page"' in page
    for words in (
        "Mon 30 Nov 2026",
        "until 12:30",
        "UTC",
        "100.0 % observed",
        "looked at every 5 s",
        "Mon 23 Nov",
        'value="2026-11-30"',
    ):
        assert words in page, words


def test_today_stands_beside_last_week_until_the_same_time_of_day(web: Client, days: Site) -> None:
    found = shown(web.get(PAGE))
    assert found["Offered"] == ("4", "Mon 23 Nov: 2")
    assert found["Answered"] == ("3", "Mon 23 Nov: 2")
    assert found["Lost"] == ("1", "Mon 23 Nov: 0")
    assert found["Mean wait"] == ("0:23", "Mon 23 Nov: 0:04")
    assert found["Longest wait"] == ("≥ 1:00", "Mon 23 Nov: ≥ 0:04")
    assert found["Within 20 s"] == ("50 %", "Mon 23 Nov: 100 %")


def test_a_share_of_all_who_were_lost_is_told_as_the_least_that_it_can_be(web: Client, days: Site) -> None:
    said = "25.0 % after more than 10 s; at least 25.0 % in all"
    assert {tile.name: tile.sure for tile in web.get(PAGE).context["figures"]}["Lost"] == said
    contact(days, at(11), None, ended=ms(at(11)) + 4_000)
    contact(days, at(11), 4)
    assert {name: sure for name, _value, sure in web.get("/history/queue/").context["figures"]}["Lost"] == (
        "20.0 % after more than 10 s; at least 33.3 % in all"
    )


def test_waits_say_how_far_off_they_can_be(web: Client, days: Site) -> None:
    day = web.get(PAGE, {"format": "json"}).json()["day"]
    assert (day["mean_wait"], day["mean_wait_error"]) == (23, 11)
    assert (day["longest_wait"], day["longest_wait_error"]) == (60, 10)
    assert {tile.name: tile.sure for tile in web.get(PAGE).context["figures"]}["Mean wait"] == "± 10 s"


def test_a_service_level_has_bounds_or_cannot_be_told(web: Client, days: Site) -> None:
    assert [tile.sure for tile in web.get(PAGE).context["figures"]][-1] == "50–67 %"
    Contact.objects.update(began_slack=60_000)
    assert shown(web.get(PAGE))["Within 20 s"] == ("cannot be told", "Mon 23 Nov: cannot be told")


def test_the_table_says_how_many_were_online_in_each_hour(web: Client, days: Site) -> None:
    rows = {row.label: row for row in web.get(PAGE).context["rows"]}
    assert list(rows) == ["9:00–10:00", "10:00–11:00", "11:00–12:00", "12:00–12:30"]
    online = {label: (row.now[0][1].value, row.before[0][1].value) for label, row in rows.items()}
    assert online == {
        "9:00–10:00": ("1.5", "1.0"),
        "10:00–11:00": ("1.5", "1.0"),
        "11:00–12:00": ("1.0", "1.0"),
        "12:00–12:30": ("1.0", "1.0"),
    }
    assert [told.value for _name, told in rows["9:00–10:00"].now] == ["1.5", "2", "2", "0"]


def test_an_hour_that_nobody_watched_is_no_zero(web: Client, days: Site) -> None:
    Watch.objects.filter(ended=ms(NOON)).delete()
    watch(days, at(0), at(10))
    watch(days, at(11), NOON)
    page = web.get(PAGE)
    row = page.context["rows"][1]
    assert [told.value for _name, told in row.now] == ["–"] * 4
    assert all(told.grey for _name, told in row.now)
    assert row.before[0][1].value == "1.0"
    plot = page.context["online_plot"]
    assert plot.count("plot-gap") == 1
    assert (plot.count("plot-online"), plot.count("plot-mark")) == (3, 3)
    data = web.get(PAGE, {"format": "json"}).json()["hours"][10]["day"]
    assert (data["online"], data["offered"], data["agents_observed"]) == (None, None, 0)


def test_an_hour_half_watched_is_the_mean_of_what_was_watched_grey_and_cut(web: Client, days: Site) -> None:
    Watch.objects.filter(ended=ms(NOON)).delete()
    watch(days, at(0), at(9.5))
    watch(days, at(10), NOON)
    page = web.get(PAGE)
    told = page.context["rows"][0].now[0][1]
    assert (told.value, told.grey, told.share) == ("1.0", True, "50.0 %")
    assert page.context["online_plot"].count("plot-mark") == 3
    assert 'class="cell-number unsure" data-label="Online">1.0 <small>50.0 %</small>' in text(page)


def test_a_figure_of_which_little_was_observed_takes_part_in_no_comparison(web: Client, days: Site) -> None:
    Watch.objects.filter(began=ms(MIDNIGHT)).update(ended=ms(at(11)))
    page = web.get(PAGE)
    assert {before for _value, before in shown(page).values()} == {""}
    assert {(tile.told.grey, tile.told.share) for tile in page.context["figures"]} == {(True, "88.0 % observed")}
    Watch.objects.filter(began=ms(MIDNIGHT)).update(ended=ms(NOON))
    Watch.objects.filter(began=ms(MIDNIGHT - WEEK)).update(ended=ms(at(6) - WEEK))
    page = web.get(PAGE)
    assert shown(page)["Offered"] == ("4", "Mon 23 Nov: 48.0 % observed")
    assert "plot-mark" not in page.context["online_plot"] + page.context["contacts_plot"]


def test_each_lists_own_looks_count(web: Client, days: Site) -> None:
    Watch.objects.filter(list="agents", ended=ms(NOON)).delete()
    page = web.get(PAGE)
    assert shown(page)["Offered"] == ("4", "Mon 23 Nov: 2")
    assert {row.now[0][1].value for row in page.context["rows"]} == {"–"}
    assert page.context["report"].uncovered[0].value == "–"


def test_minutes_without_anybody_online_while_somebody_waits_are_told(web: Client, days: Site) -> None:
    contact(days, at(5), 300)
    told, before = web.get(PAGE).context["report"].uncovered
    assert (told.value, told.grey, before) == ("5 m", False, "Mon 23 Nov: 0 s")


def test_csv_begins_with_what_it_rests_on_and_has_the_pages_rows(web: Client, days: Site) -> None:
    answer = web.get(PAGE, {"format": "csv"})
    lines = list(csv.reader(io.StringIO(b"".join(answer).decode().removeprefix("\ufeff"))))  # type: ignore[arg-type]
    assert lines[0] == ["zone", "UTC"]
    assert ["day: visitors observed share", "1.0", "looked every s", "5", "5"] in lines
    assert any(line and "÷ seconds watched" in line[-1] for line in lines)
    body = lines[lines.index([]) + 1 :]
    assert len({len(line) for line in body}) == 1
    table = [dict(zip(body[0], line, strict=True)) for line in body[1:]]
    assert (len(table), table[9]["from"]) == (13, "2026-11-30T09:00:00+00:00")
    names = ("agents online", "offered", "answered", "lost")
    for line, row in zip(table[9:], web.get(PAGE).context["rows"], strict=True):
        assert [line[name] for name in names] == [told.value for _name, told in row.now]
        assert [line[f"week before: {name}"] for name in names] == [told.value for _name, told in row.before]
    data = web.get(PAGE, {"format": "json"}).json()
    assert next(iter(data)) == "zone"
    assert (data["day"]["offered"], data["week_before"]["offered"], data["day"]["uncovered"]) == (4, 2, 0)


def test_another_day_is_shown_in_the_same_way_with_its_neighbours(web: Client, days: Site) -> None:
    page = web.get(PAGE, {"day": "2026-11-23"})
    assert shown(page)["Offered"] == ("3", "Mon 16 Nov: not observed")
    for words in ("Mon 23 Nov 2026", "?day=2026-11-24", 'value="2026-11-23"'):
        assert words in text(page), words
    assert "day=2026-12-01" not in text(web.get(PAGE))
    assert "?day=2026-11-23" in text(web.get(PAGE, {"day": "2026-11-24"}))


@pytest.mark.parametrize("typed", ["2026-12-01", "yesterday", "2026-11-31", "1999-12-31", "2026-11-30 to 2026-12-24"])
def test_a_day_that_cannot_be_is_refused_in_a_sentence_and_stays_as_typed(web: Client, days: Site, typed: str) -> None:
    for form in ({}, {"format": "csv"}):
        page = web.get(PAGE, {"day": typed} | form)
        assert page.status_code == 422
        assert f'value="{typed}"' in text(page)
        assert 'class="errorlist"' in text(page)
    answer = web.get(PAGE, {"day": typed, "format": "json"})
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/json")
    sentence = answer.json()["error"]
    assert sentence.startswith("Write the day as" if len(typed) <= 20 else "Ensure this value has at most")
    assert answer.json()["fields"] == {"day": [sentence]}


def test_a_site_without_a_record_says_what_will_stand_here(web: Client, site: Site) -> None:
    page = web.get(PAGE)
    assert page.status_code == 200
    assert "Nothing is recorded yet" in text(page)
    assert "history-figures" not in text(page)
    for form in ("csv", "json"):
        assert web.get(PAGE, {"format": form}).status_code == 200


def test_a_record_that_began_lately_says_since_when(web: Client, days: Site) -> None:
    assert "recorded since" not in text(web.get(PAGE))
    Watch.objects.filter(began=ms(MIDNIGHT - WEEK)).delete()
    assert "recorded since Mon 30 Nov 2026, 00:00" in text(web.get(PAGE))


def test_a_day_on_which_nothing_was_observed_has_a_page(web: Client, days: Site) -> None:
    page = web.get(PAGE, {"day": "2026-11-25"})
    assert {value for value, _before in shown(page).values()} == {"–"}
    assert "as far as it was observed" in text(page)


def test_nothing_of_another_site_is_shown(web: Client, days: Site) -> None:
    other = make_site("Second")
    watch(other, MIDNIGHT, NOON)
    contact(other, at(9), 5)
    span(other, KIM, at(8), None)
    data = web.get(PAGE, {"format": "json"}).json()
    assert (data["day"]["offered"], data["hours"][8]["day"]["online"]) == (4, 0.0)


def test_every_figure_leads_to_a_definition_that_is_there(web: Client, days: Site) -> None:
    about = text(web.get("/history/about/"))
    anchors = {tile.anchor for tile in web.get(PAGE).context["figures"]} | {"online", "uncovered", "beside"}
    for anchor in anchors:
        assert f'id="{anchor}"' in about, anchor


def test_agents_online_are_off_by_the_looks_around_each_change_and_the_age_of_the_list(
    web: Client, days: Site, stop_clock: Callable[[], None]
) -> None:
    Span.objects.all().delete()
    for number in range(10, 20):  # ten came after nine and five of them left; nobody saw the first of them come
        ended, slack = at(9.5) if number % 2 else None, None if number == 10 else 20_000
        span(days, UUID(int=number), at(9.1), ended, began_slack=slack, ended_slack=60_000)
    stop_clock()
    hours = web.get(PAGE, {"format": "json"}).json()["hours"]
    nine = next(hour["day"] for hour in hours if "T09:" in hour["day"]["from"])
    assert nine["online_error"] == round((9 * (10 + 5) + 5 * 30) / 3600, 3)
    told = {row.label: row.now[0][1].share for row in web.get(PAGE).context["rows"]}
    assert (told["9:00–10:00"], told["10:00–11:00"]) == ("± 0.1", "")


def test_a_full_day_is_read_by_a_handful_of_queries(
    web: Client, days: Site, django_assert_max_num_queries: Any, stop_clock: Callable[[], None]
) -> None:
    for number in range(10, 60):
        span(days, UUID(int=number), at(0) - 3 * WEEK, at(8), "Offline")
        for hour in range(8, 12):
            span(days, UUID(int=number), at(hour), at(hour + 1), "Online" if hour % 2 else "Lunch")
            contact(days, at(hour), 5)
    stop_clock()
    web.get(PAGE)
    with django_assert_max_num_queries(30):
        page = web.get(PAGE)
    assert page.context["rows"][1].now[0][1] == ("51.5", False, "± 0.1")


def test_hours_in_which_nobody_is_open_make_no_figure_grey(web: Client, days: Site) -> None:
    Site.objects.update(opening_hours=[[[540, 720]]] * 7)
    Watch.objects.filter(began=ms(MIDNIGHT)).update(began=ms(at(9)))
    page = web.get(PAGE)
    assert "100.0 % of the opening hours observed" in text(page)
    assert not any(tile.told.grey for tile in page.context["figures"])
    assert not page.context["report"].uncovered[0].grey
    Watch.objects.filter(began=ms(at(9))).update(began=ms(at(10)))
    page = web.get(PAGE)
    assert {tile.told.share for tile in page.context["figures"]} == {"66.6 % of the opening hours observed"}
