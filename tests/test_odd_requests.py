"""Requests that no browser of ours sends: they get an answer, and the log a line."""

import logging

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from config import logs
from livechat.lib.logs import Briefly
from livechat.web.middleware import HeadersMiddleware

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("key", ["a\0b" * 12, "A" * 32, "x" * 41, "é" * 32])
def test_a_session_key_that_django_cannot_have_made_never_reaches_the_database(client: Client, key: str) -> None:
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    with CaptureQueriesContext(connection) as asked:
        answer = client.get("/agents/")
    assert answer.status_code == 302
    assert not [query for query in asked if "django_session" in query["sql"]]


@pytest.mark.parametrize("here", ["http://[", "http://[::1", "http://testserver/visitors/?q=a"])
def test_who_is_signed_out_is_led_to_the_sign_in_whatever_page_htmx_names(client: Client, here: str) -> None:
    answer = client.get("/agents/", headers={"HX-Request": "true", "HX-Current-URL": here})
    assert answer.status_code == 200
    assert answer["HX-Redirect"].startswith("/accounts/login/?next=")
    assert ("visitors" in answer["HX-Redirect"]) == ("visitors" in here)


def test_the_answer_to_head_has_the_headers_and_no_body(rf: RequestFactory) -> None:
    def answer(_request: HttpRequest) -> HttpResponse:
        return HttpResponse("a page", headers={"Content-Length": "6"})

    head, whole = (HeadersMiddleware(answer)(ask("/agents/")) for ask in (rf.head, rf.get))
    assert (head.content, head["Content-Length"]) == (b"", "6")
    assert whole.content == b"a page"


def test_a_refusal_is_one_line_of_the_log_and_an_error_has_its_traceback() -> None:
    assert logs.settings("INFO")["handlers"]["stderr"]["filters"] == ["briefly"]

    def passed(name: str, level: int) -> object:
        record = logging.makeLogRecord({"name": name, "levelno": level, "exc_info": (ValueError, ValueError(), None)})
        assert Briefly().filter(record)
        return record.exc_info

    assert passed("django.request", logging.WARNING) is None
    assert passed("django.security.SuspiciousFileOperation", logging.WARNING) is None
    assert passed("django.request", logging.ERROR)
    assert passed("livechat.live.refresh", logging.WARNING)
