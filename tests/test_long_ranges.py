"""A year of the queue and of coverage: every day of it, a month a page, and weeks in the plots."""

import csv
import io
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from django.db import connection
from django.test import Client

from livechat.lib.epoch import DAY_MS, HOUR_MS, milliseconds
from livechat.models import Contact, QueueDay, RolledDay, Site, Span, TogetherRow, Watch
from livechat.ops import rollups
from livechat.record import history
from livechat.reports import ranges, sums, wait_sums
from livechat.reports.tallies import Tally, Wait
from tests.support import steps
from tests.support.pages import text
from tests.support.people import client_for, make_site, make_user
from tests.support.spans import department
from tests.support.stopped import stopped_at

QUEUE, COVERAGE = "/history/queue/", "/history/coverage/"
NOW = datetime(2026, 11, 30, 12, 30, tzinfo=UTC)
TODAY = NOW.date()
DAYS = 110  # before today
FIRST = TODAY - timedelta(days=DAYS)
SALES, KIM = uuid4(), uuid4()
LOST = Wait(9_000, 9_000, 12_000)
_at_now = stopped_at(NOW)


def contacts_of(number: int) -> int:
    """How many contacts of a day are answered. Another one is lost."""
    return 1 + number % 5


def contacts(site: Site, day: date, answered: int) -> Iterator[Contact]:
    """Contacts of a day from ten on, each answered two seconds later than the one before; and one that was lost."""
    ten, sales = ranges.midnight(day, site.zone) + 10 * HOUR_MS, department(site, SALES)
    for number in range(answered):
        began = ten + number * 60_000
        yield Contact(
            site=site, department=sales if number % 2 else None, began=began, began_slack=5_000,
            answered=began + 2_000 * number, answered_slack=5_000, ended=began + 300_000, outcome="chatEnded",
        )  # fmt: skip
    lost = ten + HOUR_MS
    yield Contact(site=site, began=lost, began_slack=5_000, ended=lost + 42_000, ended_slack=5_000, outcome="gone")


@pytest.fixture
def shop(site: Site) -> Site:
    """A site in UTC that was watched for 110 days and today, Kim online from nine to five, each day summed up."""
    Site.objects.filter(pk=site.pk).update(time_zone="UTC", opening_hours=[[[480, 1080]]] * 7)
    site.refresh_from_db()
    began = milliseconds(NOW) - milliseconds(NOW) % DAY_MS - DAYS * DAY_MS
    for kind in ("agents", "visitors"):
        looks = (milliseconds(NOW) - began) // 5_000
        Watch.objects.create(site=site, list=kind, began=began, ended=milliseconds(NOW), looks=looks)
    days = [FIRST + timedelta(days=number) for number in range(DAYS + 1)]
    agent = site.agents.create(agent_id=KIM)
    names = history.status_keys(site.pk, ["Online", "Offline"])
    hours = (("Offline", 0, 9), ("Online", 9, 17), ("Offline", 17, 24))
    Span.objects.bulk_create(
        Span(
            site=site, agent=agent, status_id=names[status], began_slack=0, ended_slack=0,
            began=began + number * DAY_MS + first * HOUR_MS, ended=began + number * DAY_MS + last * HOUR_MS,
        )
        for number in range(DAYS + 1)
        for status, first, last in hours
    )  # fmt: skip
    Contact.objects.bulk_create(
        one for number, day in enumerate(days) for one in contacts(site, day, contacts_of(number))
    )
    for day in days[:-1]:
        rollups.make(site, day)
    sums._unmade.forget()
    return site


def rows(page: str) -> list[str]:
    """What the table's first cells say."""
    return [re.sub(r"<[^>]*>", "", cell).strip() for cell in re.findall(r'<td class="cell-name">(.*?)</td>', page)]


def plots(page: str) -> list[str]:
    return re.findall(r'<svg class="plot.*?</svg>', page, flags=re.DOTALL)


pytestmark = pytest.mark.django_db


