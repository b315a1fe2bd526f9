"""Undo in a row of the agents' board: of the last change of that agent, as long as it stands."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from livechat.models import Change, Outcome, Role, Site
from tests.support.chatserver import ChatServer
from tests.support.pages import PARTIAL, poll, text
from tests.support.people import client_for, make_user

pytestmark = pytest.mark.django_db
SAMPLE = "c97a2afe-a38f-46f8-a55b-8ac9f873cd09"
PUT = "PUT /v4/livechat/agents/{id}"


@pytest.fixture(autouse=True)
def _statuses(chatserver: ChatServer, renew: Callable[[], None]) -> None:
    for key in chatserver.world.agent_ids():
        chatserver.world.set_agent(key, status="Online")
    renew()


def send(web: Client, url: str, **fields: str) -> None:
    """What a choice in a row sends."""
    answer = web.post(url, {"nonce": f"n{Change.objects.count()}"} | fields, headers=PARTIAL)
    assert answer.status_code == 200


def set_status(web: Client, status: str = "away", expected: str = "Online") -> Change:
    """Set the agent's status in place; the change."""
    send(web, f"/agents/{SAMPLE}/status/set/", status=status, expected=expected)
    change = Change.objects.first()
    assert change
    return change


def undos(web: Client, path: str = "/agents/") -> list[dict[str, str]]:
    """The undos of the board, each with its attributes."""
    found = re.findall(r'<a class="row-undo"([^>]*)>', text(web.get(path)))
    return [{name: unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', one)} for one in found]


def test_the_row_of_an_agent_whose_status_was_set_here_offers_its_undo(web: Client, supervisor: User) -> None:
    assert undos(web) == []
    change = set_status(web)
    [undo] = undos(web)
    assert undo["id"] == f"undo-{SAMPLE}"
    assert undo["href"] == f"/changes/{change.pk}/undo/"
    assert undo["data-after"] == "Online"
    assert undo["title"].startswith(f"Set by {supervisor} at ")
    assert web.get(undo["href"]).status_code == 200


def test_it_sends_one_guarded_write_that_names_what_it_undoes_and_can_be_undone_itself(
    web: Client, chatserver: ChatServer
) -> None:
    set_status(web)
    [undo] = undos(web)
    send(web, undo["data-undo"], expected="Away", reason=undo["data-reason"])
    assert chatserver.calls(PUT) == 2
    undone = Change.objects.first()
    assert undone
    assert (undone.before, undone.asked) == ({"status": "Away"}, {"status": "online"})
    assert undone.reason.startswith("Undo: ")
    [again] = undos(web)
    assert again["href"] == f"/changes/{undone.pk}/undo/"
    assert again["data-after"] == "Away"


def test_nothing_is_offered_after_somebody_has_changed_the_status_elsewhere(
    web: Client, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    set_status(web)
    chatserver.world.set_agent(SAMPLE, status="Training")
    renew()
    assert undos(web) == []


def test_nothing_is_offered_if_the_status_was_left_and_set_again_elsewhere(
    web: Client, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    set_status(web)
    for minutes, status in ((5, "Training"), (10, "Away")):
        chatserver.world.set_agent(SAMPLE, status=status)
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=True):
            renew()
            found = undos(web)
    assert found == []


@pytest.mark.parametrize(("results", "offered"), [([], 0), (["sent"], 0), (["refused"], 1), (["sent", "unknown"], 0)])
def test_a_newer_change_takes_its_place_unless_comm100_refused_that(
    web: Client, site: Site, results: list[str], offered: int
) -> None:
    set_status(web)
    newer = Change.objects.create(
        site=site, kind="status", target=SAMPLE, target_name="Ann", actor_name="bo",
        before={"status": "Away"}, asked={"status": "Lunch"}, nonce="newer",
    )  # fmt: skip
    for result in results:
        Outcome.objects.create(change=newer, result=result)
    site.bump_version()
    assert len(undos(web)) == offered


def test_who_was_offline_before_cannot_be_set_back(
    web: Client, site: Site, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    chatserver.world.set_agent(SAMPLE, status="Offline")
    renew()
    set_status(web, "online", "Offline")
    assert undos(web, "/agents/?status=online") == []


def test_a_change_of_yesterday_is_undone_on_its_own_page(web: Client, renew: Callable[[], None]) -> None:
    change = set_status(web)
    with time_machine.travel(timezone.now() + timedelta(hours=9), tick=True):
        web.force_login(change.actor)
        renew()
        assert undos(web) == []
        assert web.get(f"/changes/{change.pk}/undo/").status_code == 200


def test_who_may_not_write_is_offered_nothing(web: Client, site: Site) -> None:
    set_status(web)
    viewer = client_for(make_user("vic", site, Role.VIEWER), site)
    assert undos(viewer) == []
    assert "row-undo" not in text(poll(viewer, "/agents/"))
    assert "row-undo" in text(poll(web, "/agents/"))
