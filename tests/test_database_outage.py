"""A PostgreSQL server that is frozen or stopped: nobody hangs, walls go on, and the rest says so at once."""

import threading
from collections.abc import Iterator
from pathlib import Path

import environ
import psycopg
import pytest
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler
from pytest_django import DjangoDbBlocker

from config import databases
from livechat.lib.postgresql import base, breaker, limits
from livechat.lib.postgresql.breaker import Breaker
from tests.drills import database as drill
from tests.drills.database import DatabaseHouse
from tests.drills.house import PRODUCT, until
from tests.support import postgres
from tests.support.postgres import Server

SECONDS = 8.0  # more than a silent connection is given
Outage = tuple[Server, DatabaseHouse, drill.Process]


@pytest.fixture(scope="module")
def house() -> Iterator[Outage]:
    """The product over a server of its own, with figures on a wall and on the board."""
    with postgres.running() as server, DatabaseHouse(server.url) as made, made.serve(PRODUCT) as web:
        for path in (made.wall, drill.BOARD):
            made.warm(web, path)
        yield server, made, web


def test_a_frozen_postgresql_hangs_nobody_and_walls_show_their_last_figures(house: Outage) -> None:
    server, made, web = house
    assert drill.wrong(drill.through(made, web, server.freeze, server.thaw, SECONDS), SECONDS) == []


@pytest.mark.long(sibling="test_a_frozen_postgresql_hangs_nobody_and_walls_show_their_last_figures")
def test_a_stopped_postgresql_fails_no_wall_and_fills_no_log(house: Outage) -> None:
    server, made, web = house
    assert drill.wrong(drill.through(made, web, server.stop, server.start, SECONDS), SECONDS) == []


@pytest.fixture
def bound(
    house: Outage, monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker
) -> Iterator[BaseDatabaseWrapper]:
    """A connection to the same server as a process of the product makes it."""
    monkeypatch.setattr(limits._process, "bound", True)
    found = databases.completed(environ.Env.db_url_config(house[0].url), Path())
    made = ConnectionHandler({"default": found})["default"]
    with django_db_blocker.unblock():
        yield made
        made.close()


def ask(connection: BaseDatabaseWrapper, question: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


def test_a_statement_that_takes_too_long_is_given_up_and_its_connection_stays(bound: BaseDatabaseWrapper) -> None:
    before = ask(bound, "SELECT pg_backend_pid()")
    with pytest.raises(OperationalError, match="statement timeout"):
        ask(bound, "SELECT pg_sleep(10)")
    assert ask(bound, "SELECT pg_backend_pid()") == before


def test_the_upkeep_may_take_longer_and_a_command_like_migrate_for_ever(
    bound: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    with limits.patient():
        assert ask(bound, "SHOW statement_timeout") == "29500ms"
        bound.close()
    assert ask(bound, "SHOW statement_timeout") == "2500ms"
    bound.close()
    monkeypatch.setattr(limits._process, "bound", False)
    assert ask(bound, "SHOW statement_timeout") == "0"


def test_a_connection_that_the_server_ended_is_made_anew_at_the_next_question(bound: BaseDatabaseWrapper) -> None:
    with pytest.raises(OperationalError):
        ask(bound, "SELECT pg_terminate_backend(pg_backend_pid())")
    assert ask(bound, "SELECT 1") == 1


def test_the_end_of_a_request_asks_nothing_of_a_server_that_was_silent(
    house: Outage, bound: BaseDatabaseWrapper
) -> None:
    ask(bound, "SELECT 1")
    house[0].freeze()
    try:
        with pytest.raises(OperationalError):
            ask(bound, "SELECT 1")
        # As Django's signals do before and after each request: nothing catches an error there.
        bound.close_if_unusable_or_obsolete()
        assert bound.connection is None
    finally:
        house[0].thaw()
    until(lambda: not base.breaker.tripped, 30, "the server answers again")


def test_one_probe_asks_for_everybody_until_it_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "PROBE_SECONDS", 0.0)
    guard, asked, may_answer = Breaker(), [], threading.Event()

    def answers() -> bool:
        asked.append(threading.current_thread())
        return may_answer.wait(0.01)

    for _ in range(8):
        guard.trip(answers)
    for _ in range(8):
        with pytest.raises(psycopg.OperationalError):
            guard.check()
    may_answer.set()
    until(lambda: asked, 10, "nobody asks")
    asked[0].join(10)
    assert set(asked) == {asked[0]}
    guard.check()