def test_a_long_range_has_a_month_of_days_on_each_page_and_all_of_them_in_its_exports(web: Client, shop: Site) -> None:
    asked = {"from": str(FIRST), "to": str(TODAY)}
    for path in (QUEUE, COVERAGE):
        pages = [text(web.get(path, asked | {"page": str(number)})) for number in range(1, 5)]
        assert [len(rows(page)) for page in pages] == [31, 31, 31, 18]
        assert "1 to 31 of 111" in pages[0]
        found = web.get(path, asked | {"format": "json"}).json()
        assert len(found["parts" if path == QUEUE else "days"]) == DAYS + 1
        lines = b"".join(web.get(path, asked | {"format": "csv"}).streaming_content).decode()
        table = list(csv.reader(io.StringIO(lines)))
        head = next(number for number, line in enumerate(table) if line[:2] == ["from", "to"])
        assert len(table) - 1 - head == DAYS + 1


def test_a_long_range_takes_few_queries_names_the_year_and_shows_nothing_of_another_site(
    web: Client, shop: Site, django_assert_max_num_queries: Any
) -> None:
    for path in (QUEUE, COVERAGE):
        web.get(path)
        with django_assert_max_num_queries(28):
            page = text(web.get(path, {"from": "2025-11-30", "to": str(TODAY), "page": "1"}))
        assert rows(page)[0].startswith("Sun 30 Nov 2025" if path == QUEUE else "Mon 30 Nov 2026")
        eve = client_for(make_user(f"eve{path}"[:4] + path[9], make_site(path)))
        found = eve.get(path, {"from": str(FIRST), "to": str(TODAY), "format": "json"}).json()
        parts = found["parts" if path == QUEUE else "days"]
        assert {part.get("offered", part.get("nobody_online")) for part in parts} == {None}


def test_every_day_of_a_long_range_says_what_it_says_in_a_short_one(web: Client, shop: Site) -> None:
    for chosen in ({}, {"department": str(SALES)}):
        long = web.get(QUEUE, {"from": str(FIRST), "to": str(TODAY), "format": "json", **chosen}).json()
        first = FIRST + timedelta(days=80)
        short = web.get(QUEUE, {"from": str(first), "to": str(first + timedelta(days=6)), "format": "json", **chosen})
        assert long["parts"][80:87] == short.json()["parts"]
        for name in ("offered", "answered", "lost", "in_time"):
            assert long["whole"][name] == sum(part[name] for part in long["parts"]), name
    long = web.get(COVERAGE, {"from": str(FIRST), "to": str(TODAY), "format": "json"}).json()
    short = web.get(COVERAGE, {"from": str(first), "to": str(first + timedelta(days=6)), "format": "json"}).json()
    assert long["days"][80:87] == short["days"]
    assert long["whole"]["nobody_online"] == sum(day["nobody_online"] for day in long["days"])
    page = text(web.get(QUEUE, {"from": str(TODAY - timedelta(days=34)), "to": str(TODAY)}))
    before = range(DAYS - 34 - 35, DAYS - 35)
    tenths = contacts_of(DAYS - 35) + 1  # of that day until the same time of day: all of them
    assert f"5 weeks before: {sum(contacts_of(number) + 1 for number in before) + tenths}" in page


def test_a_year_is_drawn_by_weeks_and_a_quarter_by_days(web: Client, shop: Site) -> None:
    page = text(web.get(QUEUE, {"from": str(FIRST), "to": str(TODAY)}))
    by_week, _waits = plots(page)
    mondays = {day - timedelta(days=day.weekday()) for day in (FIRST + timedelta(days=n) for n in range(DAYS + 1))}
    assert by_week.count('class="plot-lost"') == len(mondays)
    heights = set(re.findall(r'class="plot-lost"[^>]* height="([^"]*)"', by_week))
    assert len(heights) == 1, "a week that is not all in the range is as high as its days"
    assert "Contacts a day, by week" in page
    assert ">Oct<" in by_week
    page = text(web.get(QUEUE, {"from": str(TODAY - timedelta(days=89)), "to": str(TODAY)}))
    assert plots(page)[0].count('class="plot-lost"') == 90
    assert "by week" not in page


