"""What a polled region says about its data: the age, the interval, what is wrong, and the version tag."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from livechat.live import intervals, pacing
from livechat.live.snapshot_view import NOTHING, SnapshotView

# The rules of `state`; static/js/ages.js has the same ones for the pages' scripts.
OLD_SECONDS = 300  # after which stale figures are grey
GONE_SECONDS = 900  # after which walls do not show figures any more
GRACE_SECONDS = 1  # a poll and a refresh that just miss each other are not late yet


@dataclass(frozen=True, slots=True)
class Freshness:
    """The freshness of a region.

    `snapshot` gives the age. `tag` covers everything the fragment is made of, except the passing of time, which the
    page counts itself. `snapshots`: every snapshot the fragment depends on; empty if it depends on anything else.
    `language` is the language of its sentences; "" is the active one. `zone` is the time zone of its times of the day;
    None is the active one. `pace`: the seconds between two polls, if these are rarer than refreshes. `until`: when time
    alone will change the fragment, because somebody passes a limit and moves up; None: never.
    """

    snapshot: SnapshotView
    tag: str
    snapshots: tuple[SnapshotView, ...] = ()
    language: str = ""
    zone: tzinfo | None = None
    pace: float = 0.0
    until: datetime | None = None

    @property
    def checked(self) -> datetime | None:
        """When Comm100 last confirmed the data."""
        return self.snapshot.checked

    @property
    def age(self) -> float | None:
        """Seconds since then."""
        return self.snapshot.age

    @property
    def state(self) -> str:
        """none, fresh, late, stale or old, as of now, for browsers without scripts. The scripts have the same rules.

        none: there were no figures yet, and nothing is wrong.
        """
        age, every = self.age, max(self.snapshot.every, self.pace)
        if age is None:
            return "stale" if self.error not in ("", NOTHING.error) else "none"
        if intervals.is_stale(age, every):
            return "old" if age > OLD_SECONDS else "stale"
        return "late" if age > 2 * every + GRACE_SECONDS or self.error else "fresh"

    @property
    def gone(self) -> bool:
        """Whether the figures are too old for a wall to show them."""
        return self.state == "old" and (self.age or 0) > GONE_SECONDS

    @property
    def word(self) -> str:
        """What scripts are told: none, fresh, late, stale, or gone if the figures are too old to be told."""
        return "gone" if self.gone else "stale" if self.state == "old" else self.state

    @property
    def frozen(self) -> datetime | None:
        """The moment at which times under these figures stand still: their last check, if they are stale or old.

        None if times go on.
        """
        return self.checked if self.state in ("stale", "old") else None

    @property
    def seen(self) -> str:
        """The last check's time of the day, as "20:31"; "" if there was none."""
        zone = self.zone or timezone.get_current_timezone()
        return "" if self.checked is None else f"{self.checked.astimezone(zone):%H:%M}"

    @property
    def error(self) -> str:
        """What is wrong, as a slug; "" if nothing is."""
        return self.snapshot.error

    @property
    def unconnected(self) -> bool:
        """Whether no connection reads these figures."""
        return self.snapshot.feed is None

    @property
    def text(self) -> str:
        """What is wrong, as a sentence."""
        return translation.gettext(self.snapshot.text) if self.snapshot.text else ""

    @property
    def loading(self) -> bool:
        """Whether the first snapshot is still being fetched."""
        return self.snapshot.loading

    @property
    def json(self) -> str:
        """The attribute `data-figures`, in ASCII. Times are in seconds, `now` in ms."""
        return self._json(pacing.again(self.snapshot))

    def header(self) -> str:
        """The header `X-Figures`: the same, for a display that asked, which is counted."""
        return self._json(pacing.tell(self.snapshot))

    def _json(self, again: float | None) -> str:
        snapshot = self.snapshot
        age = "null" if snapshot.age is None else f"{snapshot.age:.1f}"
        language = self.language or translation.get_language()
        text = str(snapshot.text)
        counts = (snapshot.sharing, snapshot.dropped, snapshot.repeated)
        tail = _tail(
            language, snapshot.every, snapshot.error, text, counts, loading=snapshot.loading, build=settings.BUILD
        )
        then = "null" if again is None else f"{again:.2f}"
        now = f"{timezone.now().timestamp() * 1000:.0f}"
        return f'{{"now": {now}, "age": {age}, "again": {then}, "seen": "{self.seen}", {tail}'

    def again(self, snapshots: tuple[SnapshotView, ...]) -> "Freshness":
        """The same region as of now. `snapshots` are the current views of the snapshots that it depends on."""
        place = next((i for i, snapshot in enumerate(self.snapshots) if snapshot.kind == self.snapshot.kind), 0)
        return replace(self, snapshot=snapshots[place], snapshots=snapshots)


@lru_cache(maxsize=256)
def _tail(
    language: str | None,
    every: float,
    error: str,
    text: str,
    counts: tuple[int, int, int],
    *,
    loading: bool,
    build: str,
) -> str:
    """The part of the JSON that stays the same while nothing changes. `counts`: sharing, dropped, repeated."""
    with translation.override(language):
        rest = {
            "every": round(every, 1),
            "error": error,
            "text": translation.gettext(text) if text else "",
            "note": _note(every, *counts),
            "loading": loading,
            "build": build,
        }
    return json.dumps(rest)[1:]


def _note(every: float, sharing: int, dropped: int, repeated: int) -> str:
    """What the page says although nothing is wrong: every sentence that applies."""
    said = []
    if sharing > 1:
        shared = translation.gettext("Every %(every)d s: %(count)d connections share Comm100's limit.")
        said.append(shared % {"every": round(every), "count": sharing})
    if dropped:
        unread = translation.ngettext(
            "%(count)d record could not be read.", "%(count)d records could not be read.", dropped
        )
        said.append(unread % {"count": dropped})
    if repeated:
        twice = translation.ngettext(
            "%(count)d record is left out: another one has its id.",
            "%(count)d records are left out: others have their ids.",
            repeated,
        )
        said.append(twice % {"count": repeated})
    return " ".join(said)


def soonest(*moments: datetime | None) -> datetime | None:
    """The first of some moments; None if none of them ever comes."""
    return min((moment for moment in moments if moment is not None), default=None)


def tag(*basis: Any) -> str:
    """A version tag. It is equal while everything that a fragment is made of is equal."""
    return hashlib.sha256(repr(basis).encode()).hexdigest()[:16]
