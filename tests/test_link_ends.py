"""How walls' links end by themselves or stay valid: in any process, and whatever happens at the same time."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from livechat.models import LinkEvent, Membership, Pairing, Role, Site, Wall, WallLink
from livechat.models.walls import MIN_POLL_SECONDS
from livechat.ops import upkeep
from livechat.record.link_events import By
from livechat.walls import link_cache, links
from tests.support.links import later, page_of, step, told
from tests.support.pages import poll, text
from tests.support.people import client_for, make_site, make_superuser
from tests.support.scheduler import keep_connection, rounds

pytestmark = pytest.mark.django_db
What = LinkEvent.What


@pytest.fixture
def wall(site: Site) -> Wall:
    """A wall without figures."""
    return Wall.objects.create(site=site, title="Support")


@pytest.fixture
def tv() -> Client:
    """A browser that is not signed in."""
    return Client()


def over(wall: Wall, owner: User, how: str) -> WallLink:
    """A link that has lapsed (it expired, or its owner lost access), but whose end is not recorded yet."""
    link = links.make_link(wall, owner, "Kitchen", days=30)[0]
    if how == "expired":
        WallLink.objects.filter(pk=link.pk).update(expires=timezone.now())
    else:
        Membership.objects.filter(user=owner).delete()
    return link


# changes by another process


@pytest.mark.parametrize("name", ["pause", "rotate", "revoke"])
def test_what_another_process_does_to_a_link_shows_at_the_next_poll(
    web: Client, tv: Client, wall: Wall, supervisor: User, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    link, secret = links.make_link(wall, supervisor, "Kitchen", days=30)
    path = f"/wall/{secret}/"
    tag = poll(tv, path)["HX-PTag"]
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(link_cache, "forget", lambda: None)
        step(web, link, name)
    later(MIN_POLL_SECONDS, monkeypatch)
    assert poll(tv, path, tag)["HX-Refresh"] == "true"
    assert tv.get(path).status_code == (200 if name == "pause" else 410)


@pytest.mark.parametrize("how", ["role", "superuser"])
def test_a_link_ends_at_the_next_poll_when_only_a_write_to_the_database_takes_its_owners_right(
    tv: Client, wall: Wall, make_user: Callable[..., User], monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """The owner's role at another site does not keep the link valid."""
    owner = make_user("bob") if how == "role" else make_superuser()
    Membership.objects.create(user=owner, site=make_site("Second"), role=Role.SUPERVISOR)
    link, secret = links.make_link(wall, owner, "Kitchen", days=30)
    path = f"/wall/{secret}/"
    tag = poll(tv, path)["HX-PTag"]
    if how == "role":
        Membership.objects.filter(user=owner, site=wall.site).update(role=Role.VIEWER)
    else:
        User.objects.filter(pk=owner.pk).update(is_superuser=False)
    later(MIN_POLL_SECONDS, monkeypatch)
    assert poll(tv, path, tag)["HX-Refresh"] == "true"
    assert tv.get(path).status_code == 410
    assert told(link)[-1] == What.ACCESS


# changes while the links are read


