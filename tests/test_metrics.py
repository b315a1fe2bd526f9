"""The metrics for Prometheus: who reads them, what they tell, and that they are right with several processes."""

import json
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection, connections
from django.test import Client
from django.utils import timezone

from config import values
from livechat.lib import measures
from livechat.live import heartbeats, metric_sums, snapshot_cache
from livechat.live.sources import Feed
from livechat.models import AgentEntry, Contact, DepartmentEntry, MetricSum, Site, Snapshot, Wall
from livechat.models.metric_sums import BATCH_ROWS
from livechat.record import contacts
from livechat.reports import tallies
from livechat.walls import links
from livechat.web import site_metrics
from tests.support import promtool
from tests.support.chatserver import ChatServer
from tests.support.fast_path import Answer
from tests.support.links import later
from tests.support.metrics import HEADERS, TOKEN, allow, fails, page, parts, samples, scrape
from tests.support.people import make_connection, make_site, make_user

pytestmark = pytest.mark.django_db
DEPLOY = Path(__file__).resolve().parent.parent / "config" / "deploy"
LOCAL = {"Host": "127.0.0.1:8000"}
ODD = 'A "shop"\\ of\nours'


@pytest.fixture
def open_to_token(settings: Any) -> None:
    allow(settings)


@pytest.fixture
def open_to_loopback(settings: Any) -> None:
    settings.METRICS_LOOPBACK = True


readable = pytest.mark.usefixtures("open_to_token")


# The clients that may read them


def test_unless_a_setting_opens_them_nothing_is_there_for_anybody(client: Client, web: Client) -> None:
    for asks in (client, web):
        assert asks.get("/metrics", headers=LOCAL | HEADERS).status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@readable
@pytest.mark.parametrize(
    "sent", ["", "Bearer", f"Basic {TOKEN}", f"Bearer {TOKEN}x", f"Bearer {TOKEN[1:]}", "Bearer ü€"]
)
def test_another_token_is_refused_and_told_nothing(client: Client, sent: str) -> None:
    answer = client.get("/metrics", headers=LOCAL | ({"Authorization": sent} if sent else {}))
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert b"livechat_" not in answer.content
    assert TOKEN.encode() not in answer.content


@readable
def test_the_token_opens_them_before_any_session_is_read(client: Client, web: Client) -> None:
    client.cookies = web.cookies
    asked: list[str] = []

    def note(execute: Callable[..., object], sql: str, *rest: object) -> object:
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        answer = client.get("/metrics", headers=HEADERS)
    assert answer.status_code == 200
    assert not answer.cookies
    assert asked
    assert [sql for sql in asked if "session" in sql or "auth_user" in sql] == []
    assert client.post("/metrics", headers=HEADERS).status_code == 405


@pytest.mark.usefixtures("open_to_loopback")
@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_a_program_of_this_machine_reads_them_without_a_token(client: Client, address: str) -> None:
    for host in ("127.0.0.1:8000", "localhost", "[::1]:8000", "[::1]"):
        assert client.get("/metrics", headers={"Host": host}, REMOTE_ADDR=address).status_code == 200


@pytest.mark.usefixtures("open_to_loopback")
@pytest.mark.parametrize("trusted", [[], ["127.0.0.1"]])
@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("192.0.2.1", {}),
        ("", {}),  # a Unix socket, on which a proxy connects
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.1"}),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}),  # a client may have written it itself
        ("127.0.0.1", {"X-Forwarded-For": "unix:"}),
        ("127.0.0.1", {"X-Real-IP": "192.0.2.1"}),
        ("127.0.0.1", {"Forwarded": "for=192.0.2.1"}),
        ("127.0.0.1", {"Host": "board.example.org"}),  # a proxy that says nothing else, or a page's own name for us
        ("192.0.2.1", {"X-Forwarded-For": "127.0.0.1"}),
    ],
)
def test_whoever_comes_through_a_proxy_or_from_elsewhere_is_not_of_this_machine(
    client: Client, settings: Any, address: str, headers: dict[str, str], trusted: list[str]
) -> None:
    settings.TRUSTED_PROXIES = values.networks("TRUSTED_PROXIES", trusted)
    assert client.get("/metrics", headers=LOCAL | headers, REMOTE_ADDR=address).status_code == 404
    allow(settings)
    assert client.get("/metrics", headers=LOCAL | headers, REMOTE_ADDR=address).status_code == 401
    assert client.get("/metrics", headers=LOCAL | headers | HEADERS, REMOTE_ADDR=address).status_code == 200


