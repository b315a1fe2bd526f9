"""What the chat server offers to tests and operators: counts, limits, faults, stop and restart."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from livechat.chatserver import shop
from tests.support.chatserver import ChatServer

AGENTS = "GET /v4/livechat/agents"
VISITORS = "GET /v4/livechat/visitors"


@pytest.fixture
def server():
    with ChatServer() as running:
        yield running


def get(server: ChatServer, path: str = "/livechat/agents", **more) -> requests.Response:
    return requests.get(server.url + path, headers=server.bearer, timeout=5, **more)


def test_calls_are_counted_by_route_the_refused_ones_too(server):
    agent_id = server.world.agent_ids()[0]
    get(server)
    get(server, f"/livechat/agents/{agent_id}")
    get(server, "/livechat/agents/odd")
    requests.put(f"{server.url}/livechat/agents/{agent_id}", json={"status": "away"}, timeout=5)
    get(server, "/nowhere")
    requests.delete(f"{server.url}/livechat/agents", timeout=5)
    assert requests.get(f"{server.root}/stats", timeout=5).json() == {
        "calls": {AGENTS: 1, "GET /v4/livechat/agents/{id}": 2, "PUT /v4/livechat/agents/{id}": 1}
    }
    assert server.calls(AGENTS) == 1
    assert server.calls() == 4


def test_asking_for_the_counts_or_the_description_counts_nothing(server):
    requests.get(f"{server.root}/stats", timeout=5)
    requests.get(f"{server.url}/openapi.json", timeout=5)
    assert server.calls() == 0


@pytest.mark.parametrize(
    "path",
    ["/global/agents", "/global/departments", "/global/agentAwayStatuses", "/livechat/customVariables"],
)
def test_the_neighbours_answer_names_or_are_refused_by_permission(path):
    with ChatServer() as open_server, ChatServer(directory=False) as closed_server:
        assert get(open_server, path).status_code == 200
        refusal = get(closed_server, path)
        assert refusal.status_code == 403
        assert list(refusal.json()) == ["error", "message"]
        assert get(closed_server).status_code == 200


def test_the_neighbours_name_every_agent_team_and_away_status(server):
    agents = get(server, "/global/agents").json()["agents"]
    assert [agent["id"] for agent in agents] == server.world.agent_ids()
    departments = {team["id"]: team for team in get(server, "/global/departments").json()}
    for agent in agents:
        assert agent["displayName"]
        assert agent["email"].endswith("@shop.example")
        assert [agent["id"] in departments[team]["agentIds"] for team in agent["departmentIds"]] == [True]
    away = get(server, "/global/agentAwayStatuses").json()["agentAwayStatuses"]
    assert [status["name"] for status in away if not status["isSystem"]] == list(shop.AWAY_STATUSES)
    assert "Meeting" in shop.AWAY_STATUSES
    for variable in get(server, "/livechat/customVariables").json():
        assert list(variable) == ["name", "type", "hyperlink"]


def test_past_the_limit_a_429_says_when_to_come_back():
    now = [1_790_000_000.0]
    with ChatServer(rate_limit=3, clock=lambda: now[0]) as server:
        assert [get(server).status_code for _ in range(3)] == [200, 200, 200]
        now[0] += 100
        refusal = get(server, "/livechat/visitors")
        assert refusal.status_code == 429
        assert refusal.headers["Retry-After"] == "200"
        assert list(refusal.json()) == ["error", "message"]
        now[0] += 200
        assert get(server).status_code == 200


def test_the_limit_counts_each_address_for_itself_and_spares_stats():
    with ChatServer(rate_limit=1) as server:
        assert get(server).status_code == 200
        assert get(server).status_code == 429
        assert requests.get(f"{server.root}/stats", timeout=5).status_code == 200


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_a_status_can_be_switched_on_and_off(server, status):
    server.faults.answer(status, retry_after=7)
    refusal = get(server)
    assert refusal.status_code == status
    assert refusal.headers["Retry-After"] == "7"
    assert list(refusal.json()) == ["error", "message"]
    server.faults.clear()
    assert get(server).status_code == 200


def test_a_fault_applies_only_to_its_route_and_only_so_many_times(server):
    server.faults.answer(503, on=VISITORS, times=2)
    assert get(server).status_code == 200
    assert [get(server, "/livechat/visitors").status_code for _ in range(3)] == [503, 503, 200]


def test_an_error_may_be_an_html_page_or_any_bytes(server):
    server.faults.answer(502, html=True, times=1)
    page = get(server)
    assert (page.status_code, page.headers["Content-Type"]) == (502, "text/html; charset=utf-8")
    assert page.text.startswith("<!DOCTYPE html>")
    server.faults.answer(200, body=b"[null", times=1)
    assert get(server).content == b"[null"


def test_a_hanging_call_is_answered_when_the_fault_is_cleared(server):
    server.faults.hang(on=AGENTS)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(get, server)
        assert get(server, "/livechat/visitors").status_code == 200
        with pytest.raises(requests.ReadTimeout):
            requests.get(f"{server.url}/livechat/agents", headers=server.bearer, timeout=0.2)
        server.faults.clear()
        assert waiting.result().status_code == 200


def test_latency_and_delay_hold_every_answer_back():
    with ChatServer(latency=0.2) as server:
        with pytest.raises(requests.ReadTimeout):
            requests.get(f"{server.url}/livechat/agents", headers=server.bearer, timeout=0.1)
        server.faults.clear()
        server.faults.delay(0.2, on=AGENTS)
        with pytest.raises(requests.ReadTimeout):
            requests.get(f"{server.url}/livechat/agents", headers=server.bearer, timeout=0.1)


def test_a_stopped_server_is_gone_for_kept_connections_too_and_comes_back_on_its_port(server):
    session = requests.Session()
    url = f"{server.url}/livechat/agents"
    assert session.get(url, headers=server.bearer, timeout=5).status_code == 200
    server.stop()
    with pytest.raises(requests.ConnectionError):
        session.get(url, headers=server.bearer, timeout=5)
    server.start()
    assert session.get(url, headers=server.bearer, timeout=5).status_code == 200


def test_a_kept_connection_serves_call_after_call_refused_writes_too(server):
    with requests.Session() as session:
        for body in (b"", b"{", b"x" * 2_000_000):
            url = f"{server.url}/livechat/agents/{server.world.agent_ids()[0]}"
            assert session.put(url, data=body, headers=server.bearer, timeout=5).status_code in (400, 413)
            assert session.put(url, data=body, timeout=5).status_code == 401
        assert session.get(f"{server.url}/livechat/agents", headers=server.bearer, timeout=5).status_code == 200


def test_no_thread_of_a_stopped_server_waits_on():
    before = threading.active_count()
    with ChatServer() as server, ThreadPoolExecutor() as pool:
        server.faults.hang()
        waiting = [pool.submit(requests.get, f"{server.url}/livechat/agents", timeout=5) for _ in range(3)]
        while server.calls() < 3:
            threading.Event().wait(0.01)
        server.stop()
        for call in waiting:
            assert call.exception() is not None or call.result().status_code == 401
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and threading.active_count() > before:
            thread.join(5)
    assert threading.active_count() <= before
