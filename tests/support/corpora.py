"""Hostile inputs: from the corpora beside the project if these are there, else from a short list."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "corpora"
SHORT = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "\u202eevil",
    "'; DROP TABLE users; --",
    "\u0000\u0007",
    "𝒯𝒽𝑒 👩‍👩‍👧",
    "http://a:b@c/?\r\nX: y",
]


def load(name: str) -> Any:
    """A corpus by file name; None if it is not there."""
    path = FOLDER / name
    return json.loads(path.read_text()) if path.exists() else None


def strings() -> list[str]:
    """Naughty strings, markup and addresses."""
    found: list[str] = list(SHORT)
    for name in ("blns.json", "xss_dompurify.json", "open_redirect.json"):
        found += [item for item in _flat(load(name)) if item]
    return found


def _flat(data: Any) -> list[str]:
    if isinstance(data, str):
        return [data]
    if isinstance(data, dict):
        return [text for value in data.values() for text in _flat(value)]
    return [text for value in data or () for text in _flat(value)]
