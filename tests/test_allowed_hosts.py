"""The allow-list: to which addresses a credential may be sent."""

import re

import pytest

from livechat.forms.sites import SiteForm
from livechat.lib import allowed_hosts
from livechat.models import Site
from tests.support.corpora import load, strings
from tests.support.people import client_for, make_superuser

CORRECTED = ["https://api11.comm100.io/", "HTTPS://API11.COMM100.IO", "https://dash11.comm100.io"]
HOSTILE = [
    "https://api11.comm100.io/v4@evil.example",
    "https://api11.comm100.io/x",
    "https://api11.comm100.io?x",
    "https://api11.comm100.io\\.evil.example",
    "https://dash11.comm100.io.evil.example",
    "https://dash11.comm100.io@evil.example",
    "https://dash11.comm100.io:443/",
    "http://dash11.comm100.io",
    "https://dash111111.comm100.io",
    "https://da\u017fh11.comm100.io",
    "https://api11.comm100.io.evil.example",
    "https://api11.comm100.io@evil.example",
    "https://evil.example/https://api11.comm100.io",
    "https://api11.comm100.io:443",
    "http://api11.comm100.io",
    "https://apiN.comm100.io",
    "https://api{N}.comm100.io",
    "https://api.comm100.io",
    "https://api11xcomm100.io",
    "https://api١١.comm100.io",
    "https://api11.comm100.io\n.evil.example",
    "javascript:alert(1)",
    "//api11.comm100.io",
    "http://[::1",
    "",
]


def hostile() -> list[str]:
    """Addresses that are not what they seem, odd ones, and strings that are none."""
    return [*HOSTILE, *CORRECTED, *strings(), *(load("wpt_url_inputs.json") or [])]


def test_an_address_is_taken_only_where_it_is_exactly_one_of_the_patterns() -> None:
    assert allowed_hosts.allowed("https://api11.comm100.io")
    assert allowed_hosts.allowed("http://127.0.0.1:8100")
    for address in hostile():
        assert not allowed_hosts.allowed(address), address


@pytest.mark.django_db
def test_no_hostile_address_passes_the_form() -> None:
    for address in hostile():
        form = SiteForm({"name": "Shop", "api_base": address})
        # A form may correct what is around an address; what is left must be one of the patterns, of the same host.
        if form.is_valid():
            corrected = form.cleaned_data["api_base"]
            assert allowed_hosts.allowed(corrected), address
            number = re.search(r"\d+", corrected.removeprefix("http://127.0.0.1:"))
            assert number
            assert re.match(rf"\W*(https?://)?(api|dash|127.0.0.1:){number[0]}\b", address, re.I), address


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
