"""The simulated contact centre is plausible and reproducible, and the clock alone drives it."""

import json
import threading
from collections import Counter
from typing import get_args

import pytest

from livechat.chatserver.options import Options
from livechat.chatserver.samples import SAMPLE_AGENT, SAMPLE_VISITOR
from livechat.chatserver.schemas import FieldAndValue, VisitorStatus
from livechat.chatserver.world import World
from tests.support.wsgi import Clock

MIDNIGHT = 1_790_035_200.0  # a midnight UTC


def world_at(hour: float, **chosen) -> tuple[World, Clock]:
    clock = Clock(MIDNIGHT + hour * 3600)
    return World(Options(**chosen, clock=clock)), clock


def run(world: World, clock: Clock, seconds: float, step: float = 5) -> None:
    for _ in range(int(seconds / step)):
        clock.now += step
        world.advance()


def agents(world: World) -> list[dict]:
    return json.loads(world.agents_body())


def visitors(world: World) -> list[dict]:
    return json.loads(world.visitors_body())


def statuses(records: list[dict]) -> Counter:
    return Counter(record["status"] for record in records)


def test_the_default_world_has_the_numbers_that_it_promises():
    world, _ = world_at(10.5)
    assert len(agents(world)) == 24
    assert len(visitors(world)) in range(175, 186)


def test_in_the_default_world_every_status_of_the_specification_can_be_seen():
    world, _ = world_at(10.5)
    assert set(statuses(visitors(world))) == set(get_args(VisitorStatus))
    assert set(statuses(agents(world))) >= {"Online", "Away", "Offline"}


def test_one_seed_makes_one_story_whatever_the_number_of_calls():
    often, clock_1 = world_at(9, seed=5)
    seldom, clock_2 = world_at(9, seed=5)
    run(often, clock_1, 600, step=1)
    run(seldom, clock_2, 600, step=60)
    assert often.visitors_body() == seldom.visitors_body()
    assert often.agents_body() == seldom.agents_body()


def test_another_seed_makes_other_people():
    one, _ = world_at(9, seed=5)
    other, _ = world_at(9, seed=6)
    assert set(one.agent_ids()) & set(other.agent_ids()) == {one.agent_ids()[0]}


def test_who_the_agents_are_does_not_depend_on_the_hour():
    morning, _ = world_at(6, seed=5)
    night, _ = world_at(23, seed=5)
    names = [[world.agent_name(key) for key in world.agent_ids()] for world in (morning, night)]
    assert names[0] == names[1]
    assert len(set(names[0])) == 24


def test_a_frozen_world_is_the_same_at_any_hour_of_the_day():
    morning, clock = world_at(11, seed=5, freeze=True)
    night, _ = world_at(23, seed=5, freeze=True)
    assert morning.visitors_body() == night.visitors_body()
    assert morning.agents_body() == night.agents_body()
    run(morning, clock, 1200, step=60)
    assert morning.visitors_body() == night.visitors_body()


def test_ten_agents_or_more_are_online_and_some_are_not_whatever_the_hour():
    world, clock = world_at(0, visitors=30)
    for _ in range(24 * 6):
        run(world, clock, 600, step=200)
        by_status = statuses(agents(world))
        assert by_status["Online"] >= 10
        assert by_status["Offline"] >= 5


@pytest.mark.parametrize("hour", [3, 12, 17.75])
def test_a_visitor_waits_at_any_moment_and_the_crowd_keeps_its_size(hour):
    world, clock = world_at(hour)
    for _ in range(600):
        run(world, clock, 3, step=3)
        present = [visitor.status for visitor in world.crowd.visitors.values()]
        assert present.count("waitingForChat") >= 3
        assert len(present) in range(160, 201)


def test_the_last_waiting_visitors_never_lose_patience_all_at_once():
    world, clock = world_at(10)
    for visitor in world.crowd.visitors.values():
        if visitor.status == "waitingForChat":
            world.crowd.schedule(visitor, 1)
    run(world, clock, 2, step=1)
    assert statuses(visitors(world))["waitingForChat"] == 3


def test_more_people_wait_at_lunch_time_than_at_night():
    def mean_waiting(hour: float) -> float:
        world, clock = world_at(hour)
        total = 0
        for _ in range(60):
            run(world, clock, 30)
            total += statuses(visitors(world))["waitingForChat"]
        return total / 60

    assert mean_waiting(12.25) > 1.5 * mean_waiting(3)


def test_within_an_hour_agents_come_go_and_take_breaks():
    world, clock = world_at(17.5, visitors=60)
    seen: dict[str, set[str]] = {key: set() for key in world.agent_ids()}
    for _ in range(60):
        run(world, clock, 60)
        for agent in agents(world):
            seen[agent["id"]].add(agent["status"])
    assert any({"Online", "Offline"} <= each for each in seen.values())
    assert any(each - {"Online", "Offline"} for each in seen.values())


