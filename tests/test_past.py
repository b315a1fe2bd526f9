"""The chat server's past: the same people on days that have gone by, with a known truth; and how the demo gets one."""

import json
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.test import Client

from livechat.chatserver.options import Options
from livechat.chatserver.past import Look, Past
from livechat.chatserver.world import World
from livechat.comm100 import decode
from livechat.lib.epoch import milliseconds
from livechat.models import Contact, Site, Span, Watch
from livechat.ops import demo_past
from livechat.ops.past_memory import Part
from livechat.ops.past_recorder import Recorder
from tests.bench import machine
from tests.support.demo import Demo, wait_until

MONDAY = 20_423 * 86_400  # 1 December 2025
HOUR = 3_600
PEOPLE = Options(agents=12, visitors=20)


def played(hours: float, began: int = MONDAY, options: Options = PEOPLE) -> tuple[Past, list[Look]]:
    """A past of so many hours, with its looks."""
    past = Past(options, began)
    return past, list(past.looks(began + hours * HOUR))


def test_the_same_seed_has_the_same_truth_and_another_one_another() -> None:
    one, same, other = (
        played(4, MONDAY + 6 * HOUR, options)[0].truth for options in (PEOPLE, PEOPLE, Options(12, 20, seed="b"))
    )
    assert one == same
    assert one.contacts != other.contacts


def test_its_agents_are_those_of_the_live_chat_server() -> None:
    past, _looks = played(0.1)
    assert [change.agent for change in past.truth.statuses] == World(PEOPLE).agent_ids()


def test_lists_answer_what_is_true_at_the_moment_of_a_look() -> None:
    past, contacts = Past(PEOPLE, MONDAY), 0
    for look in past.looks(MONDAY + 10 * HOUR):
        if not look.at // 5 % 60 and look.at > MONDAY + 8 * HOUR:
            now = {change.agent: change.status for change in past.truth.statuses}
            assert {row.id: row.status for row in decode.agents(look.agents()).rows} == now
            open_ones = {one.visitor for one in past.truth.contacts if one.ended is None}
            waiting = ("waitingForChat", "chatting", "voiceChatting", "transferring")
            rows = decode.visitors(look.visitors()).rows
            assert {row.id for row in rows if row.status in waiting} == open_ones
            contacts += len(open_ones)
    assert contacts > 10


