"""The client of a request: the address that counts for throttles and the record, with proxies and without."""

from collections.abc import Callable
from ipaddress import ip_network
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from livechat.lib import client_info
from livechat.models import LinkEvent, Site, Wall
from livechat.walls import link_cache, links, screens
from tests.support.people import PASSWORD, make_user

BOTH = ["192.0.2.1", "10.0.0.0/8"]


def address(peer: str | None, header: str = "") -> str:
    """The address of a client that sends this header through this peer."""
    environ = {"HTTP_X_FORWARDED_FOR": header} | ({} if peer is None else {"REMOTE_ADDR": peer})
    return client_info.address(environ)


def trust(settings: Any, *proxies: str) -> None:
    """Set TRUSTED_PROXIES as config/values.py reads them."""
    settings.TRUSTED_PROXIES = [ip_network(proxy) for proxy in proxies]


@pytest.mark.parametrize(
    ("header", "client"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, 10.1.2.3", "203.0.113.9"),
        ("203.0.113.9, 10.1.2.3, 10.1.2.4", "203.0.113.9"),
        ("198.51.100.1, 203.0.113.9, 10.1.2.3", "203.0.113.9"),
        ("10.9.9.9, 203.0.113.9, 10.1.2.3", "203.0.113.9"),
        ("10.1.2.5,10.1.2.4", "10.1.2.5"),
        ("203.0.113.9:51234, [2001:db8::7]:51234", "2001:db8::7"),
        ("203.0.113.9:51234, 10.1.2.3:80", "203.0.113.9"),
        ("[2001:DB8::7]", "2001:db8::7"),
        ("fe80::7%eth0", "fe80::7"),
        ("::ffff:203.0.113.9, ::ffff:10.1.2.3", "203.0.113.9"),
    ],
)
def test_behind_proxies_the_client_is_the_last_in_the_header_that_is_none_of_them(
    settings: Any, header: str, client: str
) -> None:
    trust(settings, *BOTH)
    assert address("192.0.2.1", header) == client


@pytest.mark.parametrize(
    "odd",
    ["", "unknown", "_hidden", "-", "203.0.113.999", "2001:db8::7::", "[", "[]:80", ":80", "evil:80", "\xb2.0.0.1"],
)
def test_what_is_no_address_is_not_believed_nor_what_stands_left_of_it(settings: Any, odd: str) -> None:
    trust(settings, *BOTH)
    assert address("192.0.2.1", odd) == "192.0.2.1"
    assert address("192.0.2.1", f"203.0.113.9, {odd}") == "192.0.2.1"
    assert address("192.0.2.1", f"203.0.113.9, {odd}, 10.1.2.3") == "10.1.2.3"
    assert address("192.0.2.1", f"{odd}, 203.0.113.9") == "203.0.113.9"


@pytest.mark.parametrize("peer", ["192.0.2.2", "11.0.0.1", "2001:db8::1", "::ffff:192.0.2.2"])
def test_who_connects_and_is_no_proxy_is_the_client_whatever_he_says(settings: Any, peer: str) -> None:
    trust(settings, *BOTH)
    assert address(peer, "203.0.113.9") == peer.removeprefix("::ffff:")


def test_without_proxies_the_header_says_nothing(settings: Any) -> None:
    trust(settings)
    for peer in ("127.0.0.1", "192.0.2.1"):
        assert address(peer, "203.0.113.9") == peer
    assert address("", "203.0.113.9") == ""


def test_a_proxy_on_a_unix_socket_is_believed_where_any_is_trusted(settings: Any) -> None:
    trust(settings, "192.0.2.1")
    for peer in ("", None):
        assert address(peer, "203.0.113.9") == "203.0.113.9"
        assert address(peer, "203.0.113.9, 192.0.2.1") == "203.0.113.9"
        assert address(peer, "unknown") == ""
        assert address(peer) == ""
    assert address("no address", "203.0.113.9") == "", "a Unix socket counts as none either"


@pytest.mark.parametrize("listed", ["192.0.2.1", "::ffff:192.0.2.1"])
def test_a_proxy_may_be_listed_as_it_is_or_as_a_socket_for_both_kinds_of_addresses_tells_it(
    settings: Any, listed: str
) -> None:
    trust(settings, listed)
    assert address("::ffff:192.0.2.1", "203.0.113.9") == "203.0.113.9"


def sign_in(user: str, peer: str, header: str = "") -> int:
    """Sign in with a wrong password. Returns the status of the answer."""
    form = {"login": user, "password": "wrong"}
    return Client().post("/accounts/login/", form, REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=header).status_code


@pytest.mark.django_db
def test_one_who_guesses_behind_two_proxies_locks_out_nobody_else(settings: Any) -> None:
    trust(settings, *BOTH)
    codes = [sign_in(f"user {n}", "192.0.2.1", f"198.51.100.{n}, 203.0.113.9, 10.1.2.3") for n in range(11)]
    assert codes == [200] * 10 + [429]
    assert sign_in("another", "192.0.2.1", "203.0.113.10, 10.1.2.3") == 200


@pytest.mark.django_db
def test_nobody_escapes_the_throttle_by_a_header_of_his_own(settings: Any) -> None:
    trust(settings, *BOTH)
    codes = [sign_in(f"user {n}", "198.51.100.7", f"203.0.113.{n}") for n in range(11)]
    assert codes == [200] * 10 + [429]


@pytest.mark.django_db
def test_ipv4_addresses_on_a_socket_for_both_kinds_are_told_apart() -> None:
    codes = [sign_in(f"user {n}", "::ffff:203.0.113.9") for n in range(11)]
    assert codes == [200] * 10 + [429]
    assert sign_in("another", "::ffff:203.0.113.10") == 200
    assert sign_in("another", "203.0.113.9") == 429, "the same one"


@pytest.mark.django_db
def test_without_any_address_people_sign_in_and_are_counted_together() -> None:
    make_user("sue", password=PASSWORD)
    form = {"login": "sue", "password": PASSWORD}
    assert Client().post("/accounts/login/", form, REMOTE_ADDR="").status_code == 302
    assert [sign_in(f"user {n}", "") for n in range(11)] == [200] * 10 + [429]
    assert Client().get("/tv/", REMOTE_ADDR="").status_code == 302


@pytest.mark.django_db
def test_the_record_tells_of_every_new_address_behind_two_proxies(
    settings: Any, site: Site, supervisor: User, renew: Callable[[], None]
) -> None:
    trust(settings, *BOTH)
    renew()
    _link, secret = links.make_link(Wall.objects.create(site=site, title="S"), supervisor, "TV", days=None)
    link_cache.forget()
    for client in ("203.0.113.9", "::ffff:203.0.113.10", "2001:db8::1", "2001:db8::2"):
        screens.forget()
        Client().get(f"/wall/{secret}/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=f"{client}, 10.1.2.3")
    seen = LinkEvent.objects.filter(what=LinkEvent.What.SEEN).order_by("pk")
    assert list(seen.values_list("address", flat=True)) == ["203.0.113.9", "203.0.113.10", "2001:db8::/64"]
    screens.forget()
    Client().get(f"/wall/{secret}/", REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR="198.51.100.1")
    assert seen.last().address == "192.0.2.7", "not what the client wrote"
