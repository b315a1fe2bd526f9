"""The visitors' board and a visitor's page."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from livechat.live import snapshot_cache
from livechat.models import DepartmentEntry, Role, Site
from tests.support.chatserver import ChatServer
from tests.support.corpora import strings
from tests.support.pages import figures, poll, region, steady, text

pytestmark = pytest.mark.django_db
SAMPLE = "3d59f909-24cd-43bc-89cb-00a320617c0a"


@pytest.fixture
def arrive(chatserver: ChatServer) -> Callable[..., str]:
    """Empties the site, then lets visitors arrive, each with the fields given."""
    for key in chatserver.world.visitor_ids():
        chatserver.world.remove_visitor(key)

    def put(**fields: Any) -> str:
        key = str(fields.pop("id", uuid4()))
        chatserver.world.put_visitor({"id": key, "status": "inSite"} | fields)
        return key

    return put


def _order(page: str, *keys: str) -> list[str]:
    return sorted(keys, key=lambda key: page.index(f'id="visitor-{key}"'))


def test_waiting_visitors_stand_first_the_longest_wait_on_top(
    web: Client, arrive: Callable[..., str], renew: Callable[[], None]
) -> None:
    browsing = arrive(name="Anna")
    first = arrive(name="Zoe", status="waitingForChat")
    renew()
    with time_machine.travel(timezone.now() + timedelta(seconds=30), tick=True):
        second = arrive(name="Bob", status="waitingForChat")
        renew()
        page = text(web.get("/visitors/"))
    assert _order(page, browsing, first, second) == [first, second, browsing]


def test_a_visitor_who_is_transferred_counts_as_chatting_and_not_as_waiting(
    web: Client, arrive: Callable[..., str], renew: Callable[[], None]
) -> None:
    waiting = arrive(status="waitingForChat")
    moving = arrive(status="transferring")
    renew()
    shown = {count.slug: count.n for count in web.get("/visitors/").context["counts"]}
    assert (shown["waiting"], shown["chatting"]) == (1, 1)
    page = text(web.get("/visitors/?status=chatting"))
    assert f"visitor-{moving}" in page
    assert f"visitor-{waiting}" not in page


def test_filters_come_from_the_address_and_stay_in_the_form(
    web: Client, site: Site, arrive: Callable[..., str], renew: Callable[[], None]
) -> None:
    department = str(uuid4())
    anna = arrive(name="Anna", country="Spain", departmentId=department)
    bob = arrive(name="Bob", country="Peru", status="chatting")
    renew()
    DepartmentEntry.objects.filter(department_id=department).update(name="Billing")
    site.bump_version()
    for query, there, absent in (
        ("q=anna", anna, bob),
        ("country=Peru", bob, anna),
        ("status=chatting", bob, anna),
        (f"department={department}", anna, bob),
    ):
        page = text(web.get(f"/visitors/?{query}"))
        assert f"visitor-{there}" in page, query
        assert f"visitor-{absent}" not in page, query
        assert "Showing 1 of 2" in page
    assert "Billing" in text(web.get("/visitors/"))


def test_a_filter_whose_last_visitor_left_still_stands_in_the_form(
    web: Client, arrive: Callable[..., str], renew: Callable[[], None]
) -> None:
    arrive(country="Spain")
    renew()
    page = text(web.get("/visitors/?country=Atlantis"))
    assert "No visitor fits the filters" in page
    assert '<option value="Atlantis" selected>' in page


def test_sorting_by_a_column_and_back(web: Client, arrive: Callable[..., str], renew: Callable[[], None]) -> None:
    keys = [arrive(name=name, visits=visits) for name, visits in (("Bea", 1), ("Ann", 3), ("Cid", 2))]
    bea, ann, cid = keys
    renew()
    assert _order(text(web.get("/visitors/?sort=name")), *keys) == [ann, bea, cid]
    assert _order(text(web.get("/visitors/?sort=-name")), *keys) == [cid, bea, ann]
    assert _order(text(web.get("/visitors/?sort=visits")), *keys) == [ann, cid, bea]


def test_counts_are_sorted_with_the_largest_first_and_the_head_says_so(
    web: Client, arrive: Callable[..., str], renew: Callable[[], None]
) -> None:
    few, many, nobody_knows = arrive(visits=2), arrive(visits=30), arrive()
    renew()
    page = text(web.get("/visitors/?sort=visits"))
    assert _order(page, few, many, nobody_knows) == [many, few, nobody_knows]
    assert re.search(r'aria-sort="descending"><a href="\?sort=-visits">Visits', page)
    page = text(web.get("/visitors/?sort=-visits"))
    assert _order(page, few, many, nobody_knows) == [few, many, nobody_knows]
    assert re.search(r'aria-sort="ascending"><a href="\?sort=visits">Visits', page)


def test_departments_are_sorted_by_the_names_they_have_now(
    web: Client, site: Site, arrive: Callable[..., str], renew: Callable[[], None]
) -> None:
    first, second = sorted(str(uuid4()) for _ in range(2))
    one, other, none = arrive(departmentId=first), arrive(departmentId=second), arrive()
    renew()
    for names in (("Sales", "Billing"), ("Billing", "Sales")):
        for key, name in zip((first, second), names, strict=True):
            DepartmentEntry.objects.filter(department_id=key).update(name=name)
        site.bump_version()
        expected = [one, other] if names[0] == "Billing" else [other, one]
        assert _order(text(web.get("/visitors/?sort=department")), one, other, none) == [*expected, none]


def test_a_hundred_rows_a_page(web: Client, arrive: Callable[..., str], renew: Callable[[], None]) -> None:
    for number in range(205):
        arrive(name=f"V{number:03}")
    renew()
    page = text(web.get("/visitors/?sort=name"))
    assert page.count("data-row") == 100
    assert "1 to 100 of 205" in page
    last = text(web.get("/visitors/?sort=name&page=3"))
    assert "201 to 205 of 205" in last
    assert "V204" in last
    assert "201 to 205" in text(web.get("/visitors/?page=999"))
    assert "1 to 100" in text(web.get("/visitors/?page=minus-one"))


def test_the_fragment_equals_its_place_in_the_full_page(web: Client, renew: Callable[[], None]) -> None:
    renew()
    for url, name in (("/visitors/?sort=name", "visitors"), (f"/visitors/{SAMPLE}/", "record")):
        web.get(url)  # the first read by the visitor's own page
        fragment = text(poll(web, url)).strip()
        assert steady(region(text(web.get(url)), name)) == steady(fragment)


def test_a_visitor_page_shows_every_field_under_plain_words(web: Client, renew: Callable[[], None]) -> None:
    renew()
    page = text(web.get(f"/visitors/{SAMPLE}/"))
    for expected in (
        "Google Chrome 86.0.4240.75", "Windows 8.1", "1680x1050", "en-US", "192.168.2.128", "China", "Zhejiang",
        "Hangzhou", "GMT +08:00", "123@comm100.com", "1234567890123", "comm", "LA", "Google", "CARLZHOU222SHENTI",
        "11123123123", "fccc", "520", "26 May 2021",
    ):  # fmt: skip
        assert expected in page, expected


def test_an_open_page_renews_its_one_record(web: Client, chatserver: ChatServer, renew: Callable[[], None]) -> None:
    renew()
    web.get(f"/visitors/{SAMPLE}/")
    assert chatserver.calls("GET /v4/livechat/visitors/{id}") == 1
    web.get(f"/visitors/{SAMPLE}/")
    assert chatserver.calls("GET /v4/livechat/visitors/{id}") == 1, "at most every 10 s"


def test_the_page_of_a_visitor_who_has_left_says_so(
    web: Client, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    renew()
    web.get(f"/visitors/{SAMPLE}/")
    chatserver.world.remove_visitor(SAMPLE)
    with time_machine.travel(timezone.now() + timedelta(seconds=30), tick=True):
        renew()
        web.get(f"/visitors/{SAMPLE}/")
        page = web.get(f"/visitors/{SAMPLE}/")
    assert page.status_code == 200
    assert "Left; last seen" in text(page)
    answer = web.get(f"/visitors/{uuid4()}/")
    assert answer.status_code == 404
    assert "has left, or was never here" in text(answer)


def test_only_plain_addresses_become_links(web: Client, arrive: Callable[..., str], renew: Callable[[], None]) -> None:
    good = arrive(currentBrowsing="https://shop.example/cart?id=1")
    bad = arrive(
        currentBrowsing="javascript:alert(1)", customVariableResults=[{"name": "n", "value": "v", "url": "bbbbb"}]
    )
    renew()
    assert 'href="https://shop.example/cart?id=1"' in text(web.get(f"/visitors/{good}/"))
    page = text(web.get(f"/visitors/{bad}/"))
    assert "javascript:alert(1)" in page
    assert 'href="javascript' not in page
    assert 'href="bbbbb"' not in page


@pytest.mark.parametrize("kind", ["customVariableResults", "customFields"])
def test_an_address_that_cannot_be_a_link_is_shown_as_text_to_a_viewer_too(
    client: Client, make_user: Callable[..., User], arrive: Callable[..., str], renew: Callable[[], None], kind: str
) -> None:
    hostile = {"name": "n", "value": "v", "url": "javascript:alert(2)"}
    key = arrive(**{kind: [hostile, {"name": "m", "value": "w", "url": "https://crm.example/1"}]})
    renew()
    client.force_login(make_user("vic", Role.VIEWER))
    page = text(client.get(f"/visitors/{key}/"))
    assert "(<bdi>javascript:alert(2)</bdi>)" in page
    assert 'href="javascript' not in page
    assert 'href="https://crm.example/1"' in page
    assert "(<bdi>https://crm.example/1" not in page


def test_hostile_text_is_shown_as_text(web: Client, arrive: Callable[..., str], renew: Callable[[], None]) -> None:
    keys = [arrive(name=value, currentBrowsing=value, country=value[:50]) for value in strings()]
    renew()
    for number in range(1, -(-len(keys) // 100) + 1):
        answer = web.get(f"/visitors/?page={number}")
        assert answer.status_code == 200
        page = text(answer).casefold()
        assert "<img" not in page
        assert "javascript:" not in page.replace("<bdi>javascript:", "").split('href="')[0]
        assert 'href="javascript' not in page
        assert page.count("<script") == text(web.get("/changes/")).casefold().count("<script")


def test_odd_fields_never_hide_a_visitor(web: Client, arrive: Callable[..., str], renew: Callable[[], None]) -> None:
    key = arrive(name="Ann", visits={"not": "a number"}, country=["x"], customFields=None, customVariableResults=None)
    renew()
    assert f"visitor-{key}" in text(web.get("/visitors/"))
    assert web.get(f"/visitors/{key}/").status_code == 200


def test_an_empty_site_is_not_a_failure(web: Client, arrive: Callable[..., str], renew: Callable[[], None]) -> None:
    renew()
    page = web.get("/visitors/")
    assert "Nobody is on the site" in text(page)
    assert figures(page)["error"] == ""


def test_a_failure_never_looks_like_an_empty_list(web: Client, chatserver: ChatServer) -> None:
    chatserver.faults.answer(500)
    snapshot_cache.forget()
    page = web.get("/visitors/")
    assert page.status_code == 200
    assert "Nobody is on the site" not in text(page)
    assert figures(page)["error"] == "unreachable"
