"""The links of walls: one per screen, paused, replaced, extended and ended; who uses them, and what is recorded."""

import base64
import re
from collections.abc import Callable
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from livechat.lib import client_info, clock
from livechat.models import LinkEvent, LinkScreen, Role, Site, Wall, WallLink
from livechat.record import link_events
from livechat.record.link_events import By
from livechat.sites import members
from livechat.walls import link_cache, links, screens
from livechat.web import one_time_secrets
from tests.support.cleaning import clean_up
from tests.support.links import later, make, page_of, shown, step, told
from tests.support.pages import PARTIAL, poll, text
from tests.support.people import client_for, make_site, make_superuser

pytestmark = pytest.mark.django_db
What = LinkEvent.What
ID = "a1b2c3d4e5"
CHROME_TV = "Mozilla/5.0 (Linux; Tizen 6.5) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/85.0.4183.93 TV Safari/537.36"


@pytest.fixture
def wall(site: Site, supervisor: User, renew: Callable[[], None]) -> Wall:
    """A wall with figures."""
    renew()
    return Wall.objects.create(site=site, title="Support")


@pytest.fixture
def tv() -> Client:
    """A browser that is not signed in."""
    return Client()


# making


def test_a_link_ends_after_thirty_days_unless_asked_otherwise(web: Client, wall: Wall) -> None:
    assert re.search(r'value="30" selected', text(web.get(f"/walls/{wall.pk}/links/")))
    for days in (30, 90, 365):
        link, _path = make(web, wall, days=str(days))
        assert link.expires
        assert abs(link.expires - timezone.now() - timedelta(days=days)) < timedelta(minutes=1)
    assert make(web, wall, days="never")[0].expires is None


def test_the_address_is_shown_once_with_a_qr_code(web: Client, wall: Wall) -> None:
    web.post(f"/walls/{wall.pk}/links/", {"label": "Kitchen", "days": "30"})
    link = WallLink.objects.get()
    page = text(web.get(page_of(link)))
    assert "wall-address" in page
    assert 'src="data:image/png;base64,' in page
    again = text(web.get(page_of(link)))
    assert "wall-address" not in again
    assert "data:image" not in again


def test_an_address_that_is_not_shown_yet_is_sealed_and_each_link_has_one(
    web: Client, wall: Wall, settings: Any
) -> None:
    for label in ("Kitchen", "Hall", "Lost"):
        web.post(f"/walls/{wall.pk}/links/", {"label": label, "days": "30"})
    first, second, third = WallLink.objects.order_by("pk")
    stored = str(Session.objects.get().get_decoded())
    addresses = [shown(web, link) for link in (second, first)]
    assert addresses[0] != addresses[1]
    for address in addresses:
        assert Client().get(address).status_code == 200
        assert address.split("/")[2] not in stored
    settings.SEALING_KEYS = ["other:" + base64.urlsafe_b64encode(bytes(32)).decode()]
    assert "wall-address" not in text(web.get(page_of(third))), "it cannot be opened any more"
    assert one_time_secrets.SESSION_KEY in web.session
    assert web.session[one_time_secrets.SESSION_KEY] == {}


def test_if_too_many_addresses_wait_to_be_shown_the_oldest_are_dropped(web: Client, wall: Wall) -> None:
    for _number in range(one_time_secrets.MAX_SECRETS + 1):
        web.post(f"/walls/{wall.pk}/links/", {"label": "TV", "days": "30"})
    oldest, *others = WallLink.objects.order_by("pk")
    web.post(page_of(others[0]), {"step": "rotate"})
    assert len(web.session[one_time_secrets.SESSION_KEY]) == one_time_secrets.MAX_SECRETS
    assert "wall-address" not in text(web.get(page_of(oldest)))
    assert Client().get(shown(web, others[0])).status_code == 200, "the newer of its two"


@pytest.mark.parametrize(
    "data", [{"label": ""}, {"label": "x" * 81}, {"label": "a\x07b"}, {"days": "31"}, {"days": ""}]
)
def test_an_invalid_link_is_refused_and_keeps_what_was_typed(web: Client, wall: Wall, data: dict[str, str]) -> None:
    answer = web.post(f"/walls/{wall.pk}/links/", {"label": "kept label", "days": "90"} | data)
    assert answer.status_code == 422
    assert ("kept label" in text(answer)) == ("label" not in data)
    assert not WallLink.objects.exists()
    assert not LinkEvent.objects.exists()


