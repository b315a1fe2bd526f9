"""The allow-list: to which addresses a credential may be sent."""

import pytest

from livechat.forms.sites import SiteForm
from livechat.lib import allowed_hosts
from livechat.models import Site
from tests.support.corpora import load, strings
from tests.support.people import client_for, make_superuser

HOSTILE = [
    "https://api11.comm100.io/",
    "https://api11.comm100.io.evil.example",
    "https://api11.comm100.io@evil.example",
    "https://evil.example/https://api11.comm100.io",
    "https://api11.comm100.io:443",
    "http://api11.comm100.io",
    "HTTPS://API11.COMM100.IO",
    "https://apiN.comm100.io",
    "https://api{N}.comm100.io",
    "https://api.comm100.io",
    "https://api11xcomm100.io",
    "https://api١١.comm100.io",
    "https://api11.comm100.io\n.evil.example",
    "https://dash11.comm100.io",
    "javascript:alert(1)",
    "//api11.comm100.io",
    "http://[::1",
    "",
]


def hostile() -> list[str]:
    """Addresses that are not what they seem, odd ones, and strings that are none."""
    return [*HOSTILE, *strings(), *(load("wpt_url_inputs.json") or [])]


def test_an_address_is_taken_only_where_it_is_exactly_one_of_the_patterns() -> None:
    assert allowed_hosts.allowed("https://api11.comm100.io")
    assert allowed_hosts.allowed("http://127.0.0.1:8100")
    for address in hostile():
        assert not allowed_hosts.allowed(address), address


@pytest.mark.django_db
def test_no_hostile_address_passes_the_form() -> None:
    for address in hostile():
        form = SiteForm({"name": "Shop", "api_base": address})
        # A form takes the blanks around a value off; what is left must still be one of the patterns.
        assert not form.is_valid() or allowed_hosts.allowed(address.strip()), address


@pytest.mark.django_db
@pytest.mark.parametrize("address", HOSTILE)
def test_no_hostile_address_makes_a_site(address: str) -> None:
    answer = client_for(make_superuser()).post("/sites/", {"name": "Shop", "api_base": address})
    assert answer.status_code == 422
    assert not Site.objects.exists()


def test_tokens_are_renewed_at_the_partner_of_the_address() -> None:
    assert allowed_hosts.renewal("https://api15.comm100.io") == "https://dash15.comm100.io"
    assert allowed_hosts.renewal("http://127.0.0.1:8100") == "http://127.0.0.1:8100"
    with pytest.raises(ValueError, match="not in COMM100_HOSTS"):
        allowed_hosts.renewal("https://evil.example")
