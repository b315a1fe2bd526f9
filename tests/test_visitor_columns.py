"""The columns of the visitors' board, and its CSV."""

import csv
import io
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlencode
from uuid import uuid4

import pytest
from django.test import Client

from livechat.boards import visitor_columns, visitor_index
from livechat.boards.custom_variables import CustomName, parse
from tests.support.chatserver import ChatServer
from tests.support.corpora import strings
from tests.support.pages import poll, region, steady, text

pytestmark = pytest.mark.django_db
Arrive = Callable[..., str]
Renew = Callable[[], None]
EVERY = ",".join([*visitor_columns.COLUMNS, "variable:Plan", "field:Order"])
USUAL = ["Visitor", "Status", "For", "Place", "Department", "Page", "Visits", "Chats"]


@pytest.fixture
def arrive(chatserver: ChatServer) -> Arrive:
    """Empties the site, then lets visitors arrive, each with the fields given."""
    for key in chatserver.world.visitor_ids():
        chatserver.world.remove_visitor(key)

    def put(**fields: Any) -> str:
        key = str(fields.pop("id", uuid4()))
        chatserver.world.put_visitor({"id": key, "status": "inSite"} | fields)
        return key

    return put


def heads(page: str) -> list[str]:
    """The table's heads."""
    return [re.sub("<[^>]+>", "", head) for head in re.findall(r'<th scope="col".*?</th>', page)]


def row(page: str, key: str) -> str:
    """A visitor's row."""
    return page[page.index(f'id="visitor-{key}"') :].partition("</tr>")[0]


def order(page: str, *keys: str) -> list[str]:
    """The visitors in the order of a page or a file."""
    return sorted(keys, key=page.index)


def table(answer: Any) -> list[dict[str, str]]:
    """A CSV's rows by their heads."""
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"), newline="")))


def test_the_usual_columns_are_shown_unless_others_are_chosen(web: Client, arrive: Arrive, renew: Renew) -> None:
    arrive(name="Ann")
    renew()
    for query in (
        "",
        "columns=",
        "columns=nonsense",
        f"columns={','.join(c.key for c in visitor_columns.USUAL_COLUMNS)}",
    ):
        page = text(web.get(f"/visitors/?{query}"))
        assert heads(page) == USUAL, query
        assert "Default columns" not in page


def test_the_address_chooses_the_columns_and_the_name_stands_first(web: Client, arrive: Arrive, renew: Renew) -> None:
    key = arrive(name="Ann", email="ann@example.org", country="Peru", pageViews=7)
    renew()
    page = text(web.get("/visitors/?columns=email,pages,nonsense,email,status"))
    assert heads(page) == ["Visitor", "E-mail", "Pages viewed", "Status"]
    assert '<td class="cell-text" data-label="E-mail"><bdi>ann@example.org</bdi>' in row(page, key)
    assert '<td class="cell-number" data-label="Pages viewed"><bdi>7</bdi></td>' in row(page, key)
    assert "Peru" not in row(page, key)


def test_every_field_can_be_a_column_and_every_column_can_be_sorted_by(
    web: Client, arrive: Arrive, renew: Renew
) -> None:
    full = arrive(
        name="Ann", email="e@x.example", phone="+51 1", company="Acme", productService="Bikes", country="Peru",
        state="Lima R", city="Lima", language="es-PE", timeZone="GMT -05:00", ip="192.0.2.7", browser="Firefox 145",
        operatingSystem="Linux", screenResolution="800x600", visitTime="2026-05-26T10:30:16Z", visits=3, chats=2,
        firstVisitTime="2025-01-02T03:04:05Z", pageViews=9, currentBrowsing="https://shop.example/now",
        landingPage="https://shop.example/first", referrerUrl="https://search.example/", searchEngine="Seek",
        searchKeywords="red bike", customFields=[{"name": "Order", "value": "A-1"}],
        customVariableResults=[{"name": "Plan", "value": "Gold"}],
    )  # fmt: skip
    bare = arrive(id="00000000-0000-4000-8000-00000000000b")
    renew()
    for sort in ("", *EVERY.split(","), *(f"-{key}" for key in EVERY.split(","))):
        answer = web.get("/visitors/", {"columns": EVERY, "sort": sort})
        page = text(answer)
        assert answer.status_code == 200, sort
        assert len(order(page, full, bare)) == 2
    for value in (
        "e@x.example", "+51 1", "Acme", "Bikes", "Lima R", "es-PE", "GMT -05:00", "192.0.2.7", "Firefox 145", "Linux",
        "800x600", "26 May 2026 10:30", "2 Jan 2025 03:04", "/now", "https://shop.example/first", "Seek", "red bike",
        "https://search.example/", "A-1", "Gold", full,
    ):  # fmt: skip
        assert value in row(page, full), value


