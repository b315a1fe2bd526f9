"""What became of one message to one channel."""

from dataclasses import dataclass, field
from typing import Literal

from livechat.models import SendCode
from livechat.models.notes import Note, note


@dataclass(frozen=True, slots=True)
class Sent:
    """The outcome of one try.

    `outcome`: "sent"; "again": try later, after `wait` seconds if that is not None; "gone": switch the channel off;
    "refused": the same message would fail again. `code` with `params` says why.
    """

    outcome: Literal["sent", "again", "gone", "refused"]
    code: SendCode
    params: dict[str, int] = field(default_factory=dict)
    wait: float | None = None

    @property
    def note(self) -> Note:
        """What a row stores."""
        return note(self.code, **self.params)


SENT = Sent("sent", SendCode.SENT)
