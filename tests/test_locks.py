"""A transaction that locks a site's row does not stop the history of the site."""

import threading
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections, transaction

from livechat.live import refresh
from livechat.live.sources import Feed
from livechat.models import Membership, Role, Site, Span
from livechat.sites import invitations, members
from tests.support.chatserver import ChatServer
from tests.support.demo import wait_until
from tests.support.people import client_for
from tests.test_away_limits import filled
from tests.test_sites import settings_of

pytestmark = pytest.mark.django_db(transaction=True)


Act = Callable[[], object]


def change_role(site: Site, ada: User) -> Act:
    member = Membership.objects.get(user__username="sue")
    return lambda: members.change_role(member, Role.VIEWER, allow_none_left=False)


def save_site(site: Site, ada: User) -> Act:
    client, sent = client_for(ada), settings_of(site)
    return lambda: client.post(f"/sites/{site.pk}/", sent).headers["Location"]


def save_limits(site: Site, ada: User) -> Act:
    client, url = client_for(ada), f"/sites/{site.pk}/away/"
    sent = filled(client, url, Away="5")
    return lambda: client.post(url, sent).headers["Location"]


def accept(site: Site, ada: User) -> Act:
    made, _secret = invitations.create(site, ada, Role.VIEWER, "", days=7)
    bob = User.objects.create_user("bob")
    return lambda: invitations.accept(made, bob)


@pytest.mark.parametrize("prepared", [change_role, save_site, save_limits, accept])
def test_the_history_does_not_wait_for_who_holds_the_site(
    site: Site,
    feed: Feed,
    chatserver: ChatServer,
    make_user: Callable[..., User],
    prepared: Callable[[Site, User], Act],
) -> None:
    if connection.vendor != "postgresql":
        return  # it has one writer at a time
    act = prepared(site, make_user("ada", Role.ADMINISTRATOR, connected=False))
    refresh.refresh(feed, "agents")
    spans = Span.objects.count()
    chatserver.world.set_agent(chatserver.world.agent_ids()[1], status="Somewhere else")
    done: list[bool] = []

    def work() -> None:
        done.append(refresh.refresh(feed, "agents"))
        connections.close_all()

    thread = threading.Thread(target=work)
    with transaction.atomic():
        act()
        thread.start()
        thread.join(10)
        in_time = list(done)
    thread.join()
    assert in_time == [True]
    assert Span.objects.count() == spans + 1


def test_the_history_of_a_new_agent_does_not_wait_either_and_the_version_moves_afterwards(
    site: Site, feed: Feed, chatserver: ChatServer, make_user: Callable[..., User]
) -> None:
    if connection.vendor != "postgresql":
        return  # it has one writer at a time
    act = change_role(site, make_user("ada", Role.ADMINISTRATOR, connected=False))
    refresh.refresh(feed, "agents")
    spans, before = Span.objects.count(), Site.objects.get(pk=site.pk).version
    chatserver.world.put_agent_record({"id": "ffffffff-0000-4000-8000-000000000001", "status": "Online"})

    def work() -> None:
        refresh.refresh(feed, "agents")
        connections.close_all()

    thread = threading.Thread(target=work)
    with transaction.atomic():
        act()
        thread.start()
        wait_until(lambda: Span.objects.count() == spans + 1, 10, "the history has no new agent")
    thread.join()
    assert Site.objects.get(pk=site.pk).version == before + 2, "the role, and the new agent"
