"""The client with a running chat server: the six calls, the neighbours, the three ways to sign in."""

import json
import time
import tomllib
from pathlib import Path

import pytest

from livechat.comm100.client import Client, renew
from livechat.comm100.credentials import ApiKey, Bearer, RenewingBearer
from livechat.comm100.errors import CredentialRefused, Forbidden, Malformed, NotFound, Refused, Throttled, Unreachable
from livechat.comm100.records import Agent, AwayStatus, Variable
from livechat.comm100.wire import USER_AGENT
from tests.support.chatserver import ChatServer
from tests.support.misbehaving import Misbehaving
from tests.support.talk import AGENT, Talk

UNKNOWN_ID = "11111111-2222-4333-8444-555555555555"
SAMPLE_AGENT = "c97a2afe-a38f-46f8-a55b-8ac9f873cd09"
SAMPLE_VISITOR = "3d59f909-24cd-43bc-89cb-00a320617c0a"


def client(server: ChatServer) -> Client:
    return Client(server.url, Bearer(server.token))


def test_agents_are_listed_and_read_one_by_one(chatserver: ChatServer) -> None:
    comm100 = client(chatserver)
    listing = comm100.agents()
    assert [agent.id for agent in listing.rows] == sorted(chatserver.world.agent_ids())
    assert (listing.odd, listing.dropped) == (0, 0)
    for agent in listing.rows:
        assert comm100.agent(agent.id.upper()) == agent


def test_visitors_are_listed_and_read_one_by_one(chatserver: ChatServer) -> None:
    comm100 = client(chatserver)
    listing = comm100.visitors()
    assert [visitor.id for visitor in listing.rows] == sorted(chatserver.world.visitor_ids())
    assert (listing.odd, listing.dropped) == (0, 0)
    assert comm100.visitor(listing.rows[0].id) == listing.rows[0]


def test_a_status_is_set_by_one_call_and_shows_in_the_next_read(chatserver: ChatServer) -> None:
    comm100 = client(chatserver)
    for asked, shown in (("Online", "Online"), ("away", "Away"), ("Meeting", "Meeting")):
        answered = comm100.put_agent(SAMPLE_AGENT, asked)
        assert answered == Agent(SAMPLE_AGENT, shown, 0)
        assert comm100.agent(SAMPLE_AGENT) == answered
    assert chatserver.calls("PUT /v4/livechat/agents/{id}") == 3


def test_custom_variables_are_sent_as_an_array_without_what_is_none(chatserver: ChatServer) -> None:
    comm100 = client(chatserver)
    sent = [Variable("plan", "Plus ☃", "https://shop.example/"), Variable("note", "", ""), Variable("bare")]
    comm100.put_visitor(SAMPLE_VISITOR, sent)
    after = {variable.name: variable for variable in comm100.visitor(SAMPLE_VISITOR).custom_variables}
    assert after["plan"] == sent[0]
    assert after["note"] == sent[1]
    assert "bare" in after
    assert chatserver.calls("PUT /v4/livechat/visitors/{id}") == 1


def test_the_neighbours_give_names(chatserver: ChatServer) -> None:
    comm100 = client(chatserver)
    names = {agent.id: agent.name for agent in comm100.global_agents()}
    assert names == {agent_id: chatserver.world.agent_name(agent_id) for agent_id in chatserver.world.agent_ids()}
    departments = comm100.departments()
    assert all(department.name for department in departments)
    assert {agent_id for department in departments for agent_id in department.agent_ids} <= set(names)
    assert AwayStatus("Meeting", 1, is_system=False) in comm100.away_statuses()
    assert all(definition.name for definition in comm100.custom_variables())


def test_a_call_without_the_agents_permission_is_forbidden() -> None:
    with ChatServer(directory=False) as server, pytest.raises(Forbidden):
        client(server).global_agents()


def test_each_refusal_says_what_to_do_next(chatserver: ChatServer) -> None:
    comm100 = client(chatserver)
    with pytest.raises(NotFound):
        comm100.agent(UNKNOWN_ID)
    with pytest.raises(NotFound):
        comm100.put_visitor(UNKNOWN_ID, [Variable("a", "b")])
    with pytest.raises(Refused, match="status"):
        comm100.put_agent(SAMPLE_AGENT, "Offline")
    with pytest.raises(Refused, match="name"):
        comm100.put_visitor(SAMPLE_VISITOR, [Variable("")])
    with pytest.raises(CredentialRefused):
        Client(chatserver.url, Bearer("another-token")).agents()
    with pytest.raises(NotFound):
        Client(f"{chatserver.root}/v5", Bearer(chatserver.token)).agents()