@pytest.mark.parametrize("path", ["links/", "links/{link}/"])
def test_only_supervisors_of_the_site_see_and_change_links(
    web: Client, wall: Wall, make_user: Callable[..., User], path: str
) -> None:
    link, address = make(web, wall)
    url = f"/walls/{wall.pk}/" + path.format(link=link.pk)
    viewer = client_for(make_user("vic", Role.VIEWER))
    elsewhere = client_for(make_superuser(), make_site("Elsewhere"))
    for who, code in ((viewer, 403), (elsewhere, 404)):
        assert who.get(url).status_code == code
        assert who.post(url, {"step": "revoke", "label": "X", "days": ""}).status_code == code
    assert Client().get(address).status_code == 200
    assert WallLink.objects.count() == 1


# pausing


def test_a_paused_link_says_so_and_shows_the_wall_again_by_itself(web: Client, tv: Client, wall: Wall) -> None:
    link, path = make(web, wall)
    tag = poll(tv, path)["HX-PTag"]
    assert "Paused" in step(web, link, "pause")
    assert poll(tv, path, tag)["HX-Refresh"] == "true", "the wall loads the page that says it"
    page = tv.get(path)
    assert page.status_code == 200
    assert "This wall is paused" in text(page)
    assert 'id="wall"' not in text(page)
    assert '<noscript><meta http-equiv="refresh"' in text(page)
    assert poll(tv, path, "paused").status_code == 304
    step(web, link, "resume")
    answer = poll(tv, path, "paused")
    assert (answer.status_code, answer.headers.get("HX-Refresh")) == (200, None), "anything but 304 loads the wall"
    assert 'id="wall"' in text(tv.get(path))
    assert told(link)[-2:] == [What.PAUSED, What.RESUMED]


def test_a_step_that_was_done_already_changes_and_records_nothing(web: Client, wall: Wall) -> None:
    link, _path = make(web, wall)
    assert "Nothing was changed" in step(web, link, "resume")
    step(web, link, "pause")
    assert "Nothing was changed" in step(web, link, "pause")
    step(web, link, "revoke")
    for name in ("revoke", "pause", "resume", "rotate"):
        assert "Nothing was changed" in step(web, link, name)
    assert "Nothing was changed" in step(web, link, "extend", days="90")
    assert told(link) == [What.MADE, What.PAUSED, What.REVOKED]


def test_an_unknown_step_is_refused(web: Client, wall: Wall) -> None:
    link, _path = make(web, wall)
    assert web.post(page_of(link), {"step": "explode"}).status_code == 422
    assert web.post(page_of(link), {"step": "extend", "days": "31"}).status_code == 422


# a new secret, a new expiry


def test_a_new_address_ends_the_old_one_at_once_and_is_shown_once(web: Client, tv: Client, wall: Wall) -> None:
    link, old = make(web, wall)
    tag = poll(tv, old)["HX-PTag"]
    web.post(page_of(link), {"step": "rotate"})
    new = shown(web, link)
    assert new != old
    assert poll(tv, old, tag)["HX-Refresh"] == "true"
    assert tv.get(old).status_code == 410
    assert tv.get(new).status_code == 200
    assert WallLink.objects.count() == 1
    assert What.ROTATED in told(link)


@pytest.mark.parametrize("how", ["rotated", "revoked", "deleted"])
def test_a_screen_is_told_of_its_links_end_in_its_walls_language(
    tv: Client, wall: Wall, supervisor: User, how: str
) -> None:
    Wall.objects.update(language="de")
    wall.refresh_from_db()
    link, secret = links.make_link(wall, supervisor, "TV", days=30)
    if how == "rotated":
        links.rotate(link, By(supervisor))
    elif how == "revoked":
        links.revoke(link, By(supervisor))
    else:
        links.delete(wall, By(supervisor))
    answer = tv.get(f"/wall/{secret}/")
    assert answer.status_code == 410
    assert "Dieser Link gilt nicht mehr" in text(answer)


def test_if_two_people_ask_for_a_new_address_at_once_one_gets_it(web: Client, wall: Wall, supervisor: User) -> None:
    stale = make(web, wall)[0]
    assert links.rotate(stale, By(supervisor))
    assert links.rotate(stale, By(supervisor)) == ""


