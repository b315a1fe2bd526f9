"""Pairing: a TV shows a code, a supervisor enters it, and the TV becomes a wall."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client
from django.utils import timezone

from livechat.models import LinkEvent, Membership, Pairing, Role, Site, Wall, WallLink
from livechat.record.link_events import By
from livechat.walls import links, pairing
from tests.support.cleaning import clean_up
from tests.support.pages import poll, text
from tests.support.people import client_for, make_site, make_superuser, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def tv() -> Client:
    """A browser that is not signed in."""
    return Client()


def begin(tv: Client) -> tuple[str, str]:
    """Open /tv/. Returns the address at which the TV then waits, and its code."""
    path = tv.get("/tv/").url
    found = re.search(r'class="code"[^>]*><span>(\w{4})</span><span>(\w{4})</span>', text(tv.get(path)))
    assert found
    return path, found[1] + found[2]


def enter(web: Client, wall: Wall, code: str, **data: str) -> Any:
    """Enter a code for a wall."""
    return web.post("/pair/", {"code": code, "wall": str(wall.pk), "label": "Lobby", "days": "90"} | data)


def test_a_tv_becomes_the_wall_whose_supervisor_entered_its_code(web: Client, tv: Client, wall: Wall) -> None:
    path, code = begin(tv)
    assert poll(tv, path, "waiting").status_code == 304
    answer = enter(web, wall, code)
    link = WallLink.objects.get()
    assert answer.url == f"/walls/{wall.pk}/links/{link.pk}/"
    assert poll(tv, path, "waiting")["HX-Refresh"] == "true"
    there = tv.get(path, follow=True)
    assert there.redirect_chain == [(path.replace("/tv/", "/wall/"), 302)]
    assert 'id="wall"' in text(there)
    assert not tv.cookies
    assert (link.label, link.owner) == ("Lobby", User.objects.get(username="sue"))
    assert LinkEvent.objects.filter(link=link.pk).earliest("pk").what == LinkEvent.What.PAIRED
    assert path.split("/")[2] not in text(web.get(answer.url)), "nobody but the TV has the address"


def test_no_secret_is_stored_not_even_while_a_tv_waits(web: Client, tv: Client, wall: Wall) -> None:
    path, code = begin(tv)
    token = path.split("/")[2]
    assert len(token) >= 43, "256 bits"
    assert token not in str(Pairing.objects.values())
    enter(web, wall, code)
    assert token not in str(WallLink.objects.values())
    assert not Pairing.objects.exists()


def test_the_qr_code_leads_to_the_form_with_the_code_filled_in_after_a_sign_in_too(
    web: Client, tv: Client, wall: Wall
) -> None:
    path, code = begin(tv)
    page = text(tv.get(path))
    assert 'src="data:image/png;base64,' in page
    assert "http://testserver/pair/" in page
    asked = f"/pair/?code={code}"
    assert Client().get(asked).url.endswith(f"%3Fcode%3D{code}")
    form = text(web.get(asked))
    assert f'value="{code}"' in form
    assert re.search(r'value="30" selected', form)


def test_a_code_is_entered_as_people_type_it(web: Client, tv: Client, wall: Wall) -> None:
    _path, code = begin(tv)
    assert enter(web, wall, f" {code[:4].lower()}-{code[4:].lower()} ").status_code == 302


def test_codes_have_eight_letters_that_do_not_look_alike(tv: Client) -> None:
    for _ in range(20):
        _path, code = begin(tv)
        assert re.fullmatch(r"[A-Z0-9]{8}", code)
        assert not set(code) & set("0O1IQ8B5S2Z"), code


def test_a_code_is_valid_once(web: Client, tv: Client, wall: Wall) -> None:
    _path, code = begin(tv)
    enter(web, wall, code)
    answer = enter(web, wall, code, label="kept label")
    assert answer.status_code == 422
    assert "No screen shows this code" in text(answer)
    assert "kept label" in text(answer)
    assert code in text(answer)
    assert WallLink.objects.count() == 1


def test_a_code_is_valid_for_ten_minutes_and_the_tv_then_shows_another(web: Client, tv: Client, wall: Wall) -> None:
    path, code = begin(tv)
    with time_machine.travel(timezone.now() + timedelta(minutes=9, seconds=50)):
        assert poll(tv, path, "waiting").status_code == 304
    with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=1)):
        assert enter(web, wall, code).status_code == 422
        assert poll(tv, path, "waiting")["HX-Refresh"] == "true"
        assert tv.get(path).url == "/tv/"
        assert begin(tv)[1] != code
        assert Pairing.objects.count() == 1, "the old one is gone"


def test_expired_codes_are_deleted(tv: Client) -> None:
    begin(tv)
    clean_up()
    assert Pairing.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        clean_up()
    assert not Pairing.objects.exists()


@pytest.mark.parametrize("data", [{"label": ""}, {"days": "31"}, {"wall": "999"}, {"wall": ""}, {"code": ""}])
def test_an_invalid_pairing_is_refused_and_the_code_stays_valid(
    web: Client, tv: Client, wall: Wall, data: dict[str, str]
) -> None:
    _path, code = begin(tv)
    whole = {"code": code, "wall": str(wall.pk), "label": "Lobby", "days": "90"} | data
    assert web.post("/pair/", whole).status_code == 422
    assert not WallLink.objects.exists()
    assert enter(web, wall, code).status_code == 302


def test_only_supervisors_pair_and_only_with_walls_of_their_site(
    web: Client, tv: Client, wall: Wall, make_user: Callable[..., User]
) -> None:
    _path, code = begin(tv)
    viewer = client_for(make_user("vic", Role.VIEWER))
    assert viewer.get("/pair/").status_code == 403
    assert enter(viewer, wall, code).status_code == 403
    assert enter(Client(), wall, code).url.startswith("/accounts/login/")
    theirs = Wall.objects.create(site=make_site("Second"), title="Theirs")
    assert enter(web, theirs, code).status_code == 422
    assert not WallLink.objects.exists()


def test_without_a_wall_the_page_says_to_make_one(site: Site) -> None:
    assert "Make a wall first" in text(client_for(make_superuser(), site).get("/pair/"))


def test_too_many_wrong_codes_are_refused_for_a_while_and_stay_as_typed(web: Client, tv: Client, wall: Wall) -> None:
    codes = [enter(web, wall, f"WRONG{n}").status_code for n in range(11)]
    assert codes == [422] * 10 + [429]
    _path, code = begin(tv)
    answer = enter(web, wall, code, label="kept label")
    assert answer.status_code == 429
    assert "kept label" in text(answer)
    assert not WallLink.objects.exists()


def test_a_client_address_that_makes_too_many_codes_is_told_to_wait(tv: Client) -> None:
    assert [tv.get("/tv/").status_code for _ in range(31)] == [302] * 30 + [429]
    page = text(tv.get("/tv/"))
    assert "tries again by itself" in page
    assert 'http-equiv="refresh"' in page
    assert tv.get("/tv/", REMOTE_ADDR="192.0.2.1").status_code == 302
    assert Pairing.objects.count() == 31


def test_if_too_many_screens_wait_the_newest_gets_a_code_and_the_oldest_asks_for_another(
    web: Client, tv: Client, wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairing, "MAX_WAITING_SCREENS", 2)
    (first, old), (second, _code), (_path, new) = begin(tv), begin(tv), begin(tv)
    assert Pairing.objects.count() == 2
    assert enter(web, wall, old).status_code == 422
    assert poll(tv, first, "waiting")["HX-Refresh"] == "true"
    assert tv.get(first).url == "/tv/"
    assert poll(tv, second, "waiting").status_code == 304
    assert enter(web, wall, new).status_code == 302


def test_a_screen_can_become_a_wall_of_any_site_at_which_the_user_makes_walls(tv: Client, wall: Wall) -> None:
    ada = make_user("ada", make_site("Aaa"), Role.VIEWER)
    others = make_site("Third"), make_site("Not theirs")
    for site, role in ((wall.site, Role.SUPERVISOR), (others[0], Role.VIEWER)):
        Membership.objects.create(user=ada, site=site, role=role)
    away = [Wall.objects.create(site=site, title="Theirs not") for site in others]
    web, (path, code) = client_for(ada), begin(tv)
    page = text(web.get("/pair/", {"code": code}))
    assert '<bdi class="menu-site">Aaa</bdi>' in page, "a viewer there"
    assert "Theirs not" not in page
    for refused in away:
        assert enter(web, refused, code).status_code == 422
    answer = web.get(enter(web, wall, code).url)
    assert answer.status_code == 200
    assert f'<bdi class="menu-site">{wall.site.name}</bdi>' in text(answer), "the link's page is at its site"
    assert tv.get(path).url == path.replace("/tv/", "/wall/")


def test_walls_are_named_with_their_sites_if_there_are_several_and_the_current_site_is_chosen(wall: Wall) -> None:
    ada = make_user("ada", wall.site, Role.SUPERVISOR)
    assert ">Support</option>" in text(client_for(ada).get("/pair/"))
    second = make_site("Aaa")
    Membership.objects.create(user=ada, site=second, role=Role.ADMINISTRATOR)
    Wall.objects.create(site=second, title="Kitchen")
    web = client_for(ada)
    web.post("/sites/switch/", {"site": wall.site_id})
    page = text(web.get("/pair/"))
    assert ">Aaa: Kitchen</option>" in page
    assert f'<option value="{wall.pk}" selected>{wall.site.name}: Support</option>' in page


def test_a_token_that_never_existed_leads_to_a_code(tv: Client) -> None:
    assert tv.get("/tv/never-was-a-token/").url == "/tv/"


def test_a_tvs_pages_are_not_cached_or_indexed_and_send_no_referrer_or_cookie(settings: Any, tv: Client) -> None:
    path, _code = begin(tv)
    answers = [tv.get("/tv/"), tv.get(path), poll(tv, path, "waiting"), tv.get("/tv/never/")]
    settings.ACCOUNT_RATE_LIMITS = {"tv": "1/10m/ip"}
    tv.get("/tv/")
    for answer in [*answers, tv.get("/tv/")]:
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "no-store" in answer["Cache-Control"]
        assert "noindex" in answer["X-Robots-Tag"]
        assert "Set-Cookie" not in answer
    assert not tv.cookies


@pytest.mark.threads
@pytest.mark.django_db(transaction=True)
def test_if_eight_people_enter_a_code_at_once_one_gets_the_screen(site: Site) -> None:
    root, wall = make_superuser(), Wall.objects.create(site=site, title="Support")
    pairing.begin()
    code, gate, got = Pairing.objects.get().code, threading.Barrier(8), []

    def claim() -> None:
        gate.wait()
        try:
            got.append(pairing.claim(code, wall, "Lobby", days=None, by=By(root)))
        except pairing.UnknownCode:
            got.append(None)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 8
    assert len([link for link in got if link]) == WallLink.objects.count() == 1


def test_a_tv_reads_its_own_language_and_later_the_walls(web: Client, wall: Wall) -> None:
    asks = {"Accept-Language": "it, fr-CH;q=0.9, en;q=0.5"}
    page = text(Client(headers=asks).get("/tv/", follow=True))
    assert '<html lang="fr" translate="no"' in page
    assert "Associer cet écran" in page
    assert '<html lang="en"' in text(Client(headers={"Accept-Language": "tlh, ;;q=x"}).get("/tv/", follow=True))

    Wall.objects.filter(pk=wall.pk).update(language="de")
    wall.refresh_from_db()
    link, secret = links.make_link(wall, User.objects.get(username="sue"), "TV", days=None)
    links.pause(link, By())
    assert "Diese Anzeige ist angehalten" in text(Client(headers=asks).get(f"/wall/{secret}/"))
    links.revoke(link)
    assert "Dieser Link gilt nicht mehr" in text(Client(headers=asks).get(f"/wall/{secret}/"))
