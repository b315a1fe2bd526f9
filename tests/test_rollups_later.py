"""Sums when something happens to the days they are of: their details go, the clock or the zone is set, a wait lasts."""

from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from livechat.lib.epoch import HOUR_MS, milliseconds
from livechat.models import Contact, QueueDay, RolledDay, Site, Span, Watch
from livechat.ops import cleanup, rollups
from livechat.reports import queue_sums, rolled_days, sums, totals
from livechat.reports.ranges import Range
from livechat.reports.wait_sums import WaitSums
from tests.support import hour_rows
from tests.support.cleaning import clean_up
from tests.support.pages import text
from tests.support.people import client_for, make_site, make_user
from tests.support.spans import make_span, spans
from tests.test_rollups import DAY, MIDNIGHT, NOW, at, contact, watch

pytestmark = pytest.mark.django_db
KIM = uuid4()
OLD = "?from=2026-11-27&to=2026-11-27"


@pytest.fixture(autouse=True)
def clock() -> Any:
    """Two and a half days after the day."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def shop(site: Site, settings: Any) -> Site:
    """A site in UTC, watched for two days, Kim online for 6 h, three answered. Details are kept for 30 days."""
    settings.HISTORY_DAYS = 30
    site.time_zone = "UTC"
    site.save()
    watch(site, 0, 48)
    site.agents.create(agent_id=KIM, name="Kim", team="Front", capacity=4)
    make_span(site, KIM, "Online", at(8), at(14), began_slack=10_000, ended_slack=10_000)
    make_span(site, KIM, "Offline", at(14), at(48), began_slack=10_000, ended_slack=10_000)
    for hour in (9, 10, 11):
        answered = milliseconds(at(hour)) + 10_000
        contact(site, hour, answered=answered, answered_slack=5_000, ended=answered + 50_000, outcome="chatEnded")
    return site


def exported(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode()


def roll_up() -> None:
    while rollups.make_next():
        pass
    sums._unmade.forget()


def day(site: Site, day: date = DAY) -> tuple[dict[str, float], WaitSums | None]:
    """What is told of a day: Kim's hours by status, and the queue."""
    sums._unmade.forget()
    asked = Range(day, day, ZoneInfo(site.time_zone), timezone.now())
    times = totals.by_day(site, asked, [KIM]).get(day, {})
    queue, _left_out = queue_sums.by_day(site, asked)
    return {status: round(one.total / HOUR_MS, 2) for status, one in times.items()}, queue.get(day)


def test_sums_tell_the_same_when_their_details_are_deleted(shop: Site, clock: Any, supervisor: Any) -> None:
    roll_up()

    def told() -> list[Any]:
        web = client_for(supervisor)
        found = []
        for path in (
            "heat/?what=online&",
            "heat/?what=offered&",
            "time/?by=team&",
            "time/?by=day&",
            "occupancy/?by=team&",
        ):
            answer = web.get(f"/history/{path.replace('&', '')}&from=2026-11-26&to=2026-11-28&format=json").json()
            found.append({name: answer.get(name) for name in ("observed", "whole", "cells", "rows")})
        return found

    before = told()
    assert any(cell["value"] for cell in before[0]["cells"])
    clock.shift(timedelta(days=60))
    for _ in range(3):
        clean_up()
    assert not spans(KIM)
    assert not Contact.objects.exists()
    assert told() == before


def test_a_single_day_of_the_queue_whose_details_are_deleted_tells_its_sums(
    shop: Site, clock: Any, supervisor: Any
) -> None:
    roll_up()
    before = client_for(supervisor).get(f"/history/queue/{OLD}&format=json").json()
    clock.shift(timedelta(days=60))
    clean_up()
    web = client_for(supervisor)
    after = web.get(f"/history/queue/{OLD}&format=json").json()
    assert {name: after["whole"][name] for name in ("offered", "answered", "lost", "median_wait")} == {
        name: before["whole"][name] for name in ("offered", "answered", "lost", "median_wait")
    }
    assert [row["answered"] for row in after["parts"]] == [row["answered"] for row in before["parts"]]
    assert {row["median_wait"] for row in after["parts"]} == {None}
    assert "waits of single hours are deleted" in text(web.get(f"/history/queue/{OLD}"))


