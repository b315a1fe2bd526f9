"""Reading Comm100 until what was sent shows. A PUT's answer is no proof: the vendor's own sample does not show it."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from livechat.comm100.errors import Comm100Error
from livechat.lib import clock
from livechat.lib.vault import CannotOpen
from livechat.live.budget import BudgetExhausted
from livechat.models import Change, Outcome
from livechat.models.notes import Code, Note, note, said
from livechat.record import audit

Result = Outcome.Result
States = Mapping[UUID, Any]  # by target
VERIFY_SECONDS = 6.0  # Comm100 refreshes its own cache every 5
VERIFY_PAUSE_SECONDS = 1.5  # between two reads


@dataclass(frozen=True, slots=True)
class Verdict:
    """The final outcome of a change: `after` is the state that was read last, None if none was."""

    change: Change
    result: Outcome.Result
    after: Any = None
    note: Note | None = None

    def record(self) -> None:
        """Append it to the record."""
        audit.outcome(self.change, self.result, after=self.after, why=self.note)


def verdicts(
    changes: Iterable[Change],
    read: Callable[[], States],
    shows: Callable[[Any, Any], bool],
    *,
    max_reads: int | None = None,
) -> Iterator[Verdict]:
    """Each change's verdict: "confirmed" as soon as it shows, another after VERIFY_SECONDS or `max_reads` good reads.

    `read` counts its call and returns the states now; it may raise BudgetExhausted and Comm100Error.
    `shows(state, asked)` is `Write.shows`.
    """
    deadline = clock.steady() + VERIFY_SECONDS
    left = {change.target: change for change in changes}
    states: States = {}
    reads, why = 0, None
    while left:
        wait = VERIFY_PAUSE_SECONDS
        try:
            states = read()
        except BudgetExhausted as exhausted:
            why, wait = not_verified(exhausted), max(wait, exhausted.wait)
        except Comm100Error as error:
            why = note(Code.ERROR, error=said(error))
        else:
            why, reads = note(Code.NOT_SHOWN), reads + 1
            for target in [target for target in left if target in states]:
                if shows(states[target], left[target].asked):
                    yield Verdict(left.pop(target), Result.CONFIRMED, states[target])
        if not left or reads == max_reads or clock.steady() + wait > deadline:
            break
        time.sleep(wait)
    for target, change in left.items():
        answered = audit.answered(change) and target in states
        yield Verdict(change, Result.NOT_VISIBLE if answered else Result.UNKNOWN, states.get(target), why)


def not_verified(reason: BudgetExhausted | CannotOpen | Comm100Error) -> Note:
    """Why a change could not be looked at."""
    if isinstance(reason, BudgetExhausted):
        return note(Code.NOT_VERIFIED_LIMIT, seconds=reason.seconds)
    if isinstance(reason, CannotOpen):
        return note(Code.NOT_VERIFIED_SEALED)
    return note(Code.NOT_VERIFIED_ERROR, error=said(reason))
