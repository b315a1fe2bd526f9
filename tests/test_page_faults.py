"""If Comm100 fails, pages stay up: they show the last figures with their age and the reason, never a 500."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client

from livechat.comm100.credentials import Bearer
from livechat.control import verification
from livechat.live import budget, intervals, refresh, snapshot_cache, sources
from livechat.live.sources import Feed
from livechat.models import Change, Membership, Role, Site, Snapshot
from livechat.sites import connections
from tests.support.faults import FAULTS, SURVIVED
from tests.support.misbehaving import Misbehaving
from tests.support.pages import figures, poll, text
from tests.support.talk import AGENT, VISITOR

pytestmark = pytest.mark.django_db
REASONS = {"unreachable", "throttled", "refused-credential", "forbidden", "not-found", "refused", "malformed"}
SHORT = 0.15  # seconds a call may take while the server misbehaves
PAGES = ("/agents/", f"/agents/{AGENT['id']}/", "/visitors/", f"/visitors/{VISITOR['id']}/")


@pytest.fixture
def server() -> Iterator[Misbehaving]:
    """A server that works normally, for now."""
    with Misbehaving("well") as found:
        yield found


@pytest.fixture
def seen(server: Misbehaving, client: Client, db: None) -> Feed:
    """A site with figures, and a supervisor signed in to it."""
    site = Site.objects.create(name="Odd", api_base=server.root)
    user = User.objects.create_user("sue")
    Membership.objects.create(user=user, site=site, role=Role.SUPERVISOR)
    feed = sources.of(site, connections.store(site, user, Bearer("a-token-for-tests")))
    for kind in intervals.LISTS:
        assert refresh.refresh(feed, kind)
    client.force_login(user)
    return feed


@pytest.mark.parametrize("fault", sorted(FAULTS.keys() - {"well", *SURVIVED}))
def test_the_last_figures_stay_with_the_reason_why_there_are_no_newer_ones(
    fault: str, server: Misbehaving, seen: Feed, client: Client, settings: Any
) -> None:
    server.kind, settings.COMM100_DEADLINE = fault, SHORT
    for kind in intervals.LISTS:
        refresh.refresh(seen, kind)
    rows = Snapshot.objects.filter(kind__in=intervals.LISTS)
    if fault == "latency" and not any(row.error for row in rows):
        return  # slow, but in time
    snapshot_cache.forget()
    for url, shown in (("/agents/", AGENT), ("/visitors/", VISITOR)):
        answer = poll(client, url)
        assert_old_with_a_reason(answer)
        assert shown["id"] in text(answer)


@pytest.mark.parametrize("fault", ["503", "429-seconds", "401", "403", "404", "400", "html"])
def test_every_page_shows_the_last_figures_whatever_the_reason(
    fault: str, server: Misbehaving, seen: Feed, client: Client, settings: Any
) -> None:
    server.kind, settings.COMM100_DEADLINE = fault, SHORT
    for kind in intervals.LISTS:
        refresh.refresh(seen, kind)
    snapshot_cache.forget()
    for url, shown in zip(PAGES, (AGENT, AGENT, VISITOR, VISITOR), strict=True):
        answer = client.get(url)
        assert_old_with_a_reason(answer)
        assert shown["id"] in text(answer)


def assert_old_with_a_reason(answer: Any) -> None:
    """A page with figures of before, their age and the reason why there are no newer ones."""
    assert answer.status_code == 200
    said = figures(answer)
    assert said["error"] in REASONS
    assert said["text"]
    assert said["age"] is not None


@pytest.mark.parametrize("fault", sorted(FAULTS.keys() - {"well", *SURVIVED}))
def test_a_write_is_never_a_500_and_its_outcome_is_shown(
    fault: str, server: Misbehaving, seen: Feed, client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "VERIFY_SECONDS", 0.0)
    data = {"status": "away", "expected": AGENT["status"], "nonce": "n", "reason": "kept words"}
    server.kind, settings.COMM100_DEADLINE = fault, SHORT
    answer = client.post(f"/agents/{AGENT['id']}/status/", data)
    if answer.status_code != 302:
        assert answer.status_code in (404, 422)
        assert "kept words" in text(answer)
    else:
        assert Change.objects.get().outcomes.exists()
    assert poll(client, answer.get("Location", f"/agents/{AGENT['id']}/status/")).status_code == 200


@pytest.mark.parametrize("fault", SURVIVED)
def test_odd_fields_leave_the_rest_in_place(fault: str, server: Misbehaving, seen: Feed, client: Client) -> None:
    server.kind = fault
    for kind in intervals.LISTS:
        refresh.refresh(seen, kind)
    snapshot_cache.forget()
    for url in PAGES:
        assert client.get(url).status_code == 200, url
    assert figures(client.get("/visitors/"))["error"] == ""


NOT_THERE = (("agents", "No such agent"), ("visitors", "has left, or was never here"))


@pytest.mark.usefixtures("seen")
def test_a_404_says_that_someone_in_no_list_is_not_there(server: Misbehaving, client: Client) -> None:
    server.kind = "404"
    for url, words in NOT_THERE:
        answer = poll(client, f"/{url}/{uuid4()}/")
        assert answer.status_code == 404
        assert words in text(answer)


@pytest.mark.usefixtures("seen")
@pytest.mark.parametrize("fault", sorted(FAULTS.keys() - {"well", "latency", "404", *SURVIVED}))
def test_nothing_else_says_that_someone_in_no_list_is_not_there(
    fault: str, server: Misbehaving, client: Client, settings: Any
) -> None:
    server.kind, settings.COMM100_DEADLINE = fault, SHORT
    for url, words in NOT_THERE:
        answer = poll(client, f"/{url}/{uuid4()}/")
        assert answer.status_code == 503
        assert words not in text(answer)
        assert "There are no figures yet" not in text(answer), "it says why"


def test_without_any_figures_every_page_says_why(server: Misbehaving, seen: Feed, client: Client) -> None:
    Snapshot.objects.all().delete()
    snapshot_cache.forget()
    server.kind = "html"
    for url in ("/agents/", "/visitors/"):
        answer = client.get(url)
        assert answer.status_code == 200
        assert figures(answer)["error"] == "malformed"
        assert "Nobody" not in text(answer).replace("Nobody waiting", "").replace("Nobody is waiting", "")
    for url in (f"/agents/{AGENT['id']}/", f"/visitors/{VISITOR['id']}/"):
        assert client.get(url).status_code == 503


def test_when_the_calls_are_used_up_pages_say_so_and_nothing_leaves(
    server: Misbehaving, seen: Feed, client: Client
) -> None:
    for _ in range(budget.CALL_LIMIT - budget.used()):
        budget.take(write=True)
    calls = len(server.calls)
    for kind in intervals.LISTS:
        refresh.refresh(seen, kind)
    snapshot_cache.forget()
    assert "300 calls" in figures(client.get("/agents/"))["text"]
    answer = client.post(
        f"/agents/{AGENT['id']}/status/", {"status": "away", "expected": "Online", "nonce": "n", "reason": "kept"}
    )
    assert answer.status_code == 422
    assert "call limit is used up" in text(answer)
    assert len(server.calls) == calls
