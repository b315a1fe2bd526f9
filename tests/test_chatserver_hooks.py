"""The hooks by which other tests change the chat server's world."""

import json

from livechat.chatserver.world import World
from tests.support.wsgi import Clock, small_app


def small_world(**chosen) -> World:
    return small_app(**chosen).world


def agents(world: World) -> list:
    return json.loads(world.agents_body())


def visitors(world: World) -> list:
    return json.loads(world.visitors_body())


def test_an_agent_can_be_set_to_anything_that_reads_may_show():
    world = small_world()
    key = world.agent_ids()[3]
    world.set_agent(key, status="Offline", chats=7)
    assert json.loads(world.agent_body(key)) == {"id": key, "status": "Offline", "ongoingChats": 7}
    assert {"id": key, "status": "Offline", "ongoingChats": 7} in agents(world)


def test_records_of_any_shape_can_be_placed_and_taken_away():
    world = small_world(agents=1, visitors=1)
    for record in [None, 3, "x", [], {"id": 5}, {"id": "x", "name": "\ud800"}, {"id": "A", "visits": 10**30}]:
        agent_key, visitor_key = world.put_agent_record(record), world.put_visitor(record)
        assert agents(world)[1] == visitors(world)[1] == record
        world.remove_agent(agent_key)
        world.remove_visitor(visitor_key)
    assert (len(agents(world)), len(visitors(world))) == (1, 1)


def test_ready_bytes_are_answered_as_they_are():
    world = small_world(agents=1, visitors=1)
    key = world.put_visitor(b'{"id": NaN')
    assert world.visitors_body().endswith(b',{"id": NaN]')
    assert world.visitor_body(key) == b'{"id": NaN'


def test_a_placed_record_stands_in_the_place_of_a_simulated_one():
    clock = Clock()
    world = small_world(agents=4, visitors=10, freeze=False, clock=clock)
    agent_id, visitor_id = world.agent_ids()[2], world.visitor_ids()[4]
    world.put_agent_record({"id": agent_id, "status": 3})
    world.put_visitor({"id": visitor_id, "status": "chatting"})
    for _ in range(24):
        clock.now += 5
        world.advance()
    assert agents(world)[2] == {"id": agent_id, "status": 3}
    assert json.loads(world.visitor_body(visitor_id)) == {"id": visitor_id, "status": "chatting"}


def test_a_placed_agent_can_be_written():
    world = small_world(agents=1, visitors=1)
    key = world.put_agent_record({"id": "a", "status": 3, "ongoingChats": None})
    assert json.loads(world.write_status(key, "Away")) == {"id": "a", "status": "Away", "ongoingChats": None}
    assert json.loads(world.agent_body(key))["status"] == "Away"
