"""Sends alerts from processes that are ended in the middle of it: `python -m tests.drills.outbox_kills KILLS`.

It prints one line of JSON. Each process is a fork of this one. It ends itself by SIGKILL at a seam that was drawn: a
statement of SQL, a commit, or the call to the receiver, which is a process of its own and keeps what it gets.
"""

import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import django

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()

from django.db import connection, connections, transaction
from django.utils import timezone

from livechat.alerts import batches, channels, delivery, outbox, transport
from livechat.models import Alert, AlertEvent, Delivery, Rule, Site
from tests.support import receivers
from tests.support.misbehaving import Misbehaving
from tests.support.people import make_site
from tests.support.talk import Talk

CLAIM_SECONDS = 0.3  # after which what a killed process took is sent by another one; 60 in the product
ANSWER_SECONDS = 0.01  # that the receiver takes, so that there is a middle
RULES = CHANNELS = 2
EVENTS = 3  # a round at most
UNHARMED = 0.1  # of all processes
PATIENCE = 30.0
NAMED = (
    "before the claim commits",
    "after the claim committed",
    "during the answer",
    "after the answer",
    "before the mark commits",
)
MAX_LINES = 20  # events that a message names


@dataclass
class Found:
    """What came of it. `killed`: by seam."""

    killed: Counter[str] = field(default_factory=Counter)
    events: int = 0
    told: int = 0
    messages: int = 0
    doubles: int = 0
    faults: list[str] = field(default_factory=list)


@dataclass
class Seams:
    """The seams of one process, counted: all, or those of a name. At the last one it ends, and tells `out` its name."""

    last: int
    out: int
    name: str = ""
    stage: str = "look"
    count: int = 0

    def passed(self, what: str, after: float = 0.0) -> None:
        """One seam more. `after` so many seconds it ends, if this is the last one."""
        if self.name not in ("", what):
            return
        self.count += 1
        if self.count == self.last and after:
            threading.Timer(after, self.end, [what]).start()
        elif self.count == self.last:
            self.end(what)

    def end(self, what: str) -> None:
        """End as a power cut would."""
        os.write(self.out, f"{what}\n".encode())
        os.kill(os.getpid(), signal.SIGKILL)

    def put(self, after: float) -> None:
        """Put them into this process, which does nothing else than to send."""
        for module, name, stage in (
            (batches, "claim", "claim"),
            (channels, "note_sent", "mark"),
            (batches, "finish", "mark"),
        ):
            setattr(module, name, partial(self._staged, getattr(module, name), stage))
        transport.post = partial(self._post, transport.post, after)
        connection.execute_wrappers.append(self._statement)
        connection._commit = partial(self._commit, connection._commit)

    def _staged(self, work: Callable[..., Any], stage: str, *args: Any, **named: Any) -> Any:
        self.stage = stage
        return work(*args, **named)

    def _statement(self, execute: Callable[..., Any], *args: Any) -> Any:
        self.passed(f"in the {self.stage}")
        return execute(*args)

    def _commit(self, commit: Callable[[], None]) -> None:
        self.passed(f"before the {self.stage} commits")
        commit()
        self.passed(f"after the {self.stage} committed")

    def _post(self, post: Callable[..., Any], after: float, *args: Any) -> Any:
        self.passed("during the answer", after)
        answer = post(*args)
        self.passed("after the answer")
        return answer


def forked(work: Callable[[], object]) -> int:
    """Let another process do this; its id."""
    connections.close_all()
    pid = os.fork()
    if pid:
        return pid
    try:
        work()
    finally:
        os._exit(0)


@contextmanager
def receiver(file: Path) -> Iterator[str]:
    """A process that takes messages and writes their ids and contents to a file; its address."""
    reading, writing = os.pipe()

    def serve() -> None:
        with file.open("a") as out, Misbehaving(partial(take, out)) as server:
            os.write(writing, f"{server.root}\n".encode())
            signal.pause()

    pid = forked(serve)
    try:
        with os.fdopen(reading) as said:
            yield said.readline().strip()
    finally:
        os.close(writing)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def take(out: Any, talk: Talk) -> None:
    """Keep a message, then answer."""
    out.write(json.dumps([talk.headers["webhook-id"], talk.path, json.loads(talk.body)]) + "\n")
    out.flush()
    time.sleep(ANSWER_SECONDS)
    talk.answer(b"")