def test_people_work_by_day_have_breaks_and_few_are_there_by_night() -> None:
    past, _looks = played(24, options=Options(agents=24, visitors=20))
    online = dict.fromkeys((3, 11, 23), 0)
    for hour in online:
        last = {c.agent: c.status for c in past.truth.statuses if c.at <= MONDAY + hour * HOUR}
        online[hour] = sum(status != "Offline" for status in last.values())
    assert online[3] <= 3 < 8 <= online[11]
    assert online[23] <= 3
    assert {change.status for change in past.truth.statuses} > {"Online", "Offline", "Lunch", "Short break"}
    at = [int(one.began // HOUR % 24) for one in past.truth.contacts]
    assert sum(9 <= hour < 18 for hour in at) > 4 * sum(hour < 6 or hour >= 22 for hour in at) > 0


def test_looks_come_every_five_seconds_by_day_and_every_minute_by_night() -> None:
    _past, looks = played(0.5, MONDAY + 5 * HOUR + 2_700)  # from 05:45 on
    by_night = sum(look.every == 60 for look in looks)
    assert by_night == 15
    assert len(looks) - by_night == 180


def test_lists_from_a_cache_are_up_to_five_seconds_old() -> None:
    _past, looks = played(0.2, MONDAY + 9 * HOUR, Options(agents=3, visitors=9, list_cache=5))
    ages = {look.at - look.made for look in looks}
    assert 0 in ages
    assert 3 < max(ages) <= 5


def test_a_list_cache_answers_the_same_list_until_it_is_too_old() -> None:
    now = [1_000_000.0]
    world = World(Options(agents=3, visitors=9, freeze=True, list_cache=5, clock=lambda: now[0]))
    before = world.agents_body()
    world.set_agent(world.agent_ids()[1], status="Lunch")
    now[0] += 4.9
    assert world.agents_body() == before
    now[0] += 0.2
    assert b"Lunch" in world.agents_body()


def test_the_command_prints_the_truth(tmp_path: Path) -> None:
    file = tmp_path / "past.jsonl"
    call_command("chatserver", agents=3, visitors=5, past=1, past_from=MONDAY, past_file=str(file))
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    past, _looks = played(24, options=Options(agents=3, visitors=5))
    statuses = [line for line in lines if line["kind"] == "status"]
    assert [(line["agent"], line["status"], line["at"]) for line in statuses] == [
        (change.agent, change.status, change.at) for change in past.truth.statuses
    ]
    assert [line["began"] for line in lines if line["kind"] == "contact"] == [
        one.began for one in past.truth.contacts
    ]  # fmt: skip


# Its record


@pytest.mark.django_db
def test_what_lasts_at_the_end_of_a_past_ends_there_unseen() -> None:
    shop = Site.objects.create(name="Past", api_base="https://api1.comm100.io")
    recorder, began = Recorder(shop.pk), MONDAY + 9 * HOUR
    moments = []
    for look in Past(PEOPLE, began, contacts=1_500).looks(began + 900):
        recorder.look(look)
        moments.append(look.at)
    lasting = Contact.objects.filter(ended=None).count()
    assert lasting > 0
    recorder.close()
    last = round(moments[-1] * 1000)
    assert Span.objects.filter(ended=last, ended_slack=None).count() == PEOPLE.agents
    assert Contact.objects.filter(ended=last, outcome="unseen").count() == lasting
    assert list(Watch.objects.values_list("ended", "looks")) == [(last, len(moments))] * 2


# The demo's parts


def moment(text: str, zone: ZoneInfo) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp())


def test_each_day_is_a_part_and_ends_before_midnight_but_for_today() -> None:
    zone = ZoneInfo("Europe/Berlin")
    until = moment("2026-03-30T14:00", zone)  # the clocks went forward on the 29th
    assert list(demo_past.parts(date(2026, 3, 27), until, zone, joins=False)) == [
        Part(moment("2026-03-30T00:01", zone), until),
        Part(moment("2026-03-29T00:01", zone), moment("2026-03-29T23:59", zone)),
        Part(moment("2026-03-28T00:01", zone), moment("2026-03-28T23:59", zone)),
        Part(moment("2026-03-27T00:01", zone), moment("2026-03-27T23:59", zone)),
    ]


def test_days_that_exist_are_not_made_again() -> None:
    zone = ZoneInfo("UTC")
    began = moment("2026-03-28T00:00:55", zone)  # the record begins a few seconds later
    assert [part.began for part in demo_past.parts(date(2026, 3, 27), began, zone, joins=True)] == [
        moment("2026-03-27T00:01", zone)
    ]
    assert list(demo_past.parts(date(2026, 3, 28), began, zone, joins=True)) == []
    assert list(demo_past.parts(date(2026, 4, 2), began, zone, joins=False)) == []


# The demo's record


def make(demo: Demo, until: int, days: int = 1) -> None:
    argv = [sys.executable, "manage.py", "demo_past", "--days", str(days), "--until", str(until)]
    subprocess.run(argv, env=demo.environment, check=True, capture_output=True)


@pytest.fixture
def empty(tmp_path: Path) -> Demo:
    """A demo that was never started, with its site."""
    demo = Demo(tmp_path, ready=True, DEMO_AGENTS="4", DEMO_VISITORS="9")
    columns = "name, api_base, shared_chosen, shared_writes, wait_amber, wait_red, away_minutes, time_zone"
    values = "'Demo', 'http://127.0.0.1:1', 0, 0, 60, 180, 30, 'UTC', '[]', '', 'opening', 0, '2025-12-01 00:00:00'"
    rest = "opening_hours, holidays, watch_closely, version, created"
    demo.query(f"INSERT INTO livechat_site ({columns}, {rest}) VALUES ({values})")
    return demo


def test_a_past_is_recorded_until_a_moment_and_marked(empty: Demo) -> None:
    until = MONDAY + HOUR
    make(empty, until)
    runs = empty.query("SELECT list, began, ended, looks FROM livechat_watch ORDER BY list")
    assert [run[0] for run in runs] == ["agents", "visitors"]
    for _list, began, ended, looks in runs:
        assert (began - MONDAY * 1000, until * 1000 - ended) == (60_500, 59_500)
        assert looks == 59
    assert empty.query("SELECT count(*) FROM livechat_frame") == [(118,)]
    assert empty.query("SELECT count(*), count(ended) FROM livechat_span")[0] == (4, 4)
    assert empty.query("SELECT count(*) FROM livechat_contact WHERE visitor IS NOT NULL") == [(0,)]
    assert empty.query("SELECT simulated_until FROM livechat_site") == [(until * 1000,)]


@pytest.mark.long(sibling="test_a_past_is_recorded_until_a_moment_and_marked")
def test_a_past_that_was_interrupted_goes_on_with_the_days_before(empty: Demo) -> None:
    make(empty, MONDAY + HOUR)
    make(empty, MONDAY + 2 * HOUR, days=2)
    runs = empty.query("SELECT min(began), max(ended) FROM livechat_watch WHERE began < ?", MONDAY * 1000)
    assert runs == [((MONDAY - 86_400 + 60) * 1000 + 500, (MONDAY - 60) * 1000 - 59_500)]
    assert empty.query("SELECT count(*) FROM livechat_span WHERE ended < began OR ended IS NULL") == [(0,)]
    before = empty.query("SELECT max(id), count(*) FROM livechat_frame")
    make(empty, MONDAY + 20 * HOUR, days=2)
    assert empty.query("SELECT max(id), count(*) FROM livechat_frame") == before


def test_the_processes_that_make_a_past_end_with_the_one_that_began_them(empty: Demo) -> None:
    argv = [sys.executable, "manage.py", "demo_past", "--days", "9", "--until", str(MONDAY + 20 * HOUR)]
    with subprocess.Popen(argv, env=empty.environment, stderr=subprocess.DEVNULL) as process:
        wait_until(lambda: len(machine.family(process.pid)) == 1 + demo_past.DAYS_AT_ONCE, 30, "no day was begun")
        family = machine.family(process.pid)
        process.kill()
        process.wait()
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in family), 30, "a process went on")


# Its pages


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/history/", "/history/coverage/"])
def test_pages_of_a_simulated_past_say_so_once(web: Client, site: Site, path: str) -> None:
    words = "This past was simulated for the demo."
    assert words not in web.get(path).content.decode()
    Site.objects.filter(pk=site.pk).update(simulated_until=milliseconds(datetime.now(UTC)))
    assert web.get(path).content.decode().count(words) == 1
