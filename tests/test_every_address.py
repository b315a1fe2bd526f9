"""The list of every page is whole: each address of the URL configuration is in it, or named as no page."""

from collections.abc import Iterator
from uuid import UUID

from django.urls import Resolver404, URLResolver, get_resolver, resolve

from tests.support.every_page import MADE, NO_PAGES, SECURED, SIGNED_IN, STRANGERS

PLACES = {
    "agent": UUID(int=1), "visitor": UUID(int=1), "change": UUID(int=1), "channel": UUID(int=1), "run": 1, "passkey": 1,
    "alert": 1, "rule": 1, "plan": 1,
    "wall": "/wall/secret/", "invite": "/invite/secret/",
}  # fmt: skip


def names(within: URLResolver | None = None) -> Iterator[str]:
    """The name of every address."""
    for each in (within or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            yield from names(each)
        else:
            assert each.name, each
            yield each.name


def listed() -> set[str]:
    """The names of the addresses of all pages in the list."""
    found = set()
    for path in (SIGNED_IN | STRANGERS | MADE | SECURED).values():
        try:
            found.add(resolve(path.format(**PLACES).partition("?")[0]).url_name)
        except Resolver404:
            continue  # a page that says that there is none
    return found


def test_every_address_is_a_page_of_the_list_or_has_a_reason_not_to_be() -> None:
    assert set(names()) - listed() == NO_PAGES.keys()


def test_no_page_is_there_under_two_names_of_the_list() -> None:
    lists = [SIGNED_IN, STRANGERS, MADE, SECURED]
    assert sum(map(len, lists)) == len(set().union(*lists))
