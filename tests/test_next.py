"""Where sign-in and a switch of sites lead: to pages of this host, whatever the address asks for."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from livechat.lib import safe_links
from tests.support.corpora import load, strings
from tests.support.people import PASSWORD, make_site, make_user

pytestmark = pytest.mark.django_db
HOSTS = ["localhost", "127.0.0.1", "[::1]", "evil.example", "testserver", "testserver:80", "board.example.org"]
FORMS = [
    "//{}", "///{}", "/\\{}", "\\\\{}", "/\t/{}", "/\n/{}", "\t//{}", " //{}", "http://{}/", "https://{}/", "HTTP://{}/",
    "http:{}", "http:///{}", "http:/\\{}", "http://user@{}/", "javascript://{}/%0a", "data:,{}", "{}/", "//{}%2f..",
]  # fmt: skip
ELSEWHERE = [form.format(host) for form in FORMS for host in HOSTS]
HERE = ["/agents/", "/visitors/?q=a&page=2", "/invite/secret/", "/", "/agents/#x", "/board/agents/?next=//evil.example"]


@pytest.fixture
def ann(db: None) -> User:
    """Somebody with a password and a site."""
    return make_user("ann", make_site(), password=PASSWORD)


def test_no_address_of_another_host_is_here() -> None:
    for address in [*ELSEWHERE, *strings(), *(load("wpt_url_inputs.json") or [])]:
        assert not safe_links.is_here(address) or (address.startswith("/") and address[1:2] not in {"/", "\\"}), address
    assert [address for address in ELSEWHERE if safe_links.is_here(address)] == []
    assert [address for address in HERE if not safe_links.is_here(address)] == []


@pytest.mark.parametrize(
    "wanted", ["//localhost", "http://127.0.0.1/", "http://localhost/a", "//[::1]", "https://127.0.0.1/"]
)
def test_sign_in_leads_to_no_other_host(client: Client, ann: User, wanted: str, settings: object) -> None:
    page = "/accounts/login/"
    form = {"login": "ann", "password": PASSWORD, "next": wanted}
    assert client.post(page, form).headers["Location"] == "/"


@pytest.mark.parametrize("wanted", ["/visitors/?q=a", "/changes/"])
def test_sign_in_leads_to_the_page_that_was_asked_for(client: Client, ann: User, wanted: str) -> None:
    assert client.post("/accounts/login/", {"login": "ann", "password": PASSWORD, "next": wanted})["Location"] == wanted


@pytest.mark.parametrize("path", ["/accounts/logout/", "/accounts/reauthenticate/"])
def test_allauths_other_pages_lead_to_no_other_host(client: Client, ann: User, path: str) -> None:
    client.force_login(ann)
    for wanted in ("//localhost", "http://127.0.0.1/", "//[::1]/"):
        answer = client.post(path, {"next": wanted, "password": PASSWORD})
        assert answer.headers.get("Location", "/").startswith("/")
        assert not answer.headers.get("Location", "/").startswith("//")


def test_a_switch_of_sites_leads_to_no_other_host(client: Client, ann: User) -> None:
    client.force_login(ann)
    site = ann.memberships.get().site
    for wanted in ELSEWHERE:
        assert client.post("/sites/switch/", {"site": site.pk, "next": wanted})["Location"] == "/agents/", wanted
