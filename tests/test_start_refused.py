"""A start that cannot be: a damaged database, or one of another version, is one sentence. What is made is private."""

import shutil
import socket
import sqlite3
import stat
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from livechat.lib import database
from tests.support import prepared
from tests.support.cases import some
from tests.support.ports import free_port
from tests.test_settings import manage

NEWER = "0999_of_a_newer_version"
KEYS = prepared.KEYS


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a migrated database."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    prepared.copy_database(folder / "db.sqlite3")
    return folder


def start(data: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command that has to refuse: it ends by itself."""
    given = {"PORT": str(free_port()), "CHATSERVER_PORT": str(free_port()), "STATIC_ROOT": str(prepared.static())}
    return manage(data, command, **KEYS, **given)


def sentence(done: subprocess.CompletedProcess[str]) -> str:
    """The one line that it says."""
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    return line


def no_database(file: Path) -> None:
    """Another file in its place."""
    file.write_bytes(b"This was a database once.\n" * 1000)


def overwritten(file: Path) -> None:
    """The page of the first table is garbage."""
    with file.open("r+b") as written:
        written.seek(4096)
        written.write(b"\x99" * 4096 * 3)


def cut(file: Path) -> None:
    """Its second half is missing."""
    with file.open("r+b") as written:
        written.truncate(file.stat().st_size // 8192 * 4096)


def inside(file: Path) -> None:
    """A page far from the beginning is garbage: migrations read fine."""
    with file.open("r+b") as written:
        written.seek(file.stat().st_size - 4096 * 6)
        written.write(b"\x99" * 4096)


@pytest.mark.parametrize("damage", some([no_database, overwritten, cut, inside], 4))
def test_a_damaged_database_is_one_sentence_when_it_is_served(data: Path, damage: object) -> None:
    damage(data / "db.sqlite3")  # type: ignore[operator]
    said = sentence(start(data, "serve"))
    assert "damaged" in said
    assert said.endswith("Restore a backup.")


@pytest.mark.parametrize("command", some(["demo", "collect", "migrate", "rotate_keys"], 4))
def test_so_it_is_for_every_other_command(data: Path, command: str) -> None:
    no_database(data / "db.sqlite3")
    said = [line for line in start(data, command).stderr.strip().splitlines() if not line.startswith("Made the secret")]
    assert len(said) == 1, said
    assert "damaged" in said[0]


@pytest.mark.django_db
def test_a_look_at_a_large_database_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "LOOK_SECONDS", -1.0)
    monkeypatch.setattr(database, "STEPS_BETWEEN_LOOKS", 1)
    assert database.damage() == ""
    assert MigrationRecorder.Migration.objects.exists(), "the connection still works"


def record(data: Path, app: str, name: str) -> None:
    """Note a migration as applied."""
    with closing(sqlite3.connect(data / "db.sqlite3")) as opened, opened:
        row = "INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, '2026-01-01')"
        opened.execute(row, (app, name))


@pytest.mark.parametrize("command", some(["serve", "collect", "demo"], 3))
def test_older_code_names_what_it_does_not_know_and_refuses(data: Path, command: str) -> None:
    record(data, "livechat", NEWER)
    record(data, "auth", "0999_later")
    said = sentence(start(data, command))
    assert f"unknown: auth.0999_later, livechat.{NEWER}" in said
    assert "backup" in said
    with closing(sqlite3.connect(data / "db.sqlite3")) as opened:
        assert opened.execute("SELECT count(*) FROM auth_user").fetchone() == (0,), "nothing was done"


@pytest.mark.django_db
def test_readyz_names_it_too(client: Client) -> None:
    MigrationRecorder.Migration.objects.create(app="livechat", name=NEWER)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert f"livechat.{NEWER}" in answer.json()["migrations"]


@pytest.mark.django_db
def test_what_a_library_has_dropped_or_replaced_and_what_another_program_made_is_no_obstacle(client: Client) -> None:
    for app, name in (("auth", "0001_of_long_ago"), ("another_program", "0999_x")):
        MigrationRecorder.Migration.objects.create(app=app, name=name)
    assert MigrationLoader(connection).applied_migrations
    assert database.mismatch() == ""
    assert client.get("/readyz").status_code == 200


@pytest.mark.long(sibling="test_older_code_names_what_it_does_not_know_and_refuses")
def test_the_collector_refuses_an_older_database(data: Path) -> None:
    with closing(sqlite3.connect(data / "db.sqlite3")) as opened, opened:
        opened.execute(
            "DELETE FROM django_migrations WHERE app = 'livechat' "
            "AND name = (SELECT max(name) FROM django_migrations WHERE app = 'livechat')"
        )
    assert "pending: run migrate" in sentence(start(data, "collect"))


# Files for their owner alone


def modes(folder: Path) -> dict[str, int]:
    """The rights of others at each file and folder inside."""
    return {
        path.relative_to(folder).as_posix(): stat.S_IMODE(path.stat().st_mode) & 0o077
        for path in folder.rglob("*")
    }  # fmt: skip


@pytest.mark.long(sibling="test_a_data_folder_that_is_made_is_private_and_one_that_was_there_stays_as_it_is")
def test_what_is_made_in_a_folder_that_others_may_read_is_private(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert manage(tmp_path, "migrate", "--verbosity", "0").returncode == 0
    assert manage(tmp_path, "collectstatic", "--noinput", "-v", "0", "-i", "django_htmx").returncode == 0
    found = modes(tmp_path)
    assert {"db.sqlite3", "keys.env", "static"} <= set(found)
    assert {name: mode for name, mode in found.items() if mode and not name.startswith("static/")} == {}
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755, "the folder is its owner's"


def test_a_database_that_others_could_read_is_private_after_the_next_start(data: Path) -> None:
    file = data / "db.sqlite3"
    shutil.copy(file, data / "db.sqlite3-wal")
    for path in data.iterdir():
        path.chmod(0o644)
    assert manage(data, "check", **KEYS).returncode == 0
    assert modes(data) == {"db.sqlite3": 0, "db.sqlite3-wal": 0}


def test_a_port_that_is_taken_is_told_before_the_database_is_looked_at(data: Path) -> None:
    no_database(data / "db.sqlite3")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = manage(data, "serve", **KEYS, PORT=str(taken.getsockname()[1]))
    assert "is taken" in sentence(done)
