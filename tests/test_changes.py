"""The record of writes: who changed what, when, with which outcome."""

import secrets
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from livechat.models import Change, Outcome, Role, Site
from livechat.models.notes import Code, note
from livechat.record import audit
from tests.support.pages import poll, region, steady, text
from tests.support.people import client_for, make_site, make_user

pytestmark = pytest.mark.django_db

Result = Outcome.Result
AGENT = UUID("0f1e2d3c-0000-4000-8000-000000000001")
VISITOR = UUID("aaaaaaaa-0000-4000-8000-000000000002")


@pytest.fixture
def shop() -> Site:
    return make_site()


@pytest.fixture
def vic(shop: Site) -> Client:
    """A viewer's browser."""
    return client_for(make_user("vic", shop, Role.VIEWER))


def change(shop: Site, *results: Outcome.Result, message: str = "", **fields: Any) -> Change:
    """A change with the outcomes it went through."""
    given = {
        "kind": Change.Kind.STATUS,
        "target": AGENT,
        "target_name": "Kim",
        "actor_name": "sue",
        "before": {"status": "online"},
        "asked": {"status": "Meeting"},
    }
    made = Change.objects.create(site=shop, nonce=secrets.token_hex(8), **(given | fields))
    for result in results:
        audit.outcome(made, result, why=note(Code.ERROR, error=message) if message and result == results[-1] else None)
    return made


def names(page: str) -> list[str]:
    """The targets of the rows, in their order."""
    return [part.split("</bdi>")[0] for part in region(page, "record").split('/"><bdi>')[1:]]


def test_a_change_is_shown_with_person_target_values_reason_and_outcome(vic: Client, shop: Site) -> None:
    change(shop, Result.SENT, Result.REFUSED, message="Not allowed.", reason="Fire drill", override=True)
    page = text(vic.get("/changes/"))
    for shown in ("sue", "Kim", "Online", "Meeting", "Fire drill", "Refused", "Not allowed.", "set anyway"):
        assert shown in page
    assert f"/agents/{AGENT}/" in page


def test_changed_variables_lead_to_their_visitor_and_show_what_differs(vic: Client, shop: Site) -> None:
    same = {"name": "vip", "value": "yes", "url": ""}
    change(
        shop,
        Result.CONFIRMED,
        kind=Change.Kind.VARIABLES,
        target=VISITOR,
        before={"variables": [same, {"name": "cart", "value": "12", "url": ""}]},
        asked={"variables": [same, {"name": "cart", "value": "15", "url": ""}]},
    )
    page = text(vic.get("/changes/"))
    assert f"/visitors/{VISITOR}/" in page
    assert "cart = 12" in page
    assert "cart = 15" in page
    assert "vip" not in region(page, "record")


@pytest.mark.parametrize("path", ["/changes/", "/changes/csv/"])
def test_a_change_of_a_variables_address_shows_both_addresses(vic: Client, shop: Site, path: str) -> None:
    change(
        shop,
        Result.CONFIRMED,
        kind=Change.Kind.VARIABLES,
        target=VISITOR,
        before={"variables": [{"name": "visitor", "value": "Leo", "url": "https://crm.example/1"}]},
        asked={"variables": [{"name": "visitor", "value": "Leo", "url": "https://crm.example/2"}]},
    )
    answer = vic.get(path)
    page = b"".join(answer).decode()  # a file is a stream
    assert "visitor = Leo (https://crm.example/1)" in page
    assert "visitor = Leo (https://crm.example/2)" in page


def test_the_newest_stands_first(vic: Client, shop: Site) -> None:
    for name in ("first", "second", "third"):
        change(shop, target_name=name)
    assert names(text(vic.get("/changes/"))) == ["third", "second", "first"]


def test_another_sites_changes_are_not_here(vic: Client, shop: Site) -> None:
    change(make_site("Second"), target_name="Stranger")
    assert "Stranger" not in text(vic.get("/changes/"))


