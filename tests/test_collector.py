"""The collector: the record goes on while nobody looks, and what is left behind is tidied up."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone

from livechat import collector
from livechat.comm100.records import Listing
from livechat.control import settling
from livechat.live import lease, pace, refresh, sights
from livechat.live.feeds import Feed
from livechat.models import Change, Site, Snapshot
from tests.support.chatserver import ChatServer

pytestmark = pytest.mark.django_db
SAMPLE = "c97a2afe-a38f-46f8-a55b-8ac9f873cd09"


def test_it_refreshes_the_shared_feed_of_every_site(feed: Feed, chatserver: ChatServer) -> None:
    before = chatserver.calls()
    collector.refresh_due()
    assert chatserver.calls() == before + len(pace.LISTS)
    sights.forget()
    collector.refresh_due()
    assert chatserver.calls() == before + len(pace.LISTS), "not due yet"


def test_while_nobody_looks_the_pace_is_a_minute(feed: Feed) -> None:
    collector.refresh_due()
    row = Snapshot.objects.get(kind="agents")
    assert row.every == pace.RECORD
    sights.look(feed, "agents")
    refresh.refresh(feed, "agents")
    row.refresh_from_db()
    assert row.every == pace.BASE["agents"]


def test_a_site_without_a_shared_connection_is_left_alone(site: Site, chatserver: ChatServer) -> None:
    collector.refresh_due()
    assert chatserver.calls() == 0


def test_snapshots_nobody_used_for_a_day_are_deleted(feed: Feed) -> None:
    for kind in ("agents", f"visitor:{SAMPLE}"):
        Snapshot.meet(feed.site_id, feed.fingerprint, kind)
    old = timezone.now() - timedelta(days=2)
    Snapshot.objects.update(looked=old, tried=old)
    Snapshot.objects.filter(kind="agents").update(tried=timezone.now())
    collector.tidy()
    assert list(Snapshot.objects.values_list("kind", flat=True)) == ["agents"]


def test_lists_that_are_fed_survive_a_long_silence_so_that_their_gap_is_told(feed: Feed) -> None:
    refresh.refresh(feed, "agents")
    Snapshot.objects.update(looked=None, tried=timezone.now() - timedelta(days=3))
    collector.tidy()
    assert Snapshot.objects.filter(kind="agents").exists()


def test_a_snapshot_that_is_being_fetched_for_the_first_time_is_left_alone(feed: Feed) -> None:
    row = Snapshot.meet(feed.site_id, feed.fingerprint, "agents")
    assert lease.acquire(row)
    collector.tidy()
    assert Snapshot.objects.filter(pk=row.pk).exists()


def test_figures_whose_credential_was_removed_meanwhile_are_dropped(feed: Feed) -> None:
    token = lease.acquire(Snapshot.meet(feed.site_id, feed.fingerprint, "agents"))
    assert token
    Snapshot.objects.all().delete()
    assert refresh.store(feed, "agents", Listing(()), token) is False


@pytest.mark.parametrize(("now", "results"), [("Meeting", ["sent", "confirmed"]), ("Online", ["unknown"])])
def test_a_write_left_by_a_stopped_process_is_settled_by_looking_never_by_sending(
    site: Site, supervisor: User, chatserver: ChatServer, now: str, results: list[str]
) -> None:
    chatserver.world.set_agent(SAMPLE, status=now)
    change = Change.objects.create(
        site=site,
        kind=Change.Kind.STATUS,
        target=SAMPLE,
        target_name="Ada",
        actor=supervisor,
        actor_name="sue",
        before={"status": "Online"},
        asked={"status": "Meeting"},
        nonce="n",
    )
    assert settling.settle_left() == 0, "it may still be at work"
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=True):
        assert settling.settle_left() == 1
    assert [outcome.result for outcome in change.outcomes.all()] == results
    assert chatserver.calls("PUT /v4/livechat/agents/{id}") == 0
    assert settling.settle_left() == 0
