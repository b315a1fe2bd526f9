"""One name in several spellings: another case, the other Unicode form, without accents; and names that show nothing."""

import re
import secrets
import unicodedata
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from livechat.boards import visitor_index
from livechat.comm100.names import name_key, readable, same_name, search_key, search_words
from livechat.live import snapshot_cache
from livechat.live.sources import Feed
from livechat.models import AwayLimit, Change, LinkEvent, Site, Wall
from livechat.models import search as database_search
from livechat.record import change_log
from livechat.walls import links
from tests.support.cases import some
from tests.support.chatserver import ChatServer
from tests.support.corpora import strings
from tests.support.pages import PARTIAL, text
from tests.support.spans import make_span, spans

pytestmark = pytest.mark.django_db
SAMPLE = "c97a2afe-a38f-46f8-a55b-8ac9f873cd09"
VISITOR = "3d59f909-24cd-43bc-89cb-00a320617c0a"
NAMES = ("André Müller", "Łukasz Ødegård", "Σίσυφος", "Straße", "Ёлка")
# What people type for each of these, beside the name itself in either Unicode form and any case.
TYPED = ("andre MULLER", "lukasz odegard", "σισυφοσ", "STRASSE", "елка")
ONE, TWO = "Pause Café", unicodedata.normalize("NFD", "PAUSE CAFÉ")  # two spellings of one status


def forms(name: str) -> list[str]:
    """A name as it may be typed, each way once: of some names several are the same."""
    typed = [unicodedata.normalize(form, word) for form in ("NFC", "NFD") for word in (name, name.upper())]
    return unique([TYPED[NAMES.index(name)], *typed])


def unique(texts: Iterable[str]) -> list[str]:
    """These texts without what is equal to one before."""
    return list(dict.fromkeys(texts))


def call(site: Site, name: str, key: str = SAMPLE, **fields: Any) -> None:
    """Give an agent a name in the directory."""
    site.agents.filter(agent_id=key).update(name=name, **fields)
    site.bump_version()


# the agents' board


@pytest.mark.parametrize("asked", ["meeting", "Meeting", "MEETING", "  meeting "])
@pytest.mark.parametrize("seen", ["Meeting", "meeting"])
def test_the_board_finds_agents_by_a_status_in_any_spelling(
    web: Client, chatserver: ChatServer, renew: Callable[[], None], seen: str, asked: str
) -> None:
    chatserver.world.set_agent(SAMPLE, status=seen)
    renew()
    answer = web.get("/agents/", {"status": asked})
    assert f"agent-{SAMPLE}" in text(answer)
    assert answer.context["shown"] == 1
    choices = [value for value, _label in answer.context["form"].fields["status"].choices]
    assert len({name_key(value) for value in choices}) == len(choices), "no second choice for the same status"


@pytest.mark.parametrize("asked", ["Online", "ONLINE", "online"])
def test_a_status_of_comm100s_own_is_understood_as_it_is_written(
    web: Client, chatserver: ChatServer, renew: Callable[[], None], asked: str
) -> None:
    chatserver.world.set_agent(SAMPLE, status="Online")
    renew()
    answer = web.get("/agents/", {"status": asked})
    assert answer.context["shown"] == web.get("/agents/?status=online").context["shown"] > 0
    assert [count.active for count in answer.context["counts"] if count.slug == "online"] == [True]


@pytest.mark.parametrize("name", NAMES)
def test_the_board_and_the_directory_find_a_name_however_it_is_typed(
    web: Client, site: Site, renew: Callable[[], None], name: str
) -> None:
    renew()
    for stored in unique([name, unicodedata.normalize("NFD", name)]):
        call(site, stored)
        for typed in forms(name):
            assert f"agent-{SAMPLE}" in text(web.get("/agents/", {"q": typed})), typed
            assert web.get("/directory/", {"q": typed}).context["shown"] == 1, typed


