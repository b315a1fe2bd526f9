"""The chat server's refusals and their words."""

import io
import json

import pytest

from livechat.chatserver.api import App
from livechat.chatserver.wire import MAX_BODY_BYTES, ApiError, read_body
from tests.support.wsgi import Reply, ask, small_app

AGENT = "/v4/livechat/agents/c97a2afe-a38f-46f8-a55b-8ac9f873cd09"
VISITOR = "/v4/livechat/visitors/3d59f909-24cd-43bc-89cb-00a320617c0a"
STRANGER = "11111111-2222-4333-8444-555555555555"

API_PATHS = (
    "/v4/livechat/agents",
    AGENT,
    "/v4/livechat/visitors",
    VISITOR,
    "/v4/global/agents",
    "/v4/global/departments",
    "/v4/global/agentAwayStatuses",
    "/v4/livechat/customVariables",
)

BAD_JSON = (
    b"",
    b" ",
    b"{",
    b"[1,",
    b"{'status': 'away'}",
    b'{"status": NaN}',
    b'{"status": "away",}',
    b'{"status": "\xff"}',
    b'{"status": "\xed\xa0\x80"}',
    b'{"status": "\\ud800"}',
    b'{"status": "\x01"}',
    b'\xef\xbb\xbf{"status": "away"}',
    '{"status": "away"}'.encode("utf-16"),
    b"[" * 200_000,
    b"1" * 5000,
    b'{"status": 1e99999}',
    b"status=away",
)


@pytest.fixture(scope="module")
def app() -> App:
    return small_app()


def refused(reply: Reply, status: int, error: str | None = None) -> Reply:
    assert reply.status == status
    assert reply.headers["Content-Type"].startswith("application/json")
    body = reply.json()
    assert list(body) == ["error", "message"]
    assert all(isinstance(text, str) and text for text in body.values())
    assert error in (None, body["error"])
    return reply


@pytest.mark.parametrize("path", API_PATHS)
@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        "test-token",
        "Digest test-token",
        "Bearer \xff",
        "Basic =",
        "Basic e",
    ],
)
def test_no_call_is_answered_without_a_valid_credential(app, path, authorization):
    reply = refused(ask(app, "GET", path, token=None, authorization=authorization), 401)
    assert reply.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize("kind", ["agents", "visitors"])
@pytest.mark.parametrize(
    "odd", ["1", "null", f"{{{STRANGER}}}", STRANGER[:-1], STRANGER + "0", STRANGER.replace("-", ""), " ", "٣" * 36]
)
def test_a_malformed_id_is_a_400(app, method, kind, odd):
    refused(ask(app, method, f"/v4/livechat/{kind}/{odd}", b"{}"), 400, "ParameterFormatIncorrect")


@pytest.mark.parametrize("unknown", [STRANGER, "00000000-0000-0000-0000-000000000000"])
def test_an_unknown_id_is_a_404(app, unknown):
    refused(ask(app, "GET", f"/v4/livechat/agents/{unknown}"), 404)
    refused(ask(app, "GET", f"/v4/livechat/visitors/{unknown}"), 404)
    refused(ask(app, "PUT", f"/v4/livechat/agents/{unknown}", b'{"status": "away"}'), 404)
    refused(ask(app, "PUT", f"/v4/livechat/visitors/{unknown}", b'[{"name": "a"}]'), 404)


@pytest.mark.parametrize(
    "path",
    ["/", "/v4", "/v4/", "/v4/livechat/agents/", AGENT + "/status", "/V4/livechat/agents", "/v3/livechat/agents"],
)
def test_an_unknown_path_is_a_404(app, path):
    refused(ask(app, "GET", path), 404)


@pytest.mark.parametrize("body", [{}, {"status": None}, {"Status": "away"}])
def test_a_missing_status_is_a_400(app, body):
    refused(ask(app, "PUT", AGENT, json.dumps(body).encode()), 400, "ParameterMissing")


@pytest.mark.parametrize("status", ["", "offline", "Offline", "busy", " away", "away\n", 3, True, ["away"], {}])
def test_a_status_that_cannot_be_set_is_a_400(app, status):
    before = ask(app, "GET", AGENT).body
    refused(ask(app, "PUT", AGENT, json.dumps({"status": status}).encode()), 400, "ParameterInvalid")
    assert ask(app, "GET", AGENT).body == before


@pytest.mark.parametrize("path", [AGENT, VISITOR])
@pytest.mark.parametrize("body", BAD_JSON)
def test_a_body_that_is_not_json_is_a_400(app, path, body):
    refused(ask(app, "PUT", path, body), 400)


