"""The page of today as a browser shows it: it fits a phone and a desktop, and nothing on it is inaccessible."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page

from livechat.lib.epoch import HOUR_MS, milliseconds
from tests.browser.test_every_page import AXE, LOOKS, look
from tests.support.demo import Demo

WATCH = "(site_id, list, began, ended, looks)"


@pytest.fixture(scope="module")
def day(demo: Demo) -> str:
    """The day a week ago, with a record: an hour of it is not observed, and the week before is whole."""
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=7)
    ((site,),) = demo.query("SELECT id FROM livechat_site ORDER BY id LIMIT 1")
    demo.query("UPDATE livechat_site SET time_zone = 'UTC'")
    for began, gap in ((midnight, 9), (midnight - timedelta(days=7), None)):
        start = milliseconds(began)
        runs = ((0, 24),) if gap is None else ((0, gap), (gap + 1, 24))
        for kind in ("agents", "visitors"):
            for first, last in runs:
                values = (site, kind, start + first * HOUR_MS, start + last * HOUR_MS, (last - first) * 720)
                demo.query(
                    "INSERT INTO livechat_watch (site_id, list, began, ended, looks) VALUES (?, ?, ?, ?, ?)", *values
                )
        for hour in range(24):
            values = (site, start + hour * HOUR_MS, start + hour * HOUR_MS + 9_000, start + hour * HOUR_MS + 90_000)
            demo.query(
                "INSERT INTO livechat_contact (site_id, began, began_slack, answered, answered_slack, ended, outcome)"
                " VALUES (?, ?, 5000, ?, 5000, ?, 'chatEnded')",
                *values,
            )
    return str(midnight.date())


def test_a_day_with_a_gap_fits_and_is_accessible_on_a_phone_and_a_desktop(page: Page, day: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"/history/?day={day}")
    assert page.locator("svg.plot").count() == 2
    assert page.locator(".plot-gap").count() == 2
    assert page.locator(".history-table tbody tr").count() == 24
    page.evaluate(AXE)
    assert [text for each in LOOKS for text in look(page, *each)] == []


def test_the_days_beside_are_links_and_a_day_can_be_typed_without_scripts(plain: Page, day: str) -> None:
    plain.goto("/history/")
    plain.get_by_label("Day", exact=True).fill(day)
    plain.get_by_role("button", name="Show", exact=True).click()
    shown = plain.get_by_label("Day", exact=True)
    assert shown.input_value() == day
    plain.get_by_role("link", name="Day before").click()
    before = shown.input_value()
    plain.get_by_role("link", name="Day after").click()
    assert (before < day, shown.input_value()) == (True, day)
