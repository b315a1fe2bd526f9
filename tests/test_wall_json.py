"""A wall's link answers scripts too: the same closed list as its screens, as JSON."""

import html
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from livechat.live import snapshot_cache
from livechat.models import Site, Snapshot, Wall, WallLink
from livechat.record.link_events import By
from livechat.walls import link_cache, links, messages
from tests.support import staff as staff_of
from tests.support.chatserver import ChatServer

pytestmark = pytest.mark.django_db
JSON = {"HTTP_ACCEPT": "application/json"}
MOMENTS = ("checked", "since", "until", "began", "ended")


@pytest.fixture
def link(site: Site, supervisor: User) -> tuple[WallLink, str]:
    """A link to a wall of every kind of figure, and its path."""
    wall = Wall.objects.create(site=site, title="Support <b>", time_zone="Asia/Kolkata")
    made, secret = links.make_link(wall, supervisor, "Script", days=None)
    return made, f"/wall/{secret}/"


@pytest.fixture
def staff(site: Site, chatserver: ChatServer, renew: Callable[[], None]) -> list[str]:
    """Eight agents A to H who are online, one of whom is away."""
    keys = staff_of.set_online(chatserver)
    renew()
    staff_of.enter(site, keys, sales=[])
    site.bump_version()
    chatserver.world.set_agent(keys[0], status="Away", chats=0)
    chatserver.world.put_visitor({"id": staff_of.VISITOR, "status": "waitingForChat", "name": "Marta"})
    renew()
    return keys


def told(client: Client, path: str) -> dict[str, Any]:
    """What a script is told."""
    answer = client.get(path, **JSON)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    found: dict[str, Any] = json.loads(answer.content)
    return found


@pytest.mark.usefixtures("staff")
def test_the_figures_and_the_agents_are_those_of_the_screen(client: Client, link: tuple[WallLink, str]) -> None:
    found = told(client, link[1])
    figures = {figure["name"]: figure["value"] for figure in found["figures"]}
    assert (figures["waiting"], figures["online"], figures["away"]) == (1, 7, 1)
    assert [agent["alias"] for agent in found["agents"]] == ["A", *"BCDEFGH"]
    assert found["agents"][0]["status"] == "Away"
    assert found["agents"][1]["load"] == "1/2"
    assert (found["wall"], found["state"], found["error"]) == ("Support <b>", "fresh", "")
    assert found["checked"].endswith("+05:30")
    (longest,) = (figure for figure in found["figures"] if figure["name"] == "longest")
    assert longest["unit"] == "seconds"
    assert datetime.fromisoformat(longest["since"]) <= timezone.now()


def test_its_words_are_those_of_the_page_and_it_has_no_id_and_no_field_of_a_visitor(
    client: Client, link: tuple[WallLink, str], staff: list[str], chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    fields = {"name": "Marta", "email": "marta@example.org", "ip": "203.0.113.9", "company": "Harbour Bikes"}
    chatserver.world.put_visitor({"id": staff_of.VISITOR, "status": "waitingForChat"} | fields)
    renew()
    answer, page = client.get(link[1], **JSON).content.decode(), client.get(link[1]).content.decode()
    secrets = [*fields.values(), *(part for key in (*staff, staff_of.VISITOR) for part in (key[:8], key[-8:]))]
    assert [secret for secret in secrets if secret in answer] == []
    assert {word for word in words(json.loads(answer)) if html.escape(word) not in page} == set()


def words(value: Any) -> Iterator[str]:
    """Every word in what a script is told, but for moments and for names that are meant for scripts."""
    if isinstance(value, dict):
        value = [item for key, item in value.items() if key not in ("name", "kind", "unit", *MOMENTS)]
    if isinstance(value, list):
        yield from (word for item in value for word in words(item))
    elif isinstance(value, str):
        yield value


@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize("accept", ["", "*/*", "text/html,application/xhtml+xml,*/*;q=0.8"])
def test_browsers_and_whoever_says_nothing_get_the_page(
    client: Client, link: tuple[WallLink, str], accept: str
) -> None:
    answer = client.get(link[1], **({"HTTP_ACCEPT": accept} if accept else {}))
    assert answer["Content-Type"].startswith("text/html")
    assert "Accept" in answer["Vary"].split(", ")


@pytest.mark.usefixtures("staff")
def test_stale_figures_have_no_level_stand_still_and_leave_after_a_quarter_of_an_hour(
    client: Client, link: tuple[WallLink, str]
) -> None:
    waited = {figure["name"]: figure["value"] for figure in told(client, link[1])["figures"]}["longest"]
    for minutes, state in ((10, "stale"), (20, "gone")):
        later = timezone.now() - timedelta(minutes=minutes)
        Snapshot.objects.update(checked=later, tried=timezone.now(), pause=3600.0, error="unreachable", error_text="x")
        snapshot_cache.forget()
        found = told(client, link[1])
        assert found["state"] == state
        assert found["error"] == "Comm100 does not answer"
        assert found["age_seconds"] == pytest.approx(minutes * 60, abs=5)
        if state == "gone":
            assert set(found) == {"wall", "state", "checked", "age_seconds", "interval_seconds", "error"}
        else:
            assert {figure["level"] for figure in found["figures"]} == {""}
            assert {figure["name"]: figure["value"] for figure in found["figures"]}["longest"] <= waited


def test_a_message_is_told_until_its_end(
    client: Client, site: Site, supervisor: User, link: tuple[WallLink, str]
) -> None:
    assert told(client, link[1])["message"] is None
    shown = messages.show(site, None, "Fire drill", tone="normal", lasts=timedelta(minutes=5), by=By(supervisor))
    found = told(client, link[1])["message"]
    assert (found["text"], found["tone"]) == ("Fire drill", "normal")
    assert datetime.fromisoformat(found["until"]) == shown.until.replace(microsecond=0)
    messages.end(shown, By(supervisor))
    assert told(client, link[1])["message"] is None


def test_a_paused_an_ended_and_an_unknown_link_say_so(client: Client, link: tuple[WallLink, str]) -> None:
    made, path = link
    WallLink.objects.filter(pk=made.pk).update(paused=timezone.now())
    link_cache.forget()
    assert told(client, path) == {"state": "paused"}
    WallLink.objects.filter(pk=made.pk).update(paused=None, expires=timezone.now() - timedelta(seconds=1))
    link_cache.forget()
    ended = client.get(path, **JSON)
    assert (ended.status_code, ended.json()) == (410, {"state": "ended"})
    unknown = client.get("/wall/never-was-a-secret-of-any-link/", **JSON)
    assert (unknown.status_code, unknown.json()) == (404, {"state": "unknown"})
