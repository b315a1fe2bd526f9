"""The size of a wall on the wire, over real HTTP: of 50 agents and of 24, each with another time in their status.

Browsers read Brotli only over https; without TLS they ask for gzip.
"""

import gzip
import http.client
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import brotli
import pytest
from django.contrib.auth.models import User
from django.core.handlers.wsgi import WSGIHandler
from django.utils import timezone

from livechat.lib.epoch import milliseconds
from livechat.live import refresh, snapshot_cache
from livechat.live.sources import Feed
from livechat.models import AgentEntry, Contact, Site, Snapshot, Wall, Watch
from livechat.walls import curves, link_cache, links
from livechat.web.fast_path import FastPath
from tests.support.chatserver import ChatServer
from tests.support.pages import PARTIAL
from tests.support.spans import make_span, spans

pytestmark = pytest.mark.django_db(transaction=True)
STATUSES = ("Online", "Online", "Online", "Away", "Meeting", "Short break")


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def chatserver() -> Iterator[ChatServer]:
    """A chat server with 50 agents."""
    with ChatServer(agents=50, visitors=200) as server:
        yield server


@pytest.fixture
def server(settings: Any) -> Iterator[WSGIServer]:
    """The product as gunicorn serves it, with the fast path."""
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    with make_server("127.0.0.1", 0, FastPath(WSGIHandler()), handler_class=_Quiet) as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.fixture
def busy_wall(chatserver: ChatServer, site: Site, supervisor: User, feed: Feed, renew: Callable[[], None]) -> str:
    """The path of a wall of all 50 agents, each with another time in their status; 24 of them are the team Day."""
    world, now = chatserver.world, timezone.now()
    keys = world.agent_ids()
    renew()
    for place, key in enumerate(keys):
        AgentEntry.objects.filter(agent_id=key).update(
            alias=world.agent_name(key).split()[0],
            capacity=3 + place % 4,
            team="Day" if place < 24 else ("Night", "Sales", "Billing")[place % 3],
        )
        status, began = STATUSES[place % len(STATUSES)], now - timedelta(seconds=97 * place)
        world.set_agent(key, status=status, chats=place % 5)
        spans(key).filter(ended=None).delete()
        make_span(site, key, status, began)
    Snapshot.objects.filter(kind="agents").delete()  # so that all have been in what they do for as long as that
    assert refresh.refresh(feed, "agents")
    site.bump_version()
    snapshot_cache.forget()
    _link, secret = links.make_link(Wall.objects.create(site=site, title="Support"), supervisor, "TV", days=None)
    link_cache.forget()
    return f"/wall/{secret}/"


UNPACK: dict[str, Callable[[bytes], bytes]] = {"br": brotli.decompress, "gzip": gzip.decompress}
either = pytest.mark.parametrize("encoding", UNPACK)


def weigh(server: WSGIServer, path: str, headers: dict[str, str], encoding: str, *, agents: int, teams: int) -> int:
    """The size of an answer's body, compressed as it came. Checks that it shows so many agents and teams."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=30)
    connection.request("GET", path, headers={"Accept-Encoding": encoding, **headers})
    answer = connection.getresponse()
    assert answer.status == 200
    body = answer.read()
    connection.close()
    assert answer.headers["Content-Encoding"] == encoding
    shown = UNPACK[encoding](body)
    assert shown.count(b'class="agent ') == agents
    assert shown.count(b'<th scope="row">') == teams
    return len(body)


@either
def test_a_refresh_of_50_agents_is_at_most_2_kilobytes_compressed(
    server: WSGIServer, busy_wall: str, encoding: str
) -> None:
    assert weigh(server, busy_wall, PARTIAL, encoding, agents=12, teams=4) <= 2048


@either
def test_so_is_a_refresh_of_24_agents_who_are_all_shown(server: WSGIServer, busy_wall: str, encoding: str) -> None:
    Wall.objects.update(teams=["Day"])
    link_cache.forget()
    assert weigh(server, busy_wall, PARTIAL, encoding, agents=24, teams=0) <= 2048


@either
def test_three_curves_of_an_hour_still_leave_a_refresh_at_2_kilobytes(
    server: WSGIServer, busy_wall: str, encoding: str
) -> None:
    site = Site.objects.get()
    began = milliseconds(timezone.now()) // 60_000 * 60_000 - 3_600_000
    for kind in ("agents", "visitors"):
        Watch.objects.filter(list=kind).delete()
        Watch.objects.create(site=site, list=kind, began=began, ended=began + 3_700_000, looks=700)
    for place in range(90):  # every minute another number of those who wait, and another longest wait
        start = began + 40_000 * place
        length = 30_000 * (1 + place * 7 % 11)
        Contact.objects.create(
            site=site, began=start, began_slack=0, answered=start + length, answered_slack=0, ended=start + length
        )
    Wall.objects.update(curve_waiting="hour", curve_longest="hour", curve_online="hour")
    link_cache.forget()
    assert weigh(server, busy_wall, PARTIAL, encoding, agents=8, teams=4) <= 2048
    assert max(len(kept.values) for _minute, kept in map(curves._curves.get, curves._curves) if kept) == 60


@either
def test_the_page_of_50_agents_comes_compressed_too(server: WSGIServer, busy_wall: str, encoding: str) -> None:
    assert weigh(server, busy_wall, {}, encoding, agents=12, teams=4) <= 5000
