"""How an installation gets its settings and its secret keys."""

import base64
import configparser
import os
import re
import runpy
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import keys, values
from livechat.forms import directory_csv
from livechat.live import lease
from tests.support import prepared
from tests.support.demo import Demo

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("SECRET_KEY", "SEALING_KEYS", "DATABASE_URL", "PUBLIC_URL", "DJANGO_SETTINGS_MODULE", "COMM100_HOSTS")
KEY = base64.urlsafe_b64encode(bytes(32)).decode()
SEALING = f"a:{KEY}"


def manage(data_dir: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py in an environment with only the given variables. subprocess.TimeoutExpired if it goes on."""
    clean = {name: value for name, value in os.environ.items() if name not in NAMES}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=clean | {"DATA_DIR": str(data_dir), "ENV_FILE": ""} | env,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def settings_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """Reads config/settings.py in this process, in an environment with only the given variables."""

    def read(**given: str) -> dict[str, Any]:
        clean = {name: value for name, value in os.environ.items() if name not in NAMES}
        ours = {"DATA_DIR": str(tmp_path), "ENV_FILE": "", "BUILD": "x", "SECRET_KEY": "x", "SEALING_KEYS": SEALING}
        for name in os.environ.keys() - clean.keys():
            monkeypatch.delenv(name)
        for name, value in (ours | given).items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "config" / "settings.py"))

    return read


def test_what_the_settings_refuse_stops_every_command_with_the_sentence(tmp_path: Path) -> None:
    for name, value in {"PUBLIC_URL": "ftp://x", "COMM100_DEADLINE": "soon"}.items():
        answer = manage(tmp_path, "check", **{name: value})
        assert answer.returncode == 1
        assert answer.stderr.strip().splitlines()[-1].startswith(f"Configuration: {name}: {value!r} is not ")


def test_keys_are_made_once_private_and_said(tmp_path: Path) -> None:
    first = manage(tmp_path, "check")
    file = tmp_path / "keys.env"
    assert "Made the secret keys" in first.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_text()
    second = manage(tmp_path, "check")
    assert "Made" not in second.stderr
    assert file.read_text() == before


def test_a_data_folder_that_is_made_is_private_and_one_that_was_there_stays_as_it_is(tmp_path: Path) -> None:
    assert manage(tmp_path / "made", "check").returncode == 0
    assert stat.S_IMODE((tmp_path / "made").stat().st_mode) == 0o700
    (tmp_path / "there").mkdir(mode=0o750)
    assert manage(tmp_path / "there", "check").returncode == 0
    assert stat.S_IMODE((tmp_path / "there").stat().st_mode) == 0o750


def test_the_unit_keeps_data_from_other_local_users() -> None:
    unit = configparser.ConfigParser()
    unit.read(ROOT / "config" / "deploy" / "livechat-board.service")
    assert int(unit["Service"]["StateDirectoryMode"], 8) & 0o077 == 0
    assert int(unit["Service"]["UMask"], 8) == 0o077


def test_the_unit_is_started_again_however_often_it_ends_soon() -> None:
    unit = configparser.ConfigParser()
    unit.read(ROOT / "config" / "deploy" / "livechat-board.service")
    assert (unit["Service"]["Restart"], unit["Service"]["RestartSec"]) == ("always", "5")
    assert unit["Unit"]["StartLimitIntervalSec"] == "0"


def test_two_first_starts_at_once_agree_on_one_pair_of_keys(tmp_path: Path) -> None:
    code = "from django.conf import settings; print(settings.SECRET_KEY)"
    clean = {name: value for name, value in os.environ.items() if name not in NAMES}
    env = clean | {"DATA_DIR": str(tmp_path), "ENV_FILE": ""}
    argv = [sys.executable, "manage.py", "shell", "--no-imports", "-v", "0", "-c", code]
    running = [subprocess.Popen(argv, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    answers = {process.communicate()[0].strip().splitlines()[-1] for process in running}
    assert len(answers) == 1
    assert [path.name for path in tmp_path.glob("*keys.env*")] == ["keys.env"]


@pytest.mark.parametrize("key", ["$begins-with-a-dollar", r"has\$inside", "$PATH", "plain"])
def test_a_secret_key_is_taken_as_it_stands(settings_with: Callable[..., dict[str, Any]], key: str) -> None:
    assert settings_with(SECRET_KEY=key)["SECRET_KEY"] == key


def test_the_file_beside_manage_py_is_another_or_none_where_env_file_says_so(tmp_path: Path) -> None:
    code = "from django.conf import settings; print(settings.RECORD_DAYS)"
    (tmp_path / "other").write_text("RECORD_DAYS=7\n")
    found = {}
    for name, file in {"other": str(tmp_path / "other"), "none": ""}.items():
        answer = manage(tmp_path, "shell", "--no-imports", "-v", "0", "-c", code, ENV_FILE=file)
        found[name] = answer.stdout.split()[-1]
    assert found == {"other": "7", "none": "0"}


def test_tests_read_no_installations_env_file() -> None:
    assert os.environ["ENV_FILE"] == ""
    assert Demo(Path("nowhere")).environment["ENV_FILE"] == ""


@pytest.mark.parametrize(
    "malformed",
    ["", ",", "alone", f"dot.dot:{KEY}", f":{KEY}", f"$HOME:{KEY}", "a:c2hvcnQtc2VjcmV0", "a:bm90*64-secret", "a:ö"],
)
def test_malformed_sealing_keys_are_refused_by_their_place_and_never_told(malformed: str) -> None:
    for text in (malformed, f"{SEALING}, {malformed}") if malformed.strip(",") else (malformed,):
        with pytest.raises(ImproperlyConfigured) as refused:
            keys.sealing(text)
        assert str(refused.value).startswith("SEALING_KEYS: ")
        assert not [part for part in text.split(":") if len(part) > 5 and part in str(refused.value)]


def test_a_sealing_key_has_an_id_of_its_own() -> None:
    with pytest.raises(ImproperlyConfigured, match="key 2 has the id of another one"):
        keys.sealing(f"{SEALING},a:{base64.urlsafe_b64encode(bytes(31) + b'1').decode()}")


def test_blanks_around_a_sealing_key_are_taken_off() -> None:
    assert keys.sealing(f" {SEALING} , b:{KEY}\n,") == [SEALING, f"b:{KEY}"]


def test_a_malformed_sealing_key_stops_the_start_with_a_sentence(tmp_path: Path) -> None:
    answer = manage(tmp_path, "check", SECRET_KEY="x", SEALING_KEYS=f"$secret-id:{KEY}")
    assert answer.returncode == 1
    assert answer.stderr.splitlines() == [
        "Configuration: SEALING_KEYS: key 1 does not begin with letters and digits and a colon."
    ]


@pytest.mark.long(sibling="test_a_data_folder_that_is_made_is_private_and_one_that_was_there_stays_as_it_is")
def test_with_keys_of_his_own_the_operators_first_start_makes_the_data_folder_private_too(tmp_path: Path) -> None:
    data = tmp_path / "made"
    answer = manage(data, "migrate", "--verbosity", "0", SECRET_KEY="x", SEALING_KEYS=SEALING)
    assert answer.returncode == 0, answer.stderr
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert not (data / "keys.env").exists()


def test_keys_are_never_made_anew_beside_data(tmp_path: Path) -> None:
    assert manage(tmp_path, "check").returncode == 0
    prepared.copy_database(tmp_path / "db.sqlite3")
    (tmp_path / "keys.env").unlink()
    answer = manage(tmp_path, "check")
    assert answer.returncode == 1
    assert "keys.env is missing but" in answer.stderr
    assert not (tmp_path / "keys.env").exists()


def test_keys_that_cannot_be_read_stop_the_start_with_a_sentence_that_says_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "keys.env"
    file.mkdir()  # no one can read it, not even root
    answer = manage(tmp_path, "check")
    assert answer.returncode == 1
    assert len(answer.stderr.strip().splitlines()) == 1
    assert answer.stderr.startswith(f"Configuration: {file} cannot be read: ")
    assert f"give that user {tmp_path}" in answer.stderr


@pytest.mark.parametrize(("line", "given"), [("SEALING_KEYS=a:b", {}), ("SECRET_KEY=x", {}), ("", {"SECRET_KEY": ""})])
def test_a_key_that_is_in_no_place_is_named_with_the_file(tmp_path: Path, line: str, given: dict[str, str]) -> None:
    (tmp_path / "keys.env").write_text(f"{line}\n")
    answer = manage(tmp_path, "check", **given)
    assert answer.returncode == 1
    assert len(answer.stderr.strip().splitlines()) == 1
    for name in ("SECRET_KEY", "SEALING_KEYS"):
        assert (f"{name} " in answer.stderr) == (not line.startswith(name))
    assert str(tmp_path / "keys.env") in answer.stderr


def test_on_postgresql_a_missing_key_refuses_to_start(tmp_path: Path) -> None:
    for given in ({}, {"SECRET_KEY": "x"}, {"SEALING_KEYS": "a:b"}):
        answer = manage(tmp_path, "check", DATABASE_URL="postgresql://nobody@127.0.0.1/none", **given)
        assert answer.returncode == 1
        assert "SECRET_KEY and SEALING_KEYS must be set" in answer.stderr
    assert not (tmp_path / "keys.env").exists()


def test_an_unwritable_folder_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    answer = manage(tmp_path / "file", "check")
    assert answer.returncode == 1
    assert len(answer.stderr.strip().splitlines()) == 1
    assert "cannot be written" in answer.stderr


MALFORMED_URLS = [
    "board.example.org", "ftp://x", "https://[", "https://u:p@x", "https://x/board?a=b", "https://x/board#a",
    "https://x/a//b", "https://x/a/../b", "https://x/a%20b",
]  # fmt: skip


@pytest.mark.parametrize("url", MALFORMED_URLS)
def test_a_malformed_public_url_is_refused(settings_with: Callable[..., dict[str, Any]], url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^PUBLIC_URL"):
        settings_with(PUBLIC_URL=url)


def test_https_is_asked_for_this_host_alone_not_for_others_under_it(tmp_path: Path) -> None:
    code = "from django.test import Client; print(Client().get('/healthz', secure=True)['Strict-Transport-Security'])"
    env = {"PUBLIC_URL": "https://example.org"}
    answer = manage(tmp_path, "shell", "--no-imports", "-v", "0", "-c", code, **env)
    assert answer.stdout.strip().splitlines()[-1:] == ["max-age=31536000"], answer.stderr


@pytest.mark.parametrize("deadline", [str(lease.TAKEOVER_SECONDS), "8.1", "0", "-1", "nan", "inf", "soon", ""])
def test_a_deadline_longer_than_a_lease_stands_or_none_at_all_is_refused(
    settings_with: Callable[..., dict[str, Any]], deadline: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^COMM100_DEADLINE: "):
        settings_with(COMM100_DEADLINE=deadline)


@pytest.mark.parametrize("given", [{}, {"COMM100_DEADLINE": "3"}])
def test_the_deadline_is_shorter_than_a_lease_stands(
    settings_with: Callable[..., dict[str, Any]], given: dict[str, str]
) -> None:
    assert 0 < settings_with(**given)["COMM100_DEADLINE"] < lease.TAKEOVER_SECONDS


def test_who_comes_without_https_is_sent_to_the_public_url_whatever_host_a_proxy_passes_on(tmp_path: Path) -> None:
    code = "from django.test import Client; print(Client(HTTP_HOST='127.0.0.1:8000').get('/tv/').url)"
    board = "https://board.example.org:8443"
    answer = manage(tmp_path, "shell", "--no-imports", "-v", "0", "-c", code, PUBLIC_URL=board)
    assert answer.stdout.strip().splitlines()[-1:] == [f"{board}/tv/"], answer.stderr


@pytest.mark.parametrize("proxies", ["board", "10.0.0.1/33", "10.0.0.1 10.0.0.2", "127.0.0.1,10.0.0.5/8", "*"])
def test_a_malformed_proxy_or_one_that_gunicorn_would_not_start_with_is_refused(
    settings_with: Callable[..., dict[str, Any]], proxies: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^TRUSTED_PROXIES: "):
        settings_with(TRUSTED_PROXIES=proxies)


@pytest.mark.parametrize(
    ("name", "value"),
    [("RECORD_DAYS", days) for days in ("ninety", "-1", "1.5")]
    + [("TIME_ZONE", zone) for zone in ("Berlin", "")]
    + [("LOG_LEVEL", "loud")],
)
def test_days_a_zone_or_a_level_that_is_none_is_refused(
    settings_with: Callable[..., dict[str, Any]], name: str, value: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"^{name}: "):
        settings_with(**{name: value})


def test_a_level_of_the_logs_is_known_in_any_letters() -> None:
    assert [values.level("LOG_LEVEL", text) for text in ("info", " Warning", "DEBUG")] == ["INFO", "WARNING", "DEBUG"]


@pytest.mark.parametrize(
    ("command", "said", "given"),
    [
        ("createsuperuser --noinput --username ada --email ada@example.org", "no such table: auth_user", {}),
        ("rotate_keys", "port 1 failed", {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}),
    ],
)
def test_a_database_that_is_not_migrated_or_not_there_is_one_clear_line(
    tmp_path: Path, command: str, said: str, given: dict[str, str]
) -> None:
    answer = manage(tmp_path, *command.split(), SECRET_KEY="x", SEALING_KEYS=SEALING, **given)
    assert answer.returncode == 1
    assert len(answer.stderr.strip().splitlines()) == 1
    assert answer.stderr.startswith("The database cannot be used: ")
    assert said in answer.stderr
    assert "manage.py migrate" in answer.stderr


def test_a_missing_module_is_one_clear_line(tmp_path: Path) -> None:
    broken = "raise ModuleNotFoundError(\"No module named 'requests'\", name='requests')\n"
    (tmp_path / "requests.py").write_text(broken)
    answer = manage(tmp_path, "check", PYTHONPATH=str(tmp_path))
    assert answer.returncode == 1
    assert answer.stderr.strip().splitlines()[-1].startswith("The module 'requests' is missing")


def test_a_connection_is_kept_longer_than_any_page_waits_between_two_polls() -> None:
    told = runpy.run_path(str(ROOT / "config" / "gunicorn.py"))
    hidden_tab = 60
    assert told["keepalive"] > hidden_tab


def test_the_proxy_sample_lets_the_largest_csv_through() -> None:
    sample = (ROOT / "config" / "deploy" / "nginx.conf").read_text()
    most = re.search(r"client_max_body_size (\d+)m;", sample)
    assert most
    assert int(most[1]) * 1024 * 1024 >= 2 * directory_csv.MAX_BYTES
