"""Scrapes of the metrics."""

import re
from typing import Any

from django.db import OperationalError
from django.test import Client

from tests.support.pages import text

TOKEN = "a-token-of-the-tests"
HEADERS = {"Authorization": f"Bearer {TOKEN}"}
LINE = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)$", re.M)


def allow(settings: Any) -> None:
    """Let the tests read the metrics."""
    settings.METRICS_TOKEN = TOKEN


def page(client: Client) -> str:
    """A scrape as text."""
    answer = client.get("/metrics", headers=HEADERS)
    assert answer.status_code == 200
    return text(answer)


def samples(scraped: str, name: str) -> dict[tuple[str, ...], float]:
    """The samples of one name, by the values of their labels in the order of the labels' names."""
    found = {}
    for metric, labels, value in LINE.findall(scraped):
        if metric == name:
            key = tuple(value for _label, value in sorted(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', labels)))
            assert key not in found, f"{name}{key} is there twice"
            found[key] = float(value)
    return found


def scrape(client: Client, name: str) -> dict[tuple[str, ...], float]:
    """The samples of one name in a new scrape."""
    return samples(page(client), name)


def parts(client: Client) -> dict[str, float]:
    """What the metrics say of each part of the server: 1 if it does not work."""
    return {part: value for (part,), value in scrape(client, "livechat_degraded").items()}


def fails(execute: object, sql: str, *rest: object) -> None:
    """What a connection to a database that is gone does with every statement."""
    raise OperationalError("the server closed the connection")