def test_a_team_is_one_team_however_it_is_spelled(web: Client, site: Site, renew: Callable[[], None]) -> None:
    renew()
    other = site.agents.exclude(agent_id=SAMPLE).first()
    assert other
    site.agents.update(team="Somewhere else")
    call(site, "Ann", team="Zürich")
    call(site, "Bob", str(other.agent_id), team=unicodedata.normalize("NFD", "ZÜRICH"))
    for page in ("/agents/", "/directory/"):
        answer = web.get(page, {"team": "zürich"})
        assert answer.context["shown"] == 2, page
        choices = [value for value, _label in answer.context["form"].fields["team"].choices]
        assert sum(same_name(value, "Zürich") for value in choices) == 1, page


def test_a_wall_of_a_team_shows_it_in_any_spelling(
    web: Client, tv: Client, site: Site, supervisor: Any, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    chatserver.world.set_agent(SAMPLE, status="Online")
    renew()
    call(site, "Ann Lee", team=unicodedata.normalize("NFD", "Zürich"))
    wall = Wall.objects.create(site=site, title="Front", teams=["ZÜRICH"])
    _link, secret = links.make_link(wall, supervisor, "Kitchen", days=None)
    page = text(tv.get(f"/wall/{secret}/"))
    assert "Ann L." in page
    assert "not in the directory" not in page
    assert "not in the directory" not in text(web.get("/walls/"))
    assert "not in the directory any more" not in text(web.get(f"/walls/{wall.pk}/"))


@pytest.fixture
def tv() -> Client:
    """A screen: no session."""
    return Client()


# custom statuses


def test_a_status_in_two_spellings_is_offered_once_and_has_one_limit(
    web: Client, site: Site, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    site.away_statuses.create(name=ONE)
    AwayLimit.objects.create(site=site, name=ONE, key=name_key(ONE), minutes=7)
    chatserver.world.set_agent(SAMPLE, status=TWO)
    renew()
    site.bump_version()
    answer = web.get("/agents/", {"status": ONE})
    rows = [row for group in answer.context["groups"] for row in group.rows]
    assert [(row.id, row.limit.amber) for row in rows] == [(SAMPLE, 7 * 60)]
    choices = [value for value, _label in answer.context["form"].fields["status"].choices]
    assert sum(same_name(value, ONE) for value in choices) == 1


def test_a_status_that_comes_in_another_spelling_has_not_changed(
    web: Client, site: Site, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    for status in (ONE, TWO):
        chatserver.world.set_agent(SAMPLE, status=status)
        renew()
    assert spans(SAMPLE).filter(status__name__in=(ONE, TWO)).count() == 1


# the visitors' board


@pytest.mark.parametrize("name", NAMES)
def test_the_visitors_board_finds_a_name_however_it_is_typed(
    web: Client, chatserver: ChatServer, renew: Callable[[], None], name: str
) -> None:
    keys = [
        chatserver.world.put_visitor(
            {"id": str(uuid4()), "status": "inSite", "name": unicodedata.normalize(form, name)}
        )
        for form in ("NFC", "NFD")
    ]
    renew()
    for typed in forms(name):
        page = text(web.get("/visitors/", {"q": typed}))
        assert [key for key in keys if f"visitor-{key}" not in page] == [], typed


@pytest.mark.parametrize(
    ("field", "value", "parameter", "asked"),
    [
        ("status", "waitingForChat", "status", "WAITINGFORCHAT"),
        ("status", "waitingForChat", "status", "Waiting"),
        ("country", "Côte d'Ivoire", "country", unicodedata.normalize("NFD", "CÔTE D'IVOIRE")),
        ("departmentId", "bbbbbbbb-0000-4000-8000-000000000003", "department", "BBBBBBBB-0000-4000-8000-000000000003"),
    ],
)
def test_the_filters_of_the_visitors_board_take_any_spelling(
    web: Client, chatserver: ChatServer, renew: Callable[[], None], field: str, value: str, parameter: str, asked: str
) -> None:
    for key in chatserver.world.visitor_ids():
        chatserver.world.remove_visitor(key)
    chatserver.world.put_visitor({"id": VISITOR, "status": "inSite"} | {field: value})
    chatserver.world.put_visitor({"id": str(uuid4()), "status": "inSite"})
    renew()
    answer = web.get("/visitors/", {parameter: asked})
    assert answer.context["shown"] == 1
    assert f"visitor-{VISITOR}" in text(answer)


def test_what_a_search_looks_through_is_made_at_the_first_search_of_a_version(
    web: Client, feed: Feed, renew: Callable[[], None]
) -> None:
    renew()
    web.get("/visitors/?sort=name&country=Spain")
    data = snapshot_cache.get(feed, "visitors").data
    assert data
    assert visitor_index.of(data).search_keys is None
    web.get("/visitors/?q=a")
    made = visitor_index.of(data).search_keys
    assert made is not None
    web.get("/visitors/?q=b")
    assert visitor_index.of(data).search_keys is made


# the record


def write(site: Site, **fields: Any) -> None:
    """A change of a status."""
    given = {"kind": "status", "target": UUID(SAMPLE), "target_name": "Kim", "actor_name": "sue", "reason": ""}
    given |= {"before": {"status": "online"}, "asked": {"status": "Meeting"}}
    Change.objects.create(site=site, nonce=secrets.token_hex(8), **(given | fields))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("place", ["target_name", "actor_name", "reason", "asked", "label", "old", "directory", "seen"])
def test_the_record_is_searched_in_every_place_however_a_word_is_typed(
    web: Client, site: Site, name: str, place: str
) -> None:
    for form in ("NFC", "NFD"):
        stored = unicodedata.normalize(form, name)
        if place in ("label", "old"):
            note = {"code": "renamed", "old": stored if place == "old" else "-", "new": "-"}
            label = stored if place == "label" else "-"
            LinkEvent.objects.create(site=site, link=1, label=label, wall_title="-", what="renamed", note=note)
        elif place == "directory":
            site.agents.update_or_create(agent_id=SAMPLE, defaults={"name": stored})
            write(site)
        elif place == "seen":
            make_span(site, uuid4(), stored, datetime(2026, 11, 1, 10, tzinfo=UTC), outside=True)
        else:
            write(site, **{place: {"status": stored} if place == "asked" else stored})
    write(site, target=uuid4(), target_name="Nobody")
    for typed in forms(name):
        assert web.get("/changes/", {"q": typed}, headers=PARTIAL).context["shown"] == 2, typed
    assert web.get("/changes/", {"q": "nowhere"}).context["shown"] == 0


def test_a_persons_changes_are_found_by_the_name_in_another_case(web: Client, site: Site) -> None:
    write(site, actor_name="Zoë")
    write(site, actor_name="ann")
    assert web.get("/changes/", {"person": unicodedata.normalize("NFD", "ZOË")}).context["shown"] == 1


def test_per_cent_signs_and_underlines_are_searched_for_as_they_are(web: Client, site: Site) -> None:
    write(site, reason="100 % sure_thing")
    write(site, reason="100 times surething")
    for typed in ("%", "sure_thing"):
        assert web.get("/changes/", {"q": typed}).context["shown"] == 1


@pytest.mark.parametrize(
    "name", [*NAMES, "İstanbul ısı", "ﬁne ＡＢＣ ①", "Æsir œuvre þing", "e\u0301\u0323", "re\u00adsume\u0301"]
)
def test_the_database_makes_the_same_key_as_the_program(name: str) -> None:
    for form in ("NFC", "NFD"):
        stored = unicodedata.normalize(form, name)
        site = Site.objects.create(name=f"{form} {stored}"[:80], api_base="https://api11.comm100.io")
        found = Site.objects.filter(pk=site.pk).annotate(key=database_search.key_of(("name",))).get()
        assert found.key == search_key(site.name)  # type: ignore[attr-defined]


def test_any_text_can_be_searched_for(web: Client, site: Site) -> None:
    write(site)
    for place, typed in enumerate(some((typed[:200] for typed in strings() if "\0" not in typed), 5)):
        assert len(change_log.read(site, change_log.Filter(q=typed)).fetch(slice(50))) <= 1, typed
        if place % 10 == 0:  # the page, which shows what was typed
            assert web.get("/changes/", {"q": typed}).status_code == 200, typed


# what shows nothing

NOTHING = ["   ", "\u00a0", "\u200b\u200b", "\u3164", "\u0301\u0302", "\u2800", "\u200e\u200f", "\u3000"]


@pytest.mark.parametrize("name", NOTHING)
def test_a_name_that_shows_nothing_is_as_no_name(
    web: Client, site: Site, chatserver: ChatServer, renew: Callable[[], None], name: str
) -> None:
    chatserver.world.put_visitor({"id": VISITOR, "status": "inSite", "name": name, "ip": "192.0.2.77"})
    renew()
    call(site, name, alias=name)
    assert "<bdi>192.0.2.77</bdi>" in text(web.get("/visitors/"))
    assert "192.0.2.77" in text(web.get(f"/visitors/{VISITOR}/"))
    assert f"<bdi>{SAMPLE[-8:]}</bdi>" in text(web.get("/agents/"))
    assert SAMPLE[-8:] in text(web.get(f"/agents/{SAMPLE}/"))
    assert f"<bdi>{SAMPLE[-8:]}</bdi>" in text(web.get("/directory/"))


@pytest.mark.parametrize("name", ["a", " a ", "\u200ba", "🚲", "☃", "-", "अ", "\u3164a"])
def test_a_name_that_shows_anything_is_shown_as_it_is(name: str) -> None:
    assert readable(name) == name


# the functions


def test_every_name_is_the_same_as_itself_in_both_forms_and_its_key_fits_its_column() -> None:
    for one in strings():
        for form in ("NFC", "NFD"):
            assert same_name(one, unicodedata.normalize(form, one)), one
        assert len(name_key(one)) <= 3 * len(one), one
        assert name_key(name_key(one)) == name_key(one), one


@pytest.mark.parametrize(("one", "other"), [("Café", "Cafe"), ("m²", "m2"), ("Level 1", "Level 2"), ("か", "が")])
def test_names_that_differ_in_more_than_spelling_are_two(one: str, other: str) -> None:
    assert not same_name(one, other)


def test_voicing_marks_and_vowel_signs_are_letters_and_are_not_left_out() -> None:
    assert search_key("が") != search_key("か")
    assert search_key("कि") != search_key("क")
    assert search_words("  Zoë  MÜLLER ") == ["zoe", "muller"]


def test_a_link_shows_its_address_if_its_own_text_shows_nothing(
    web: Client, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    order = [{"name": "Order", "value": "\u200b ", "url": "https://shop.example/orders/7"}]
    chatserver.world.put_visitor({"id": VISITOR, "status": "inSite", "customVariableResults": order})
    renew()
    for page in ("/visitors/?columns=name,variable:Order", f"/visitors/{VISITOR}/"):
        assert re.search(r'href="https://shop.example/orders/7"[^>]*><bdi>https://shop', text(web.get(page))), page


@pytest.mark.parametrize("name", [name for name in NOTHING if name.strip()])
def test_what_is_opened_by_its_name_has_one_that_shows_something(
    web: Client, site: Site, supervisor: Any, name: str
) -> None:
    wall = Wall.objects.create(site=site, title="Front")
    said = "Nothing can be seen of this name."
    assert said in text(web.post("/walls/", {"title": name, "site": site.pk}))
    assert said in text(web.post(f"/walls/{wall.pk}/links/", {"label": name, "days": "30"}))
    assert said in text(web.post("/visitors/views/", {"name": name, "query": "q=a"}))
    supervisor.is_superuser = True
    supervisor.save()
    assert said in text(web.post("/sites/", {"name": name, "api_base": "https://api11.comm100.io"}))
