"""Makes a year in a database of its own and measures what it costs to look at it, to go on with it and to delete of it.

`python -m tests.bench.year_house make|look DAYS RUNS` prints one line of JSON. Each is a process of its own: one that
has made a year is larger than any that serves pages, and slower for that.
"""

import json
import os
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

from django.conf import settings  # noqa: E402  (models need Django to be set up)
from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from config import gunicorn  # noqa: E402
from livechat.alerts import rules  # noqa: E402
from livechat.comm100.credentials import Bearer  # noqa: E402
from livechat.comm100.records import Agent, Listing, Visitor  # noqa: E402
from livechat.lib.epoch import milliseconds  # noqa: E402
from livechat.live import lease, refresh, sources  # noqa: E402
from livechat.live.sources import Feed  # noqa: E402
from livechat.models import Membership, Role, Rule, Site, Snapshot  # noqa: E402
from livechat.ops import cleanup, rollups  # noqa: E402
from livechat.reports import heat  # noqa: E402
from livechat.sites import connections  # noqa: E402
from tests.bench.year import QUIET_MS  # noqa: E402
from tests.bench.year_rows import Year  # noqa: E402

REFRESHES = 400
BASE = "/history/about/"  # a page of the past without any past: what is over it is query and plot


def cpu_ms(do: Callable[..., object], *args: object) -> float:
    """The CPU that something takes in this process."""
    began = time.process_time()
    do(*args)
    return (time.process_time() - began) * 1000


def pages(last: str, month: str, year: str, agent: str) -> dict[str, str]:
    """Each page with what it shows."""
    return {
        "today": "/history/",
        "day": f"/history/day/?day={last}",
        "replay": f"/history/replay/?at={last}T11:00",
        "queue, a day": f"/history/queue/?from={last}&to={last}",
        "queue, a month": f"/history/queue/?from={month}&to={last}",
        "coverage, a week": "/history/coverage/",
        "time, a month by agent": f"/history/time/?from={month}&to={last}&by=agent",
        "time, a year by team": f"/history/time/?from={year}&to={last}&by=team",
        "occupancy, a month": f"/history/occupancy/?from={month}&to={last}",
        "heat, 90 days": f"/history/heat/?from={month}&to={last}&what=online",
        "an agent's month": f"/history/agents/{agent}/?from={month}&to={last}",
    }


def longest(last: str, year: str, agent: str) -> dict[str, str]:
    """The pages of sums again, with a whole year each: by everything that they can be asked for by."""
    asked = f"?from={year}&to={last}"
    return {
        **{f"time by {by}": f"/history/time/{asked}&by={by}" for by in ("agent", "team", "day")},
        **{f"occupancy by {by}": f"/history/occupancy/{asked}&by={by}" for by in ("day", "hour", "team", "agent")},
        **{f"heat, {what}": f"/history/heat/{asked}&what={what}" for what in heat.KINDS},
        "an agent's days": f"/history/agents/{agent}/{asked}",
        "queue by day": f"/history/queue/{asked}",
        "coverage by day": f"/history/coverage/{asked}",
    }


def looked_at(site: Site, user: User, days: int, runs: int) -> dict[str, dict[str, list[float]]]:
    """What each page takes: see `cost`, and how much of that is over the page without a past."""
    client = Client(headers={"accept-encoding": "br"}, SERVER_NAME="127.0.0.1")
    client.force_login(user)
    today = timezone.now().date()
    last, month, year = (f"{today - timedelta(days=back)}" for back in (1, min(31, days), min(365, days)))
    agent = str(site.agents.all()[7].agent_id)
    base, base_taken = cost(client, BASE, runs)
    found: dict[str, dict[str, list[float]]] = {}
    for kind, addresses in (("pages", pages(last, month, year, agent)), ("longest", longest(last, year, agent))):
        found[kind] = {}
        for name, address in addresses.items():
            quiet, taken = cost(client, address, runs)
            found[kind][name] = [quiet, quiet - base, taken, taken - base_taken]
    return found


def cost(client: Client, address: str, runs: int) -> tuple[float, float]:
    """Median CPU of an answer in ms: at the machine's pace of a quiet day, and as it was taken.

    Others make this machine half as fast from one minute to the next, so each answer is compared with additions that
    are made just before and after it. RuntimeError if it is no answer.
    """
    answer = client.get(address)  # the first one imports and compiles
    if answer.status_code != 200:
        raise RuntimeError(f"{address} was answered {answer.status_code}")
    quiet, taken = [], []
    for _ in range(runs):
        before, one, after = additions_ms(), cpu_ms(client.get, address), additions_ms()
        taken.append(one)
        quiet.append(one * 2 * QUIET_MS / (before + after))
    return statistics.median(quiet), statistics.median(taken)