def test_what_is_deleted_is_told_by_no_page_of_details(shop: Site, clock: Any, supervisor: Any) -> None:
    roll_up()
    clock.shift(timedelta(days=60))
    clean_up()
    web = client_for(supervisor)
    told = text(web.get("/history/day/?day=2026-11-27"))
    assert "The times of this day are deleted" in told
    assert "See the board" not in told
    today = text(web.get("/history/?day=2026-11-27"))
    assert "Agents: details deleted" in today
    assert "The times of this day are deleted" in today
    assert "/history/queue/?from=2026-11-27&amp;to=2026-11-27" in web.get("/history/?day=2026-11-27").content.decode()
    for page in (told, today):
        assert "0.0 %" not in page
        assert "details deleted" in page.lower()
    day, beside = (web.get(f"/history/{path}?day=2026-11-27&format=json").json() for path in ("day/", ""))
    assert (day["observed"], day["details_deleted"], day["never_on"]) == (None, True, None)
    assert [beside["day"][name] for name in ("details_deleted", "agents_observed", "offered")] == [True, None, None]
    for path in ("day/", ""):
        assert "observed share,details deleted" in exported(web.get(f"/history/{path}?day=2026-11-27&format=csv"))
    week_later = web.get("/history/?day=2026-12-04&format=json").json()
    assert (week_later["day"]["details_deleted"], week_later["week_before"]["details_deleted"]) == (False, True)
    assert not beside["week_before"]["details_deleted"], "nothing of that week was recorded"
    moment = web.get("/history/replay/?at=2026-11-27T09:00")
    assert moment.status_code == 422
    assert "Single moments are kept from" in text(moment)
    agent = web.get(f"/history/agents/{KIM}/{OLD}")
    assert "6 h" in text(agent)
    assert "<svg" not in agent.content.decode().split("<tbody>")[1].split("</tbody>")[0]


def test_a_day_that_lost_a_part_of_its_details_tells_none(shop: Site, supervisor: Any) -> None:
    roll_up()
    Site.objects.filter(pk=shop.pk).update(details_since=milliseconds(at(12)), opening_hours=[[[540, 660]]] * 7)
    web = client_for(supervisor)
    for path in ("/history/", "/history/day/"):
        told = text(web.get(f"{path}?day=2026-11-27"))
        assert "The times of this day are deleted" in told
        for false in ("0.0 %", "never on", "not observed"):
            assert false not in told, (path, false)
    found = web.get("/history/?day=2026-11-27&format=json").json()["day"]
    assert found["details_deleted"]
    assert [found[name] for name in ("offered", "uncovered", "agents_observed")] == [None] * 3
    assert "kept from Sat 28 Nov 2026" in text(web.get("/history/day/?day=2026-11-27"))


def test_a_day_on_which_nobody_looked_was_not_observed_whatever_is_deleted(shop: Site, supervisor: Any) -> None:
    Site.objects.filter(pk=shop.pk).update(details_since=milliseconds(at(24 * 40)))
    with time_machine.travel(at(24 * 41), tick=False):
        web = client_for(supervisor)
        for path in ("/history/", "/history/day/"):
            told = text(web.get(f"{path}?day=2026-12-10"))
            assert "deleted" not in told.split("Fri")[0], path
        assert web.get("/history/?day=2026-12-10&format=json").json()["day"]["details_deleted"] is False


def test_details_are_not_marked_as_deleted_if_the_zone_was_changed_meanwhile(shop: Site, clock: Any) -> None:
    roll_up()
    before = timezone.now()
    Site.objects.filter(pk=shop.pk).update(time_zone="Mars/Base")
    assert not cleanup._mark_deleted(shop, before)  # `shop` was read before the change
    assert Site.objects.get(pk=shop.pk).details_since is None


