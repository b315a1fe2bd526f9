"""The caches of a process: what makes room, what expires, and what many threads make once."""

import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import OperationalError, transaction

from livechat.boards import agents, directory_names
from livechat.lib import clock, ttl_cache
from livechat.lib.ttl_cache import TtlCache, TtlValue
from livechat.live import snapshot_cache, snapshot_data
from livechat.live.snapshot_data import SnapshotData
from livechat.live.sources import Feed
from livechat.models import AgentEntry, Site, Snapshot

THREADS = 8
Move = Callable[[float], None]


@pytest.fixture
def move(monkeypatch: pytest.MonkeyPatch) -> Move:
    """Stops the steady clock, and moves it on."""
    now = clock.steady()

    def forward(seconds: float) -> None:
        nonlocal now
        now += seconds

    monkeypatch.setattr(clock, "steady", lambda: now)
    return forward


def together(ask: Callable[[int], object]) -> list[object]:
    """What eight threads get that ask at once."""
    ready = threading.Barrier(THREADS)

    def one(number: int) -> object:
        ready.wait()
        return ask(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


@pytest.mark.parametrize("seconds", [None, 60.0])
def test_the_value_that_was_not_used_for_longest_makes_room_and_no_other(seconds: float | None) -> None:
    cache: TtlCache[int, str] = TtlCache(4, seconds)
    for number in range(4):
        assert cache.put(number, f"value {number}") == []
    cache.get(0)
    cache.get_or_make(1, lambda: "another")
    list(cache)
    assert 2 in cache
    assert cache.put(4, "new") == [(2, "value 2")]
    assert sorted(cache) == [0, 1, 3, 4]
    cache.get_or_make(5, lambda: "new")
    assert sorted(cache) == [0, 1, 4, 5], "what is made needs room too"


def test_a_value_that_is_put_again_makes_no_other_go() -> None:
    cache: TtlCache[int, str] = TtlCache(2)
    cache.put(0, "old")
    cache.put(1, "value")
    assert cache.put(0, "new") == []
    assert (cache.get(0), cache.get(1)) == ("new", "value")


def test_a_value_expires_by_the_steady_clock(move: Move) -> None:
    cache: TtlCache[str, str] = TtlCache(10, 60.0)
    cache.put("a", "first")
    move(30)
    cache.put("b", "second")
    move(29.9)
    assert cache.get("a") == "first", "a use does not keep it longer"
    move(0.1)
    assert (cache.get("a"), "a" in cache, list(cache), len(cache)) == (None, False, ["b"], 1)
    assert cache.get_or_make("a", lambda: "again") == "again"
    move(30)
    cache.put("b", "third")
    assert cache.expire() == []
    move(31)
    assert cache.expire() == [("a", "again")]
    move(60)
    assert cache.put("c", "fourth") == [("b", "third")], "what has expired is told"


def test_what_has_no_seconds_stays(move: Move) -> None:
    cache: TtlCache[str, str] = TtlCache(1)
    cache.put("a", "value")
    move(10 * 365 * 86400)
    assert cache.get("a") == "value"
    assert cache.expire() == []


@pytest.mark.parametrize("seconds", [None, 60.0])
def test_eight_threads_that_ask_for_the_same_missing_key_make_it_once(seconds: float | None) -> None:
    cache: TtlCache[str, object] = TtlCache(10, seconds)
    made: list[int] = []

    def ask(number: int) -> object:
        def make() -> object:
            made.append(number)
            threading.Event().wait(0.05)  # the others come to the lock meanwhile
            return object()

        return cache.get_or_make("key", make)

    assert len(set(together(ask))) == 1
    assert len(made) == 1


def test_eight_threads_leave_a_cache_whole(move: Move, request: pytest.FixtureRequest) -> None:
    request.addfinalizer(partial(sys.setswitchinterval, sys.getswitchinterval()))
    sys.setswitchinterval(1e-6)  # a thread is interrupted at every step
    cache: TtlCache[int, int] = TtlCache(16, 60.0)

    def ask(number: int) -> object:
        for step in range(2000):
            key = (step * (number + 1)) % 48
            if step % 3 == 0:
                cache.put(key, key)
            elif step % 3 == 1:
                assert cache.get(key) in (None, key)
            else:
                assert cache.get_or_make(key, lambda key=key: key) == key
        return None

    together(ask)
    assert len(cache) == len(list(cache)) == 16
    assert all(cache.get(key) == key for key in cache)


def test_making_a_value_may_need_another_of_the_same_cache() -> None:
    cache: TtlCache[str, int] = TtlCache(10)
    assert cache.get_or_make("index", lambda: cache.get_or_make("count", lambda: 20) + 1) == 21
    assert sorted(cache) == ["count", "index"]


def test_what_is_forgotten_while_it_is_made_is_made_again() -> None:
    cache: TtlCache[str, str] = TtlCache(10)

    def make() -> str:
        cache.forget()
        return "old"

    assert cache.get_or_make("key", make) == "old"
    assert cache.get("key") is None
    answers = iter(["old", "new"])

    def read() -> str:
        answer = next(answers)
        if answer == "old":
            value.forget()
        return answer

    value = TtlValue(60.0, read)
    assert [value.now(), value.now(), value.now()] == ["old", "new", "new"]


def test_one_value_is_read_at_most_once_in_its_seconds(move: Move) -> None:
    reads: list[float] = []

    def read() -> int:
        reads.append(clock.steady())
        move(0.4)
        return len(reads)

    value = TtlValue(1.0, read)
    assert [value.now(), value.now()] == [1, 1]
    move(0.5)
    assert value.now() == 1
    move(0.1)
    assert value.now() == 2, "a second after the read began, not after it ended"
    value.forget()
    assert value.now() == 3


@pytest.mark.threads
def test_eight_threads_that_need_one_value_read_it_once() -> None:
    reads: list[int] = []

    def read() -> int:
        reads.append(1)
        threading.Event().wait(0.05)  # the others come to the lock meanwhile
        return len(reads)

    value = TtlValue(60.0, read)
    assert together(lambda _number: value.now()) == [1] * THREADS


@pytest.mark.django_db(transaction=True)
def test_one_value_is_read_again_at_once_and_after_the_transaction() -> None:
    reads: list[int] = []
    value = TtlValue(60.0, lambda: reads.append(1) or len(reads))
    value.now()
    with transaction.atomic():
        value.forget()
        assert value.now() == 2
        assert value.now() == 2
    assert value.now() == 3, "within the transaction other threads read the old rows"
    assert value.now() == 3


def test_all_caches_are_forgotten_together(monkeypatch: pytest.MonkeyPatch) -> None:
    cache: TtlCache[str, str] = TtlCache(10)
    cache.put("key", "value")
    reads: list[int] = []
    value = TtlValue(60.0, lambda: reads.append(1) or len(reads))
    value.now()
    functions: list[Callable[[], None]] = []
    monkeypatch.setattr(ttl_cache, "_functions", functions)
    ttl_cache.forgets(lambda: functions.append(print))
    ttl_cache.forget_all()
    assert (len(cache), value.now(), len(functions)) == (0, 2, 2)


# where they are used


@pytest.mark.django_db
def test_at_its_limit_the_cache_of_snapshots_drops_the_one_that_was_not_asked_for_longest(
    feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot_cache._entries, "size", 3)
    snapshot_cache.forget()
    first = {kind: snapshot_cache._entry(feed, kind) for kind in ("agents", "visitors", "visitor:1")}
    snapshot_cache._entry(feed, "agents")
    snapshot_cache._entry(feed, "visitor:2")
    kept = [kind for *_, kind in snapshot_cache._entries]
    assert sorted(kept) == ["agents", "visitor:1", "visitor:2"]
    assert snapshot_cache._entry(feed, "agents") is first["agents"]


@pytest.mark.django_db
def test_two_versions_of_one_site_do_not_push_each_other_out(
    site: Site, django_assert_num_queries: Callable[..., object]
) -> None:
    older = Site.objects.get(pk=site.pk)
    AgentEntry.objects.create(site=site, agent_id="11111111-1111-1111-1111-111111111111", name="Ann")
    names = directory_names.of(older)
    Site.objects.filter(pk=site.pk).update(version=older.version + 1)
    newer = Site.objects.get(pk=site.pk)
    assert directory_names.of(newer) is not names
    with django_assert_num_queries(0):
        for _ in range(3):
            assert directory_names.of(older) is names
            assert directory_names.of(newer).version == newer.version


@pytest.mark.django_db
def test_a_site_keeps_the_names_of_its_last_few_versions(site: Site) -> None:
    for version in range(100, 110):
        site.version = version
        directory_names.of(site)
    kept = directory_names._kept.get(site.pk)
    assert kept
    assert [names.version for names in kept] == [109, 108, 107]


def test_a_snapshot_keeps_the_rows_of_a_few_versions_of_its_site() -> None:
    data = SnapshotData("agents", 1, (), {})
    for version in range(50):
        names = directory_names.Names(version, {}, {}, (), {})
        assert agents.rows(data, names) is agents.rows(data, names)
    assert len(data.cache) == snapshot_data.MAX_DERIVED
    assert "rows:49" in data.cache


@pytest.mark.threads
def test_eight_threads_that_need_a_database_that_fails_ask_it_once() -> None:
    asked: list[int] = []

    def read() -> int:
        asked.append(1)
        raise OperationalError("does not answer")

    value = TtlValue(60.0, read)

    def ask(number: int) -> object:
        try:
            return value.now()
        except OperationalError as error:
            return str(error)

    assert together(ask) == ["does not answer"] * THREADS
    assert len(asked) == 1


def test_a_failure_of_the_database_is_kept_for_a_moment_only(move: Move) -> None:
    answers = iter([OperationalError("one"), OperationalError("two"), 3])

    def read() -> int:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    value = TtlValue(60.0, read)
    for _ in range(2):
        with pytest.raises(OperationalError, match="one"):
            value.now()
    move(ttl_cache.FAILURE_SECONDS)
    with pytest.raises(OperationalError, match="two"):
        value.now()
    value.forget()
    assert value.now() == 3, "what was forgotten is read again"


def test_a_failure_that_is_not_the_databases_is_not_kept() -> None:
    answers = iter([ZeroDivisionError(), 3])

    def read() -> int:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    value = TtlValue(60.0, read)
    with pytest.raises(ZeroDivisionError):
        value.now()
    assert value.now() == 3


@pytest.mark.django_db
def test_a_snapshot_that_cannot_be_read_is_asked_for_once_in_a_moment(
    feed: Feed, move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def fail(**which: object) -> None:
        asked.append(1)
        raise OperationalError("does not answer")

    with monkeypatch.context() as patch:
        patch.setattr(Snapshot.objects, "filter", fail)
        for _ in range(THREADS):
            with pytest.raises(OperationalError):
                snapshot_cache.get(feed, "agents")
        assert len(asked) == 1
    move(ttl_cache.FAILURE_SECONDS)
    assert snapshot_cache.get(feed, "agents").data
