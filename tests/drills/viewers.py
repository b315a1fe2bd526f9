"""People who look: each thread polls until it is told to stop, and keeps what it was answered."""

import json
import threading
import time
from dataclasses import dataclass
from typing import Any, Self

import requests

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@dataclass(frozen=True)
class Seen:
    """An answer: when it was asked for (steady seconds), its status (0: the connection broke), its figures."""

    at: float
    status: int
    figures: dict[str, Any]
    where: str = ""

    @property
    def age(self) -> float | None:
        """How old the figures are told to be."""
        age: float | None = self.figures.get("age")
        return age


class Viewer:
    """Asks for one address every so many seconds. Redirects are followed, and `where` tells where they led."""

    def __init__(self, root: str, path: str, *, every: float, cookie: str = "", partial: bool = True) -> None:
        self.root, self.path, self.every = root, path, every
        self.headers = (PARTIAL if partial else {}) | ({"Cookie": cookie} if cookie else {})
        self.seen: list[Seen] = []
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._work, daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.over.set()
        self.thread.join()

    def _work(self) -> None:
        with requests.Session() as session:
            session.trust_env = False
            tag = ""
            while not self.over.wait(self.every):
                answer = self._ask(session, tag)
                tag = answer.headers.get("HX-PTag", tag) if answer is not None else tag

    def _ask(self, session: requests.Session, tag: str) -> requests.Response | None:
        at = time.monotonic()
        try:
            answer = session.get(f"{self.root}{self.path}", headers=self.headers | {"HX-PTag": tag}, timeout=20)
        except requests.RequestException:
            self.seen.append(Seen(at, 0, {}))
            return None
        where = answer.url.removeprefix(self.root)
        self.seen.append(Seen(at, answer.status_code, json.loads(answer.headers.get("X-Figures", "{}")), where))
        return answer
