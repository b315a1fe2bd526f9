"""Kinds of invalid HTML that pages had. `make judge` asks the Nu checker about all kinds, on every page."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from livechat.models import AgentEntry, Site, Wall
from tests.support.pages import text
from tests.support.people import KIM, PASSWORD, client_for, make_user
from tests.test_changes import change

pytestmark = pytest.mark.django_db
PATHS = (
    "/walls/{wall}/",
    "/sites/{site}/",
    "/directory/agents/{entry}/",
    "/directory/upload/",
    "/changes/",
    "/accounts/password/change/",
)


@pytest.fixture
def pages(site: Site) -> dict[str, str]:
    """Pages with forms and times, by their paths."""
    ann: User = make_user("ann", site, password=PASSWORD)
    keys = {"wall": Wall.objects.create(site=site, title="Support").pk, "site": site.pk}
    keys["entry"] = AgentEntry.objects.create(site=site, agent_id=KIM, name="Kim").pk
    change(site)
    web: Client = client_for(ann, site)
    return {path: text(web.get(path.format(**keys))) for path in PATHS}


def test_hidden_inputs_have_no_description_and_nothing_has_an_empty_one(pages: dict[str, str]) -> None:
    hidden = [one for page in pages.values() for one in re.findall(r'<input type="hidden"[^>]*>', page)]
    assert len(hidden) > 20
    assert [one for one in hidden if "aria-" in one or ('name="initial-' in one and " id=" in one)] == []
    assert [path for path, page in pages.items() if re.search(r'aria-\w+=""', page)] == []


def test_times_have_no_more_than_three_digits_of_a_second(pages: dict[str, str]) -> None:
    times = [one for page in pages.values() for one in re.findall(r'datetime="([^"]*)"', page)]
    assert times
    assert [
        one for one in times if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?(Z|[+-]\d\d:?\d\d)", one)
    ] == []


def test_a_list_in_a_fields_help_stands_in_no_paragraph(pages: dict[str, str]) -> None:
    help_texts = re.findall(r'<(\w+) class="field-help"[^>]*>\s*<ul>', pages["/accounts/password/change/"])
    assert help_texts == ["div"]
