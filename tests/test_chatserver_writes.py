"""The chat server's two writes: what they accept, what they answer, and when reads show it."""

import json

import pytest

from livechat.chatserver.api import App
from tests.support.wsgi import Clock, Reply, ask, small_app

AGENT = "/v4/livechat/agents/c97a2afe-a38f-46f8-a55b-8ac9f873cd09"
VISITOR = "/v4/livechat/visitors/3d59f909-24cd-43bc-89cb-00a320617c0a"


@pytest.fixture
def clock() -> Clock:
    return Clock()


def put(app: App, path: str, body: object) -> Reply:
    return ask(app, "PUT", path, json.dumps(body).encode())


def status_of(app: App, path: str = AGENT) -> str:
    return ask(app, "GET", path).json()["status"]


def variables_of(app: App) -> dict[str, tuple[str, str]]:
    shown = ask(app, "GET", VISITOR).json()["customVariableResults"]
    return {item["name"]: (item["value"], item["url"]) for item in shown}


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("online", "Online"),
        ("away", "Away"),
        ("AWAY", "Away"),
        ("Meeting", "Meeting"),
        ("meeting", "Meeting"),
        ("Short break", "Short break"),
    ],
)
def test_a_status_is_understood_in_any_case_and_shown_as_reads_spell_it(clock, asked, shown):
    app = small_app(clock=clock)
    assert put(app, AGENT, {"status": asked}).json()["status"] == shown
    assert status_of(app) == shown


@pytest.mark.parametrize(("kind", "left"), [("merge", {"CARLZHOU222SHENTI", "fccc"}), ("replace", set())])
def test_no_variables_at_all_is_a_write_too(clock, kind, left):
    app = small_app(clock=clock, visitor_put=kind)
    assert put(app, VISITOR, []).status == 200
    assert set(variables_of(app)) == left


def test_a_frozen_world_shows_writes(clock):
    app = small_app(clock=clock)
    before = ask(app, "GET", "/v4/livechat/agents").json()
    put(app, AGENT, {"status": "away"})
    after = ask(app, "GET", "/v4/livechat/agents").json()
    assert after == [before[0] | {"status": "Away"}, *before[1:]]


def test_an_offline_agent_comes_online_when_told(clock):
    app = small_app(clock=clock)
    agent_id = app.world.agent_ids()[1]
    app.world.set_agent(agent_id, status="Offline")
    assert put(app, f"/v4/livechat/agents/{agent_id}", {"status": "online"}).json()["status"] == "Online"


def test_the_id_in_the_body_does_not_matter_because_the_path_names_the_agent(clock):
    app = small_app(clock=clock)
    put(app, AGENT, {"id": app.world.agent_ids()[1], "status": "Training"})
    assert status_of(app) == "Training"


def test_an_id_in_capitals_means_the_same_agent(clock):
    app = small_app(clock=clock)
    base, _, agent_id = AGENT.rpartition("/")
    assert ask(app, "GET", f"{base}/{agent_id.upper()}").json()["id"] == agent_id


def test_merging_keeps_the_other_variables_and_changes_the_named_one(clock):
    app = small_app(clock=clock)
    put(app, VISITOR, [{"name": "fccc", "value": "521", "url": "https://x.example/"}, {"name": "new"}])
    assert variables_of(app) == {
        "CARLZHOU222SHENTI": ("11123123123", ""),
        "fccc": ("521", "https://x.example/"),
        "new": ("", ""),
    }


def test_replacing_leaves_only_what_was_sent(clock):
    app = small_app(clock=clock, visitor_put="replace")
    put(app, VISITOR, [{"name": "new", "value": "1"}])
    assert variables_of(app) == {"new": ("1", "")}


def test_one_object_is_taken_like_an_array_of_one(clock):
    app = small_app(clock=clock, visitor_put="replace")
    put(app, VISITOR, {"name": "new", "value": None, "url": None})
    assert variables_of(app) == {"new": ("", "")}


def test_of_two_variables_with_one_name_the_last_counts(clock):
    app = small_app(clock=clock, visitor_put="replace")
    put(app, VISITOR, [{"name": "a", "value": "1"}, {"name": "a", "value": "2"}])
    assert variables_of(app) == {"a": ("2", "")}


def test_control_characters_and_every_script_pass_unharmed(clock):
    app = small_app(clock=clock, visitor_put="replace")
    value = "\x00\x1b\u2028 ليلى 🚲 <b>"
    put(app, VISITOR, [{"name": "odd", "value": value}])
    assert variables_of(app) == {"odd": (value, "")}


def test_variables_can_be_written_to_a_visitor_who_had_null_for_them(clock):
    app = small_app(clock=clock)
    visitor_id = "00000000-0000-4000-8000-000000000001"
    app.world.put_visitor({"id": visitor_id, "status": "inSite", "customVariableResults": None})
    put(app, f"/v4/livechat/visitors/{visitor_id}", [{"name": "a"}])
    assert ask(app, "GET", f"/v4/livechat/visitors/{visitor_id}").json()["customVariableResults"] == [
        {"name": "a", "value": "", "url": ""}
    ]


def test_a_written_status_shows_only_after_the_visibility_delay(clock):
    app = small_app(clock=clock, visibility_delay=5)
    assert put(app, AGENT, {"status": "away"}).json()["status"] == "Away"
    clock.now += 4.9
    assert status_of(app) == "Online"
    clock.now += 0.2
    assert status_of(app) == "Away"


def test_written_variables_show_only_after_the_visibility_delay(clock):
    app = small_app(clock=clock, visibility_delay=5)
    put(app, VISITOR, [{"name": "new"}])
    clock.now += 4.9
    assert "new" not in variables_of(app)
    clock.now += 0.2
    assert "new" in variables_of(app)


def test_delayed_writes_show_in_the_order_in_which_they_came(clock):
    app = small_app(clock=clock, visibility_delay=5)
    put(app, AGENT, {"status": "away"})
    put(app, AGENT, {"status": "Lunch"})
    clock.now += 6
    assert status_of(app) == "Lunch"


def test_a_written_status_stands_for_a_while_and_then_the_day_goes_on(clock):
    app = small_app(clock=clock, freeze=False)
    agents = ask(app, "GET", "/v4/livechat/agents").json()
    agent_id = next(agent["id"] for agent in agents[1:] if agent["status"] == "Online")
    path = f"/v4/livechat/agents/{agent_id}"
    put(app, path, {"status": "Training"})
    for _ in range(4):
        clock.now += 240
        assert status_of(app, path) == "Training"
    for _ in range(20):
        clock.now += 240
        if status_of(app, path) != "Training":
            return
    pytest.fail("the agent never came back")
