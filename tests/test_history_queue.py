"""The past of the queue: figures that are as sure as they say, of local days, as a page, CSV and JSON."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.test import Client

from livechat.lib.epoch import milliseconds
from livechat.models import Contact, RolledDay, Site, TogetherRow, Watch
from livechat.reports import observed, queue, ranges, tallies, wait_sums
from livechat.reports.tallies import Tally
from tests.support.cases import some
from tests.support.pages import text
from tests.support.people import client_for, make_site
from tests.support.spans import department
from tests.support.stopped import stopped_at
from tests.test_contacts import Queue, days

pytestmark = pytest.mark.django_db
PAGE = "/history/queue/"
NOON = datetime(2026, 11, 30, 12, 30, tzinfo=UTC)
QUEUE_COLUMNS = ["Offered", "Answered", "Lost", "In time", "Level", "Median wait", "9 of 10"]
NINE = milliseconds(datetime(2026, 11, 30, 9, tzinfo=UTC))


def contact(site: Site, began: int, waited: int | None, **fields: Any) -> Contact:
    """A contact that began so many seconds after nine and was answered after so many more; None: lost after 30 s."""
    at = NINE + 1000 * began
    given: dict[str, Any] = {
        "site": site,
        "began": at,
        "began_slack": 5_000,
        "ended": at + 600_000,
        "outcome": "chatEnded",
    }
    if waited is None:
        given |= {"ended": at + 30_000, "outcome": "gone"}
    else:
        given |= {"answered": at + 1000 * waited, "answered_slack": 5_000}
    return Contact.objects.create(**(given | fields))


@pytest.fixture
def day(site: Site, web: Client) -> Site:
    """A site that was watched from midnight until noon, with four contacts."""
    site.time_zone = "UTC"
    site.save()
    Watch.objects.create(site=site, list="visitors", began=NINE - 9 * 3_600_000, ended=NINE + 12_600_000, looks=9_001)
    for began, waited in ((0, 0), (60, 10), (3_700, 60), (3_800, None)):
        contact(site, began, waited)
    return site


_at_noon = stopped_at(NOON)


# days


@pytest.mark.parametrize(
    ("day_of", "zone", "hours"),
    [
        ("2026-03-29", "Europe/Berlin", 23.0),
        ("2026-10-25", "Europe/Berlin", 25.0),
        ("2026-10-04", "Australia/Lord_Howe", 23.5),
        ("2026-04-05", "Australia/Lord_Howe", 24.5),
        ("2026-11-29", "Asia/Kolkata", 24.0),
    ],
)
def test_a_days_hours_fill_it_and_begin_at_full_local_hours(day_of: str, zone: str, hours: float) -> None:
    found = ranges.parse(day_of, "", ZoneInfo(zone), NOON)
    parts = list(found.buckets())
    assert (found.ended - found.began) / 3_600_000 == hours
    assert (parts[0].began, parts[-1].ended) == (found.began, found.ended)
    assert all(one.ended == other.began for one, other in pairwise(parts))
    assert {found.local(part.began).minute for part in parts} <= {0, 30}
    assert sum(found.local(part.began).minute != 0 for part in parts) <= 1


def test_the_last_day_is_included_and_today_ends_now() -> None:
    found = ranges.parse("2026-11-28", "2026-11-30", ZoneInfo("UTC"), NOON)
    assert found.local(found.began) == datetime(2026, 11, 28, tzinfo=UTC)
    assert found.local(found.ended) == NOON
    assert len(list(found.buckets())) == 3
    whole = ranges.parse("2026-11-28", "2026-11-29", ZoneInfo("UTC"), NOON)
    assert whole.ended == ranges.midnight(date(2026, 11, 30), ZoneInfo("UTC"))


def test_the_week_before_ends_at_the_same_time_of_day_although_the_clocks_changed() -> None:
    zone = ZoneInfo("Europe/Berlin")
    now = datetime(2026, 10, 26, 10, 30, tzinfo=zone)
    before = ranges.parse("", "", zone, now).before(7)
    assert before.local(before.ended) == datetime(2026, 10, 19, 10, 30, tzinfo=zone)


# figures


@pytest.mark.parametrize("seed", some(range(3), 3))
def test_figures_of_many_contacts_are_the_true_ones_within_what_they_say(seed: int, site: Site) -> None:
    truth = list(days(seed, 300))
    lists = Queue(site)
    lists.look({})

    def status(moment: int, began: int, until: int, ended: int, answered: bool) -> str:
        if moment < began or moment >= (ended if answered else until):
            return "inSite"
        return "waitingForChat" if moment < until else "chatting"

    for moment in range(10_000, 3_700_000, 5_000):
        lists.look({key: status(moment, *times) for key, *times in truth})
    found = queue.of(tallies.contacts(site, 0, 2**53), 20_000, 5_000)
    answered = [until - began for _key, began, until, _ended, served in truth if served]
    late = [until - began for _key, began, until, _ended, served in truth if not served and until - began > 20_000]
    in_time = sum(wait <= 20_000 for wait in answered)
    assert found.answered == len(answered)
    assert found.mean == pytest.approx(sum(answered) / len(answered), abs=1_000)
    assert found.mean_off is not None
    assert abs(found.mean - sum(answered) / len(answered)) <= found.mean_off < 12_000
    assert found.longest is not None
    assert found.longest_off is not None
    true_longest = max(until - began for _key, began, until, *_rest in truth)
    assert found.longest <= true_longest + 5_000
    assert abs(found.longest - true_longest) <= found.longest_off < 12_000
    assert found.level is not None
    true_level = in_time / (len(answered) + len(late))
    assert found.level.low <= true_level <= found.level.high
    assert found.level.value == pytest.approx(true_level, abs=0.02)
    for share in (0.5, 0.9):
        middle = found.percentile(share)
        assert middle is not None
        value, off = middle
        assert value - off <= sorted(answered)[int(share * len(answered))] <= value + off


def test_a_service_level_is_not_told_if_looks_are_too_rare(site: Site) -> None:
    for began in range(20):
        contact(site, 60 * began, 10, began_slack=60_000, answered_slack=60_000)
    assert queue.of(tallies.read(Contact.objects.all()), 20_000, 5_000).level is None
    assert queue.of(tallies.read(Contact.objects.all()), 200_000, 5_000).level is not None


def test_what_was_not_seen_is_in_no_wait(site: Site) -> None:
    contact(site, 0, 500, began_slack=None)
    contact(site, 10, 500, answered_slack=None)
    contact(site, 20, None, outcome="unseen")
    contact(site, 30, None, ended=None, outcome="", visitor=uuid4())
    found = queue.of(tallies.read(Contact.objects.all()), 20_000, 5_000)
    assert (found.answered, found.lost, found.unknown) == (1, 0, 2)
    assert not found.tally.waits
    assert (found.mean, found.longest, found.level, found.percentile(0.5)) == (None, None, None, None)


def test_the_share_observed_counts_each_run_once_and_tells_its_pace(site: Site) -> None:
    for began, ended, looks in ((0, 100_000, 21), (200_000, 800_000, 11)):
        Watch.objects.create(site=site, list="visitors", began=began, ended=ended, looks=looks)
    seen = observed.of(observed.runs(site, "visitors", 50_000, 1_050_000), 50_000, 1_050_000)
    assert seen.share == pytest.approx(0.65)
    assert seen.paces == (5, 60)
    assert not seen.enough


# the page


def test_the_page_says_what_was_how_sure_that_is_and_in_which_zone(web: Client, day: Site) -> None:
    page = text(web.get(PAGE))
    for words in ("100.0 % observed", "looked at every 5 s", "Mon 30 Nov 2026 · UTC", "9:00–10:00", "Median wait"):
        assert words in page, words
    shown = {name: value for name, value, _sure in web.get(PAGE).context["figures"]}
    assert (shown["Offered"], shown["Answered"], shown["Lost"]) == ("4", "3", "1")
    assert shown["Longest wait"] == "1:00"


def test_figures_that_were_hardly_observed_are_grey_and_compared_with_nothing(web: Client, day: Site) -> None:
    Watch.objects.update(ended=NINE)
    page = text(web.get(PAGE))
    assert 'class="history-figures unsure"' in page
    assert "a week before" not in page
    Watch.objects.update(ended=NINE + 12_600_000)
    Watch.objects.create(
        site=day, list="visitors", began=NINE - 9 * 3_600_000 - 7 * 86_400_000, ended=NINE - 6 * 86_400_000
    )
    assert "a week before: 0" in text(web.get(PAGE))


def test_a_queue_that_nobody_observed_has_no_figures(web: Client, day: Site) -> None:
    page = web.get(PAGE, {"from": "2026-11-29", "to": "2026-11-30"})
    unseen = text(page).split("<tbody>")[1].split("</tr>")[0]
    assert re.findall(r'data-label="([^"]+)">(?=–)', unseen) == QUEUE_COLUMNS
    Watch.objects.update(ended=NINE - 7_200_000)
    Watch.objects.create(site=day, list="visitors", began=NINE - 3_600_000, ended=NINE + 12_600_000, looks=3_241)
    contact(day, -3 * 3_600, 5)
    row = text(web.get(PAGE)).split("7:00–8:00")[1].split("</tr>")[0]
    assert re.findall(r'data-label="([^"]+)">(?=–)', row) == QUEUE_COLUMNS
    Watch.objects.all().delete()
    Contact.objects.all().delete()
    assert {value for _name, value, _sure in web.get(PAGE).context["figures"]} == {"–"}


def test_an_export_of_a_queue_that_nobody_observed_tells_nothing(web: Client, day: Site) -> None:
    unseen, seen = web.get(PAGE, {"from": "2026-11-29", "to": "2026-11-30", "format": "json"}).json()["parts"]
    assert unseen.pop("observed") == 0
    assert {value for name, value in unseen.items() if name not in ("from", "to")} == {None}
    assert (seen["offered"], seen["lost"]) == (4, 1)


def test_sums_of_a_day_are_told_when_nobody_knows_any_more_how_much_was_observed(web: Client, day: Site) -> None:
    RolledDay.objects.create(site=day, day=date(2026, 11, 29))
    counted = wait_sums.of(Tally(9, 1)).packed()
    TogetherRow.objects.create(site=day, kind="waits", day=date(2026, 11, 29), body=counted)
    part = web.get(PAGE, {"from": "2026-11-29", "to": "2026-11-30", "format": "json"}).json()["parts"][0]
    assert (part["observed"], part["offered"]) == (0, 10)


def test_csv_and_json_are_the_pages_own_rows(web: Client, day: Site) -> None:
    answer = web.get(PAGE, {"format": "csv"})
    head, table = b"".join(answer).decode().removeprefix("\ufeff").split("\r\n\r\n")  # type: ignore[arg-type]
    lines = list(csv.DictReader(io.StringIO(table)))
    data = web.get(PAGE, {"format": "json"}).json()
    assert [line["from"] for line in lines] == [part["from"] for part in data["parts"]]
    assert sum(int(line["offered"]) for line in lines) == data["whole"]["offered"] == 4
    assert lines[9]["from"] == "2026-11-30T09:00:00+00:00"
    assert (data["zone"], data["within"], data["looked_every"]) == ("UTC", 20, [5, 5])
    assert head.splitlines()[0] == "zone,UTC"
    assert "looked every (seconds),5" in head
    for name, formula in data["formulas"].items():
        assert [name, formula] in csv.reader(io.StringIO(head))


def test_each_wait_of_an_export_says_how_far_off_it_can_be(web: Client, day: Site) -> None:
    whole = web.get(PAGE, {"format": "json"}).json()["whole"]
    names = ("mean_wait", "median_wait", "nine_of_ten_wait", "longest_wait")
    assert [(whole[name], whole[f"{name}_error"]) for name in names] == [(23, 11), (10, 10), (60, 10), (60, 10)]
    shown = {name: sure for name, _value, sure in web.get(PAGE).context["figures"]}
    assert shown["Median wait"] == "± 10 s"
    lines = b"".join(web.get(PAGE, {"format": "csv"})).decode().splitlines()  # type: ignore[arg-type]
    nine = list(csv.DictReader(lines[lines.index("") + 1 :]))[9]
    assert (nine["median wait s"], nine["median wait error s"]) == ("10", "10")


def test_a_department_and_another_limit_leave_what_fits(web: Client, day: Site) -> None:
    key = day.departments.create(department_id=uuid4(), name="Billing").department_id
    day.bump_version()
    contact(day, 100, 5, department=department(day, key))
    asked = {"department": str(key), "within": "60", "format": "json"}
    data = web.get(PAGE, asked).json()
    assert (data["whole"]["offered"], data["within"]) == (1, 60)


def test_a_sites_zone_moves_its_days(web: Client, day: Site) -> None:
    day.time_zone = "Pacific/Auckland"
    day.save()
    data = web.get(PAGE, {"from": "2026-11-30", "to": "2026-11-30", "format": "json"}).json()
    assert data["whole"]["offered"] == 4
    assert data["parts"][0]["from"] == "2026-11-30T00:00:00+13:00"
    assert web.get(PAGE, {"format": "json"}).json()["from"] == "2026-12-01T00:00:00+13:00"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"from": "2026-11-30", "to": "2026-11-01"}, "ends before it begins"),
        ({"from": "2025-10-01", "to": "2026-11-30"}, "At most 400 days"),
        ({"from": "yesterday"}, "Write days as"),
        ({"from": "2026-12-24"}, "none of them to come"),
        ({"from": "1899-01-01"}, "Write days as"),
        ({"department": "nowhere"}, "not one of the available choices"),
        ({"within": "7"}, "not one of the available choices"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence_and_stays_as_typed(
    web: Client, day: Site, asked: dict[str, str], said: str
) -> None:
    page = web.get(PAGE, asked)
    assert page.status_code == 422
    assert said in text(page)
    for name, value in asked.items():
        assert name in ("department", "within") or f'value="{value}"' in text(page)


@pytest.mark.parametrize("page", ["queue", "heat", "time", "occupancy", "coverage", f"agents/{UUID(int=9)}"])
def test_whoever_asks_for_json_is_refused_in_json(web: Client, day: Site, page: str) -> None:
    if page.startswith("agents"):
        day.agents.create(agent_id=page.removeprefix("agents/"))
    answer = web.get(f"/history/{page}/", {"from": "2026-11-30", "to": "2026-11-01", "format": "json"})
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/json")
    sentence = "The range ends before it begins."
    assert answer.json() == {"error": sentence, "fields": {"from": [sentence]}}


def test_nothing_of_another_site_is_shown(day: Site, make_user: Callable[..., User]) -> None:
    other = make_site("Second")
    assert client_for(make_user("eve"), day).get(PAGE, {"format": "json"}).json()["whole"]["offered"] == 4
    contact(other, 0, 10)
    Watch.objects.create(site=other, list="visitors", began=NINE, ended=NINE + 100_000)
    assert client_for(make_user("ida"), day).get(PAGE, {"format": "json"}).json()["whole"]["offered"] == 4


def test_a_day_without_contacts_and_a_site_without_a_record_have_a_page(web: Client, site: Site) -> None:
    for asked in ({}, {"from": "2026-11-01", "to": "2026-11-20"}, {"from": str(date(2026, 1, 5))}):
        Watch.objects.all().delete()  # a look at this page begins it
        page = web.get(PAGE, asked)
        assert page.status_code == 200
        assert "0.0 % observed" in text(page)


def test_the_words_are_explained(web: Client) -> None:
    page = text(web.get("/history/about/"))
    for words in ("Offered", "Answered", "Lost", "Wait unknown", "service level", "Longest wait", "400 days"):
        assert words in page


def test_a_month_of_contacts_is_read_by_a_handful_of_queries(
    web: Client, day: Site, django_assert_max_num_queries: Any, stop_clock: Callable[[], None]
) -> None:
    Contact.objects.bulk_create(
        Contact(site=day, began=NINE - hour * 3_600_000, began_slack=5_000, ended=NINE, outcome="gone")
        for hour in range(1, 600)
    )
    stop_clock()
    web.get(PAGE)
    first = str((NOON - timedelta(days=28)).date())
    with django_assert_max_num_queries(26):
        assert web.get(PAGE, {"from": first, "to": "2026-11-30"}).status_code == 200


def test_what_was_observed_of_the_opening_hours_decides_whether_it_was_enough(web: Client, day: Site) -> None:
    Site.objects.update(opening_hours=[[[480, 720]]] * 7)
    Watch.objects.update(began=NINE - 3_600_000 + 60_000)
    page = text(web.get(PAGE))
    assert "99.5 % of the opening hours observed" in page
    assert 'class="history-figures"' in page
    days = text(web.get(PAGE, {"from": "2026-11-29", "to": "2026-11-30"}))
    assert "49.7 % of the opening hours observed" in days
    assert 'class="history-figures unsure"' in days
    assert "The share beside a day is that of its opening hours" in days
    Site.objects.update(opening_hours=[])
    page = text(web.get(PAGE))
    assert "of the opening hours observed" not in page
    assert 'class="history-figures unsure"' in page