def test_no_agent_has_more_chats_than_there_is_room_for_and_every_chat_has_a_visitor():
    world, clock = world_at(13)
    for _ in range(120):
        run(world, clock, 15)
        busy = statuses(visitors(world))
        chats = [agent["ongoingChats"] for agent in agents(world)]
        assert sum(chats) == busy["chatting"] + busy["voiceChatting"] + busy["transferring"]
        assert all(0 <= agent.chats <= agent.capacity for agent in world.crowd.agents.values())


def test_visitors_arrive_look_at_pages_chat_and_leave():
    world, clock = world_at(10)
    before = {visitor["id"]: visitor for visitor in visitors(world)}
    run(world, clock, 900)
    after = {visitor["id"]: visitor for visitor in visitors(world)}
    stayed = before.keys() & after.keys()
    assert before.keys() - after.keys()
    assert after.keys() - before.keys()
    assert any(after[key]["pageViews"] > (before[key]["pageViews"] or 0) for key in stayed)
    assert any(after[key]["chats"] > (before[key]["chats"] or 0) for key in stayed)


def test_the_sample_agent_and_the_sample_visitor_never_change_by_themselves():
    world, clock = world_at(17)
    before = agents(world)[0], visitors(world)[0]
    run(world, clock, 3600, step=60)
    assert (agents(world)[0], visitors(world)[0]) == before


def test_visitors_come_from_many_places_with_many_kinds_of_data():
    world, _ = world_at(10.5)
    shown = visitors(world)
    for field, least in [("country", 10), ("language", 10), ("browser", 8), ("searchEngine", 3), ("referrerUrl", 5)]:
        assert len({visitor[field] for visitor in shown}) >= least, field
    with_variables = sum(bool(visitor["customVariableResults"]) for visitor in shown)
    assert len(shown) / 5 < with_variables < len(shown) / 2
    assert any(visitor["customFields"] for visitor in shown)


HOSTILE = ("bbbbb", "<b>", "javascript:", "<ann@", "Wolfeschlegel", "file:///")


def test_even_a_small_world_holds_odd_data_that_is_legal():
    world, _ = world_at(10.5, visitors=28)
    text = json.dumps(visitors(world), ensure_ascii=False)
    for odd in ("ليلى", "🚲", "null"):
        assert odd in text


def test_hostile_data_is_only_there_if_it_is_asked_for():
    for asked in (False, True):
        world, _ = world_at(10.5, visitors=200, hostile=asked)
        text = json.dumps(visitors(world), ensure_ascii=False)
        assert [odd in text for odd in HOSTILE] == [asked] * len(HOSTILE)
        assert (world.agent_ids()[0], world.visitor_ids()[0]) == (SAMPLE_AGENT, SAMPLE_VISITOR)


def test_what_is_hostile_changes_nothing_else_of_the_story():
    plain, hostile = (world_at(10.5, visitors=60, hostile=asked)[0] for asked in (False, True))
    assert plain.visitor_ids() == hostile.visitor_ids()
    assert statuses(visitors(plain)) == statuses(visitors(hostile))


def test_a_world_that_slept_for_a_day_sets_its_scene_again_instead_of_playing_every_event():
    world, clock = world_at(10, visitors=60)
    world.put_visitor({"id": "placed", "status": "inSite"})
    world.write_variables(world.visitor_ids()[0], [FieldAndValue("kept")])
    born = world.crowd.visitors_made
    clock.now += 86_400
    world.advance()
    assert world.crowd.visitors_made - born <= 60
    assert "placed" in world.visitor_ids()
    assert statuses(visitors(world))["waitingForChat"] >= 2
    assert {"name": "kept", "value": "", "url": ""} in visitors(world)[0]["customVariableResults"]


def test_a_clock_that_goes_back_changes_nothing():
    world, clock = world_at(10, visitors=30)
    world.advance()
    before = world.visitors_body()
    clock.now -= 86_400
    world.advance()
    assert world.visitors_body() == before


def test_a_big_world_answers_the_same_bytes_until_something_changes():
    world, clock = world_at(10, agents=500, visitors=10_000)
    assert len(agents(world)) == 500
    assert len(visitors(world)) > 9000
    assert world.visitors_body() is world.visitors_body()
    assert world.agents_body() is world.agents_body()
    before = world.visitors_body()
    run(world, clock, 5)
    assert world.visitors_body() != before


def test_calls_from_many_threads_leave_the_world_whole():
    world, clock = world_at(10, visitors=60)
    failures = []

    def use() -> None:
        try:
            for number in range(100):
                clock.now += 0.5
                world.advance()
                visitors(world)
                for key in world.agent_ids()[:3]:
                    world.write_status(key, ("Online", "Away")[number % 2])
        except Exception as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
