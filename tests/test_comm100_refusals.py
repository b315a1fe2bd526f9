"""What a status and a body mean to the caller. A message shows Comm100's words and no secret."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from livechat.comm100.client import Client
from livechat.comm100.credentials import ApiKey, Bearer
from livechat.comm100.errors import (
    Comm100Error,
    CredentialRefused,
    Forbidden,
    NotFound,
    Refused,
    Throttled,
    Unreachable,
)
from livechat.comm100.refusals import retry_after
from tests.support.misbehaving import Misbehaving


def refused(status: str, body: bytes, credential: Bearer | ApiKey | None = None) -> Comm100Error:
    """The error of a call that gets this answer."""
    with Misbehaving(lambda talk: talk.answer(body, status=status)) as server, pytest.raises(Comm100Error) as caught:
        Client(server.url, credential or Bearer("token")).agents()
    return caught.value


def test_an_echoed_token_does_not_get_into_the_message() -> None:
    credential = ApiKey("ann@shop.example", "the-secret-key", "10000")
    words = f"Bad key the-secret-key in {credential.authorization}: <b>the-sec\\u0000ret-key</b>"
    with (
        Misbehaving(lambda talk: talk.answer(f'{{"message": "{words}"}}'.encode(), status="400 Bad Request")) as server,
        pytest.raises(Refused) as caught,
    ):
        Client(server.url, credential).agents()
    assert caught.value.message == "Bad key … in Basic …: <b>…</b>"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"code": 400000, "message": "First shape."}', "First shape."),
        (b'{"error": "ParameterMissing", "message": "Second shape."}', "Second shape."),
        (b'{"error": {"code": "x", "message": "Nested shape."}}', "Nested shape."),
        (b'{"error": "invalid_request"}', "invalid_request"),
        (b'{"message": "' + b"long " * 100 + b'"}', ("long " * 100)[:299] + "…"),
        (b"<html><h1>Blocked</h1>", "Comm100 refuses this without a reason (400)."),
        (b'{"message": {"not": "text"}}', "Comm100 refuses this without a reason (400)."),
        (b"[" * 100_000, "Comm100 refuses this without a reason (400)."),
        (b"", "Comm100 refuses this without a reason (400)."),
    ],
)
def test_a_refusals_own_words_are_kept_in_every_shape(body: bytes, message: str) -> None:
    error = refused("400 Bad Request", body)
    assert isinstance(error, Refused)
    assert error.message == message


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        ("403 Forbidden", b"You have reached your API quota.", Throttled),
        ("403 Forbidden", b'{"message": "Call limit exceeded"}', Throttled),
        ("403 Forbidden", b'{"message": "No permission."}', Forbidden),
        ("400 Bad Request", b'{"error": "ParameterStringLengthExceed", "message": "Over the limit."}', Refused),
        ("400 Bad Request", b'{"message": "Too many requests, please wait."}', Throttled),
        ("502 Bad Gateway", b'{"message": "Rate limit reached."}', Throttled),
        ("502 Bad Gateway", b"<h1>rate limit</h1>", Unreachable),
        ("502 Bad Gateway", b"<title>Too many requests</title>", Unreachable),
        ("400 Bad Request", b"<h1>Too many requests</h1>", Refused),
        ("502 Bad Gateway", b"", Unreachable),
        ("418 I'm a teapot", b"", Refused),
        ("401 Unauthorized", b"quota", CredentialRefused),
        ("407 Proxy Authentication Required", b"", Unreachable),
        ("408 Request Timeout", b"", Unreachable),
        ("410 Gone", b"", NotFound),
    ],
)
def test_throttling_is_known_by_its_words_if_the_status_is_another(status: str, body: bytes, error: type) -> None:
    assert type(refused(status, body)) is error


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        (" 0 ", 0.0),
        ("1.5", 1.5),
        ("901", 900.0),
        ("999999999", 900.0),
        ("Fri, 31 Dec 2100 23:59:59 GMT", 900.0),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1e9", None),
        ("nan", None),
        ("9" * 5_000, 900.0),
        ("Fri, 31 Dec 99999 23:59:59 GMT", None),
        ("Fri, 31 Feb 2100 23:59:59 GMT", None),
    ],
)
def test_a_time_to_wait_is_believed_up_to_a_quarter_of_an_hour(value: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": value}) == seconds


def test_a_time_to_wait_may_be_a_date() -> None:
    then = datetime.now(UTC) + timedelta(seconds=100)
    wait = retry_after({"retry-after": format_datetime(then, usegmt=True)})
    assert wait is not None
    assert 95 < wait <= 100


def test_throttling_says_how_long_to_wait_if_the_answer_does() -> None:
    with Misbehaving("429-seconds") as server:
        for kind, seconds in (("429-seconds", 7), ("429-date", 900), ("429-garbage", None), ("503", 30)):
            server.kind = kind
            with pytest.raises(Throttled) as caught:
                Client(server.url, Bearer("token")).visitors()
            assert caught.value.retry_after == seconds