def additions_ms() -> float:
    """What 5 million additions take at this moment, in ms of CPU: a tenth of them is made."""
    return 10 * cpu_ms(sum, range(500_000))


def recorded(site: Site, user: User) -> list[float]:
    """Median CPU of a refresh without a change: as one that records, and as one that does not."""
    own = connections.store(site, user, Bearer("token"))
    site.refresh_from_db()
    feed = sources.of(site, own)
    listing = Listing(tuple(Agent(str(uuid4()), "Online", 1) for _ in range(200)))
    taken: dict[bool, list[float]] = {True: [], False: []}
    for number in range(REFRESHES):
        recording = bool(number % 2)
        row = Snapshot.get_or_create(site.pk, feed.fingerprint, "agents")
        token = lease.acquire(row)
        assert token is not None
        as_fed = Feed(feed.site_id, feed.fingerprint, feed.connection_id, recording)
        taken[recording].append(cpu_ms(refresh.store, as_fed, "agents", listing, token, timezone.now()))
    return [statistics.median(taken[recording][20:]) for recording in (True, False)]


def evaluated(user: User) -> list[float]:
    """CPU of a refresh without a change: of a site with all standard rules switched on, and of one with none.

    They take turns, so that whatever else the machine does meanwhile is in both. It is the mean of the two lists'
    medians: a median of both together lies in the gap between a short list's times and a long one's.
    """
    lists = {
        "agents": Listing(tuple(Agent(str(uuid4()), "Online", 1) for _ in range(200))),
        "visitors": Listing(tuple(Visitor(str(uuid4()), "waitingForChat") for _ in range(50))),
    }
    feeds: dict[bool, Feed] = {}
    for with_rules in (True, False):
        site = Site.objects.create(name=f"Rules: {with_rules}", api_base="https://api1.comm100.io", time_zone="UTC")
        own = connections.store(site, user, Bearer("token"))
        site.refresh_from_db()
        feeds[with_rules] = sources.of(site, own)
        rules.make_standard()
        Rule.objects.filter(site=site).update(enabled=with_rules, removed=None if with_rules else timezone.now())
    taken: dict[tuple[bool, str], list[float]] = defaultdict(list)
    for turn in range(2 * REFRESHES):
        with_rules, kind = bool(turn % 2), ("visitors", "agents")[turn // 2 % 2]
        feed = feeds[with_rules]
        row = Snapshot.get_or_create(feed.site_id, feed.fingerprint, kind)
        token = lease.acquire(row)
        assert token is not None
        taken[with_rules, kind].append(cpu_ms(refresh.store, feed, kind, lists[kind], token, timezone.now()))
    return [
        statistics.mean(statistics.median(taken[with_rules, kind][10:]) for kind in lists)
        for with_rules in (True, False)
    ]


def purged(days: int) -> list[float]:
    """What is older than all but a month goes: how many turns, and CPU of the longest and of the median one."""
    settings.HISTORY_DAYS = max(1, days - 31)
    before, site = milliseconds(timezone.now() - timedelta(days=settings.HISTORY_DAYS)), Site.objects.get(name="Year")
    taken: list[float] = []
    for record in cleanup.HISTORY:
        turns = iter(lambda record=record: record.expire(site, before), 0)
        while (began := time.process_time()) and next(turns, None) is not None:
            taken.append((time.process_time() - began) * 1000)
    return [len(taken), max(taken), statistics.median(taken)]


def size() -> float:
    """MB of the database."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return Path(settings.DATABASES["default"]["NAME"]).stat().st_size / 1e6
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return float(cursor.fetchone()[0]) / 1e6


def make(days: int) -> dict[str, Any]:
    """Make the year: its MB, and CPU of the sums of a day."""
    call_command("migrate", verbosity=0)
    site = Site.objects.create(name="Year", api_base="https://api1.comm100.io", time_zone="UTC")
    user = User.objects.create_user("ada", "ada@example.org", "x")
    Membership.objects.create(user=user, site=site, role=Role.ADMINISTRATOR)
    empty = size()
    Year(site, timezone.now(), days).write()
    sums = [cpu_ms(rollups.make_next) for _ in range(days)]
    return {"size": size() - empty, "sums": [statistics.median(sums), max(sums)]}


def look(days: int, runs: int) -> dict[str, Any]:
    """What it costs to look at the year, to go on and to delete of it."""
    site, user = Site.objects.get(), User.objects.get()
    gunicorn.post_worker_init(None)  # what a web process does before its first answer: pages are measured as served
    return {
        **looked_at(site, user, days, runs),
        "recorded": recorded(site, user),
        "evaluated": evaluated(user),
        "purged": purged(days),
    }


if __name__ == "__main__":
    step, days, runs = sys.argv[1], *map(int, sys.argv[2:])
    print(json.dumps(make(days) if step == "make" else look(days, runs)))
