"""The supervisor: a process that ends is started again, later each time it ends soon."""

import subprocess
import time
from itertools import pairwise

import pytest

from livechat.ops.supervisor import Child, Supervisor


class Process:
    """A process that runs for so many seconds of the test's clock."""

    returncode = 1

    def __init__(self, seconds: float) -> None:
        self.ends = time.monotonic() + seconds

    def poll(self) -> int | None:
        """Its status after its end."""
        return None if time.monotonic() < self.ends else self.returncode


def starts(monkeypatch: pytest.MonkeyPatch, *lives: float) -> list[int]:
    """The whole seconds between starts of a child that runs so long each time."""
    now, begun, left = 0.0, [], iter(lives)

    def start(*args: object, **options: object) -> Process:
        begun.append(now)
        return Process(next(left))

    with monkeypatch.context() as patch:
        patch.setattr(time, "monotonic", lambda: now)
        patch.setattr(subprocess, "Popen", start)
        supervisor = Supervisor()
        child = supervisor.add(Child("web", [], {}))
        while len(begun) < len(lives):
            now += 0.23
            supervisor._mend(child)
    return [int(after - before) for before, after in pairwise(begun)]


def test_what_fails_soon_is_started_again_later_each_time_and_stays_at_the_slowest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert starts(monkeypatch, *[0.0] * 10) == [1, 2, 4, 8, 16, 30, 30, 30, 30]


def test_what_ran_for_long_is_started_again_at_once_and_the_pauses_begin_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    assert starts(monkeypatch, *[0.0] * 5, 100, *[0.0] * 4) == [1, 2, 4, 8, 16, 100, 2, 4, 8]