def test_a_token_that_could_be_guessed_stops_the_start_and_is_not_repeated() -> None:
    assert values.metrics_token("METRICS_TOKEN", f" {TOKEN}\n") == TOKEN
    assert values.metrics_token("METRICS_TOKEN", "") == ""
    for short in ("secret", "fifteen-letters", "with blanks in between it", "ümlaute-sind-nicht-ascii"):
        with pytest.raises(ImproperlyConfigured, match="METRICS_TOKEN must have 16") as refused:
            values.metrics_token("METRICS_TOKEN", short)
        assert short not in str(refused.value)


# What they tell of sites


@readable
def test_they_count_what_the_boards_count_and_name_nobody(
    client: Client, site: Site, renew: Callable[[], None], chatserver: ChatServer
) -> None:
    renew()
    entry = AgentEntry.objects.filter(site=site).order_by("pk").first()
    assert entry
    AgentEntry.objects.filter(pk=entry.pk).update(name="Hidden Person", team="Front", capacity=4)
    Site.objects.get(pk=site.pk).bump_version()
    scraped = page(client)
    kinds = samples(scraped, "livechat_agents")
    assert sum(kinds.values()) == AgentEntry.objects.count() == 8
    assert sum(value for (_kind, _site, team), value in kinds.items() if team == "Front") == 1
    visitors = samples(scraped, "livechat_visitors")
    assert sum(visitors.values()) == 20
    waiting = samples(scraped, "livechat_waiting")
    assert sum(waiting.values()) == visitors["Shop", "waitingForChat"] > 0
    assert samples(scraped, "livechat_longest_wait_seconds").keys() == {("Shop",)}
    assert samples(scraped, "livechat_agent_places")["Shop", "Front"] in (0, 4)
    assert sum(samples(scraped, "livechat_agent_chats").values()) == sum(
        one["ongoingChats"] for one in json.loads(chatserver.world.agents_body())
    )
    assert {kind for kind, _site in samples(scraped, "livechat_snapshot_age_seconds")} == {"agents", "visitors"}
    assert "Hidden Person" not in scraped
    assert "Hangzhou" not in scraped
    assert str(entry.agent_id) not in scraped


@readable
def test_a_site_without_figures_of_its_shared_connection_has_no_counts_but_its_failures(client: Client) -> None:
    shared = make_connection(make_site(), make_user(), shared=True)
    row = {"site": shared.site, "kind": "visitors"}
    Snapshot.objects.create(**row, fingerprint=shared.fingerprint, failures=7)
    Snapshot.objects.create(**row, fingerprint="replaced", failures=99, checked=timezone.now())
    scraped = page(client)
    assert samples(scraped, "livechat_snapshot_failures") == {("visitors", "Shop"): 7}
    assert samples(scraped, "livechat_snapshot_age_seconds") == samples(scraped, "livechat_visitors") == {}