def test_days_that_are_too_many_to_be_counted_are_left_out_in_words_and_compared_with_nothing(
    web: Client, shop: Site
) -> None:
    RolledDay.objects.filter(day__lt=TODAY - timedelta(days=30)).delete()
    asked = {"from": str(FIRST), "to": str(TODAY)}
    for path, parts in ((QUEUE, "parts"), (COVERAGE, "days")):
        page = text(web.get(path, asked))
        assert "78 days of this range are not summed up yet and are left out" in page
        found = web.get(path, asked | {"format": "json"}).json()[parts]
        assert sum(1 for part in found if part["observed"] == 0) == 78
        assert sum(1 for part in found if part.get("offered", part.get("nobody_online")) is None) == 78
    day = TODAY - timedelta(days=20)
    assert TogetherRow.objects.filter(kind="waits", day=day).exists()
    with connection.cursor() as cursor:  # an older release, or somebody by hand
        cursor.execute("DELETE FROM livechat_rolledday WHERE day = %s", [day])
    assert not TogetherRow.objects.filter(kind="waits", day=day).exists()
    recent = text(web.get(QUEUE, {"from": str(TODAY - timedelta(days=34)), "to": str(TODAY)}))
    assert "left out" not in recent
    assert "weeks before" not in recent


# An older installation


@pytest.fixture
def upgrade(transactional_db: None) -> Iterator[steps.Upgrade]:
    with steps.upgrade("waits_as_sums") as made:
        yield made


def test_waits_that_an_older_release_kept_become_what_is_kept_today(upgrade: steps.Upgrade, site: Site) -> None:
    other = make_site("Other")
    waits = {
        Wait(1_000, 4_000, 9_000): 3,
        Wait(0, 0, 5_000): 2,
        Wait(58_000, 60_000, 70_000, 4_500): 1,
        Wait(130_000, 133_000, 140_000): 1,
        Wait(4_000_000, 4_001_000, 4_009_000): 1,
    }
    days = {
        (site.pk, date(2026, 3, 1), None): Tally(9, 2, 1, Counter(waits), Counter({LOST: 2}), 4_001_000, 77),
        (site.pk, date(2026, 3, 1), SALES): Tally(1, 0, 0, Counter({Wait(0, 1_000, 6_000): 1}), Counter(), 1_000, 5),
        (site.pk, date(2026, 3, 2), SALES): Tally(0, 0, 4),
        (other.pk, date(2026, 3, 1), None): Tally(3, 3, 0, Counter(), Counter({Wait(0, 30_000, 36_000): 3}), 30_000, 6),
    }
    old = upgrade.undo().get_model("livechat", "QueueDay")
    for (key, day, of), tally in days.items():
        # Releases before hints kept no pace.
        kept = [
            [(wait if wait.pace else wait[:3], n) for wait, n in sorted(found.items())]
            for found in (tally.waits, tally.lost_waits)
        ]
        old.objects.create(
            site_id=key, day=day, department=of, answered=tally.answered, lost=tally.lost, unknown=tally.unknown,
            longest_ms=tally.longest, longest_at=tally.longest_at, waits=zlib.compress(msgspec.json.encode(kept)),
        )  # fmt: skip
    upgrade.run()
    expected = {key: wait_sums.of(tally) for key, tally in days.items()}
    found = {(row.site_id, row.day, row.department): bytes(row.sums) for row in QueueDay.objects.all()}
    assert found == {key: one.packed() for key, one in expected.items()}
    together: dict[tuple[int, date], list[Any]] = {}
    for (key, day, _of), one in expected.items():
        together.setdefault((key, day), []).append(one)
    wholes = {(row.site_id, row.day): bytes(row.body) for row in TogetherRow.objects.filter(kind="waits")}
    assert wholes == {key: wait_sums.together(parts).packed() for key, parts in together.items()}