def test_columns_are_sorted_by_what_they_hold(web: Client, arrive: Arrive, renew: Renew) -> None:
    def plan(value: str) -> dict[str, Any]:
        return {"customVariableResults": [{"name": "Cart", "value": value}]}

    ten = arrive(visitTime="2026-01-03T00:00:00Z", email="b@x.example", **plan("10"))
    nine = arrive(visitTime="2026-01-01T00:00:00Z", email="C@x.example", **plan("9.5"))
    word = arrive(visitTime="2026-01-02T00:00:00Z", email="a@x.example", **plan("none"))
    bare = arrive()
    renew()
    for sort, expected in (
        ("visit_time", [nine, word, ten, bare]),
        ("email", [word, ten, nine, bare]),
        ("variable:Cart", [nine, ten, word, bare]),
        ("-variable:Cart", [word, ten, nine, bare]),
        ("-email", [nine, ten, word, bare]),
        ("-visit_time", [ten, word, nine, bare]),
    ):
        assert order(text(web.get("/visitors/", {"sort": sort})), ten, nine, word, bare) == expected, sort
    assert set(visitor_columns.COLUMNS) <= set(visitor_index.SORTS)


def test_a_custom_variable_of_any_name_is_a_column_of_its_own(web: Client, arrive: Arrive, renew: Renew) -> None:
    name = 'A, 50%2C <b>"é'
    key = arrive(customVariableResults=[{"name": name, "value": "<i>x</i>"}])
    renew()
    asked = CustomName("variable", name).key
    assert parse(asked) == CustomName("variable", name)
    page = text(web.get("/visitors/", {"columns": f"name,{asked},status"}))
    assert heads(page) == ["Visitor", "A, 50%2C &lt;b&gt;&quot;é", "Status"]
    assert "<bdi>&lt;i&gt;x&lt;/i&gt;</bdi>" in row(page, key)
    form = page[page.index('data-filters="visitors"', page.index("columns")) :]
    ticked = re.findall(r'value="([^"]+)" checked', form)
    assert len(ticked) == 2
    assert heads(text(web.get("/visitors/", {"columns": "variable:Nobody has it,status"}))) == [
        "Visitor", "Nobody has it", "Status",
    ]  # fmt: skip


def test_the_columns_stay_through_sorting_paging_filtering_and_the_counts(
    web: Client, arrive: Arrive, renew: Renew
) -> None:
    for number in range(101):
        arrive(name=f"V{number:03}", country="Peru")
    renew()
    page = region(text(web.get("/visitors/?columns=name,email&country=Peru")), "visitors")
    links = [unquote(link).replace("&amp;", "&") for link in re.findall(r'href="(\?[^"]*|/visitors/csv/[^"]*)"', page)]
    for part in ("sort=email", "page=2", "status=waiting", "/visitors/csv/"):
        assert any(part in link and "columns=name,email" in link for link in links), part
    assert [link for link in links if "columns" not in link] == ["?country=Peru"], "the usual columns"
    assert heads(text(web.get("/visitors/?columns=name,email&country=Peru&sort=email&page=2"))) == ["Visitor", "E-mail"]


def test_the_form_without_javascript_leads_to_an_address_with_one_list(
    web: Client, arrive: Arrive, renew: Renew
) -> None:
    arrive(name="Ann", country="Peru")
    renew()
    page = text(web.get("/visitors/?columns=name,email&country=Peru&sort=email"))
    form = page[page.index('autocomplete="off" data-filters="visitors"') :].partition("</form>")[0]
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form)
    assert sorted(fields) == [("columns", "name"), ("country", "Peru"), ("sort", "email")]
    assert re.findall(r'value="([^"]*)" checked', form) == ["email"]
    answer = web.get(f"/visitors/?{urlencode([*fields, ('columns', 'email'), ('columns', 'phone')])}")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/visitors/?")
    assert "columns=name,email,phone" in answer["Location"]
    assert "country=Peru" in answer["Location"]
    filters = page[page.index('role="search"') :].partition("</form>")[0]
    assert '<input type="hidden" name="columns" value="name,email"' in filters


def test_with_any_columns_the_fragment_equals_its_place_in_the_page(web: Client, renew: Renew) -> None:
    renew()
    url = f"/visitors/?{urlencode({'columns': EVERY})}"
    web.get(url)
    assert steady(region(text(web.get(url)), "visitors")) == steady(text(poll(web, url)).strip())