@readable
def test_figures_that_no_wall_would_show_are_left_out_and_their_age_stays(
    client: Client, renew: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    renew()
    page(client)
    later(1000, monkeypatch)
    scraped = page(client)
    assert samples(scraped, "livechat_agents") == samples(scraped, "livechat_waiting") == {}
    assert min(samples(scraped, "livechat_snapshot_age_seconds").values()) > 900


@readable
def test_a_scrape_is_no_look_and_makes_no_call(
    client: Client, feed: Feed, renew: Callable[[], None], chatserver: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    renew()
    before = chatserver.calls(), list(Snapshot.objects.order_by("pk").values_list("looked", "lease", "checks"))
    page(client)
    later(120, monkeypatch)
    page(client)
    assert before == (
        chatserver.calls(),
        list(Snapshot.objects.order_by("pk").values_list("looked", "lease", "checks")),
    )


@readable
def test_labels_from_elsewhere_are_bounded_and_lose_nobody(
    client: Client, site: Site, renew: Callable[[], None], chatserver: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site_metrics, "MAX_LABELS", 3)
    renew()
    for number, entry in enumerate(AgentEntry.objects.filter(site=site).order_by("pk")):
        AgentEntry.objects.filter(pk=entry.pk).update(
            team=f"TEAM {number}" if number % 2 else f"team  {number - number % 4}"
        )
    for number in range(9):
        DepartmentEntry.objects.create(site=site, department_id=UUID(int=number + 1), name=f"D{number}")
    for key in chatserver.world.visitor_ids()[:4]:
        record = json.loads(chatserver.world.visitor_body(key) or b"")
        chatserver.world.put_visitor(record | {"status": f"invented-{key}"}, key)
    Site.objects.get(pk=site.pk).bump_version()
    renew()
    scraped = page(client)
    teams = {team for _kind, _site, team in samples(scraped, "livechat_agents")}
    assert len(teams) == 4
    assert "other" in teams
    assert sum(samples(scraped, "livechat_agents").values()) == 8
    assert len(samples(scraped, "livechat_waiting")) == 4
    visitors = samples(scraped, "livechat_visitors")
    assert visitors["Shop", "other"] == 4
    assert sum(visitors.values()) == 20


# Sums


class Queue:
    """A site's list of visitors, looked at every five seconds."""

    def __init__(self, site: Site) -> None:
        self.site, self.now, self.before = site, 0, {"": contacts.Seen("inSite", None)}

    def look(self, *, gap: bool = False, **statuses: str) -> None:
        """Look once more: visitors 1, 2 and so on by `v1`, `v2`. `gap`: nobody watched since the last look."""
        last, self.now = self.now, self.now + 5_000
        after = {str(UUID(int=int(key[1:]))): contacts.Seen(status, None) for key, status in statuses.items()}
        slack = None if gap or last == 0 else 5_000
        contacts.diff(
            self.site.pk, self.before if last else {}, after, contacts.Look(self.now, last or None, slack)
        ).write()
        self.before = after


@readable
def test_answers_losses_and_waits_are_counted_once_as_history_counts_them_and_outlive_their_rows(
    client: Client,
) -> None:
    site, wait, chat = make_site(), "waitingForChat", "chatting"
    queue = Queue(site)
    queue.look()
    queue.look(v1=wait, v2=wait)
    queue.look(v1=wait, v2=wait, v3=wait)
    queue.look(v1=chat, v2=wait)  # 1 after 10 s, 3 is lost
    queue.look(v1=chat, v2=wait, v4=chat)  # 4 at once
    queue.look(v2=chat, v4=chat, v5=wait, v7=wait)  # 2 after 20 s
    queue.look(gap=True, v5=chat, v6=wait)  # 5 is answered unseen, 7 leaves unseen
    queue.look(v6="inSite")
    scraped = page(client)
    tally = tallies.of(tallies.contacts(site, 0, 10**9))
    assert samples(scraped, "livechat_answered_total") == {("Shop",): tally.answered} == {("Shop",): 3}
    assert samples(scraped, "livechat_lost_total") == {("Shop",): tally.lost} == {("Shop",): 2}
    assert samples(scraped, "livechat_wait_seconds_count") == {("Shop",): tally.waits.total()}
    assert samples(scraped, "livechat_wait_seconds_sum") == {("Shop",): 30}
    buckets = samples(scraped, "livechat_wait_seconds_bucket")
    told = {bound: value for (bound, _site), value in buckets.items()}
    bounds = ["5", "10", "20", "30", "60", "120", "300", "600", "+Inf"]
    assert [float(bound) for bound in told] == [float(bound) for bound in bounds]
    assert list(told.values()) == [1, 2, 3, 3, 3, 3, 3, 3, 3]
    Contact.objects.all().delete()
    assert page(client).count("livechat_answered_total") == scraped.count("livechat_answered_total")
    assert scrape(client, "livechat_answered_total") == {("Shop",): 3}


@readable
def test_calls_to_comm100_are_counted_by_outcome_with_their_times(
    client: Client, feed: Feed, renew: Callable[[], None], chatserver: ChatServer
) -> None:
    metric_sums.add()
    first = scrape(client, "livechat_comm100_calls_total")
    renew()
    chatserver.faults.answer(401)
    snapshot_cache.refresh.refresh(feed, "agents")
    metric_sums.add()
    scraped = page(client)
    calls = samples(scraped, "livechat_comm100_calls_total")
    grown = {outcome: value - first.get((outcome,), 0) for (outcome,), value in calls.items()}
    assert grown == {"ok": 2, "refused-credential": 1}
    assert samples(scraped, "livechat_comm100_request_seconds_count") == {(): sum(calls.values())}
    assert samples(scraped, "livechat_comm100_request_seconds_sum")[()] > 0


@readable
def test_what_processes_measure_adds_up_and_is_told_only_when_it_is_stored(client: Client) -> None:
    def one_process(number: int) -> None:
        measures.forget()  # a new process has measured nothing
        for _ in range(number):
            measures.count(measures.CALLS_TOTAL, "ok")
        assert scrape(client, "livechat_comm100_calls_total") == {("ok",): stored}

    stored = 0
    for number in (3, 4):
        one_process(number)
        metric_sums.add()
        stored += number
    one_process(5)  # is killed
    assert scrape(client, "livechat_comm100_calls_total") == {("ok",): 7}


@pytest.mark.threads
@pytest.mark.django_db(transaction=True)
def test_processes_that_add_at_once_lose_nothing_and_never_wait_for_each_other_in_a_circle() -> None:
    keys = [(measures.REQUESTS.name, f"view {number}", measures.SUM) for number in range(BATCH_ROWS + 5)]
    gate = threading.Barrier(4)

    def process(number: int) -> None:
        ordered = keys[::-1] if number % 2 else keys
        gate.wait()
        for _ in range(5):
            MetricSum.add(dict.fromkeys(ordered, 1.5))
        connections.close_all()

    with ThreadPoolExecutor(4) as processes:
        list(processes.map(process, range(4)))
    assert set(MetricSum.objects.values_list("total", flat=True)) == {30.0}
    assert MetricSum.objects.count() == len(keys)


def test_what_cannot_be_stored_is_kept_for_the_next_time() -> None:
    measures.forget()
    measures.observe(measures.CALLS, "", 0.2)
    with connection.execute_wrapper(fails), pytest.raises(OperationalError):
        metric_sums.add()
    measures.observe(measures.CALLS, "", 0.3)
    metric_sums.add()
    metric_sums.add()
    stored = dict(MetricSum.objects.filter(metric=measures.CALLS.name).values_list("part", "total"))
    assert stored == {"0.25": 1, "0.5": 1, "sum": pytest.approx(0.5)}


@readable
@pytest.mark.usefixtures("at_the_door")
def test_answers_are_timed_by_view_and_before_django_too(
    client: Client, site: Site, supervisor: User, renew: Callable[[], None]
) -> None:
    renew()
    _link, secret = links.make_link(Wall.objects.create(site=site, title="S"), supervisor, "TV", days=None)
    measures.forget()
    tag = Answer(f"/wall/{secret}/").headers["HX-PTag"]
    for _ in range(2):
        Answer(f"/wall/{secret}/", HX_PTAG=tag)
    Answer(f"/wall/{secret}/", whole=True)
    for path in ("/healthz", "/nothing/here/", "/static/none.css", "/agents/"):
        client.get(path)
    metric_sums.add()
    told = {view: value for (view,), value in scrape(client, "livechat_request_seconds_count").items()}
    wanted = {"wall-changed": 1, "wall-unchanged": 2, "wall": 1, "healthz": 1, "none": 1, "static": 1, "agents": 1}
    assert told == wanted


# While the database fails


@readable
def test_while_the_database_fails_they_tell_what_the_process_remembers_and_that_it_fails(
    client: Client, renew: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    renew()
    heartbeats.beat(heartbeats.COLLECTOR)
    well = page(client)
    later(40, monkeypatch)
    with connection.execute_wrapper(fails):
        scraped = page(client)
    assert samples(scraped, "livechat_degraded")["database",] == 1
    assert samples(well, "livechat_degraded")["database",] == 0
    for name in ("livechat_agents", "livechat_visitors", "livechat_collector_last_round_timestamp_seconds"):
        assert samples(scraped, name) == samples(well, name) != {}
    grown = samples(scraped, "livechat_snapshot_age_seconds")
    assert all(grown[key] >= age + 40 for key, age in samples(well, "livechat_snapshot_age_seconds").items())
    assert samples(scraped, "livechat_answered_total") == {}, "a sum of memory would go down at the next process"
    later(1, monkeypatch)
    assert parts(client)["database"] == 0


@readable
def test_a_process_that_never_saw_the_database_answers_too(client: Client, renew: Callable[[], None]) -> None:
    renew()
    with connection.execute_wrapper(fails):
        scraped = page(client)
    assert samples(scraped, "livechat_up_seconds")[()] >= 0
    assert samples(scraped, "livechat_agents") == {}


# Prometheus and Grafana


@readable
def test_promtool_finds_nothing_wrong_even_with_an_odd_name(client: Client, renew: Callable[[], None]) -> None:
    renew()
    Site.objects.update(name=ODD)
    heartbeats.beat(heartbeats.COLLECTOR)
    metric_sums.add()
    scraped = page(client)
    assert r'site="A \"shop\"\\ of\nours"' in scraped
    assert promtool.check("metrics", text=scraped) == ""
    assert promtool.check("metrics", text=scraped.replace("# HELP livechat_agents ", "# HELP x ")) != ""


@readable
def test_dashboard_and_rules_are_sound_and_name_only_what_is_told(client: Client, renew: Callable[[], None]) -> None:
    renew()
    client.get("/healthz")
    heartbeats.beat(heartbeats.COLLECTOR)
    metric_sums.add()
    rules, dashboard = DEPLOY / "prometheus-rules.yml", DEPLOY / "grafana-dashboard.json"
    assert promtool.check("rules", rules) == ""
    queries = [target["expr"] for panel in json.loads(dashboard.read_text())["panels"] for target in panel["targets"]]
    named = set(re.findall(r"\blivechat_\w+", " ".join([*queries, rules.read_text()])))
    scraped = page(client)
    told = set(re.findall(r"^# TYPE (\w+) ", scraped, re.M)) | {
        name for name, *_ in re.findall(r"^(\w+)[{ ]()", scraped, re.M)
    }
    assert len(named) > 15
    assert named - told == set()
