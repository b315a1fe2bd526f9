"""Numbers in addresses: one that no row can have is a page that is not there, and no fault of the server."""

import itertools
import re

import pytest
from django.test import Client
from django.urls import URLPattern

from livechat import urls
from livechat.lib.path_converters import KeyConverter
from livechat.models import AgentEntry, DepartmentEntry, Site, Wall, WallLink
from tests.support.people import client_for, make_superuser, make_user

pytestmark = pytest.mark.django_db
LARGEST = 2**63 - 1
NUMBERS = ["0", "1", str(LARGEST), str(LARGEST + 1), str(2**64), "9" * 19, "9" * 400, "0" * 30]
ODD = [*NUMBERS[3:7], "-1", "1e400"]
QUERIES = ["page", "wall", "code", "agent", "invitation", "person", "q", "boxes", "columns", "sort", "view", "kind"]
PATTERNS = [pattern for pattern in urls.urlpatterns if isinstance(pattern, URLPattern)]


def addresses(pattern: URLPattern) -> list[str]:
    """The addresses of a pattern with every choice of numbers."""
    places = list(pattern.pattern.converters)
    route = re.sub(r"<\w+:(\w+)>", r"{\1}", str(pattern.pattern))
    return [
        "/" + route.format(**dict(zip(places, chosen, strict=True)))
        for chosen in itertools.product(NUMBERS, repeat=len(places))
    ]


@pytest.fixture
def everything(site: Site) -> Client:
    """A superuser's browser at a site that has a row of each kind, with the key 1 if that is the first one."""
    wall = Wall.objects.create(pk=1, site=site, title="Support")
    WallLink.objects.create(pk=1, wall=wall, owner=make_user("owner"), label="TV", secret_hash="x")
    AgentEntry.objects.create(pk=1, site=site, agent_id="0f1e2d3c-0000-4000-8000-000000000001")
    DepartmentEntry.objects.create(pk=1, site=site, department_id="0f1e2d3c-0000-4000-8000-000000000002")
    return client_for(make_superuser(), site)


def test_every_number_in_an_address_is_bounded_by_its_column() -> None:
    kinds = {type(one).__name__ for pattern in PATTERNS for one in pattern.pattern.converters.values()}
    assert kinds == {"KeyConverter", "UUIDConverter", "StringConverter"}
    assert KeyConverter().to_python(str(LARGEST)) == LARGEST


@pytest.mark.parametrize(
    "pattern",
    [one for one in PATTERNS if any(isinstance(part, KeyConverter) for part in one.pattern.converters.values())],
    ids=lambda pattern: pattern.name,
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_number_that_no_row_has_is_not_found(everything: Client, pattern: URLPattern, method: str) -> None:
    for address in addresses(pattern):
        status = getattr(everything, method)(address).status_code
        assert status < 500, address
        if any(str(number) in address for number in (LARGEST, *NUMBERS[3:7])):
            assert status in {404, 405}, address


@pytest.mark.parametrize("path", ["/agents/", "/visitors/", "/changes/", "/directory/", "/pair/", "/agents/bulk/"])
def test_a_number_in_a_query_breaks_no_page(everything: Client, path: str) -> None:
    for number in ODD:
        assert everything.get(path, dict.fromkeys(QUERIES, number)).status_code < 500, number
    for name, number in zip(QUERIES, itertools.cycle(ODD)):
        assert everything.get(path, {name: number}).status_code < 500, (name, number)


@pytest.mark.parametrize("number", [*NUMBERS[2:], "-1"])
def test_a_number_in_a_form_breaks_no_page(everything: Client, site: Site, number: str) -> None:
    for path, form in (
        ("/pair/", {"code": "ABCDEFGH", "wall": number, "label": "TV", "days": "30"}),
        ("/sites/switch/", {"site": number}),
        (f"/sites/{site.pk}/", {"name": "Shop", "api_base": site.api_base, "shared": number}),
        (f"/sites/{site.pk}/members/", {"username": number, "role": "viewer", "user": number}),
        ("/directory/agents/1/row/", {"capacity": number, "order": number, "name": "A"}),
        ("/directory/agents/1/", {"capacity": number, "order": number, "name": "A"}),
        ("/walls/1/", {"title": "S", "every": number, "panels-TOTAL_FORMS": number, "panel-0-place": number}),
        ("/walls/", {"title": "S", "copy": number}),
        ("/walls/1/links/1/", {"step": "extend", "days": number}),
    ):
        assert everything.post(path, form).status_code < 500, path