def send() -> None:
    """Send all that is due, as the product does."""
    for channel, rule in batches.due(timezone.now()):
        while batch := batches.claim(channel, rule, timezone.now()):
            delivery.send(batch)


def happen(site: Site, rules: list[Rule], chance: random.Random, number: int) -> None:
    """Something rings and is over. Its worst value tells it from all others."""
    now, rule = timezone.now(), chance.choice(rules)
    with transaction.atomic():
        alert = Alert.objects.create(
            rule=rule, state=Alert.State.ENDED, since=now, fired=now, cleared=now, ended=now, worst=number
        )
        outbox.tell(AlertEvent.objects.create(alert=alert, what=AlertEvent.What.FIRED, at=now), rule, site)


def series(kills: int, seed: int = 1) -> Found:
    """Let things happen, and let two at a time send, until so many of them were killed; then send the rest."""
    found, chance, usual = Found(), random.Random(seed), batches.CLAIM_SECONDS
    batches.CLAIM_SECONDS = CLAIM_SECONDS
    try:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "messages"
            with receiver(file) as root:
                rules = installed(root)
                while found.killed.total() < kills:
                    for _ in range(chance.randint(1, EVENTS)):
                        found.events += 1
                        happen(rules[0].site, rules, chance, found.events)
                    found.killed += two(chance)
                until = time.monotonic() + PATIENCE
                while Delivery.objects.filter(done=None).exists() and time.monotonic() < until:
                    send()
            judge(found, [json.loads(line) for line in file.read_text().splitlines()])
    finally:
        batches.CLAIM_SECONDS = usual
    return found


def installed(root: str) -> list[Rule]:
    """A site's rules, each told by all of its channels."""
    site = make_site("Outbox")
    made = [receivers.to(site, f"{root}/{number}", f"Ops {number}") for number in range(CHANNELS)]
    params = {"count": 1, "ends": 0}
    rules = [Rule.objects.create(site=site, kind=Rule.Kind.WAITING, params=params, enabled=True) for _ in range(RULES)]
    for rule in rules:
        rule.channels.set(made)
    return rules


def two(chance: random.Random) -> Counter[str]:
    """Two processes that send at once; the seams at which they were killed."""
    reading, writing = os.pipe()
    pids = []
    for _ in range(2):
        name = chance.choice(("", *NAMED))  # most seams are statements: at those between them as often
        last = 0 if chance.random() < UNHARMED else chance.randint(1, 2 if name else 40)
        seams, after = Seams(last, writing, name), chance.uniform(0.001, ANSWER_SECONDS)

        def work(seams: Seams = seams, after: float = after) -> None:
            seams.put(after)
            send()

        pids.append(forked(work))
    os.close(writing)
    ended = [os.waitpid(pid, 0)[1] for pid in pids]
    with os.fdopen(reading) as said:
        killed = Counter(said.read().splitlines())
    assert killed.total() == sum(os.WIFSIGNALED(status) for status in ended)
    return killed


def judge(found: Found, messages: list[tuple[str, str, Any]]) -> None:
    """Compare what was to be told with what arrived."""
    by_id: dict[str, list[tuple[str, Any]]] = defaultdict(list)
    for key, path, body in messages:
        by_id[key].append((path, body))
    found.messages, found.doubles = len(by_id), sum(len(same) > 1 for same in by_id.values())
    found.faults = [f"{key} has two contents" for key, same in by_id.items() if any(one != same[0] for one in same)]
    missing = set()
    rows = Delivery.objects.select_related("event__alert")
    sizes = Counter(row.batch for row in rows)
    for row in rows:
        number, arrived = row.event.alert.worst, by_id.get(str(row.batch), [])
        lines = [line.rpartition(" ")[2] for _path, body in arrived for line in body["data"]["lines"]]
        named = str(number) in lines or sizes[row.batch] > MAX_LINES
        if row.outcome != Delivery.Outcome.SENT or not named:
            missing.add(number)
            found.faults.append(f"event {number} was not told by {row.channel_id}: {row.outcome or 'open'}")
    found.told = found.events - len(missing)


if __name__ == "__main__":
    told = series(int(sys.argv[1]))
    sys.stdout.write(f"{json.dumps(vars(told))}\n")
