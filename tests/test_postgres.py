"""The same behaviour on PostgreSQL: whatever meets in the database is run again there."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support import postgres

ROOT = Path(__file__).resolve().parent.parent
FILES = (
    "test_live.py",
    "test_renewal.py",
    "test_collector.py",
    "test_settling.py",
    "test_statuses.py",
    "test_meeting.py",
    "test_just_sent.py",
    "test_locks.py",
    "test_foreign_text.py",
    "test_record_kept.py",
    "test_invitations.py",
    "test_wall_links.py",
    "test_link_ends.py",
    "test_pairing.py",
    "test_rotation.py",
)


def test_what_meets_in_the_database_behaves_the_same_on_postgresql() -> None:
    with postgres.server() as url:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n", "0", *(f"tests/{name}" for name in FILES)],
            cwd=ROOT,
            env={**os.environ, "TEST_DATABASE_URL": url},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-6000:]