def test_the_rate_limit_is_throttling_with_a_time_to_wait() -> None:
    with ChatServer(rate_limit=1) as server:
        client(server).agents()
        with pytest.raises(Throttled) as caught:
            client(server).agents()
    assert caught.value.retry_after is not None
    assert 0 < caught.value.retry_after <= 300


def test_an_api_key_signs_with_its_site(chatserver: ChatServer) -> None:
    options = chatserver.options
    email = chatserver.world.agent_email(SAMPLE_AGENT)
    assert Client(chatserver.url, ApiKey(email, options.api_key, options.site_id)).agents().rows
    for wrong in (ApiKey(email, "no", options.site_id), ApiKey(email, options.api_key, "10001")):
        with pytest.raises(CredentialRefused):
            Client(chatserver.url, wrong).agents()


def renewing(server: ChatServer, lifetime: float = 3600) -> RenewingBearer:
    grant = server.auth.issue(lifetime)
    options = server.options
    return RenewingBearer(
        grant.access_token, grant.refresh_token, options.client_id, options.client_secret, time.time() + lifetime
    )


def test_an_expired_token_is_renewed_and_its_refresh_token_is_used_up(chatserver: ChatServer) -> None:
    ended = renewing(chatserver, lifetime=0)
    with pytest.raises(CredentialRefused):
        Client(chatserver.url, ended).agents()

    renewed = renew(chatserver.root, ended)

    assert Client(chatserver.url, renewed).agents().rows
    assert renewed.refresh_token != ended.refresh_token
    assert abs(renewed.expires_at - time.time() - chatserver.options.token_lifetime) < 60
    with pytest.raises(CredentialRefused):
        renew(chatserver.root, ended)


def test_a_renewal_ends_with_the_same_errors_as_a_call() -> None:
    credential = RenewingBearer("access", "refresh", "id", "secret", 0.0)
    with Misbehaving("drip-chunks") as server:
        with pytest.raises(Unreachable):
            renew(server.root, credential, deadline=0.3)
        for kind, error in (("html", Malformed), ("empty", Malformed), ("null", Malformed), ("503", Throttled)):
            server.kind = kind
            with pytest.raises(error):
                renew(server.root, credential)
        server.kind = lambda talk: talk.answer(b'{"access_token": "new", "expires_in": "60"}')
        assert renew(server.root, credential).refresh_token == "refresh"
        server.kind = lambda talk: talk.answer(b'{"access_token": "line\\nbreak"}')
        with pytest.raises(Malformed):
            renew(server.root, credential)


@pytest.mark.parametrize(
    "bad", ["", "x", "../agents", f"{AGENT['id']}/..", "0" * 32, "0" * 8 + "-0000" * 3 + "-" + "0" * 12]
)
def test_text_that_is_no_guid_never_gets_into_an_address(bad: str) -> None:
    with Misbehaving("well") as server:
        comm100 = Client(server.url, Bearer("token"))
        for call in (
            comm100.agent,
            comm100.visitor,
            lambda it: comm100.put_agent(it, "away"),
            lambda it: comm100.put_visitor(it, []),
        ):
            with pytest.raises(ValueError, match="GUID"):
                call(bad)
        assert server.calls == []


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "ftp://a/",
        "file:///etc/passwd",
        "//a",
        "https://",
        "https://u:p@a/",
        "https://a/?q",
        "https://a#b",
        "https://a\n",
    ],
)
def test_a_base_that_is_no_plain_web_address_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="address"):
        Client(bad, Bearer("token"))


def test_a_record_that_was_not_asked_for_is_no_answer() -> None:
    with Misbehaving(lambda talk: talk.answer(json.dumps(AGENT | {"id": UNKNOWN_ID}).encode())) as server:
        comm100 = Client(server.url, Bearer("token"))
        with pytest.raises(Malformed):
            comm100.agent(SAMPLE_AGENT)
        assert comm100.put_agent(SAMPLE_AGENT, "away") is None


def test_a_request_names_the_program_and_asks_for_gzip_alone() -> None:
    asked: list[Talk] = []

    def listen(talk: Talk) -> None:
        asked.append(talk)
        talk.answer(talk.good())

    with Misbehaving(listen) as server:
        Client(server.url, Bearer("the-token")).put_agent(SAMPLE_AGENT, "Away")
    [talk] = asked
    assert talk.headers["authorization"] == "Bearer the-token"
    assert talk.headers["user-agent"] == USER_AGENT
    assert talk.headers["accept-encoding"] == "gzip"
    assert talk.headers["content-type"] == "application/json"
    assert json.loads(talk.body) == {"id": SAMPLE_AGENT, "status": "away"}
    version = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]["version"]
    assert f"Livechat Board/{version}" == USER_AGENT


def test_a_netrc_file_and_the_environments_proxies_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chatserver: ChatServer
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login thief password stolen\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert client(chatserver).agents().rows
