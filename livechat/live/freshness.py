"""What a polled region says of its figures: their age, the pace, what is wrong, and its version tag."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from livechat.live.snapshot_view import SnapshotView

OLD = 300  # seconds after which figures are greyed; ages.js says the same
GRACE = 1  # seconds, as there


@dataclass(frozen=True, slots=True)
class Freshness:
    """The figures of a region.

    `tag` covers everything the fragment is made of but the passing of time, which `live.js` tells. `snapshots` are
    all it rests on, none where that is more than snapshots; the age told is the one of `snapshot`. What is told is in
    `language`, else in the one that is active. `pace`: seconds between two looks, where these are rarer than checks.
    """

    snapshot: SnapshotView
    tag: str
    snapshots: tuple[SnapshotView, ...] = ()
    language: str = ""
    pace: float = 0.0

    @property
    def checked(self) -> datetime | None:
        """When the figures were last checked with Comm100."""
        return self.snapshot.checked

    @property
    def age(self) -> float | None:
        """Seconds since then."""
        return self.snapshot.age

    @property
    def state(self) -> str:
        """fresh, late, stale or old, as of now: by the rules of ages.js, for browsers that run no scripts."""
        age, every = self.age, max(self.snapshot.every, self.pace)
        if age is None:
            return "stale" if self.error else "late"
        if age > OLD:
            return "old"
        if age > 3 * every + GRACE:
            return "stale"
        return "late" if age > 2 * every + GRACE or self.error else "fresh"

    @property
    def error(self) -> str:
        """What is wrong, as a slug; empty where nothing is."""
        return self.snapshot.error

    @property
    def text(self) -> str:
        """The same as a sentence."""
        return translation.gettext(self.snapshot.text) if self.snapshot.text else ""

    @property
    def loading(self) -> bool:
        """Whether the first figures are still on their way."""
        return self.snapshot.loading

    @property
    def json(self) -> str:
        """The header `X-Figures` and the attribute `data-figures`; ASCII. Times in seconds, `now` in ms."""
        snapshot = self.snapshot
        age = "null" if snapshot.age is None else f"{snapshot.age:.1f}"
        language = self.language or translation.get_language()
        text = str(snapshot.text)
        tail = _tail(
            language,
            snapshot.every,
            snapshot.sharing,
            snapshot.error,
            text,
            snapshot.loading,
            snapshot.dropped,
            settings.BUILD,
        )
        return f'{{"now": {timezone.now().timestamp() * 1000:.0f}, "age": {age}, {tail}'

    def again(self, snapshots: tuple[SnapshotView, ...]) -> "Freshness":
        """The same figures as of now: `snapshots` are those it rests on, looked at again."""
        place = next((i for i, snapshot in enumerate(self.snapshots) if snapshot.kind == self.snapshot.kind), 0)
        return replace(self, snapshot=snapshots[place], snapshots=snapshots)


@lru_cache(maxsize=256)
def _tail(
    language: str | None, every: float, sharing: int, error: str, text: str, loading: bool, dropped: int, build: str
) -> str:
    """The part of the JSON that stays the same while nothing happens."""
    with translation.override(language):
        rest = {
            "every": round(every, 1),
            "error": error,
            "text": translation.gettext(text) if text else "",
            "note": _note(every, sharing, dropped),
            "loading": loading,
            "build": build,
        }
    return json.dumps(rest)[1:]


def _note(every: float, sharing: int, dropped: int) -> str:
    """What there is to say although nothing is wrong."""
    if sharing > 1:
        said = translation.gettext("Every %(every)d s: %(count)d connections share Comm100's limit.")
        return said % {"every": round(every), "count": sharing}
    if dropped:
        said = translation.ngettext(
            "%(count)d record could not be read.", "%(count)d records could not be read.", dropped
        )
        return said % {"count": dropped}
    return ""


def tag(*basis: Any) -> str:
    """A version tag: equal while everything a fragment is made of is equal."""
    return hashlib.sha256(repr(basis).encode()).hexdigest()[:16]