def test_fifty_stand_on_a_page_and_the_rest_on_the_next(vic: Client, shop: Site) -> None:
    for n in range(53):
        change(shop, target_name=f"agent {n}")
    first, second = text(vic.get("/changes/")), text(vic.get("/changes/?page=2"))
    assert len(names(first)) == 50
    assert "1 to 50 of 53" in first
    assert 'rel="next" href="?page=2"' in first
    assert names(second) == ["agent 2", "agent 1", "agent 0"]


@pytest.mark.parametrize("page", ["0", "-1", "x", "²", "999999", "9" * 50])
def test_a_page_that_is_not_there_shows_the_nearest(vic: Client, shop: Site, page: str) -> None:
    change(shop)
    assert names(text(vic.get("/changes/", {"page": page}))) == ["Kim"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"person": "bob"}, ["variables"]),
        ({"kind": "variables"}, ["variables"]),
        ({"outcome": "confirmed"}, ["confirmed"]),
        ({"outcome": "open"}, ["sent", "intended"]),
        ({"outcome": "not-visible"}, []),
        ({"q": "CONFIRMED"}, ["confirmed"]),
        ({"q": "lunch"}, ["sent"]),
        ({"q": "drill fire"}, ["confirmed"]),
        ({"q": str(VISITOR)}, ["variables"]),
        ({"q": "bob", "outcome": "open"}, []),
        ({"person": "who left"}, []),
        ({"outcome": "odd"}, ["sent", "intended", "variables", "confirmed"]),
        ({"q": "\0"}, ["sent", "intended", "variables", "confirmed"]),
    ],
)
def test_filters_in_the_address_leave_what_fits(
    vic: Client, shop: Site, query: dict[str, str], found: list[str]
) -> None:
    change(shop, Result.SENT, Result.CONFIRMED, target_name="confirmed", reason="Fire drill")
    unknown = {"before": {"variables": []}, "asked": {"variables": []}}
    change(
        shop, Result.SENT, Result.UNKNOWN, target_name="variables", actor_name="bob", target=VISITOR,
        kind=Change.Kind.VARIABLES, **unknown,
    )  # fmt: skip
    change(shop, target_name="intended")
    change(shop, Result.SENT, target_name="sent", asked={"status": "Lunch"})
    page = text(vic.get("/changes/", query))
    assert found == (names(page) if "No change fits" not in page else [])


def test_a_filter_stays_on_the_next_page(vic: Client, shop: Site) -> None:
    for _n in range(51):
        change(shop)
    page = text(vic.get("/changes/?person=sue"))
    assert 'href="?person=sue&amp;page=2"' in page
    assert '<option value="sue" selected>' in page


def test_the_number_of_queries_does_not_grow_with_the_rows(vic: Client, shop: Site) -> None:
    change(shop, Result.SENT, Result.CONFIRMED)
    vic.get("/changes/")  # what this process reads once a version of the site
    with CaptureQueriesContext(connection) as few:
        vic.get("/changes/")
    for _n in range(30):
        change(shop, Result.SENT, Result.CONFIRMED)
    vic.get("/changes/")
    with CaptureQueriesContext(connection) as many:
        vic.get("/changes/")
    assert len(many) == len(few)


def test_the_fragment_is_its_place_in_the_page(vic: Client, shop: Site) -> None:
    change(shop, Result.CONFIRMED)
    whole = region(text(vic.get("/changes/?q=kim")), "record")
    assert steady(text(poll(vic, "/changes/?q=kim"))).strip() == steady(whole)


def test_an_empty_record_says_what_the_page_will_show(vic: Client) -> None:
    assert "Nothing was changed yet" in text(vic.get("/changes/"))


def test_nothing_is_changed_on_this_page(vic: Client) -> None:
    assert vic.post("/changes/").status_code == 405


def test_markup_in_a_name_or_reason_stays_text(vic: Client, shop: Site) -> None:
    change(shop, target_name="<script>alert(1)</script>", reason='"><img src=x>')
    page = text(vic.get("/changes/"))
    assert "<script>alert(1)" not in page
    assert "<img src=x>" not in page