def test_only_plain_addresses_become_links_in_a_column(web: Client, arrive: Arrive, renew: Renew) -> None:
    key = arrive(
        landingPage="https://shop.example/a", referrerUrl="javascript:alert(1)",
        customVariableResults=[
            {"name": "Account", "value": "17", "url": "https://crm.example/17"},
            {"name": "Bad", "value": "x", "url": "javascript:alert(2)"},
        ],
    )  # fmt: skip
    renew()
    asked = "landing_page,referrer_url,variable:Account,variable:Bad"
    shown = row(text(web.get("/visitors/", {"columns": asked})), key)
    assert re.findall(r'href="([^"]*)"', shown)[1:] == ["https://shop.example/a", "https://crm.example/17"]
    assert "<bdi>javascript:alert(1)</bdi>" in shown


def test_hostile_text_in_every_column_is_shown_as_text(web: Client, arrive: Arrive, renew: Renew) -> None:
    fields = ("name", "email", "phone", "company", "productService", "state", "language", "browser", "landingPage",
              "referrerUrl", "searchKeywords")  # fmt: skip
    for value in strings():
        variables = [{"name": "Plan", "value": value, "url": value}, {"name": value or "x", "value": "y"}]
        arrive(**dict.fromkeys(fields, value), customVariableResults=variables)
    renew()
    answer = web.get("/visitors/", {"columns": EVERY})
    assert answer.status_code == 200
    page = text(answer).casefold()
    assert "<img" not in page
    assert 'href="javascript' not in page
    assert page.count("<script") == text(web.get("/changes/")).casefold().count("<script")


def test_the_csv_has_every_row_that_fits_the_filters_in_the_chosen_order_and_columns(
    web: Client, arrive: Arrive, renew: Renew
) -> None:
    keys = [
        arrive(name=f"V{number:03}", country="Peru", email=f"v{number}@x.example", visitTime="2026-05-26T10:30:16Z")
        for number in range(120)
    ]
    arrive(name="Elsewhere", country="Spain")
    renew()
    query = "columns=name,email,visit_time&country=Peru&sort=-name"
    page = unquote(text(web.get(f"/visitors/?{query}")))
    assert f'href="/visitors/csv/?{query}" download'.replace("&", "&amp;") in page
    answer = web.get(f"/visitors/csv/?{query}&page=2")
    assert answer.streaming
    found = table(answer)
    assert [one["Id"] for one in found] == keys[::-1]
    assert found[0] == {
        "Visitor": "V119", "E-mail": "v119@x.example", "Visit began (UTC)": "2026-05-26 10:30:16", "Id": keys[-1],
    }  # fmt: skip


def test_the_csv_has_whole_values_and_no_formula_not_even_in_a_head(web: Client, arrive: Arrive, renew: Renew) -> None:
    bad = "=HYPERLINK(1)"
    page = "https://shop.example/" + "long/" * 60
    arrive(name=bad, company="+1", currentBrowsing=page, visits=3, customVariableResults=[{"name": bad, "value": "@x"}])
    renew()
    (found,) = table(web.get("/visitors/csv/", {"columns": f"company,page,visits,chats,status,variable:{bad}"}))
    assert found | {"Id": ""} == {
        "Visitor": f"'{bad}", "Company": "'+1", "Page": page, "Visits": "3", "Chats": "", "Status": "On site",
        f"'{bad}": "'@x", "Id": "",
    }  # fmt: skip


def test_a_csv_without_figures_is_a_page_and_not_an_empty_file(web: Client, chatserver: ChatServer) -> None:
    chatserver.faults.answer(500)
    answer = web.get("/visitors/csv/")
    assert answer.status_code == 503
    assert answer["Content-Type"].startswith("text/html")


def test_a_csv_of_ten_thousand_visitors_has_them_all(
    web: Client, chatserver: ChatServer, arrive: Arrive, renew: Renew
) -> None:
    for number in range(10_000):
        arrive(name=f"V{number}")
    renew()
    assert len(table(web.get("/visitors/csv/?columns=name"))) == 10_000


def test_an_address_cannot_ask_for_more_columns_than_the_limit(web: Client, arrive: Arrive, renew: Renew) -> None:
    arrive(name="Ann")
    renew()
    many = ",".join(f"variable:{number}" for number in range(200))
    assert len(heads(text(web.get("/visitors/", {"columns": many})))) == visitor_columns.MAX_COLUMNS
