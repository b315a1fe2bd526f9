"""The members of a site: who can add, change and remove them."""

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client

from livechat.models import Connection, Membership, Role, Site
from tests.support.pages import text
from tests.support.people import PASSWORD, client_for, make_connection, make_site, make_superuser, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Site:
    return make_site()


@pytest.fixture
def ada(shop: Site) -> Client:
    """The browser of the shop's one administrator."""
    return client_for(make_user("ada", shop))


def seat(username: str, site: Site) -> Membership:
    return Membership.objects.get(user__username=username, site=site)


def url(member: Membership) -> str:
    return f"/sites/{member.site_id}/members/{member.pk}/"


def add(client: Client, site: Site, **data: str) -> object:
    return client.post(f"/sites/{site.pk}/members/", {"role": "viewer", "password": ""} | data)


# adding


def test_an_existing_user_is_added_with_a_role(ada: Client, shop: Site) -> None:
    make_user("bob")
    assert add(ada, shop, username="bob", role="supervisor").url == f"/sites/{shop.pk}/"
    assert seat("bob", shop).role == Role.SUPERVISOR


def test_a_new_user_is_made_with_a_first_password_and_can_sign_in(ada: Client, shop: Site) -> None:
    add(ada, shop, username="new", password=PASSWORD)
    assert seat("new", shop).role == Role.VIEWER
    assert Client().post("/accounts/login/", {"login": "new", "password": PASSWORD}).url == "/"


def test_a_new_user_name_needs_a_first_password(ada: Client, shop: Site) -> None:
    answer = add(ada, shop, username="nobody")
    assert answer.status_code == 422
    assert "There is no user with this name." in text(answer)
    assert 'value="nobody"' in text(answer)
    assert not User.objects.filter(username="nobody").exists()


@pytest.mark.parametrize("password", ["short", "password1", "newcomer"])
def test_a_weak_first_password_is_refused_with_its_reason(ada: Client, shop: Site, password: str) -> None:
    answer = add(ada, shop, username="newcomer", password=password)
    assert answer.status_code == 422
    assert "errorlist" in text(answer)
    assert f'value="{password}"' not in text(answer).replace('value="newcomer" ', "")
    assert not User.objects.filter(username="newcomer").exists()


@pytest.mark.parametrize("username", ["two words", "semi;colon", "x" * 151, "a\0b"])
def test_a_user_name_that_cannot_be_is_refused(ada: Client, shop: Site, username: str) -> None:
    assert add(ada, shop, username=username, password=PASSWORD).status_code == 422
    assert User.objects.count() == 1


def test_adding_an_existing_user_cannot_set_their_password(ada: Client, shop: Site) -> None:
    bob = make_user("bob", password="an old long password")
    assert add(ada, shop, username="bob", password=PASSWORD).status_code == 422
    bob.refresh_from_db()
    assert bob.check_password("an old long password")


@pytest.mark.parametrize("typed", ["ZOË", "zoe\u0308", "ＺＯË"])
def test_so_is_a_name_beyond_ascii_in_any_spelling(ada: Client, shop: Site, typed: str) -> None:
    make_user("Zoë")
    assert add(ada, shop, username=typed).status_code == 302
    assert seat("Zoë", shop)
    assert User.objects.count() == 2


def test_a_new_user_gets_the_composed_form_of_their_name(ada: Client, shop: Site) -> None:
    add(ada, shop, username="zoe\u0308", password=PASSWORD)
    assert seat("zoë", shop)


def test_a_name_that_differs_only_in_case_is_the_same_user(ada: Client, shop: Site) -> None:
    make_user("Bob")
    add(ada, shop, username="bob")
    assert seat("Bob", shop)
    assert User.objects.count() == 2


def test_a_member_is_not_added_twice(ada: Client, shop: Site) -> None:
    make_user("bob", shop, Role.VIEWER)
    answer = add(ada, shop, username="bob", role="administrator")
    assert answer.status_code == 422
    assert "is already a member" in text(answer)
    assert seat("bob", shop).role == Role.VIEWER


# changing


def test_a_role_is_changed(ada: Client, shop: Site) -> None:
    make_user("bob", shop, Role.VIEWER)
    ada.post(url(seat("bob", shop)), {"role": "supervisor"})
    assert seat("bob", shop).role == Role.SUPERVISOR


def test_a_role_that_is_none_is_refused(ada: Client, shop: Site) -> None:
    make_user("bob", shop, Role.VIEWER)
    assert ada.post(url(seat("bob", shop)), {"role": "king"}).status_code == 422
    assert seat("bob", shop).role == Role.VIEWER


@pytest.mark.parametrize("data", [{"role": "viewer"}, {"step": "remove"}])
def test_the_last_administrator_stays(ada: Client, shop: Site, data: dict[str, str]) -> None:
    make_user("bob", shop, Role.SUPERVISOR)
    answer = ada.post(url(seat("ada", shop)), data)
    assert answer.status_code == 422
    assert "last Administrator" in text(answer)
    assert seat("ada", shop).role == Role.ADMINISTRATOR


@pytest.mark.parametrize("data", [{"role": "viewer"}, {"step": "remove"}])
def test_a_superuser_may_take_the_last_administrator_away(shop: Site, data: dict[str, str]) -> None:
    make_user("ada", shop)
    client_for(make_superuser()).post(url(seat("ada", shop)), data)
    assert not Membership.objects.filter(role=Role.ADMINISTRATOR).exists()


