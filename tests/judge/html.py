"""The HTML of every page, as sent, by the Nu checker, and our style sheets by csstree-validator."""

import json
import subprocess
from collections import defaultdict
from pathlib import Path

from tests.judge import tools
from tests.support.prepared import ROOT


def pages(folder: Path) -> dict[str, list[str]]:
    """What is wrong in each HTML file of a folder, by its name without suffix. RuntimeError if none was checked."""
    files = sorted(folder.glob("*.html"))
    command = ["java", "-Xmx512m", "-jar", str(tools.HTML_CHECKER), "--format", "json", "--exit-zero-always"]
    done = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, check=False)
    if done.returncode or not done.stderr.strip():
        raise RuntimeError(f"the HTML checker ended with {done.returncode}: {done.stderr[-500:]}")
    found = defaultdict(list)
    for message in json.loads(done.stderr)["messages"]:
        if message["type"] != "info" or message.get("subType") == "warning":
            where = (
                f"line {message.get('lastLine', '?')}: {message['message']} {message.get('extract', '')[:100].strip()}"
            )
            found[Path(message.get("url", "?")).stem].append(where)
    return dict(found)


def styles() -> list[str]:
    """What is wrong in our style sheets. The checker tells it on stderr."""
    command = [str(tools.CSS_CHECKER), "--reporter", "json", str(ROOT / "static" / "css")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = json.loads(done.stderr if done.returncode else done.stdout)
    return [f"{Path(each['name']).name}:{each.get('line')}: {each['message']}" for each in found]