@pytest.mark.threads
@pytest.mark.django_db(transaction=True)
def test_an_old_address_that_is_polled_while_the_link_gets_a_new_one_ends_at_once(
    web: Client, tv: Client, wall: Wall, supervisor: User
) -> None:
    link, secret = links.make_link(wall, supervisor, "Kitchen", days=30)

    def wrap(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.startswith('INSERT INTO "livechat_spentsecret"'):
            with ThreadPoolExecutor(1) as other:
                other.submit(look).result()
        return execute(sql, *rest)

    def look() -> None:
        try:
            assert link_cache.find(links.hash_secret(secret)), "the new address is not saved yet"
        finally:
            connections.close_all()

    with connection.execute_wrapper(wrap):
        assert "wall-address" in step(web, link, "rotate")
    assert tv.get(f"/wall/{secret}/").status_code == 410


def test_a_link_that_is_ended_while_the_links_are_read_ends_at_once(
    web: Client, tv: Client, wall: Wall, supervisor: User
) -> None:
    link, secret = links.make_link(wall, supervisor, "Kitchen", days=30)
    acts = [lambda: step(web, link, "revoke")]

    def wrap(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if acts and 'FROM "livechat_wall"' in sql:
            acts.pop()()
        return execute(sql, *rest)

    with connection.execute_wrapper(wrap):
        assert link_cache.find(link.secret_hash), "it was read before"
    assert not acts
    assert tv.get(f"/wall/{secret}/").status_code == 410


# who records an end


def test_the_web_process_alone_records_ends_and_deletes_expired_codes_every_minute(
    wall: Wall, supervisor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_connection(monkeypatch)
    found: list[WallLink] = []

    def a_minute_later() -> None:
        later(61, monkeypatch)
        found.append(over(wall, supervisor, "expired"))
        code = f"CODE{len(found)}"
        Pairing.objects.create(token_hash=links.hash_secret(code), code=code, expires=timezone.now())

    upkeep.run(rounds(2, a_minute_later))
    assert [told(link) for link in found] == [[What.MADE, What.EXPIRED]] * 2 + [[What.MADE]]
    assert Pairing.objects.get().code == "CODE3", "the one that came last"


def many(wall: Wall, supervisor: User, leaver: User) -> list[WallLink]:
    """Lapsed links whose end is not recorded yet: half have expired, the owner of the others has left."""
    made = []
    for number in range(12):
        how = ("expired", "access")[number % 2]
        made.append(over(wall, leaver if how == "access" else supervisor, how))
    return made


def test_the_poll_of_a_screen_records_the_end_of_its_own_link_and_leaves_the_others_to_the_cleanup(
    tv: Client, wall: Wall, supervisor: User, make_user: Callable[..., User]
) -> None:
    left = many(wall, supervisor, make_user("bob"))
    link, secret = links.make_link(wall, supervisor, "Hall", days=30)
    WallLink.objects.filter(pk=link.pk).update(expires=timezone.now())
    for _ in range(2):
        assert tv.get(f"/wall/{secret}/").status_code == 410
    assert told(link) == [What.MADE, What.EXPIRED]
    assert {told(each)[-1] for each in left} == {What.MADE}


def test_many_ends_are_recorded_in_batches_each_with_its_reason(
    wall: Wall, supervisor: User, make_user: Callable[..., User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "ENDS_BATCH", 8)
    left = many(wall, supervisor, make_user("bob"))
    lasting = links.make_link(wall, supervisor, "Hall", days=30)[0]
    with CaptureQueriesContext(connection) as asked:
        links.note_ends()
    assert len(asked) < 20
    assert [told(link) for link in left] == [[What.MADE, What.EXPIRED], [What.MADE, What.ACCESS]] * 6
    assert told(lasting) == [What.MADE]
    for link in left:
        link.refresh_from_db()
        event = LinkEvent.objects.exclude(what=What.MADE).get(link=link.pk)
        assert (link.why, link.ended) == (event.what, event.at)
        assert event.words == ("bob" if link.why == What.ACCESS else "")
        assert link.why == What.ACCESS or link.ended == link.expires


@pytest.mark.threads
@pytest.mark.django_db(transaction=True)
def test_if_four_processes_record_ends_at_once_each_end_is_recorded_once(
    wall: Wall, supervisor: User, make_user: Callable[..., User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "ENDS_BATCH", 5)
    left = many(wall, supervisor, make_user("bob"))
    together, real = threading.Barrier(4), link_cache.lapsed_links
    met = threading.local()

    def found_by_all() -> Any:
        found = real()
        if not met.__dict__:
            met.before = list(found)
            together.wait(30)
        return found

    def note(_number: int) -> None:
        try:
            links.note_ends()
        finally:
            connections.close_all()

    monkeypatch.setattr(link_cache, "lapsed_links", found_by_all)

    with ThreadPoolExecutor(4) as others:
        list(others.map(note, range(4)))
    assert [told(link) for link in left] == [[What.MADE, What.EXPIRED], [What.MADE, What.ACCESS]] * 6


# who is warned before


def test_an_owner_is_warned_at_every_site_and_led_to_the_link_at_its_own_site(
    wall: Wall, make_user: Callable[..., User]
) -> None:
    owner, first = make_user("bob"), make_site("First")
    Membership.objects.create(user=owner, site=first, role=Role.VIEWER)
    link = links.make_link(wall, owner, "Kitchen", days=30)[0]
    WallLink.objects.filter(pk=link.pk).update(expires=timezone.now() + timedelta(days=13))
    elsewhere, here = client_for(owner, first), client_for(owner, wall.site)
    for path in ("/agents/", "/walls/"):
        page = text(elsewhere.get(path))
        assert "<bdi>Kitchen</bdi> (<bdi>Shop</bdi>)" in page
        assert page_of(link) not in page, "it would not be found at this site"
        assert f'href="{page_of(link)}"' in text(here.get(path))
    assert here.get(page_of(link)).status_code == 200
    Membership.objects.filter(user=owner, site=wall.site).update(role=Role.VIEWER)
    assert 'id="ending"' not in text(elsewhere.get("/agents/")), "it has ended"


# steps on the page of a lapsed link


@pytest.mark.parametrize("name", ["pause", "resume", "rotate", "revoke"])
@pytest.mark.parametrize("how", ["expired", "access"])
def test_a_step_on_a_link_whose_end_is_not_recorded_yet_changes_nothing_and_says_so(
    web: Client, wall: Wall, make_user: Callable[..., User], how: str, name: str
) -> None:
    link = over(wall, make_user("bob"), how)
    WallLink.objects.filter(pk=link.pk).update(paused=timezone.now() if name == "resume" else None)
    page = step(web, link, name)
    assert "Nothing was changed" in page
    assert "wall-address" not in page
    assert told(link) == [What.MADE, how]
    link.refresh_from_db()
    assert link.why == how


def test_an_expired_link_can_get_a_new_expiry_although_someone_ended_it_from_an_old_page(
    web: Client, tv: Client, wall: Wall, supervisor: User
) -> None:
    link, secret = links.make_link(wall, supervisor, "Kitchen", days=30)
    WallLink.objects.filter(pk=link.pk).update(expires=timezone.now())
    step(web, link, "revoke")
    assert "Saved." in step(web, link, "extend", days="30")
    assert tv.get(f"/wall/{secret}/").status_code == 200
    assert told(link)[:3] == [What.MADE, What.EXPIRED, What.EXTENDED]


# changes while an end is being recorded


@contextmanager
def before_an_end_is_written(act: Callable[[], object]) -> Iterator[None]:
    """Let something happen after the lapsed links are known, and before one is ended."""
    acts = [act]

    def wrap(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if acts and sql.startswith('UPDATE "livechat_walllink"'):
            acts.pop()()
        return execute(sql, *rest)

    with connection.execute_wrapper(wrap):
        yield
    assert not acts


@pytest.mark.parametrize("how", ["expired", "access"])
def test_a_link_that_is_extended_while_its_end_is_being_recorded_stays_valid(
    wall: Wall, supervisor: User, make_user: Callable[..., User], how: str
) -> None:
    link, colleague = over(wall, supervisor, how), By(make_user("cal"))
    with before_an_end_is_written(lambda: links.extend(link, 90, colleague)):
        links.note_ends()
    link.refresh_from_db()
    assert (link.ended, link.owner) == (None, colleague.user)
    assert told(link) == [What.MADE, What.EXTENDED]


def test_a_link_that_its_owner_extends_with_a_restored_role_while_its_end_is_being_recorded_stays_valid(
    wall: Wall, supervisor: User, site: Site
) -> None:
    link = over(wall, supervisor, "access")

    def come_back() -> None:
        Membership.objects.create(user=supervisor, site=site, role=Role.SUPERVISOR)
        links.extend(link, 90, By(supervisor))

    with before_an_end_is_written(come_back):
        links.note_ends()
    assert told(link) == [What.MADE, What.EXTENDED]


@pytest.mark.threads
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", ["expired", "access"])
def test_recording_ends_waits_for_an_extension_that_is_being_saved(
    wall: Wall, supervisor: User, make_user: Callable[..., User], how: str
) -> None:
    link, colleague = over(wall, supervisor, how), By(make_user("cal"))
    writes = threading.Event()

    def wrap(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.startswith(("BEGIN", "UPDATE")) or "FOR NO KEY UPDATE" in sql:
            writes.set()
        return execute(sql, *rest)

    def note() -> None:
        try:
            with connection.execute_wrapper(wrap):
                links.note_ends()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            assert links.extend(link, 90, colleague)
            noting = other.submit(note)
            assert writes.wait(30)
            _until_it_waits()
        noting.result()
    link.refresh_from_db()
    assert (link.ended, link.owner) == (None, colleague.user)
    assert told(link) == [What.MADE, What.EXTENDED]


def _until_it_waits() -> None:
    """Wait until another connection waits for what this one has changed. On SQLite it waits from its BEGIN on."""
    ends = time.monotonic() + 30
    while connection.vendor == "postgresql":
        assert time.monotonic() < ends
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
