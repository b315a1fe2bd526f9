"""Signed-in people who change things through the web's own forms, as fast as they are answered."""

import re
import threading
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Self

import requests

PAUSE = 0.05  # seconds between two forms of one person


class Fields(HTMLParser):
    """The values of a page's hidden and text inputs by name, and the choices of its radio buttons."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.choices: dict[str, list[str]] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of an input."""
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag != "input" or not name:
            return
        if given.get("type") == "radio":
            self.choices.setdefault(name, []).append(given.get("value", ""))
        elif given.get("type") not in ("submit", "checkbox"):
            self.values[name] = given.get("value", "")


@dataclass
class Person:
    """Sets the statuses of some agents in turn and edits their entries in the directory, until told to stop."""

    root: str
    cookie: str
    agents: list[str]  # GUIDs
    entries: list[int]  # of the directory
    answers: Counter[int] = field(default_factory=Counter)
    sent: int = 0
    bad: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self.thread = threading.Thread(target=self._work, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.over.set()
        self.thread.join()

    def _work(self) -> None:
        with requests.Session() as session:
            session.trust_env = False
            name, _, value = self.cookie.partition("=")
            session.cookies.set(name, value)
            turn = 0
            while not self.over.wait(PAUSE):
                self._set_status(session, self.agents[turn % len(self.agents)])
                self._edit(session, self.entries[turn % len(self.entries)], turn)
                turn += 1

    def _set_status(self, session: requests.Session, agent: str) -> None:
        address = f"{self.root}/agents/{agent}/status/"
        form = Fields(self._answer(session.get(address, timeout=40)))
        now = form.values.get("expected", "")
        wanted = next((one for one in form.choices.get("status", ()) if one.casefold() != now.casefold()), "")
        self._answer(session.post(address, data=form.values | {"status": wanted}, timeout=40))
        self.sent += 1

    def _edit(self, session: requests.Session, entry: int, turn: int) -> None:
        address = f"{self.root}/directory/agents/{entry}/"
        form = Fields(self._answer(session.get(address, timeout=40)))
        self._answer(session.post(address, data=form.values | {"alias": f"Alias {turn}"}, timeout=40))

    def _answer(self, answer: requests.Response) -> str:
        """Count an answer, and those on the way to it."""
        for one in (*answer.history, answer):
            self.answers[one.status_code] += 1
            if one.status_code >= 500 or re.search(r"\blocked\b", one.text):
                self.bad.append(f"{one.status_code} at {one.url.removeprefix(self.root)}")
        return answer.text
