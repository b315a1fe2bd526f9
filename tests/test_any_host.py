"""The Host of a request: machines may send any, and people who come by a wrong one are told what to set."""

from typing import Any

import pytest
from django.test import Client

from tests.support.metrics import HEADERS, allow
from tests.support.pages import text

pytestmark = pytest.mark.django_db
WRONG = [
    "192.0.2.7",
    "192.0.2.7:8000",
    "[2001:db8::7]",
    "web.internal",
    "a host",
    "",
    "a" * 300,
    "localhost.evil.example",
]


@pytest.mark.parametrize("host", WRONG)
@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_machines_get_their_answer_under_any_host(client: Client, settings: Any, path: str, host: str) -> None:
    allow(settings)
    answer = client.get(path, headers={"Host": host, **HEADERS})
    assert answer.status_code == 200
    assert host not in text(answer) or not host


@pytest.mark.parametrize("host", WRONG[:-3])
@pytest.mark.parametrize("path", ["/", "/agents/", "/accounts/login/", "/healthz/", "/metrics/x", "/wall/no/", "/tv/"])
def test_every_other_page_is_refused_in_words_that_name_the_setting(client: Client, path: str, host: str) -> None:
    answer = client.get(path, headers={"Host": host})
    assert answer.status_code == 400
    page = text(answer)
    assert "PUBLIC_URL" in page
    assert "<h1>The dashboard does not know this address</h1>" in page
    assert answer["X-Frame-Options"] == "DENY"


def test_a_page_of_an_allowed_host_does_not_name_it(client: Client) -> None:
    assert "PUBLIC_URL" not in text(client.get("/accounts/login/"))
