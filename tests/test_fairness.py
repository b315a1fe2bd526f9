"""Nobody stops everybody: what one person may take of the calls, and what stays for the lists and the writes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from livechat.lib import clock
from livechat.live import budget, intervals, snapshot_cache
from livechat.live.sources import Feed
from livechat.models import Budget, Role, Site, Snapshot
from tests.support.chatserver import ChatServer
from tests.support.pages import figures, poll, text

pytestmark = pytest.mark.django_db
SAMPLE = "c97a2afe-a38f-46f8-a55b-8ac9f873cd09"
POLL_SECONDS = 5  # between two polls of an open page
ONE, PUT = "GET /v4/livechat/visitors/{id}", "PUT /v4/livechat/agents/{id}"


@pytest.fixture
def viewer(make_user: Callable[..., User]) -> Client:
    """A browser of somebody who may only look."""
    browser = Client()
    browser.force_login(make_user("vic", Role.VIEWER, connected=False))
    return browser


def trial(browser: Client, site: Site) -> Any:
    """Try a credential that is none."""
    return browser.post(
        "/connection/", {"step": "store", "kind": "bearer", "token": "wrong-token", "address": site.api_base}
    )


@pytest.mark.long(sibling="test_a_viewer_who_looked_at_too_many_records_is_told_so_and_the_next_person_reads_on")
def test_while_one_viewer_asks_for_300_visitors_and_tries_70_credentials_lists_stay_young_and_a_status_goes_out(
    web: Client, viewer: Client, site: Site, feed: Feed, chatserver: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, steady, shared, passed = timezone.now(), clock.steady(), clock.shared(), 0.0
    monkeypatch.setattr(clock, "steady", lambda: steady + passed)
    monkeypatch.setattr(clock, "shared", lambda: shared + passed)
    tried, ages, tags = 0, [], {"/agents/": "", "/visitors/": ""}
    for second in range(300):
        passed = float(second)
        with time_machine.travel(began + timedelta(seconds=second)):
            poll(viewer, f"/visitors/{uuid4()}/")
            if second * 70 // 300 > tried:
                tried += 1
                trial(viewer, site)
            if second % POLL_SECONDS:
                continue
            for path, tag in tags.items():
                snapshot_cache.forget()
                answer = poll(web, path, tag)
                said, tags[path] = figures(answer), answer["HX-PTag"]
                assert said["error"] == "", said
                ages.append(said["age"] / said["every"])
    assert max(ages) < 2
    assert 30 <= chatserver.calls(ONE) <= budget.RECORDS.each
    with time_machine.travel(began + timedelta(seconds=300)):
        answer = web.post(
            f"/agents/{SAMPLE}/status/", {"status": "away", "expected": "Online", "nonce": "n", "reason": ""}
        )
    assert answer.status_code == 302
    assert chatserver.calls(PUT) == 1


def test_a_viewer_who_looked_at_too_many_records_is_told_so_and_the_next_person_reads_on(
    web: Client, viewer: Client, chatserver: ChatServer
) -> None:
    for _ in range(budget.RECORDS.each):
        viewer.get(f"/visitors/{uuid4()}/")
    asked, visitor = chatserver.calls(ONE), chatserver.world.visitor_ids()[3]
    assert asked == budget.RECORDS.each
    answer = viewer.get(f"/visitors/{uuid4()}/")
    assert answer.status_code == 503
    assert "Many single records were read" in text(answer)
    assert chatserver.calls(ONE) == asked
    assert web.get(f"/visitors/{visitor}/").status_code == 200
    assert web.get(f"/visitors/{uuid4()}/").status_code == 404
    assert chatserver.calls(ONE) == asked + 2


def test_trials_of_credentials_are_counted_for_each_person_and_never_use_what_is_kept_for_writes(
    viewer: Client, site: Site, chatserver: ChatServer
) -> None:
    for _ in range(budget.TRIALS.each):
        assert "did not accept" in text(trial(viewer, site))
    used = budget.used()
    answer = trial(viewer, site)
    assert answer.status_code == 422
    assert "Too many credentials were tried" in text(answer)
    assert budget.used() == used
    Budget.objects.all().delete()
    for _ in range(budget.CALL_LIMIT - budget.WRITE_RESERVE):
        budget.take()
    calls = chatserver.calls()
    assert "call limit is used up" in text(trial(viewer, site))
    assert chatserver.calls() == calls


def test_many_open_records_stretch_their_own_interval_and_hardly_that_of_the_lists(site: Site, feed: Feed) -> None:
    def looked(kind: str) -> None:
        now = timezone.now()
        Snapshot.objects.create(
            site=site, fingerprint=feed.fingerprint, kind=kind, looked=now, checked=now
        )  # fmt: skip

    for kind in intervals.LISTS:
        looked(kind)
    for _ in range(200):
        looked(f"visitor:{uuid4()}")
    intervals.forget()
    every, sharing = intervals.interval("agents", timezone.now())
    assert every <= 1.1 * intervals.BASE_SECONDS["agents"]
    assert sharing == 1
    assert intervals.interval("visitor:x", timezone.now())[0] == intervals.DETAIL_SECONDS * intervals.MAX_RECORD_STRETCH


def test_calls_that_an_older_release_counted_still_count(db: None) -> None:
    Budget.objects.create(pk=1, calls=[clock.shared()] * (budget.CALL_LIMIT - budget.WRITE_RESERVE))
    for share in (None, budget.RECORDS, budget.TRIALS):
        with pytest.raises(budget.BudgetExhausted):
            budget.take(share=share, person=1)
    budget.take(write=True)