def test_a_new_expiry_counts_from_now_and_makes_an_expired_link_valid_again(
    web: Client, tv: Client, wall: Wall
) -> None:
    link, path = make(web, wall)
    with time_machine.travel(timezone.now() + timedelta(days=40)):
        link_cache.forget()
        web.force_login(User.objects.get(username="sue"))
        assert tv.get(path).status_code == 410
        assert "With a new expiry it is valid again" in text(web.get(page_of(link)))
        step(web, link, "extend", days="90")
        assert tv.get(path).status_code == 200
        link.refresh_from_db()
        assert link.expires
        assert abs(link.expires - timezone.now() - timedelta(days=90)) < timedelta(minutes=1)
    assert told(link) == [What.MADE, What.EXPIRED, What.EXTENDED, What.SEEN]


def test_a_screen_of_an_ended_link_polls_on_and_learns_that_the_link_is_valid_again(
    web: Client, tv: Client, wall: Wall
) -> None:
    link, path = make(web, wall)
    WallLink.objects.filter(pk=link.pk).update(expires=timezone.now())
    link_cache.forget()
    assert poll(tv, path, "ended").status_code == 304
    step(web, link, "extend", days="never")
    assert poll(tv, path, "ended").status_code == 200


# the owner is warned


def test_only_the_owner_is_warned_two_weeks_before_a_link_expires(
    web: Client, wall: Wall, make_user: Callable[..., User]
) -> None:
    link, _path = make(web, wall)
    expires = timezone.now() + timedelta(days=14, hours=1)
    WallLink.objects.filter(pk=link.pk).update(expires=expires)
    other = client_for(make_user("bob"))
    for path in ("/agents/", "/walls/"):
        assert 'id="ending"' not in text(web.get(path))
    WallLink.objects.filter(pk=link.pk).update(expires=expires - timedelta(hours=2))
    for path in ("/agents/", "/walls/"):
        page = text(web.get(path))
        assert 'id="ending"' in page
        assert f'href="{page_of(link)}"' in page
        assert 'id="ending"' not in text(other.get(path))
    assert "Ends soon" in text(web.get(f"/walls/{wall.pk}/"))
    step(web, link, "extend", days="30")
    assert 'id="ending"' not in text(web.get("/walls/"))


# who uses it


def test_last_seen_says_time_address_and_browser_in_short_words(web: Client, tv: Client, wall: Wall) -> None:
    link, path = make(web, wall)
    page = f"/walls/{wall.pk}/"
    assert "not yet" in text(web.get(page))
    tv.get(path, REMOTE_ADDR="192.0.2.7", HTTP_USER_AGENT=CHROME_TV)
    for url in (page, page_of(link)):
        assert "Chrome 85 on Tizen, 192.0.2.7" in text(web.get(url))


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (CHROME_TV, "Chrome 85 on Tizen"),
        ("Mozilla/5.0 (Web0S; Linux/SmartTV) (KHTML, like Gecko) Chrome/79.0 Safari/538.2", "Chrome 79 on webOS"),
        ("Mozilla/5.0 (Windows NT 10.0; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox 132 on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/17.4 Safari/605.1.15", "Safari 17 on macOS"),
        ("Mozilla/5.0 (Linux; Android 7.1.2; AFTMM) Silk/98.1 like Chrome/98.0", "Silk 98 on Fire TV"),
        ("curl/8.1", ""),
        ("", ""),
        ("Chrome/" + "9" * 5000, "Chrome 9999"),
        ("<script>alert(1)</script>", ""),
    ],
)
def test_a_browser_is_named_in_short_words(agent: str, words: str) -> None:
    assert client_info.browser(agent) == words


def test_addresses_are_those_of_the_sign_in_throttle(settings: Any, web: Client, tv: Client, wall: Wall) -> None:
    link, path = make(web, wall)
    tv.get(path, REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR="203.0.113.9")
    assert WallLink.objects.get(pk=link.pk).seen_address == "192.0.2.1", "nobody said that a proxy is trusted"
    settings.TRUSTED_PROXIES = [ip_network("192.0.2.1")]
    link, path = make(web, wall)
    tv.get(path, REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR="198.51.100.1, 203.0.113.9")
    assert WallLink.objects.get(pk=link.pk).seen_address == "203.0.113.9"
    assert told(link) == [What.MADE, What.SEEN]