@pytest.mark.parametrize("body", [b"null", b"1", b'"away"', b"true", b"1.5"])
def test_a_body_that_is_neither_object_nor_array_is_a_400(app, body):
    refused(ask(app, "PUT", AGENT, body), 400, "ParameterInvalid")
    refused(ask(app, "PUT", VISITOR, body), 400, "ParameterInvalid")


def test_an_agent_takes_no_array(app):
    refused(ask(app, "PUT", AGENT, b'[{"status": "away"}]'), 400, "ParameterInvalid")


@pytest.mark.parametrize("item", [{}, {"name": None}, {"name": ""}, {"value": "x"}, {"Name": "x"}])
def test_a_variable_without_a_name_is_a_400(app, item):
    for body in (item, [item], [{"name": "good"}, item]):
        refused(ask(app, "PUT", VISITOR, json.dumps(body).encode()), 400, "ParameterMissing")


@pytest.mark.parametrize(
    "item", [1, None, [], "x", {"name": 1}, {"name": "a", "value": 1}, {"name": "a", "url": []}, {"name": {}}]
)
def test_a_variable_of_the_wrong_shape_is_a_400(app, item):
    refused(ask(app, "PUT", VISITOR, json.dumps([item]).encode()), 400, "ParameterInvalid")


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        (AGENT, {}, 'The parameter "status" is required.'),
        (AGENT, {"status": 3}, 'The parameter "status" must be a string.'),
        (AGENT, {"status": "busy"}, 'The parameter "status" is not a status that can be set.'),
        (VISITOR, [{"value": "x"}], 'The parameter "name" is required.'),
        (VISITOR, {"name": None}, 'The parameter "name" is required.'),
        (VISITOR, [{"name": "a"}, {"name": ""}], 'The parameter "name" is required.'),
        (VISITOR, [{"name": "a", "url": []}], 'The parameter "url" must be a string.'),
    ],
)
def test_a_refusal_names_the_parameter(app, path, body, message):
    assert refused(ask(app, "PUT", path, json.dumps(body).encode()), 400).json()["message"] == message


def test_one_bad_variable_leaves_the_visitor_untouched(app):
    before = ask(app, "GET", VISITOR).body
    refused(ask(app, "PUT", VISITOR, b'[{"name": "good", "value": "1"}, {}]'), 400)
    assert ask(app, "GET", VISITOR).body == before


@pytest.mark.parametrize("method", ["POST", "DELETE", "PATCH", "OPTIONS", "PUT"])
def test_a_method_that_is_not_offered_is_a_405_that_says_which_are(app, method):
    reply = refused(ask(app, method, "/v4/livechat/agents"), 405)
    assert reply.headers["Allow"] == "GET, HEAD"


def test_the_single_records_offer_put_too(app):
    assert refused(ask(app, "DELETE", VISITOR), 405).headers["Allow"] == "GET, HEAD, PUT"
    assert refused(ask(app, "GET", "/oauth/token"), 405).headers["Allow"] == "POST"


@pytest.mark.parametrize("path", API_PATHS)
def test_head_answers_like_get_without_a_body(app, path):
    get, head = ask(app, "GET", path), ask(app, "HEAD", path)
    assert (head.status, head.headers, head.body) == (get.status, get.headers, b"")


def test_a_body_of_1_mb_is_read_and_a_longer_one_is_a_413(app):
    frame = len(b'{"status": "away", "x": ""}')
    fits = b'{"status": "away", "x": "%b"}' % (b"x" * (MAX_BODY_BYTES - frame))
    assert ask(app, "PUT", AGENT, fits).status == 200
    ask(app, "PUT", AGENT, b'{"status": "online"}')
    refused(ask(app, "PUT", AGENT, fits + b" "), 413)
    refused(ask(app, "PUT", VISITOR, b"x" * (40 * MAX_BODY_BYTES)), 413)


def test_a_long_body_is_read_to_its_end_so_that_its_sender_can_read_the_refusal():
    stream = io.BytesIO(b"x" * (3 * MAX_BODY_BYTES))
    with pytest.raises(ApiError):
        read_body({"CONTENT_LENGTH": str(3 * MAX_BODY_BYTES), "wsgi.input": stream})
    assert stream.read() == b""


@pytest.mark.parametrize("stated", ["-1", "x", "", "1e3", "٣", "9" * 400])
def test_an_odd_content_length_counts_as_no_body(stated):
    assert read_body({"CONTENT_LENGTH": stated, "wsgi.input": io.BytesIO(b"abc")}) == b""


def test_a_chunked_body_is_read_to_the_end_of_its_stream():
    assert read_body({"wsgi.input_terminated": True, "wsgi.input": io.BytesIO(b"abc")}) == b"abc"