def test_an_administrator_who_steps_down_leaves_the_pages_of_administrators(ada: Client, shop: Site) -> None:
    make_user("bob", shop)
    assert ada.post(url(seat("ada", shop)), {"role": "viewer"}).url == "/"
    assert seat("ada", shop).role == Role.VIEWER


# removing


def test_a_removed_member_sees_the_site_no_more(ada: Client, shop: Site) -> None:
    bob = make_user("bob", shop, Role.VIEWER)
    browser = client_for(bob)
    assert browser.get("/directory/").status_code == 200
    ada.post(url(seat("bob", shop)), {"step": "remove"})
    assert browser.get("/directory/").url == "/accounts/login/?next=/directory/"
    assert not Session.objects.filter(session_key=browser.cookies["sessionid"].value).exists()


def test_a_removed_member_of_two_sites_stays_signed_in_and_sees_the_other_site(ada: Client, shop: Site) -> None:
    bob = make_user("bob", shop, Role.VIEWER)
    other = make_site("Second")
    Membership.objects.create(user=bob, site=other, role=Role.VIEWER)
    browser = client_for(bob, shop)
    assert browser.get("/directory/").context["site"] == shop
    ada.post(url(seat("bob", shop)), {"step": "remove"})
    assert browser.get("/directory/").context["site"] == other


def test_a_user_who_removes_their_own_last_membership_is_signed_out(ada: Client, shop: Site) -> None:
    make_user("bob", shop)
    assert ada.post(url(seat("ada", shop)), {"step": "remove"}).url == "/accounts/login/"
    assert ada.cookies["sessionid"].value == ""
    assert ada.get("/directory/").url == "/accounts/login/?next=/directory/"


def test_a_removal_ends_no_other_users_session(ada: Client, shop: Site) -> None:
    sue = client_for(make_user("sue", shop, Role.VIEWER))
    make_user("bob", shop, Role.VIEWER)
    ada.post(url(seat("bob", shop)), {"step": "remove"})
    assert sue.get("/directory/").status_code == 200
    assert ada.get("/directory/").status_code == 200


def test_a_removed_members_credential_is_deleted_and_the_page_says_so_before(ada: Client, shop: Site) -> None:
    bob = make_user("bob", shop, Role.SUPERVISOR)
    make_connection(shop, bob, shared=True)
    elsewhere = make_site("Second")
    make_connection(elsewhere, bob)
    assert "Everyone’s boards, the history and the walls use this member’s stored credential" in text(
        ada.get(url(seat("bob", shop)))
    )
    ada.post(url(seat("bob", shop)), {"step": "remove"})
    assert [row.site for row in Connection.objects.all()] == [elsewhere]
    assert User.objects.filter(username="bob").exists()


# closing an account


def test_a_superuser_closes_an_account_and_opens_it_again(ada: Client, shop: Site) -> None:
    bob = make_user("bob", shop, Role.VIEWER, password=PASSWORD)
    browser, root = client_for(bob), client_for(make_superuser())
    page = url(seat("bob", shop))
    assert "Close the account" in text(root.get(page))
    root.post(page, {"step": "close"})
    assert browser.get("/directory/").url == "/accounts/login/?next=/directory/"
    assert Client().post("/accounts/login/", {"login": "bob", "password": PASSWORD}).url != "/"
    assert "account closed" in text(root.get(f"/sites/{shop.pk}/"))
    root.post(page, {"step": "open"})
    assert browser.get("/directory/").status_code == 302, "the ended session stays ended"
    assert Client().post("/accounts/login/", {"login": "bob", "password": PASSWORD}).url == "/"


def test_an_administrator_cannot_close_an_account_and_a_superuser_not_their_own(ada: Client, shop: Site) -> None:
    make_user("bob", shop, Role.VIEWER)
    assert "Close the account" not in text(ada.get(url(seat("bob", shop))))
    assert ada.post(url(seat("bob", shop)), {"step": "close"}).status_code == 403
    root = make_superuser()
    mine = Membership.objects.create(user=root, site=shop, role=Role.ADMINISTRATOR)
    assert client_for(root).post(url(mine), {"step": "close"}).status_code == 403
    assert not User.objects.filter(is_active=False).exists()


# permissions


@pytest.mark.parametrize("role", [Role.VIEWER, Role.SUPERVISOR])
def test_a_member_who_is_not_an_administrator_changes_no_members(shop: Site, role: Role) -> None:
    make_user("ada", shop)
    make_user("bob")
    client = client_for(make_user("sue", shop, role))
    assert add(client, shop, username="bob").status_code == 404
    assert client.post(url(seat("sue", shop)), {"role": "administrator"}).status_code == 404
    assert seat("sue", shop).role == role


def test_another_sites_administrator_finds_nothing_here(shop: Site) -> None:
    make_user("bob", shop, Role.VIEWER)
    other = make_site("Eves")
    eve = client_for(make_user("eve", other))
    assert eve.get(f"/sites/{shop.pk}/members/").status_code == 404
    assert add(eve, shop, username="eve", role="administrator").status_code == 404
    assert eve.post(url(seat("bob", shop)), {"step": "remove"}).status_code == 404
    assert Membership.objects.filter(site=shop).count() == 1


def test_a_member_is_not_reached_through_another_site(ada: Client, shop: Site) -> None:
    other = make_site("Second")
    make_user("bob", other, Role.VIEWER)
    foreign = seat("bob", other)
    assert ada.post(f"/sites/{shop.pk}/members/{foreign.pk}/", {"step": "remove"}).status_code == 404
    assert seat("bob", other)
