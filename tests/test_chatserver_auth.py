"""The credentials that the chat server accepts, and the tokens that it gives out."""

import base64
import json
from urllib.parse import urlencode

import pytest

from livechat.chatserver.api import App
from tests.support.wsgi import Clock, Reply, ask, small_app

AGENTS = "/v4/livechat/agents"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(clock) -> App:
    return small_app(
        token="fixed",
        token_lifetime=60,
        client_id="me",
        client_secret="hush",
        api_key="key",
        site_id="4711",
        clock=clock,
    )


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def token(app: App, **fields: str) -> Reply:
    body = urlencode({"client_id": "me", "client_secret": "hush"} | fields).encode()
    return ask(app, "POST", "/oauth/token", body, token=None)


def works(app: App, access_token: str) -> bool:
    return ask(app, "GET", AGENTS, token=access_token).status == 200


def test_the_token_of_the_options_never_expires(app, clock):
    assert works(app, "fixed")
    clock.now += 400 * 86400
    assert works(app, "fixed")


def test_an_empty_token_in_the_options_admits_no_one():
    assert ask(small_app(token=""), "GET", AGENTS, token="").status == 401


def test_client_credentials_get_a_token_in_the_documented_shape(app):
    reply = token(app, grant_type="client_credentials")
    assert reply.status == 200
    assert list(reply.json()) == ["access_token", "token_type", "expires_in", "refresh_token"]
    assert reply.json()["token_type"] == "bearer"
    assert reply.json()["expires_in"] == 60
    assert works(app, reply.json()["access_token"])


def test_a_token_holds_for_its_lifetime_and_no_longer(app, clock):
    access = token(app, grant_type="client_credentials").json()["access_token"]
    clock.now += 59
    assert works(app, access)
    clock.now += 2
    assert not works(app, access)


def test_a_refresh_token_works_once_and_comes_with_its_successor(app, clock):
    first = token(app, grant_type="client_credentials").json()
    clock.now += 3600
    second = token(app, grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
    assert works(app, second["access_token"])
    again = token(app, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert (again.status, again.json()["error"]) == (400, "invalid_grant")
    assert token(app, grant_type="refresh_token", refresh_token=second["refresh_token"]).status == 200


def test_a_refresh_token_ends_after_30_days(app, clock):
    first = token(app, grant_type="client_credentials").json()
    clock.now += 30 * 86400 + 1
    assert token(app, grant_type="refresh_token", refresh_token=first["refresh_token"]).status == 400


def test_an_access_token_is_no_refresh_token(app):
    first = token(app, grant_type="client_credentials").json()
    assert token(app, grant_type="refresh_token", refresh_token=first["access_token"]).status == 400
    assert not works(app, first["refresh_token"])


def test_the_client_may_sign_in_by_basic_or_in_json(app):
    form = b"grant_type=client_credentials"
    by_header = ask(app, "POST", "/oauth/token", form, authorization=basic("me", "hush"))
    body = {"grant_type": "client_credentials", "client_id": "me", "client_secret": "hush"}
    by_json = ask(app, "POST", "/oauth/token", json.dumps(body).encode(), token=None)
    assert (by_header.status, by_json.status) == (200, 200)


@pytest.mark.parametrize(
    ("fields", "status", "error"),
    [
        ({}, 400, "unsupported_grant_type"),
        ({"grant_type": "password", "username": "a", "password": "b"}, 400, "unsupported_grant_type"),
        ({"grant_type": "client_credentials", "client_secret": "wrong"}, 401, "invalid_client"),
        ({"grant_type": "client_credentials", "client_id": ""}, 401, "invalid_client"),
        ({"grant_type": "refresh_token"}, 400, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "wrong"}, 400, "invalid_grant"),
    ],
)
def test_a_token_is_refused_in_the_servers_own_shape(app, fields, status, error):
    reply = token(app, **fields)
    assert reply.status == status
    assert list(reply.json()) == ["error", "message"]
    assert reply.json()["error"] == error


def test_a_wrong_client_does_not_use_up_the_refresh_token(app):
    refresh = token(app, grant_type="client_credentials").json()["refresh_token"]
    token(app, grant_type="refresh_token", refresh_token=refresh, client_secret="wrong")
    assert token(app, grant_type="refresh_token", refresh_token=refresh).status == 200


def test_any_agent_may_call_with_the_api_key_and_the_site_id(app):
    for agent_id in app.world.agent_ids():
        credential = basic(app.world.agent_email(agent_id).upper(), "key")
        assert ask(app, "GET", AGENTS, query="siteId=4711", authorization=credential).status == 200


@pytest.mark.parametrize(
    ("email", "key", "query", "status"),
    [
        ("", "key", "siteId=4711", 401),
        ("nobody@shop.example", "key", "siteId=4711", 401),
        (None, "wrong", "siteId=4711", 401),
        (None, "key", "siteId=4712", 401),
        (None, "key", "siteId=x", 400),
        (None, "key", "", 400),
    ],
)
def test_basic_is_refused_if_one_of_its_parts_is_wrong(app, email, key, query, status):
    user = app.world.agent_email(app.world.agent_ids()[0]) if email is None else email
    assert ask(app, "GET", AGENTS, query=query, authorization=basic(user, key)).status == status


def test_a_token_may_come_with_a_site_id_that_is_a_number(app):
    assert ask(app, "GET", AGENTS, query="siteId=1", token="fixed").status == 200
    assert ask(app, "GET", AGENTS, query="siteId=x", token="fixed").status == 400


def test_a_test_can_give_out_tokens_and_take_them_all_back(app):
    given = app.auth.issue(lifetime=5)
    assert works(app, given.access_token)
    app.auth.revoke_all()
    assert not works(app, given.access_token)
    assert token(app, grant_type="refresh_token", refresh_token=given.refresh_token).status == 400
    assert works(app, "fixed")
