"""How the client reads answers: an odd field becomes None, its row stays, the other rows are untouched."""

import itertools
import json
import uuid
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livechat.comm100 import decode
from livechat.comm100.errors import Malformed
from livechat.comm100.fields import MAX_VARIABLES
from livechat.comm100.records import (
    VISITOR_STATUSES,
    Agent,
    AwayStatus,
    Department,
    DirectoryAgent,
    Listing,
    Variable,
    decode_agents,
    decode_visitors,
    encode,
    status_kind,
    wire_status,
)
from livechat.comm100.text import MAX_TEXT_CHARS
from tests.support.talk import AGENT, VISITOR
from tests.support.wrong import FIELDS, MISSING, NOT_ODD, TEXTS, WRONG, kept, row

ID = "3d59f909-24cd-43bc-89cb-00a320617c0a"


def body(*rows: dict[str, Any]) -> bytes:
    """A list as a server sends it; lone surrogates are sent as escapes."""
    return json.dumps(list(rows)).encode()


@pytest.mark.parametrize("kind", WRONG)
@pytest.mark.parametrize("wire", [wire for wire in FIELDS if wire != "id"])
def test_a_wrong_field_is_none_and_the_rest_of_the_row_and_of_the_list_stays(wire: str, kind: str) -> None:
    first, last = row(id=str(uuid.UUID(int=1))), row(id=str(uuid.UUID(int=2**128 - 1)))
    listing = decode.visitors(body(first, row(**{wire: WRONG[kind]}), last))
    good = decode.visitors(body(first, VISITOR, last))

    name = FIELDS[wire]
    assert listing.rows[0] == good.rows[0]
    assert listing.rows[2] == good.rows[2]
    for other in msgspec.structs.asdict(good.rows[1]):
        if other not in (name, "fixed_variables"):
            assert getattr(listing.rows[1], other) == getattr(good.rows[1], other), other
    assert getattr(listing.rows[1], name) == kept(name, kind)
    empty = getattr(listing.rows[1], name) in (None, ())
    assert listing.odd == (empty and kind not in NOT_ODD)
    assert listing.dropped == 0


@pytest.mark.parametrize("kind", WRONG)
def test_a_row_without_a_usable_id_is_dropped_and_counted(kind: str) -> None:
    other = row(id=str(uuid.UUID(int=1)))
    nobody = row(id=str(uuid.UUID(int=0)))
    listing = decode.visitors(body(row(id=WRONG[kind]), other, nobody))
    assert [visitor.id for visitor in listing.rows] == [other["id"]]
    assert (listing.odd, listing.dropped, listing.repeated) == (0, 2, 0)


def test_every_field_of_the_contract_arrives() -> None:
    visitor = decode.visitor(json.dumps(VISITOR).encode())
    values = msgspec.structs.asdict(visitor)
    assert None not in values.values()
    assert visitor.visit_time == datetime(2021, 5, 26, 10, 30, 16, 36_000, tzinfo=UTC)
    assert visitor.custom_fields == (Variable("Order", "520", ""),)
    assert visitor.custom_variables == (Variable("plan", "Plus", ""),)
    assert visitor.fixed_variables == ()
    texts = {name: VISITOR[wire] for wire, name in FIELDS.items() if name in TEXTS}
    assert {name: values[name] for name in texts} == texts


def test_the_answers_of_older_versions_are_read() -> None:
    old = row(status=3, customFields=None, customVariableResults=None, departmentId=MISSING)
    old["department"] = VISITOR["departmentId"].upper()
    listing = decode.visitors(body(old))
    assert listing.odd == 0
    assert listing.rows[0].status == "3"
    assert listing.rows[0].custom_fields == ()
    assert listing.rows[0].department_id == VISITOR["departmentId"]
    assert decode.agents(body(AGENT | {"status": 3})) == Listing((Agent(AGENT["id"], "3", 0),))


def test_ids_are_lower_case_and_zeros_mean_none() -> None:
    listing = decode.visitors(body(row(id=ID.upper(), departmentId="00000000-0000-0000-0000-000000000000")))
    assert listing.rows[0].id == ID
    assert listing.rows[0].department_id is None
    assert listing.odd == 0


