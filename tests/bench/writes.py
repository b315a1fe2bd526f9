"""The rows of what is written to disk: a site with many visitors who move, looked at all the time.

The kernel counts the bytes: of the product's processes for SQLite, of the server's for PostgreSQL. What PostgreSQL has
in memory at the end is written before the counters are read.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path

import psycopg

from tests.bench import machine
from tests.bench.house import House, Process
from tests.bench.load import Crowd, request
from tests.bench.table import Row, Scale
from tests.support import postgres

VISITORS = 5_000
DISPLAYS = 20  # so many that each worker of the web is asked
POLL, REFRESH = 2.0, 5.0  # seconds
WARM = 20.0
BOUNDS = {"SQLite": 12, "PostgreSQL": 20}  # MB a minute
# The kernel counts memory of a file in pieces as large as those it was first written in. In a segment of PostgreSQL's
# log that was filled with zeros beforehand, each line would count as hundreds of KB.
PLAIN_LOG = ("wal_init_zero=off", "wal_recycle=off")
SHOWN = """
SELECT s.version, length(b.sealed) FROM livechat_snapshot s JOIN livechat_snapshotbody b ON b.snapshot_id = s.id
WHERE s.kind = 'visitors'
"""
NAMES = ("writes",)


def rows(scale: Scale, wanted: set[str]) -> Iterator[Row]:
    """A minute on each database."""
    if not wanted & set(NAMES):
        return
    for name in BOUNDS:
        server: AbstractContextManager[str] = nullcontext("") if name == "SQLite" else postgres.server(PLAIN_LOG)
        with server as url, House(agents=50, visitors=VISITORS, moving=True, database=url) as house:
            yield written(scale, house, name)


def written(scale: Scale, house: House, name: str) -> Row:
    """What a minute of refreshes writes."""
    head = request(house.wall)[:-4]
    with house.serve_whole() as server:
        house.warm(server, house.wall)
        if "DATABASE_URL" in house.database:
            with psycopg.connect(house.database["DATABASE_URL"], autocommit=True) as connection:
                connection.execute("SELECT pg_switch_wal()")  # initdb has filled the first segment
        with Crowd(server.port, DISPLAYS, lambda line, number: head + line.tag + b"\r\n\r\n") as crowd:
            crowd.pace(POLL, WARM)
            before = counted(house, server)
            outcome = crowd.pace(POLL, scale.paced)
            after = counted(house, server)
    minutes = scale.paced / 60
    spent, versions = (after[0] - before[0]) / 1e6 / minutes, after[1] - before[1]
    enough = versions >= 0.8 * scale.paced / REFRESH and not outcome.errors
    return Row(
        f"{VISITORS} moving visitors: written to disk a minute, {name}",
        f"{spent:.1f} MB",
        f"≤ {BOUNDS[name]} MB",
        enough and spent <= BOUNDS[name],
        f"{scale.paced:.0f} s; {versions} versions of the visitors' list, its body {after[2] / 1000:.0f} KB; "
        f"{DISPLAYS} displays of a wall with 50 agents look",
    )


def counted(house: House, server: Process) -> tuple[int, int, int]:
    """The bytes written so far, the version of the visitors' list, and the bytes of its body."""
    url = house.database.get("DATABASE_URL")
    if url is None:
        with closing(sqlite3.connect(f"file:{house.folder.name}/db.sqlite3?mode=ro", uri=True)) as file:
            ((version, size),) = file.execute(SHOWN).fetchall()
        return machine.written(machine.family(server.popen.pid)), version, size
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        ((version, size),) = connection.execute(SHOWN).fetchall()
        ((folder,),) = connection.execute("SHOW data_directory").fetchall()
    main = int((Path(folder) / "postmaster.pid").read_text().split()[0])
    return machine.written(machine.family(main)), version, size
