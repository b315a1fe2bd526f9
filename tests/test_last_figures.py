"""While the database fails, what a process has in its memory is still shown, and no more than that."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from livechat.models import Site, Snapshot, Wall
from livechat.record.link_events import By
from livechat.walls import links
from livechat.web import poll_cache
from tests.support.fast_path import Answer
from tests.support.links import later

pytestmark = [pytest.mark.threads, pytest.mark.django_db, pytest.mark.usefixtures("at_the_door")]


@contextmanager
def failing() -> Iterator[None]:
    """Every statement of this thread fails, as if the server were gone."""

    def fail(*_: object) -> None:
        raise OperationalError("the server closed the connection")

    with connection.execute_wrapper(fail):
        yield


@pytest.fixture(autouse=True)
def _no_other_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Notes and refreshes, which another thread would write elsewhere, are not what these tests are about."""
    monkeypatch.setattr("livechat.lib.background.start", lambda key, work: None)


@pytest.fixture
def wall(site: Site, supervisor: User, renew: Callable[[], None]) -> str:
    """The path of a wall whose link ends in an hour, and which this process has shown."""
    renew()
    link, secret = links.make_link(Wall.objects.create(site=site, title="S"), supervisor, "TV", days=None)
    link.expires = timezone.now() + timedelta(hours=1)
    link.save()
    assert Answer(f"/wall/{secret}/").status.startswith("200")
    return f"/wall/{secret}/"


def seconds(answer: Answer) -> float:
    """How old an answer says that its figures are."""
    return float(answer.headers["X-Figures"].partition('"age": ')[2].partition(",")[0])


def test_a_wall_goes_on_and_says_how_old_its_figures_are(wall: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tag = Answer(wall).headers["HX-PTag"]
    with failing():
        later(200, monkeypatch)
        answer = Answer(wall, HX_PTAG=tag)
        assert answer.status.startswith("304")
        assert seconds(answer) >= 200
        assert Answer(wall, HX_PTAG="another").status.startswith("200")
        assert Answer(wall, whole=True, door=False).status.startswith("200")


def test_a_link_that_expires_meanwhile_is_not_shown_any_more(wall: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with failing(), time_machine.travel(timezone.now() + timedelta(hours=2)):
        later(7200, monkeypatch)
        answer = Answer(wall)
    assert answer.status.startswith("503")
    assert answer.headers["Retry-After"]


def test_a_link_that_this_process_ended_is_not_shown_from_memory(wall: str, supervisor: User) -> None:
    links.revoke(links.WallLink.objects.get(), By(supervisor, ""))
    with failing():
        assert Answer(wall).status.startswith("503")


def test_a_secret_that_nobody_showed_says_when_to_ask_again(wall: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with failing():
        answer = Answer("/wall/never-made/")
    assert answer.status.startswith("503")
    assert answer.headers["Retry-After"]
    assert answer.headers["Refresh"]


def test_a_poll_that_was_unchanged_says_how_old_its_figures_are_until_sign_in_must_be_checked_again(
    web: Client, renew: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    renew()
    cookie = f"sessionid={web.cookies['sessionid'].value}"
    tag = Answer("/agents/", COOKIE=cookie).headers["HX-PTag"]
    assert Answer("/agents/", COOKIE=cookie, HX_PTAG=tag).status.startswith("304")
    with failing():
        later(poll_cache.POLL_SECONDS / 2, monkeypatch)
        answer = Answer("/agents/", COOKIE=cookie, HX_PTAG=tag)
        assert answer.status.startswith("304")
        assert seconds(answer) >= poll_cache.POLL_SECONDS / 2
        later(poll_cache.POLL_SECONDS, monkeypatch)
        assert Answer("/agents/", COOKIE=cookie, HX_PTAG=tag).status.startswith("503")


def test_after_the_failure_the_same_wall_shows_what_is_new(wall: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with failing():
        later(200, monkeypatch)
        assert seconds(Answer(wall)) >= 200
    Snapshot.objects.update(checks=1000, checked=timezone.now(), tried=timezone.now())
    later(1, monkeypatch)
    assert seconds(Answer(wall)) < 60
