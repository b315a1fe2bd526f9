"""Nothing private reaches a wall: no byte that a wall receives contains any text of Comm100's records."""

import itertools
import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from django.contrib.auth.models import User

from livechat.live import snapshot_cache
from livechat.models import AgentEntry, Site, Wall, WallLink
from livechat.record.link_events import NOBODY
from livechat.walls import link_cache, links, steps
from livechat.walls.design import PANEL_TYPES
from tests.support.chatserver import ChatServer
from tests.support.fast_path import Answer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_the_door")]

AGENT = "c0ffee00-1111-4222-8333-abcdefabcdef"
VISITOR = "decade00-5555-4666-8777-fedcbafedcba"
# The words of the API that decide what is counted; anything else a record says is planted with a canary.
KEPT = {"id", "status"}
LONGEST_SHORT = 4  # letters of a name that random texts hold by chance


def planted(value: Any, path: str = "CANARY") -> Any:
    """A record with a canary of its own in every text, on every level, and with numbers that occur nowhere else."""
    if isinstance(value, dict):
        return {key: item if key in KEPT else planted(item, f"{path}-{key}") for key, item in value.items()}
    if isinstance(value, list):
        return [planted(item, f"{path}-{place}") for place, item in enumerate(value)]
    if isinstance(value, bool) or value is None:
        return value
    return 987654321 if isinstance(value, int | float) else path


@pytest.fixture
def canaries(chatserver: ChatServer, site: Site, supervisor: User, renew: Callable[[], None]) -> list[str]:
    """Records full of canaries, of people who wait, chat and are online. Returns what must not be seen of them."""
    world = chatserver.world
    sample = msgspec.json.decode(world.visitor_body(world.visitor_ids()[0]) or b"{}")
    for place, status in enumerate(("waitingForChat", "chatting", "inSite", "CANARY-odd-status")):
        world.put_visitor(planted(sample) | {"id": f"{VISITOR[:-1]}{place}", "status": status})
    world.put_agent_record({"id": AGENT, "status": "Online", "ongoingChats": 2, "email": "CANARY-mail@example.org"})
    renew()
    AgentEntry.objects.filter(agent_id=AGENT).update(name="", alias="")  # with no other name
    User.objects.filter(pk=supervisor.pk).update(email="CANARY@example.org", first_name="CANARY")
    site.bump_version()
    guids = [*world.agent_ids(), *world.visitor_ids(), AGENT]
    mails = [world.agent_email(key) for key in world.agent_ids()]
    names = [world.agent_name(key).split()[-1] for key in world.agent_ids()[1:]]
    parts = [part for key in guids for part in (key, key[:8], key[-8:])]
    return ["CANARY", "canary", "987654321", chatserver.token, *parts, *mails, *names]


def is_in(canary: str, text: str) -> bool:
    """Whether a text has a canary. Short names count as words: three letters can come together in a link's secret."""
    if len(canary) > LONGEST_SHORT:
        return canary in text
    return bool(re.search(rf"(?<![\w-]){re.escape(canary)}(?![\w-])", text))


def everything(path: str) -> Iterator[str]:
    """Everything that a wall's link answers: the page, the fragment, an unchanged poll, JSON, each with its headers.

    Both from the fast path, which answers polls, and from Django, which answers them if the fast path cannot.
    """
    for door in (True, False):
        page = Answer(path, whole=True, door=door)
        fragment = Answer(path, door=door)
        unchanged = Answer(path, door=door, HX_PTAG=fragment.headers["HX-PTag"])
        script = Answer(path, whole=True, door=door, ACCEPT="application/json")
        assert script.headers["Content-Type"] == "application/json"
        for answer in (page, fragment, unchanged, script):
            yield f"{answer.status} {answer.headers} {answer.body.decode()}"


def holding_pages(link: WallLink, path: str) -> Iterator[str]:
    """What a screen receives while it waits to be paired, when its link is paused, and when it has ended."""
    for change in (links.pause, links.revoke):
        assert change(link, NOBODY)
        link_cache.forget()
        for answer in (Answer(path, whole=True), Answer(path), Answer(path, HX_PTAG="paused")):
            yield f"{answer.status} {answer.headers} {answer.body.decode()}"
    waits = Answer("/tv/", whole=True).headers["Location"]
    for answer in (Answer(waits, whole=True), Answer(waits), Answer("/wall/never/", whole=True)):
        yield f"{answer.status} {answer.headers} {answer.body.decode()}"


def every_design(site: Site) -> Iterator[Wall]:
    """Walls that show everything, in every language, with every way of naming agents."""
    panels = [{"slug": slug, "size": "normal", "amber": 1, "red": 2} for slug in PANEL_TYPES]
    for language, naming in itertools.product(Wall.Language.values, Wall.Naming.values):
        made = Wall(site=site, title="Shop", panels=panels, language=language, naming=naming)
        made.curve_waiting = made.curve_longest = made.curve_online = "hour"
        made.save()
        yield made


@pytest.mark.parametrize("named", [24, 2], ids=["by name", "with a table of teams"])
def test_no_byte_of_a_wall_holds_visitor_data_an_id_an_address_or_a_token(
    site: Site, supervisor: User, canaries: list[str], monkeypatch: pytest.MonkeyPatch, named: int
) -> None:
    monkeypatch.setattr(steps, "MAX_NAMED", named)
    others = AgentEntry.objects.filter(site=site).exclude(agent_id=AGENT)
    others.update(alias="Kim")
    for entry, name in zip(others, ("CANARY@example.org", "CANARY@example.org (Sales)", "Kim CANARY"), strict=False):
        AgentEntry.objects.filter(pk=entry.pk).update(name=name, alias="")  # as Comm100's display names can be
    site.bump_version()
    for wall in every_design(site):
        link, secret = links.make_link(wall, supervisor, "TV", days=None)
        path = f"/wall/{secret}/"
        link_cache.forget()
        texts = list(everything(path))
        assert [text[:3] for text in texts] == ["200", "200", "304", "200"] * 2
        assert named == 2 or "#" in texts[0] or wall.naming == "alias", "agents are there"
        assert ('<th scope="row">' in texts[0]) == (named == 2)
        for text in (*texts, *holding_pages(link, path)):
            assert [one for one in canaries if is_in(one, text)] == [], (wall.language, wall.naming)


def test_comm100s_own_words_for_a_failure_stay_inside(
    site: Site, supervisor: User, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    renew()
    wall = Wall.objects.create(site=site, title="Shop", language="de")
    path = f"/wall/{links.make_link(wall, supervisor, 'TV', days=None)[1]}/"
    said = "Comm100 does not accept the credential: CANARY@example.org is locked"
    site.snapshots.filter(kind="agents").update(error="refused-credential", error_text=said)
    snapshot_cache.forget()
    texts = list(everything(path))
    assert "Comm100 nimmt die Zugangsdaten nicht an" in texts[0]
    assert "Zugangsdaten" in texts[2], "an unchanged poll says it in the wall's language too"
    assert "CANARY" not in "".join(texts)
