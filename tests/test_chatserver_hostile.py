"""Nothing that a client sends makes the chat server fail: malformed JSON, naughty strings, random calls."""

import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livechat.chatserver.api import App
from tests.support import corpora
from tests.support.wsgi import ask, small_app

AGENT = "/v4/livechat/agents/c97a2afe-a38f-46f8-a55b-8ac9f873cd09"
VISITOR = "/v4/livechat/visitors/3d59f909-24cd-43bc-89cb-00a320617c0a"

MALFORMED = (b"", b"{", b"[1,", b"{'a': 1}", b"[NaN]", b'["\xff"]', b'["\x01"]', b"[" * 100_000, b"[1]]", b"[01]")
NAUGHTY = ("", "undefined", "NaN", "\x00", "Ω≈ç√", "'; DROP TABLE agents", "../../etc/passwd", "%00", "🚲", "​")


def json_corpus() -> list[tuple[str, bytes]]:
    found = corpora.load("json_nst_b64.json")
    if found is None:
        return [(f"n_{number}", body) for number, body in enumerate(MALFORMED)]
    return [(name, base64.b64decode(text)) for name, text in found.items()]


def naughty_strings() -> list[str]:
    return corpora.load("blns.json") or list(NAUGHTY)


def test_malformed_json_is_refused_and_good_json_never_fails():
    app = small_app()
    for name, body in json_corpus():
        for path in (AGENT, VISITOR):
            reply = ask(app, "PUT", path, body)
            allowed = {"n": {400}, "y": {200, 400}, "i": {200, 400}}[name[0]]
            assert reply.status in allowed, name


def test_naughty_strings_are_refused_as_ids_and_kept_as_values():
    app = small_app(visitor_put="replace")
    for text in naughty_strings():
        assert ask(app, "GET", f"/v4/livechat/agents/{text}").status in (400, 404), text
        if not text:
            continue
        reply = ask(app, "PUT", VISITOR, json.dumps([{"name": text, "value": text}], ensure_ascii=False).encode())
        assert reply.status == 200, text
        shown = ask(app, "GET", VISITOR).json()["customVariableResults"]
        assert shown == [{"name": text, "value": text, "url": ""}]


KEYS = st.sampled_from(["id", "status", "name", "value", "url"]) | st.text(max_size=4)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def fuzzed() -> App:
    """A separate app, because the written statuses and variables stay."""
    return small_app()


@settings(max_examples=150)
@given(
    method=st.sampled_from(["GET", "HEAD", "PUT", "POST"]),
    path=st.sampled_from([AGENT, VISITOR, "/oauth/token", "/stats", "/v4/openapi.json"])
    | st.text(max_size=40).map("/".__add__),
    body=JSON.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=60),
    query=st.text(st.characters(max_codepoint=126), max_size=20) | st.just("siteId=x"),
    authorization=st.none() | st.just("Bearer test-token") | st.text(st.characters(max_codepoint=255), max_size=20),
)
def test_nothing_that_is_sent_makes_it_fail(fuzzed, method, path, body, query, authorization):
    reply = ask(fuzzed, method, path, body, query=query, token=None, authorization=authorization)
    assert reply.status in (200, 400, 401, 404, 405)
    if method != "HEAD":
        assert isinstance(reply.json(), list if reply.body.startswith(b"[") else dict)
