"""Invitations: administrators make them; one person with an account or a new one accepts each."""

import re
import threading
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import connections
from django.test import Client
from django.utils import timezone

from livechat.models import Invitation, Membership, Role, Site
from livechat.sites import invitations
from tests.support.pages import text
from tests.support.people import PASSWORD, client_for, make_site, make_superuser, make_user

pytestmark = pytest.mark.django_db
NEW = {"username": "newcomer", "password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture
def shop() -> Site:
    return make_site()


@pytest.fixture
def ada(shop: Site) -> Client:
    """The browser of the shop's one administrator."""
    return client_for(make_user("ada", shop))


def invite(client: Client, site: Site, **data: str) -> str:
    """Make an invitation through the pages. Returns the path of its link."""
    asked = {"role": "supervisor", "note": "Bob", "days": "7"} | data
    page = text(client.post(f"/sites/{site.pk}/invitations/", asked, follow=True))
    found = re.search(r'id="invite-address">http://testserver(/invite/[\w-]+/)<', page)
    assert found, page
    return found[1]


def role(username: str, site: Site) -> str:
    return Membership.objects.get(user__username=username, site=site).role


# making


def test_an_administrator_makes_a_link_that_is_shown_once_and_kept_as_a_hash(ada: Client, shop: Site) -> None:
    path = invite(ada, shop)
    secret = path.split("/")[2]
    assert len(secret) >= 43, "256 bits"
    assert secret not in str(Invitation.objects.values())
    page = text(ada.get(f"/sites/{shop.pk}/"))
    assert "invite-address" not in page
    assert secret not in page


def test_a_link_that_waits_to_be_shown_is_sealed_and_each_page_shows_its_own(ada: Client, shop: Site) -> None:
    form = {"role": "viewer", "days": "7"}
    pages = [ada.post(f"/sites/{shop.pk}/invitations/", form | {"note": note}).url for note in ("Bob", "Eve", "Kim")]
    stored = str(Session.objects.get().get_decoded())
    assert "invite-address" not in text(ada.get(f"/sites/{shop.pk}/"))
    for url, note in zip(reversed(pages), ("Kim", "Eve", "Bob"), strict=True):
        found = re.search(r'id="invite-address">http://testserver/invite/([\w-]+)/<', text(ada.get(url)))
        assert found
        invitation = invitations.find_valid(found[1])
        assert invitation
        assert invitation.note == note
        assert found[1] not in stored
        assert "invite-address" not in text(ada.get(url))


def test_a_link_is_not_shown_on_another_sites_page(ada: Client, shop: Site) -> None:
    other = make_site("Other")
    Membership.objects.create(user=User.objects.get(username="ada"), site=other, role=Role.ADMINISTRATOR)
    made = ada.post(f"/sites/{shop.pk}/invitations/", {"role": "viewer", "note": "", "days": "7"}).url
    assert "invite-address" not in text(ada.get(made.replace(f"/{shop.pk}/", f"/{other.pk}/")))
    assert "invite-address" in text(ada.get(made))


def test_a_link_holds_for_a_week_unless_asked_otherwise(ada: Client, shop: Site) -> None:
    assert re.search(r'value="7" selected', text(ada.get(f"/sites/{shop.pk}/invitations/")))
    for days in (1, 7, 30):
        path = invite(ada, shop, days=str(days))
        with time_machine.travel(timezone.now() + timedelta(days=days, minutes=-1)):
            assert Client().get(path).status_code == 200
        with time_machine.travel(timezone.now() + timedelta(days=days, minutes=1)):
            assert Client().get(path).status_code == 404


@pytest.mark.parametrize("data", [{"role": "king"}, {"days": "365"}, {"days": ""}, {"note": "x" * 121}])
def test_an_invitation_that_cannot_be_is_refused_and_keeps_what_was_typed(
    ada: Client, shop: Site, data: dict[str, str]
) -> None:
    asked = {"role": "viewer", "note": "kept note", "days": "30"} | data
    answer = ada.post(f"/sites/{shop.pk}/invitations/", asked)
    assert answer.status_code == 422
    assert asked["note"] in text(answer)
    assert not Invitation.objects.exists()


def test_open_invitations_are_listed_with_role_and_end_and_ended_ones_are_not(ada: Client, shop: Site) -> None:
    invite(ada, shop, note="for Bob & Sue", role="supervisor")
    used = invite(ada, shop, note="for Eve")
    Client().post(used, NEW)
    page = text(ada.get(f"/sites/{shop.pk}/"))
    expires = Invitation.objects.get(note="for Bob & Sue").expires
    assert re.search(rf"for Bob &amp; Sue</bdi>, until {expires:%-d %b %Y}.*?Supervisor</span>", page, re.S)
    assert "for Eve" not in page


@pytest.mark.parametrize("seat", [Role.VIEWER, Role.SUPERVISOR, None])
def test_only_the_sites_administrators_invite_see_and_take_back(shop: Site, seat: Role | None) -> None:
    ann = make_user("ann", shop)
    made, _secret = invitations.create(shop, ann, Role.VIEWER, "", days=7)
    other = client_for(make_user("eve", shop if seat else make_site("Eves"), seat or Role.ADMINISTRATOR))
    asked = {"role": "administrator", "days": "7"}
    assert other.get(f"/sites/{shop.pk}/invitations/").status_code == 404
    assert other.post(f"/sites/{shop.pk}/invitations/", asked).status_code == 404
    assert other.post(f"/sites/{shop.pk}/invitations/{made.pk}/").status_code == 404
    assert Invitation.objects.get().revoked is None


def test_an_invitation_is_not_reached_through_another_site(ada: Client, shop: Site) -> None:
    theirs = make_site("Second")
    made, _secret = invitations.create(theirs, make_user("bob", theirs), Role.VIEWER, "", days=7)
    assert ada.post(f"/sites/{shop.pk}/invitations/{made.pk}/").status_code == 404
    assert Invitation.objects.get().revoked is None


# accepting


def test_a_signed_in_user_joins_with_the_role_and_sees_the_site(ada: Client, shop: Site) -> None:
    path = invite(ada, shop, role="supervisor")
    browser = client_for(make_user("bob", make_site("Another")))
    page = text(browser.get(path))
    assert "Join Shop as Supervisor" in page
    assert not shop.memberships.filter(user__username="bob").exists(), "opening the link is not joining"
    welcome = text(browser.post(path, follow=True))
    assert "Welcome: you are Supervisor at “Shop”." in welcome
    assert browser.get("/directory/").context["site"] == shop
    assert role("bob", shop) == Role.SUPERVISOR
    made = Invitation.objects.get()
    assert made.used is not None
    assert made.used_by == User.objects.get(username="bob")


def test_a_stranger_makes_an_account_is_signed_in_and_can_sign_in_again(ada: Client, shop: Site) -> None:
    path = invite(ada, shop, role="viewer")
    stranger = Client()
    assert "Join Shop as Viewer" in text(stranger.get(path))
    assert stranger.post(path, NEW).url == "/"
    assert stranger.get("/directory/").status_code == 200
    assert role("newcomer", shop) == Role.VIEWER
    assert Client().post("/accounts/login/", {"login": "newcomer", "password": PASSWORD}).url == "/"


def test_a_person_with_an_account_signs_in_and_comes_back_to_the_invitation(ada: Client, shop: Site) -> None:
    path = invite(ada, shop)
    make_user("bob", password=PASSWORD)
    browser = Client()
    found = re.search(r'href="(/accounts/login/\?next=[^"]+)"', text(browser.get(path)))
    assert found
    answer = browser.post(found[1], {"login": "bob", "password": PASSWORD})
    assert answer.url == path
    browser.post(path)
    assert role("bob", shop) == Role.SUPERVISOR


@pytest.mark.parametrize(
    "data",
    [
        {"username": "ADA"},
        {"username": "two words"},
        {"username": ""},
        {"password1": "short", "password2": "short"},
        {"password1": "password1", "password2": "password1"},
        {"password1": "newcomer", "password2": "newcomer"},
        {"password2": "something else"},
    ],
)
def test_an_account_that_cannot_be_is_refused_and_the_link_still_holds(
    ada: Client, shop: Site, data: dict[str, str]
) -> None:
    path = invite(ada, shop)
    stranger = Client()
    answer = stranger.post(path, NEW | data)
    assert answer.status_code == 422
    assert "errorlist" in text(answer)
    assert PASSWORD not in text(answer)
    assert User.objects.count() == 1
    assert stranger.post(path, NEW).status_code == 302


def test_a_user_name_that_somebody_has_in_another_spelling_is_refused(ada: Client, shop: Site) -> None:
    make_user("Zoë")
    path = invite(ada, shop)
    for name in ("ZOË", "zoë", "zoe\u0308"):
        answer = Client().post(path, NEW | {"username": name})
        assert answer.status_code == 422, name
        assert text(answer).count("A user with that username already exists.") == 1
    assert User.objects.count() == 2


def test_a_member_does_not_use_up_a_link_nor_gain_by_it(ada: Client, shop: Site) -> None:
    path = invite(ada, shop, role="administrator")
    browser = client_for(make_user("bob", shop, Role.VIEWER))
    assert "already" in text(browser.get(path))
    assert "already" in text(browser.post(path, follow=True))
    assert role("bob", shop) == Role.VIEWER
    assert Client().get(path).status_code == 200


# ending


def test_used_expired_revoked_and_never_made_all_look_the_same(ada: Client, shop: Site) -> None:
    used, expired, revoked = (invite(ada, shop) for _ in range(3))
    Client().post(used, NEW)
    rows = Invitation.objects.order_by("pk")
    Invitation.objects.filter(pk=rows[1].pk).update(expires=timezone.now())
    ada.post(f"/sites/{shop.pk}/invitations/{rows[2].pk}/")
    seen = set()
    for path in (used, expired, revoked, f"/invite/{'x' * 43}/", "/invite/short/"):
        for answer in (Client().get(path), Client().post(path, NEW | {"username": "second"}), ada.get(path)):
            assert answer.status_code == 404
            seen.add(text(answer))
    assert len(seen) == 1
    assert "was used, has ended or never existed" in seen.pop()
    assert not User.objects.filter(username="second").exists()


def test_a_link_ends_when_its_maker_may_not_invite_any_more(ada: Client, shop: Site) -> None:
    bob = make_user("bob", shop)
    path = invite(client_for(bob), shop)
    seat = Membership.objects.filter(user=bob)
    for change in ({"role": Role.SUPERVISOR}, {"role": Role.ADMINISTRATOR}):
        seat.update(**change)
        assert (Client().get(path).status_code == 200) == (change["role"] == Role.ADMINISTRATOR)
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert Client().get(path).status_code == 404
    User.objects.filter(pk=bob.pk).update(is_active=True)
    seat.delete()
    assert Client().post(path, NEW).status_code == 404
    assert not User.objects.filter(username="newcomer").exists()


def test_a_superusers_link_holds_without_a_membership(shop: Site) -> None:
    path = invite(client_for(make_superuser()), shop)
    assert Client().post(path, NEW).status_code == 302


def test_taking_back_what_was_used_leaves_the_member(ada: Client, shop: Site) -> None:
    path = invite(ada, shop)
    made = Invitation.objects.get()
    Client().post(path, NEW)
    assert "had already ended" in text(ada.post(f"/sites/{shop.pk}/invitations/{made.pk}/", follow=True))
    assert Invitation.objects.get().revoked is None
    assert role("newcomer", shop)


@pytest.mark.threads
@pytest.mark.django_db(transaction=True)
def test_if_eight_people_accept_at_once_one_joins(shop: Site) -> None:
    _made, secret = invitations.create(shop, make_user("ada", shop), Role.VIEWER, "", days=7)
    people = [client_for(make_user(f"user{n}")) for n in range(4)] + [Client() for _ in range(4)]
    gate, answers = threading.Barrier(8), []

    def join(number: int) -> None:
        gate.wait()
        answers.append(people[number].post(f"/invite/{secret}/", NEW | {"username": f"new{number}"}).status_code)
        connections.close_all()

    threads = [threading.Thread(target=join, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [302] + [404] * 7
    assert shop.memberships.count() == 2
    assert User.objects.filter(username__startswith="new").count() <= 1, "the others got no account"


# the secret


def test_the_page_is_not_kept_or_indexed_and_its_forms_keep_their_origin(ada: Client, shop: Site) -> None:
    for path in (invite(ada, shop), "/invite/never/"):
        answer = Client().get(path)
        assert "no-store" in answer["Cache-Control"]
        assert "noindex" in answer["X-Robots-Tag"]
        assert answer["Referrer-Policy"] == "same-origin"


def test_a_form_from_elsewhere_is_refused(ada: Client, shop: Site) -> None:
    path = invite(ada, shop)
    assert Client(enforce_csrf_checks=True).post(path, NEW).status_code == 403
    assert Client().get(path).status_code == 200


def test_too_many_requests_from_one_address_are_refused(ada: Client, shop: Site) -> None:
    path = invite(ada, shop)
    codes = [Client().get(f"/invite/guess{n}/").status_code for n in range(31)]
    assert codes == [404] * 30 + [429]
    assert Client().get(path).status_code == 429
    assert Client().post(path, NEW).status_code == 429