def test_a_use_is_written_once_a_minute_and_other_polls_write_nothing(
    web: Client, tv: Client, wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    _link, path = make(web, wall)
    tag = poll(tv, path)["HX-PTag"]

    def writes() -> int:
        with CaptureQueriesContext(connection) as found:
            assert poll(tv, path, tag).status_code == 304
        return sum(bool(re.match(r'(INSERT|UPDATE|DELETE).*"livechat_(walll|l)ink', query["sql"])) for query in found)

    assert writes() == 0
    later(59, monkeypatch)
    assert writes() == 0
    later(2, monkeypatch)
    assert writes() > 0
    assert writes() == 0


def test_screens_are_counted_by_the_id_their_page_made_up_and_others_by_address_and_browser(
    web: Client, tv: Client, wall: Wall
) -> None:
    link, path = make(web, wall)

    def there() -> int:
        return screens.count_now([link]).get(link.pk, 0)

    assert there() == 0
    tv.get(path, HTTP_USER_AGENT=CHROME_TV)
    assert there() == 1, "the page itself"
    tv.get(path, headers=PARTIAL, HTTP_USER_AGENT=CHROME_TV, HTTP_X_SCREEN=ID)
    assert there() == 1, "and its polls"
    tv.get(path, headers=PARTIAL, HTTP_USER_AGENT=CHROME_TV, HTTP_X_SCREEN=ID[::-1])
    assert there() == 2, "another of the same make at the same address"
    tv.get(path, HTTP_USER_AGENT="Old TV")
    tv.get(path, HTTP_USER_AGENT="Old TV")
    assert there() == 3, "one without JavaScript"
    tv.get(path, HTTP_X_SCREEN="x" * 5000, HTTP_USER_AGENT="Old TV")
    assert there() == 3, "no id of ours"
    assert re.search(r'data-label="Screens now">3<', text(web.get(f"/walls/{wall.pk}/")))
    LinkScreen.objects.update(seen=timezone.now() - timedelta(minutes=3))
    assert there() == 0


@pytest.mark.parametrize("every", [2, 8, 25, 40, 45, 59, 60])
def test_two_screens_count_as_two_even_if_they_poll_rarely_and_soon_as_none_when_they_are_off(
    web: Client, wall: Wall, monkeypatch: pytest.MonkeyPatch, every: int
) -> None:
    Wall.objects.filter(pk=wall.pk).update(every=every)
    link = make(web, wall)[0]
    entry = link_cache.find(link.secret_hash)
    assert entry
    now = 0
    monkeypatch.setattr(clock, "steady", lambda: float(now))
    with time_machine.travel(timezone.now(), tick=False) as day:
        for now in range(10 * 60):
            for place in (0, 1):
                if now % every == place:
                    screens.note_use(entry, {"HTTP_X_SCREEN": f"{ID}{place}", "REMOTE_ADDR": "192.0.2.1"})
            day.shift(1)
            assert now < 2 or now % 5 or screens.count_now([link])[link.pk] == 2, now
        day.shift(200)
        assert screens.count_now([link]) == {}


def test_a_user_who_changes_a_links_expiry_becomes_its_owner(
    web: Client, tv: Client, wall: Wall, supervisor: User, make_user: Callable[..., User]
) -> None:
    link, path = make(web, wall)
    colleague = client_for(make_user("cal"))
    with time_machine.travel(timezone.now() + timedelta(days=40)):
        link_cache.forget()
        links.note_ends()
        supervisor.memberships.all().delete()
        colleague.force_login(User.objects.get(username="cal"))
        assert "The link will be yours" in text(colleague.get(page_of(link)))
        step(colleague, link, "extend", days="90")
        links.note_ends()
        assert tv.get(path).status_code == 200
        link.refresh_from_db()
        assert (link.owner and link.owner.username, link.ended) == ("cal", None)


def test_every_process_writes_screens_and_addresses_in_the_same_order_so_that_none_deadlocks(
    web: Client, wall: Wall
) -> None:
    link, _path = make(web, wall)
    uses = {
        (link.pk, f"{ID}{number}"): screens.Use(timezone.now(), True, f"192.0.2.{number}", "Chrome")
        for number in (7, 3, 9, 1)
    }
    screens._write(uses)
    written = [list(LinkScreen.objects.order_by("pk").values_list("key", flat=True))]
    written.append(list(LinkEvent.objects.filter(what=What.SEEN).order_by("pk").values_list("address", flat=True)))
    for found in written:
        assert [each[-1] for each in found] == ["1", "3", "7", "9"]
    link.refresh_from_db()
    assert link.seen_address == "192.0.2.1", "the latest"


def test_last_seen_is_written_once_a_minute_however_many_processes_answer(web: Client, tv: Client, wall: Wall) -> None:
    link, path = make(web, wall)
    began = timezone.now()
    for seconds, last in ((0, 0), (30, 0), (59, 0), (61, 61), (90, 61)):
        with time_machine.travel(began + timedelta(seconds=seconds), tick=False):
            screens.forget()  # as another process, which has noted nothing yet
            tv.get(path, REMOTE_ADDR=f"192.0.2.{seconds}")
        link.refresh_from_db()
        assert (link.seen, link.seen_address) == (began + timedelta(seconds=last), f"192.0.2.{last}")


def test_after_a_clock_that_ran_ahead_last_seen_and_the_screens_are_right_again(
    web: Client, tv: Client, wall: Wall
) -> None:
    link, path = make(web, wall, days="never")
    for days, screen in ((400, "1"), (0, "2")):
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
            screens.forget()
            tv.get(path, HTTP_X_SCREEN=f"{ID}{screen}", REMOTE_ADDR=f"192.0.2.{screen}")
    link.refresh_from_db()
    assert link.seen
    assert (link.seen <= timezone.now(), link.seen_address) == (True, "192.0.2.2")
    assert screens.count_now([link]) == {link.pk: 1}


def test_the_screens_of_a_link_that_was_passed_around_are_limited(
    web: Client, tv: Client, wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screens, "MAX_SCREENS_PER_LINK", 3)
    link, path = make(web, wall)
    for n in range(8):
        tv.get(path, headers=PARTIAL, HTTP_X_SCREEN=f"{ID}{n}")
    assert screens.count_now([link])[link.pk] == 3
    assert len(screens._memory.noted) == 3
    LinkScreen.objects.update(seen=timezone.now() - timedelta(hours=2))
    later(2 * 3600, monkeypatch)
    tv.get(path, headers=PARTIAL, HTTP_X_SCREEN=f"{ID}99")
    assert LinkScreen.objects.count() == 1, "those of long ago are gone"


def test_a_client_that_invents_ids_causes_few_writes_and_pushes_no_screen_out(
    web: Client, wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a screen of the wall whose link it has, nor a screen of another wall."""
    monkeypatch.setattr(screens, "MAX_SCREENS_PER_LINK", 60)
    monkeypatch.setattr(screens._memory.noted, "size", 70)
    screens.forget()
    shown = [link_cache.find(make(web, wall)[0].secret_hash) for _ in range(2)]
    writes: list[int] = []
    real = screens._write
    monkeypatch.setattr(screens, "_write", lambda uses: (writes.append(len(uses)), real(uses)))

    def seen(entry: link_cache.ValidLink | None, screen: str) -> None:
        assert entry
        screens.note_use(entry, {"HTTP_X_SCREEN": f"{ID}{screen}", "REMOTE_ADDR": "192.0.2.1"})

    for half in range(6):
        for entry in shown:
            seen(entry, "tv")
        for number in range(200):
            seen(shown[0], f"{half}x{number}")
        assert [(entry.link_id, f"{ID}tv") in screens._memory.noted for entry in shown if entry] == [True, True]
        later(30, monkeypatch)
    assert len(writes) <= 2 + 3 * screens.MAX_EARLY_WRITES + 6 * 2
    assert max(writes) <= 60 + 1
    assert sorted(screens.count_now(WallLink.objects.all()).values()) == [1, 60]


def test_uses_that_could_not_be_written_are_written_later(
    web: Client, tv: Client, wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    link, path = make(web, wall)
    entry = link_cache.find(link.secret_hash)
    assert entry
    with monkeypatch.context() as broken:
        broken.setattr(screens, "_write", lambda uses: (_ for _ in ()).throw(OperationalError("locked")))
        screens.note_use(entry, {"REMOTE_ADDR": "192.0.2.1", "REQUEST_METHOD": "GET"})
    assert LinkEvent.objects.filter(what=What.SEEN).count() == 0
    tv.get(path, REMOTE_ADDR="192.0.2.2")
    assert set(LinkEvent.objects.filter(what=What.SEEN).values_list("address", flat=True)) == {"192.0.2.1", "192.0.2.2"}


# the record


def test_every_step_is_recorded_with_person_and_address(web: Client, tv: Client, wall: Wall) -> None:
    link, path = make(web, wall)
    for ip in ("192.0.2.7", "192.0.2.7", "2001:db8::1", "2001:db8::2", "192.0.2.8"):
        screens.forget()  # as if a minute had passed
        tv.get(path, REMOTE_ADDR=ip)
    for name in ("pause", "resume", "rotate", "revoke"):
        step(web, link, name)
    steps = [What.PAUSED, What.RESUMED, What.ROTATED, What.REVOKED]
    assert told(link) == [What.MADE, What.SEEN, What.SEEN, What.SEEN, *steps]
    places = LinkEvent.objects.filter(what=What.SEEN).order_by("pk").values_list("address", "actor_name")
    assert list(places) == [("192.0.2.7", ""), ("2001:db8::/64", ""), ("192.0.2.8", "")]
    assert set(LinkEvent.objects.exclude(what=What.SEEN).values_list("actor_name", "address")) == {("sue", "127.0.0.1")}


def test_recorded_new_addresses_are_limited_per_day(web: Client, wall: Wall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_events, "MAX_ADDRESSES_A_DAY", 2)
    link, _path = make(web, wall)
    for n in range(4):
        link_events.note_place(link, f"192.0.2.{n}", "")
    assert told(link) == [What.MADE, What.SEEN, What.SEEN]


def test_the_expiry_of_a_link_is_recorded_once_with_its_time(web: Client, wall: Wall) -> None:
    link, _path = make(web, wall)
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        clean_up(sums=False)
        clean_up(sums=False)
    assert told(link) == [What.MADE, What.EXPIRED]
    assert LinkEvent.objects.get(what=What.EXPIRED).at == link.expires


@pytest.mark.parametrize("how", ["viewer", "removed", "closed", "deleted"])
def test_a_link_ends_for_good_when_its_owner_may_not_make_walls_any_more(
    web: Client, tv: Client, wall: Wall, site: Site, supervisor: User, how: str
) -> None:
    link, path = make(web, wall)
    assert tv.get(path).status_code == 200
    member = site.memberships.get(user=supervisor)
    if how == "viewer":
        members.change_role(member, Role.VIEWER, allow_none_left=True)
    elif how == "removed":
        members.remove(member, allow_none_left=True)
    elif how == "closed":
        members.set_active(supervisor, active=False)
    else:
        supervisor.delete()
        link_cache.forget()
        clean_up(sums=False)
    assert told(link)[-1] == What.ACCESS
    assert poll(tv, path)["HX-Refresh"] == "true"
    assert tv.get(path).status_code == 410
    if how == "viewer":
        members.change_role(member, Role.SUPERVISOR, allow_none_left=True)
        assert tv.get(path).status_code == 410
    assert told(link).count(What.ACCESS) == 1


def test_an_administrator_who_becomes_a_supervisor_keeps_their_links(
    tv: Client, wall: Wall, make_user: Callable[..., User], site: Site
) -> None:
    ada = make_user("ada", Role.ADMINISTRATOR)
    _link, path = make(client_for(ada), wall)
    members.change_role(site.memberships.get(user=ada), Role.SUPERVISOR, allow_none_left=True)
    assert tv.get(path).status_code == 200


def test_a_deleted_wall_leaves_the_ends_of_its_links_in_the_record_and_its_screens_say_so(
    web: Client, tv: Client, wall: Wall
) -> None:
    link, path = make(web, wall)
    web.post(f"/walls/{wall.pk}/", {"step": "delete"})
    assert told(link)[-1] == What.DELETED
    assert poll(tv, path)["HX-Refresh"] == "true"
    assert tv.get(path).status_code == 410


def test_the_record_shows_links_with_filters_and_in_its_csv(web: Client, tv: Client, wall: Wall) -> None:
    link, path = make(web, wall, label="Second floor")
    tv.get(path, REMOTE_ADDR="192.0.2.7")
    step(web, link, "revoke")
    whole = text(web.get("/changes/"))
    assert "Second floor (Support)" in whole
    assert "Links, messages, tokens, channels" in whole
    for query, count in (
        ("kind=links", 3),
        ("kind=status", 0),
        ("kind=links&person=sue", 2),
        ("kind=links&person=outside", 0),
        ("kind=links&outcome=confirmed", 0),
        ("q=second+floor", 3),
        ("q=192.0.2.7", 1),
        ("kind=links&q=nothing", 0),
    ):
        assert text(web.get(f"/changes/?{query}")).count("Second floor (Support)") == count, query
    lines = b"".join(web.get("/changes/csv/?kind=links")).decode().splitlines()
    assert len(lines) == 4
    assert "Ended" in lines[1]
    assert "192.0.2.7" in lines[2]


def test_viewers_read_what_happened_to_links_without_addresses_and_cannot_search_them(
    web: Client, tv: Client, wall: Wall, make_user: Callable[..., User]
) -> None:
    _link, path = make(web, wall)
    tv.get(path, REMOTE_ADDR="192.0.2.7")
    viewer = client_for(make_user("vic", Role.VIEWER))
    for who, seen in ((web, True), (viewer, False)):
        page = text(who.get("/changes/"))
        csv = b"".join(who.get("/changes/csv/")).decode()
        for shown_there in (page, csv):
            assert "Used from a new address" in shown_there
            assert ("192.0.2.7" in shown_there) == seen
            assert ("127.0.0.1" in shown_there) == seen, "the supervisor's own"
        assert ("Kitchen" in text(who.get("/changes/?q=192.0.2.7"))) == seen
        assert ("Kitchen" in b"".join(who.get("/changes/csv/?q=192.0.2.7")).decode()) == seen


def test_the_record_of_another_sites_links_is_not_here(web: Client) -> None:
    theirs = Wall.objects.create(site=make_site("Second"), title="Theirs")
    links.make_link(theirs, make_superuser(), "Stranger", days=None)
    assert "Stranger" not in text(web.get("/changes/"))


def test_old_link_events_are_deleted_with_the_record(web: Client, wall: Wall, settings: Any) -> None:
    make(web, wall)
    settings.RECORD_DAYS = 30
    clean_up(sums=False)
    assert LinkEvent.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        WallLink.objects.update(expires=None)
        clean_up(sums=False)
    assert not LinkEvent.objects.exists()


def test_an_address_is_new_only_once_even_if_the_record_is_kept_briefly(
    web: Client, tv: Client, wall: Wall, settings: Any
) -> None:
    link, path = make(web, wall, days="365")
    settings.RECORD_DAYS = 30
    for days in (0, 31, 62):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            screens.forget()
            tv.get(path, REMOTE_ADDR="192.0.2.7")
            clean_up(sums=False)
    event = LinkEvent.objects.get(link=link.pk)
    assert (event.what, event.address) == (What.SEEN, "192.0.2.7")
    assert event.at <= timezone.now(), "the first time"
    links.revoke(link)
    with time_machine.travel(timezone.now() + timedelta(days=93)):
        clean_up(sums=False)
    assert told(link) == [], "nothing is kept of a link that has ended so long ago"


def test_an_ended_links_screens_are_deleted_after_an_hour_and_its_last_use_with_the_record(
    web: Client, tv: Client, wall: Wall, settings: Any
) -> None:
    settings.RECORD_DAYS = 30
    (lasting, first), (link, second) = (make(web, wall, days="never") for _ in range(2))
    for path in (first, second):
        tv.get(path, REMOTE_ADDR="192.0.2.7", HTTP_USER_AGENT=CHROME_TV)
    links.revoke(link)

    def kept(**after: int) -> tuple[int, list[str], list[str]]:
        with time_machine.travel(timezone.now() + timedelta(**after)):
            clean_up(sums=False)
        found = WallLink.objects.order_by("pk")
        addresses, browsers = (list(found.values_list(name, flat=True)) for name in ("seen_address", "seen_browser"))
        return LinkScreen.objects.count(), addresses, [browser and "some" for browser in browsers]

    assert kept(minutes=59)[0] == 2
    assert kept(minutes=61) == (0, ["192.0.2.7"] * 2, ["some"] * 2)
    assert kept(days=29) == (0, ["192.0.2.7"] * 2, ["some"] * 2)
    assert kept(days=31) == (0, ["192.0.2.7", ""], ["some", ""])
    lasting.refresh_from_db()
    assert lasting.ended is None


def test_a_link_that_another_process_has_just_made_is_valid_at_once(
    web: Client, tv: Client, wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    _first, path = make(web, wall)
    assert tv.get(path).status_code == 200  # this process has read the links
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(link_cache, "forget", lambda: None)
        _second, path = make(web, wall)
    assert tv.get(path).status_code == 200
    assert poll(tv, path).status_code == 200
