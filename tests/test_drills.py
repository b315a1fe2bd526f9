"""What the drills need before they start, and the small siblings of those that have none elsewhere."""

import gc
import re
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import User
from django.db import connections

from livechat.live import budget, intervals, refresh, sources
from livechat.live.sources import Feed
from livechat.models import AgentEntry, Site, Wall
from livechat.walls import links
from tests.drills import __main__ as drills
from tests.drills import cases
from tests.drills.entries import save
from tests.support import faketime, node, old_chromium, packages
from tests.support.chatserver import ChatServer
from tests.support.fast_path import Answer

TIMES = 20  # that each of those who write at once does so


def test_every_drill_has_a_small_sibling_among_the_tests() -> None:
    text = "".join(path.read_text() for path in Path(__file__).parent.rglob("test_*.py"))
    assert {drill.sibling for drill in drills.DRILLS.values()} <= set(
        re.findall(r"^def (test_\w+)", text, re.MULTILINE)
    )


def broken(*_command: object, **_how: object) -> SimpleNamespace:
    """Instead of subprocess.run: a program that cannot do what it was told."""
    return SimpleNamespace(returncode=1)


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("clock", ["libfaketime"]),
        ("wall", ["Chromium"]),
        ("cases", ["Chromium", "node", "PostgreSQL", "nginx", "promtool"]),
        ("old_browser", ["npm"]),
    ],
)
def test_what_a_drill_lacks_is_one_line_and_status_1_before_any_drill_starts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, missing: list[str]
) -> None:
    monkeypatch.setattr(packages, "install", lambda *names: False)
    monkeypatch.setattr(faketime, "library", lambda: None)
    monkeypatch.setattr("tests.support.postgres.binaries", lambda: None)
    monkeypatch.setattr(shutil, "which", lambda name, **_where: None)
    monkeypatch.setattr("subprocess.run", broken)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(drills, "run", lambda size, wanted: pytest.fail("it started"))
    monkeypatch.setattr("sys.argv", ["drills", "takeover", name])
    with pytest.raises(SystemExit) as ended:
        drills.main()
    said = str(ended.value)
    assert [part for part in missing if f"{part} is needed" not in said] == []
    assert said.count("is needed") == len(missing)
    assert "\n" not in said, "a text as the code of SystemExit is printed, and the status is 1"


def test_all_that_make_test_installs_the_drill_of_all_cases_installs_too() -> None:
    makefile = (Path(__file__).resolve().parent.parent / "Makefile").read_text()
    recipe = makefile.partition("\ntest: ")[2].partition("\n\n")[0]
    installed = re.findall(r"-m tests\.support\.(\w+)$", recipe, re.MULTILINE)
    assert installed == [ensure.__module__.rpartition(".")[2] for ensure in cases.NEEDS]


def test_chromium_69_that_cannot_be_fetched_or_is_another_file_is_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(node, "ensure", lambda *programs: None)
    monkeypatch.setattr("subprocess.run", broken)
    with pytest.raises(SystemExit, match=r"^npm cannot fetch .*Chromium 69\.$"):
        old_chromium.ensure()
    packages.kept(old_chromium.ARCHIVE).write_bytes(b"another")
    with pytest.raises(SystemExit, match=r"^\S+ is not the file that was looked at: .*$"):
        old_chromium.ensure()


@pytest.mark.django_db
@pytest.mark.usefixtures("at_the_door")
def test_unchanged_polls_leave_nothing_behind_in_memory(
    supervisor: User, site: Site, renew: Callable[[], None]
) -> None:
    renew()
    _link, secret = links.make_link(Wall.objects.create(site=site, title="S"), supervisor, "TV", days=None)
    path = f"/wall/{secret}/"
    tag = Answer(path).headers["HX-PTag"]

    def objects(polls: int) -> int:
        for _ in range(polls):
            assert Answer(path, HX_PTAG=tag).status.startswith("304")
        gc.collect()
        return len(gc.get_objects())

    before = objects(100)
    assert objects(1000) < before + 500


@pytest.mark.threads
@pytest.mark.django_db(transaction=True)
def test_many_who_write_at_once_wait_for_each_other_and_nobody_is_refused(
    site: Site,
    feed: Feed,
    chatserver: ChatServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(budget, "CALL_LIMIT", 100_000)
    AgentEntry.objects.bulk_create(AgentEntry(site=site, agent_id=key) for key in chatserver.world.agent_ids())
    assert site.shared
    start = threading.Barrier(4)

    def work(number: int) -> int:
        start.wait(60)
        try:
            if number % 2:
                return sum(save(Site.objects.get(), turn) for turn in range(TIMES))
            kinds = [intervals.LISTS[turn % 2] for turn in range(TIMES)]
            return sum(refresh.refresh(sources.of(site, site.shared), kind) for kind in kinds)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        done = list(threads.map(work, range(4)))
    assert done[1] == done[3] == TIMES
    assert done[0] + done[2] > 0
    assert AgentEntry.objects.exclude(team="").count() == len(chatserver.world.agent_ids())
    assert caplog.messages == [], "a refresh tells the log alone"
