"""Stored snapshots under trouble: rows made again, bodies that cannot be read, and who waits for what."""

import base64
import re
import zlib
from collections.abc import Callable
from typing import Any

import brotli
import pytest
from django.contrib.auth.models import User
from django.test import Client

from livechat.lib import background, clock, vault
from livechat.live import refresh, snapshot_cache
from livechat.live.sources import Feed
from livechat.models import Site, Snapshot, SnapshotBody, Wall
from livechat.walls import links
from tests.support.chatserver import ChatServer
from tests.support.pages import figures, poll, text

pytestmark = pytest.mark.django_db
SAMPLE = "c97a2afe-a38f-46f8-a55b-8ac9f873cd09"
# One agent, as release 8200983 stored it: records by position, without a layout number.
OF_8200983 = (
    b"\x92\xc42\x93\x91\x93\xd9$c97a2afe-a38f-46f8-a55b-8ac9f873cd09\xa5Lunch\x02\x00\x00"
    b"\x81\xd9$c97a2afe-a38f-46f8-a55b-8ac9f873cd09\x92\xcf\x00\x00\x01\x8b\xcf\xe5h\x00\xc3"
)
OF_NOW = b"\x93\x02" + OF_8200983[1:].partition(b"\x81")[0] + b"\x91\x92\xcf\x00\x00\x01\x8b\xcf\xe5h\x00\xc3"
UNREADABLE = {
    "of release 8200983": zlib.compress(OF_8200983, 1),
    "of layout 1": zlib.compress(b"\x93\x01" + OF_8200983[1:], 1),
    "of a later layout": brotli.compress(b"\x93\xcd\x03\xe7" + OF_NOW[2:]),
    "with other records": brotli.compress(OF_NOW.replace(b"\x93\x91\x93", b"\x93\x91\xc0")),
    "without a mark for a row": brotli.compress(OF_NOW[: OF_NOW.rindex(b"\x91")] + b"\x90"),
    "broken off": brotli.compress(OF_NOW)[:-9],
    "not packed": b"neither Brotli nor zlib",
}


def status(feed: Feed) -> str:
    """The sample agent's status as this process shows it now."""
    snapshot_cache.mark_stale(feed.site_id)
    data = snapshot_cache.get(feed, "agents", wait=0).data
    assert data is not None
    return str(data.by_id[SAMPLE].status)


def made_again_by_another_process(feed: Feed, chatserver: ChatServer) -> None:
    """The agents' row is deleted and made again with another status, until it has the same version."""
    version = Snapshot.objects.get(kind="agents").version
    Snapshot.objects.all().delete()
    chatserver.world.set_agent(SAMPLE, status="Lunch")
    assert refresh.refresh(feed, "agents")
    assert Snapshot.objects.get(kind="agents").version == version


def test_a_row_that_another_process_made_again_is_read_again(feed: Feed, chatserver: ChatServer) -> None:
    refresh.refresh(feed, "agents")
    before = status(feed)
    made_again_by_another_process(feed, chatserver)
    assert before != "Lunch"
    assert status(feed) == "Lunch"


def test_a_poll_does_not_take_a_row_that_was_made_again_for_the_one_before(
    web: Client, feed: Feed, chatserver: ChatServer
) -> None:
    refresh.refresh(feed, "agents")
    page = web.get("/agents/")
    made_again_by_another_process(feed, chatserver)
    snapshot_cache.mark_stale(feed.site_id)
    answer = poll(web, "/agents/", tag=page["HX-PTag"])
    assert answer.status_code == 200
    assert "Lunch" in text(answer)


def put_body(packed: bytes) -> None:
    """Make this the stored body of the agents' list."""
    row = Snapshot.objects.get(kind="agents")
    SnapshotBody.objects.filter(snapshot=row).update(sealed=vault.seal(packed, row.seal_row))
    snapshot_cache.forget()


def test_a_body_of_this_layout_is_read(feed: Feed) -> None:
    refresh.refresh(feed, "agents")
    put_body(brotli.compress(OF_NOW))
    data = snapshot_cache.get(feed, "agents", wait=0).data
    assert data
    assert (data.by_id[SAMPLE].status, data.since) == ("Lunch", {SAMPLE: (1700000000000, True)})