@pytest.mark.parametrize(
    ("came", "kept"),
    [
        ("2021-05-26T10:30:16.036Z", datetime(2021, 5, 26, 10, 30, 16, 36_000, tzinfo=UTC)),
        ("2021-05-26T10:30:16.0361234Z", datetime(2021, 5, 26, 10, 30, 16, 36_123, tzinfo=UTC)),
        ("2021-05-26T18:30:16+08:00", datetime(2021, 5, 26, 10, 30, 16, tzinfo=UTC)),
        ("2021-05-26T10:30:16", datetime(2021, 5, 26, 10, 30, 16, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("yesterday", None),
    ],
)
def test_times_are_in_utc_and_those_that_no_calendar_can_show_are_none(came: str, kept: datetime | None) -> None:
    listing = decode.visitors(body(row(visitTime=came)))
    assert listing.rows[0].visit_time == kept
    assert listing.odd == (kept is None)
    if kept:
        assert listing.rows[0].visit_time.tzinfo is UTC


def test_of_rows_with_one_id_the_one_that_can_be_read_is_kept_then_the_first_status_then_the_first_bytes() -> None:
    spelled = [AGENT["id"], AGENT["id"].upper(), f" {{{AGENT['id']}}} "]
    cases: list[tuple[tuple[str, int | None], list[dict[str, Any]]]] = [
        (("Offline", None), [{"status": "Online", "ongoingChats": "x"}, {"status": "Offline"}, {"status": [1]}]),
        (("ONLINE", None), [{"status": "Offline"}, {"status": "Lunch"}, {"status": "ONLINE"}]),
        (("Lunch", None), [{"status": "Offline"}, {"status": "Lunch"}]),
        (("Lunch", 1), [{"status": "Lunch", "ongoingChats": 2}, {"status": "Lunch", "ongoingChats": 1}]),
    ]
    for holds, rows in cases:
        for came in itertools.permutations(rows):
            sent = [record | {"id": key} for key, record in zip(spelled, came, strict=False)]
            listing = decode.agents(body(*sent))
            assert [(agent.status, agent.ongoing_chats) for agent in listing.rows] == [holds]
            assert (listing.odd, listing.dropped, listing.repeated) == (0, 0, len(rows) - 1)


def test_of_a_visitor_who_comes_twice_the_row_that_waits_is_kept() -> None:
    for statuses in itertools.permutations(["inSite", "onTheMoon", "waitingForChat", MISSING]):
        listing = decode.visitors(body(*(row(status=status) for status in statuses)))
        assert [visitor.status for visitor in listing.rows] == ["waitingForChat"]
        assert listing.repeated == 3


IDS = [spelled for number in (1, 2) for key in [str(uuid.UUID(int=number * 0xABC))]
       for spelled in (key, key.upper(), f"{{{key}}}", f" {key}\t")]  # fmt: skip
AGENTS = st.fixed_dictionaries(
    {"id": st.sampled_from([*IDS, "", None, 3])},
    optional={
        "status": st.sampled_from(["Online", "online", "Offline", "Lunch", "", None, 3, [1]]),
        "ongoingChats": st.sampled_from([0, 1, -1, "x", None]),
    },
)
VISITORS = st.fixed_dictionaries(
    {"id": st.sampled_from([*IDS, "", None, 3])},
    optional={
        "status": st.sampled_from(["waitingForChat", "WAITINGFORCHAT", "inSite", "onTheMoon", "", None, 3, [1]]),
        "name": st.sampled_from(["Ann", "Bob", " Ann ", "A\nn", None, 5]),
        "visits": st.sampled_from([0, 1, -1, "x"]),
    },
)


@settings(max_examples=150)
@given(st.data())
@pytest.mark.parametrize(("decoder", "kind"), [(decode.agents, AGENTS), (decode.visitors, VISITORS)])
def test_whichever_row_comes_first_the_listing_is_the_same(decoder: Any, kind: Any, data: st.DataObject) -> None:
    good = {"id": ID, "status": "Online"}  # so that the answer is never refused as a whole
    rows = [good, *data.draw(st.lists(kind, max_size=6))]
    assert decoder(body(*data.draw(st.permutations(rows)))) == decoder(body(*rows))


def test_of_names_that_come_twice_one_is_kept_by_rule() -> None:
    twice: list[dict[str, Any]] = [{"id": ID, "name": "Bea"}, {"id": ID.upper(), "name": "Ann"}]
    odd: dict[str, Any] = {"id": ID, "name": "Abe", "departmentIds": 5}
    for came in itertools.permutations([*twice, odd]):
        assert decode.directory_agents(body(*came)) == (DirectoryAgent(ID, "Ann"),)
    for came in itertools.permutations(twice):
        assert decode.departments(body(*came)) == (Department(ID, "Ann"),)


@pytest.mark.parametrize("blank", [" ", "\t", "\u00a0"])
def test_blanks_around_texts_that_are_compared_are_taken_away(blank: str) -> None:
    def padded(came: dict[str, Any]) -> dict[str, Any]:
        return {key: f"{blank}{value}{blank}" if isinstance(value, str) else value for key, value in came.items()}

    texts = {wire: VISITOR[wire] for wire, name in FIELDS.items() if name in (*TEXTS, "status", "id", "department_id")}
    texts["status"] = "WaitingForChat"
    for more in ({}, {"visits": "x"}):  # read in one step, and field by field
        for separators in ((",", ":"), (", ", ": ")):
            sent = json.dumps([VISITOR | padded(texts) | more], separators=separators).encode()
            [came] = decode.visitors(sent).rows
            assert came == decode.visitors(body(VISITOR | texts | more)).rows[0]
            assert came.status == "waitingForChat"
    assert decode.agents(body(padded(AGENT))).rows == (Agent(AGENT["id"], "Online", 0),)
    assert decode.away_statuses(body(padded({"name": "In Lunch"})))[0].name == "In Lunch"
    assert decode.directory_agents(body(padded({"id": ID, "name": "Ann"}))) == (DirectoryAgent(ID, "Ann"),)
    variables = [{"name": " plan ", "value": " Plus ", "url": ""}]
    came = decode.visitors(body(row(customVariableResults=variables))).rows[0]
    assert came.custom_variables == (Variable(" plan ", " Plus ", ""),), "they are sent back as they came"


def test_ids_may_stand_in_braces() -> None:
    listing = decode.visitors(body(row(id=f"{{{ID.upper()}}} ", departmentId=f" {{ {ID} }}")))
    assert (listing.rows[0].id, listing.rows[0].department_id) == (ID, ID)
    assert (listing.odd, listing.dropped) == (0, 0)


def test_rows_come_by_id_so_that_equal_lists_are_equal_bytes() -> None:
    rows = [row(id=str(uuid.UUID(int=number))) for number in (9, 1, 5)]
    one, other = decode.visitors(body(*rows)), decode.visitors(body(*reversed(rows)))
    assert encode(one) == encode(other)
    assert decode_visitors(encode(one)) == one
    agents = decode.agents(body(AGENT))
    assert decode_agents(encode(agents)) == agents


def test_a_stored_listing_that_is_none_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"truncated|expected|Expected"):
        decode_visitors(encode(decode.agents(body(AGENT)))[:-1])


def test_an_empty_list_is_empty_and_a_list_of_unreadable_rows_is_an_error() -> None:
    assert decode.agents(b" [ ] ") == Listing(())
    with pytest.raises(Malformed):
        decode.agents(body({"status": "Online"}))
    with pytest.raises(Malformed):
        decode.away_statuses(b"[1]")


def test_an_agent_without_a_status_stays_and_is_odd() -> None:
    assert decode.agents(body({"id": AGENT["id"]})) == Listing((Agent(AGENT["id"], "", None),), odd=1)


def test_of_custom_variables_the_readable_ones_stay() -> None:
    came = [{"name": "plan", "value": 5}, 7, {"value": "no name"}, {"name": "vip", "value": True, "url": None}]
    listing = decode.visitors(body(row(customVariableResults=came)))
    assert listing.rows[0].custom_variables == (Variable("plan", "5"), Variable("vip", "true"))
    assert listing.odd == 1
    assert listing.rows[0].fixed_variables == ("plan", "vip"), "they came as a number and as true"


@pytest.mark.parametrize("value", ["a\nb", "x" * (MAX_TEXT_CHARS + 1), "\ud800", "\u202e"])
def test_custom_variables_that_had_to_be_changed_cannot_be_edited(value: str) -> None:
    came = [{"name": "note", "value": value, "url": ""}, {"name": "plan", "value": "ä", "url": ""}]
    assert decode.visitors(body(row(customVariableResults=came))).rows[0].fixed_variables == ("note",)
    assert decode.visitors(body(row(customVariableResults=came, visits="x"))).rows[0].fixed_variables == ("note",)
    assert decode.visitors(body(row(customFields=came))).rows[0].fixed_variables == ()


def test_a_custom_variable_whose_name_is_there_twice_cannot_be_edited() -> None:
    came = [{"name": "plan", "value": "a"}, {"name": "plan", "value": "b"}, {"name": "vip", "value": "c"}]
    assert decode.visitors(body(row(customVariableResults=came))).rows[0].fixed_variables == ("plan",)


def test_a_visitor_keeps_a_bounded_number_of_variables() -> None:
    came = [{"name": str(number), "value": "x" * 500} for number in range(MAX_VARIABLES + 1)]
    visitor = decode.visitors(body(row(customVariableResults=came))).rows[0]
    assert len(visitor.custom_variables) == MAX_VARIABLES


def test_a_documented_status_gets_its_documented_spelling_and_another_stays_as_it_is() -> None:
    came = ["INSITE", "mannullyInvitedByWindow", "onTheMoon"]
    rows = [row(id=str(uuid.UUID(int=place + 1)), status=status) for place, status in enumerate(came)]
    statuses = [visitor.status for visitor in decode.visitors(body(*rows)).rows]
    assert statuses == ["inSite", "manuallyInvitedByWindow", "onTheMoon"]
    assert len(VISITOR_STATUSES) == 15


def test_agents_statuses_are_compared_without_case_and_written_as_the_api_lists_them() -> None:
    assert [status_kind(name) for name in ("Online", "ONLINE", "Offline", "away", "Meeting", "")] == [
        "online", "online", "offline", "away", "away", "away"
    ]  # fmt: skip
    assert [wire_status(name) for name in ("Online", "AWAY", "Meeting", "in Lunch")] == [
        "online", "away", "Meeting", "in Lunch"
    ]  # fmt: skip


NEIGHBOURS = [
    (decode.directory_agents, "agents", {"id": ID, "displayName": "Ann", "isActive": True, "departmentIds": [ID]},
     DirectoryAgent(ID, "Ann", (ID,))),
    (decode.departments, "departments", {"id": ID, "name": "Sales", "agentIds": None}, Department(ID, "Sales", ())),
    (decode.away_statuses, "agentAwayStatuses", {"id": ID, "name": "Meeting", "order": 1, "isSystem": False},
     AwayStatus("Meeting", 1, False)),
]  # fmt: skip


@pytest.mark.parametrize(("decoder", "key", "came", "record"), NEIGHBOURS)
def test_neighbours_may_come_bare_or_wrapped(decoder: Any, key: str, came: dict[str, Any], record: object) -> None:
    for answer in ([came], {key: [came]}, {"total": 1, "items": [came]}, {key: [came], "others": []}):
        assert decoder(json.dumps(answer).encode()) == (record,)
    for answer in ({}, {"a": [], "b": []}, {key: {}}, None, "text"):
        with pytest.raises(Malformed):
            decoder(json.dumps(answer).encode())


def test_a_row_of_several_megabytes_is_dropped_and_a_list_of_many_thousands_refused() -> None:
    assert decode.visitors(body(VISITOR, row(id=str(uuid.UUID(int=1)), name="x" * 5 * 2**20))).dropped == 1
    with pytest.raises(Malformed):
        decode.agents(b"[" + b"1," * 60_000 + b"1]")
