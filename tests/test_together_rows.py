"""What a day says of all together, of an installation in which an older release summed up the days."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.core.management import call_command

from livechat.lib.epoch import milliseconds
from livechat.models import Site, TogetherRow, Watch
from livechat.ops import rollups
from livechat.walls import links
from tests.support.people import make_site
from tests.support.spans import make_span

pytestmark = pytest.mark.django_db(transaction=True)
FIRST = date(2025, 12, 20)
DAYS = 20  # of two years
Rows = list[tuple[int, str, date, bytes]]


@pytest.fixture
def sites() -> list[Site]:
    """Two sites whose agents change their statuses, and one without agents; its days are summed up too."""
    made = [make_site(name) for name in ("Shop", "Other", "Empty")]
    Site.objects.update(time_zone="UTC")
    began, ended = (datetime(2025, 12, 20, tzinfo=UTC) + timedelta(days=days) for days in (0, DAYS))
    for number, site in enumerate(made):
        site.refresh_from_db()
        for kind in ("agents", "visitors"):
            looks = DAYS * 17_280 + 1
            Watch.objects.create(
                site=site, list=kind, began=milliseconds(began), ended=milliseconds(ended), looks=looks
            )
        for person in range(3 * (2 - number)):
            key = UUID(int=100 * number + person + 1)
            site.agents.create(agent_id=key, team=("Front", "Back")[person % 2])
            for hour in range(0, 24 * DAYS, 5 + person):
                start = began + timedelta(hours=hour)
                status = ("Online", "Away", "Offline")[(hour + person) % 3]
                make_span(site, key, status, start, min(ended, start + timedelta(hours=5 + person)))
        for day in range(DAYS):
            rollups.make(site, FIRST + timedelta(days=day))
    return made


def rows() -> Rows:
    """All that is stored."""
    found = TogetherRow.objects.order_by("site", "kind", "day").values_list("site", "kind", "day", "body")
    return [(site, kind, day, bytes(body)) for site, kind, day, body in found]


def test_an_upgrade_stores_the_same_as_days_that_are_summed_up_after_it(sites: list[Site]) -> None:
    stored = rows()
    assert {(site, kind) for site, kind, _day, _body in stored} >= {(sites[0].pk, "times"), (sites[1].pk, "teams")}
    try:
        call_command("migrate", "livechat", "0061", verbosity=0)
    finally:
        call_command("migrate", verbosity=0)
    assert rows() == stored


def test_a_site_is_deleted_with_them(sites: list[Site]) -> None:
    links.delete_site(sites[0])
    assert {site for site, _kind, _day, _body in rows()} == {sites[1].pk, sites[2].pk}
