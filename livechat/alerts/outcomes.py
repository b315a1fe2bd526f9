"""What became of one message to one channel."""

from dataclasses import dataclass, field
from typing import Literal

from livechat.models import SendCode
from livechat.models.notes import Note, note

# The receiver did not take the message for sure. After any other failure it may have.
NOT_TAKEN = frozenset({SendCode.SEALED, SendCode.UNREACHED, SendCode.CERTIFICATE, SendCode.BUSY})


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
    def may_have_arrived(self) -> bool:
        """Whether the receiver may have taken the message, though it did not say so."""
        return self.code not in NOT_TAKEN

    @property
    def note(self) -> Note:
        """What a row stores."""
        return note(self.code, **self.params)


SENT = Sent("sent", SendCode.SENT)