@pytest.mark.parametrize("body", UNREADABLE)
def test_a_body_that_cannot_be_read_is_fetched_anew_when_someone_looks(body: str, web: Client, feed: Feed) -> None:
    refresh.refresh(feed, "agents")
    put_body(UNREADABLE[body])
    assert f'id="agent-{SAMPLE}"' in text(web.get("/agents/"))


@pytest.mark.parametrize("body", UNREADABLE)
def test_a_refresh_replaces_a_body_that_cannot_be_read_and_gives_its_lease_back(
    body: str, feed: Feed, chatserver: ChatServer
) -> None:
    refresh.refresh(feed, "agents")
    put_body(UNREADABLE[body])
    chatserver.world.set_agent(SAMPLE, status="Meeting")
    assert refresh.refresh(feed, "agents")
    row = Snapshot.objects.get(kind="agents")
    assert (row.holder, row.error) == ("", "")
    assert status(feed) == "Meeting"


def test_a_status_that_was_sent_is_shown_later_if_the_body_cannot_be_read(feed: Feed, site: Site) -> None:
    refresh.refresh(feed, "agents")
    put_body(UNREADABLE["not packed"])
    refresh.write_through(site, SAMPLE, "Meeting")
    assert Snapshot.objects.get(kind="agents").version == 1


@pytest.fixture
def closed(renew: Callable[[], None], settings: Any) -> None:
    """Both lists are stored, but sealed with a key that this server does not have any more."""
    renew()
    settings.SEALING_KEYS = ["other:" + base64.urlsafe_b64encode(bytes(32)).decode()]


@pytest.mark.parametrize("url", ["/agents/", "/agents/?q=x", "/visitors/", "/visitors/?q=x", "/queue/"])
def test_without_data_no_board_says_nobody_or_0(url: str, web: Client, closed: None) -> None:
    answer = web.get(url)
    page = text(answer)
    assert "Nobody" not in page
    assert not re.search(r">\s*0\s*<", page)
    assert "No agent fits" not in page
    assert "No visitor fits" not in page
    assert figures(answer)["age"] is None
    assert "Figures of" not in page


@pytest.mark.parametrize("kind", ["agents", "visitors"])
def test_without_data_no_wall_says_nobody_or_0(
    kind: str, site: Site, supervisor: User, renew: Callable[[], None]
) -> None:
    renew()
    panels = [{"slug": slug, "size": "normal", "amber": None, "red": None} for slug in ("online", "waiting", "longest")]
    wall = Wall.objects.create(site=site, title="Support", panels=panels, agents=True)
    row = Snapshot.objects.get(kind=kind)
    SnapshotBody.objects.filter(snapshot=row).update(sealed=b"v1.gone." + vault.seal(b"x", row.seal_row)[8:])
    Snapshot.objects.filter(pk=row.pk).update(error="cannot-open", error_text="x", pause=900)
    page = Client().get(f"/wall/{links.make_link(wall, supervisor, 'TV', days=30)[1]}/")
    assert figures(page)["age"] is None
    unknown = {"agents": 1, "visitors": 2}[kind]
    assert text(page).count("–</b>") == unknown
    if kind == "agents":
        assert "Nobody" not in text(page)


def test_only_the_first_cold_view_of_a_source_waits(
    feed: Feed, chatserver: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, waits = clock.steady(), 0

    def wait(key: object, seconds: float) -> None:
        nonlocal now, waits
        now, waits = now + seconds, waits + 1

    monkeypatch.setattr(clock, "steady", lambda: now)
    monkeypatch.setattr(background, "start", lambda key, work: None)  # it hangs
    monkeypatch.setattr(background, "wait", wait)
    assert snapshot_cache.get(feed, "visitors").loading
    assert waits > 10
    waits = 0
    for kind in ("visitors", "visitors", "agents", f"visitor:{SAMPLE}", "visitors"):
        now += 1
        assert snapshot_cache.get(feed, kind).loading
    assert waits == 0, "it is on its way"
    assert refresh.refresh(feed, "visitors")
    now += 1
    assert not snapshot_cache.get(feed, "visitors").loading
    assert snapshot_cache.get(feed, f"agent:{SAMPLE}").loading
    assert waits > 10, "the source answers again"
