"""Runs a module of the drills in a process and with a database of its own."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.bench.house import ROOT
from tests.support import prepared


def run(module: str, *arguments: object) -> dict[str, Any]:
    """What it prints last, which is JSON. RuntimeError if it fails."""
    with tempfile.TemporaryDirectory(prefix="livechat-drill-") as folder:
        prepared.copy_database(Path(folder) / "db.sqlite3")
        keep = {name: os.environ[name] for name in prepared.INHERITED if name in os.environ}
        env = keep | prepared.KEYS | {"DATA_DIR": folder, "ENV_FILE": "", "LOG_LEVEL": "ERROR", "WEBHOOK_PRIVATE": "1"}
        command = [sys.executable, "-m", module, *map(str, arguments)]
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return dict(json.loads(done.stdout.splitlines()[-1]))