def test_rollup_leaves_the_sums_of_days_whose_details_are_deleted(shop: Site, clock: Any, settings: Any) -> None:
    """The first day of which only a part is left, and one that a single long run of looks covers, are two such days."""
    Watch.objects.all().delete()
    watch(shop, 0, 24 * 40)
    clock.move_to(at(24 * 40))
    edge = (MIDNIGHT + timedelta(days=10)).date()
    make_span(shop, KIM, "Meeting", at(241), at(242), began_slack=10_000, ended_slack=10_000)
    clock.move_to(at(24 * 40 + 12))
    roll_up()
    before = day(shop), day(shop, edge)
    clean_up()
    assert not spans(KIM)
    out = StringIO()
    call_command("rollup", "--from", DAY.isoformat(), stdout=out)
    assert (day(shop), day(shop, edge)) == before
    assert before[1][0]["Meeting"] == 1
    assert "11 before that keep theirs, because their details are deleted" in out.getvalue()


def test_who_waits_over_midnight_counts_in_the_sums_of_the_day(shop: Site, clock: Any) -> None:
    began = milliseconds(at(23.75))
    row = Contact.objects.create(site=shop, began=began, began_slack=5_000, visitor=uuid4())
    clock.move_to(at(24.05))
    assert not rollups.make_next(), "the day is over, but somebody still waits"
    answered = began + HOUR_MS // 2
    Contact.objects.filter(pk=row.pk).update(answered=answered, answered_slack=5_000, visitor=None)
    assert rollups.make_next()
    _times, queue = day(shop)
    assert queue
    assert (queue.answered, queue.longest) == (4, HOUR_MS // 2)


def test_a_day_does_not_wait_for_ever_for_one_who_waits_for_ever(shop: Site, clock: Any) -> None:
    Contact.objects.create(site=shop, began=milliseconds(at(23.75)), began_slack=5_000, visitor=uuid4())
    clock.move_to(at(28.1))
    assert rollups.make_next()


def test_sums_that_were_made_while_the_clock_was_ahead_are_made_again(shop: Site, clock: Any) -> None:
    clock.move_to(at(36))
    roll_up()
    clock.move_to(at(36 + 48))
    roll_up()
    assert RolledDay.objects.count() == 3
    clock.move_to(at(36.1))
    roll_up()
    assert [row.day for row in RolledDay.objects.all()] == [DAY]
    Span.objects.filter(agent__agent_id=KIM, status__name="Offline").update(ended=milliseconds(at(37)))
    make_span(shop, KIM, "Online", at(37), at(47))
    clock.move_to(at(60))
    roll_up()
    assert day(shop, DAY + timedelta(days=1))[0] == {"Offline": 13, "Online": 10}


def test_a_clock_that_is_far_behind_takes_no_sums_away(shop: Site, clock: Any) -> None:
    clock.shift(timedelta(days=60))
    clean_up()
    made = RolledDay.objects.count()
    clock.move_to(MIDNIGHT - timedelta(days=2_000))
    Watch.objects.filter(site=shop).delete()  # as a look at that moment does
    watch(shop, -24 * 2_000, -24 * 2_000 + 1)
    while rollups.make_next():
        pass
    clean_up()
    assert RolledDay.objects.filter(day__gte=DAY).count() >= 2
    assert RolledDay.objects.get(day=DAY).times
    assert QueueDay.objects.filter(day=DAY).exists()
    assert made


def test_another_zone_leaves_the_sums_whose_details_an_older_release_deleted(shop: Site, clock: Any) -> None:
    old = DAY - timedelta(days=50)
    RolledDay.objects.create(site=shop, day=old)
    QueueDay.objects.create(site=shop, day=old, answered=7, lost=0, unknown=0, sums=b"")
    rolled_days.forget_detailed(shop)
    assert QueueDay.objects.get(day=old).answered == 7


def test_the_sums_of_a_day_whose_details_went_meanwhile_are_not_made_again(shop: Site) -> None:
    roll_up()
    before = day(shop)
    Site.objects.filter(pk=shop.pk).update(details_since=milliseconds(at(30)))
    Span.objects.all().delete()
    rollups.make(shop, DAY)
    assert day(shop) == before


def test_another_zone_makes_the_sums_again_and_counts_no_hour_twice(shop: Site, supervisor: Any, clock: Any) -> None:
    Watch.objects.all().delete()
    watch(shop, 0, 60)
    Span.objects.all().delete()
    make_span(shop, KIM, "Online", at(0), at(60))
    web = client_for(supervisor)
    supervisor.memberships.update(role="administrator")
    roll_up()
    for zone in ("Pacific/Kiritimati", "America/New_York", "UTC"):
        page = web.get(f"/sites/{shop.pk}/")
        data = {name: field for name, field in page.context["form"].initial.items() if field is not None}
        assert web.post(f"/sites/{shop.pk}/", data | {"time_zone": zone}).status_code == 302
        shop.refresh_from_db()
        assert shop.time_zone == zone
        roll_up()
        asked = Range(date(2026, 11, 25), date(2026, 11, 30), ZoneInfo(zone), timezone.now())
        times = totals.by_agent(shop, asked)[KIM]["Online"].total
        assert times == 60 * HOUR_MS
        assert RolledDay.objects.count() in (2, 3)
        kept = sum(one.on for one in hour_rows.teams(shop).values())
        assert kept <= 60 * HOUR_MS
        assert sum(QueueDay.objects.values_list("answered", flat=True)) == 3


def test_a_site_whose_zone_is_unknown_keeps_its_details(shop: Site, clock: Any) -> None:
    Site.objects.filter(pk=shop.pk).update(time_zone="Mars/Base")
    clock.shift(timedelta(days=60))
    clean_up()
    assert spans(KIM).count() == 2
    assert Contact.objects.count() == 3


def test_a_site_whose_zone_is_unknown_keeps_no_other_sites_details(shop: Site, clock: Any) -> None:
    other = make_site("Mars", time_zone="Mars/Base")
    key = uuid4()
    other.agents.create(agent_id=key)
    make_span(other, key, "Online", at(8), at(14), began_slack=10_000, ended_slack=10_000)
    roll_up()
    clock.shift(timedelta(days=60))
    roll_up()
    clean_up()
    assert (spans(KIM).count(), Contact.objects.filter(site=shop).count()) == (0, 0)
    assert spans(key).count() == 1
    assert Site.objects.get(pk=other.pk).details_since is None


def test_the_pages_of_a_site_whose_zone_is_unknown_show_this_installations_and_name_it(
    shop: Site, supervisor: Any, renew: Callable[[], None]
) -> None:
    renew()
    Site.objects.filter(pk=shop.pk).update(time_zone="Mars/Base")
    web = client_for(supervisor)
    for path in (
        "/agents/", "/visitors/", "/history/", "/history/queue/", "/history/day/", "/history/replay/", "/alerts/",
        "/now/?format=json", f"/history/agents/{KIM}/",
    ):  # fmt: skip
        answer = web.get(path)
        assert answer.status_code == 200, path
        assert "Mars" not in answer.content.decode(), path
    (agent, *_others) = shop.agents.exclude(agent_id=KIM).values_list("agent_id", flat=True)
    for page in (f"/agents/{agent}/status/", f"/agents/bulk/?agent={agent}"):
        told = text(web.get(page))
        assert ("Mars" in told, settings.TIME_ZONE in told) == (False, True), page
    ada = client_for(make_user("ada", shop))
    opening = text(ada.get(f"/sites/{shop.pk}/opening/"))
    assert f"The clock is that of {settings.TIME_ZONE}" in opening
    assert "does not know the time zone “Mars/Base”" in opening
    digest = text(web.get("/account/digest/"))
    assert f"By the clock of {settings.TIME_ZONE}" in digest
    assert "nothing is sent" in digest
    assert settings.TIME_ZONE in text(web.get("/history/queue/"))
