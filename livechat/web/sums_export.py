"""The head of a page's CSV and JSON: the data on which its rows rest."""

from collections.abc import Iterator, Mapping
from math import inf
from typing import Any

from livechat.reports.observed import Observed
from livechat.reports.ranges import Range


def csv_facts(asked: Range, seen: Observed, formulas: Mapping[str, str]) -> Iterator[tuple[Any, ...]]:
    """The lines before the table, the first of them the zone; then an empty one."""
    yield "zone", asked.zone.key
    yield "from", asked.local(asked.began).isoformat()
    yield "to", asked.local(asked.ended).isoformat(timespec="seconds")
    yield "observed share", round(seen.share, 4)
    yield "opening hours observed share", rounded(seen.opening)
    yield "looked every (seconds)", "–".join(str(pace) for pace in sorted(set(seen.paces or ())))
    yield from formulas.items()
    yield ()


def json_facts(asked: Range, seen: Observed, formulas: Mapping[str, str]) -> dict[str, Any]:
    """The same as JSON."""
    return {
        "zone": asked.zone.key,
        "from": asked.local(asked.began).isoformat(),
        "to": asked.local(asked.ended).isoformat(timespec="seconds"),
        "observed": round(seen.share, 4),
        "opening_observed": rounded(seen.opening),
        "looked_every": seen.paces,
        "formulas": formulas,
    }


def observed_share(own: Observed | None, whole: Observed) -> float | None:
    """How much of a row's own time was looked at; of the whole range, if the row has none of its own."""
    return rounded((own or whole).counted)


def rounded(value: float | None) -> float | None:
    """A share or a ratio, or by how much it can be off; None for what cannot be told, or has no bound."""
    return None if value is None or value == inf else round(value, 4)
