"""The bodies of frames: a minute as bytes, and many minutes of a list beside each other. It reads and writes no table.

A body has one byte a cell. A cell of agents is the ongoing chats of one agent. Visitors have two cells a status: the
low byte and the high byte of a count.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from livechat.lib.epoch import DAY_MS, MINUTE_MS

DAY_MINUTES = DAY_MS // MINUTE_MS
UNKNOWN = 255
MAX_CHATS = 254
MAX_VISITORS = 256 * UNKNOWN - 1  # a high byte of 255 would say that the count is not known
GUID_BYTES = 16
# Bodies are stored in this order: only ever add at the end. Every other status counts as "other".
OTHER = "other"
STATUSES = (
    OTHER, "waitingForChat", "transferring", "chatting", "voiceChatting", "preChat", "manuallyInvited",
    "manuallyInvitedByWindow", "autoInvited", "offlineMessage", "refusedByOperator", "refusedByVisitor", "chatEnded",
    "inSite", "outOfSite", "systemProcessing",
)  # fmt: skip
VISITOR_CELLS = 2 * len(STATUSES)
_PLACES = {status: place for place, status in enumerate(STATUSES)}


def minute_of(ms: int) -> int:
    """When the minute of a moment began."""
    return ms - ms % MINUTE_MS


def day_of(ms: int) -> int:
    """When the UTC day of a moment began."""
    return ms - ms % DAY_MS


def guids(agents: bytes) -> list[bytes]:
    """The agents of a roster."""
    return [agents[at : at + GUID_BYTES] for at in range(0, len(agents), GUID_BYTES)]


def of_agents(chats: Mapping[bytes, int | None], roster: Iterable[bytes]) -> bytes:
    """The body of a list of agents, in the order of the roster. An agent who is not in `chats` is UNKNOWN."""
    return bytes(UNKNOWN if (n := chats.get(agent)) is None else min(max(n, 0), MAX_CHATS) for agent in roster)


def of_visitors(statuses: Iterable[str]) -> bytes:
    """The body of a list of visitors: how many have each status."""
    tally = [0] * len(STATUSES)
    for status, n in Counter(statuses).items():
        tally[_PLACES.get(status, 0)] += n
    return b"".join(min(n, MAX_VISITORS).to_bytes(2, "little") for n in tally)


def counts(low: bytes, high: bytes) -> list[int | None]:
    """The counts of a status, minute by minute, of its two cells. None: not known."""
    return [None if h == UNKNOWN else 256 * h + n for n, h in zip(low, high, strict=True)]


@dataclass(slots=True)
class Grid:
    """The minutes of a list from `began` on, one row of bytes a cell. It has no more rows than it was made with.

    `cells` are the agents' GUIDs, or other names of the rows. A minute that nobody looked at is UNKNOWN.
    """

    began: int
    minutes: int
    cells: Sequence[bytes]
    body: bytearray = field(init=False)

    def __post_init__(self) -> None:
        self.body = bytearray(bytes([UNKNOWN])) * (self.minutes * len(self.cells))

    def row(self, place: int) -> bytes:
        """The minutes of a cell."""
        return bytes(self.body[place * self.minutes : (place + 1) * self.minutes])

    def rows(self) -> dict[UUID, bytes]:
        """The minutes of each agent."""
        return {UUID(bytes=cell): self.row(place) for place, cell in enumerate(self.cells)}

    def arranged(self, cells: Iterable[bytes]) -> bytes:
        """The rows of these cells, in their order. One that is not here is not known."""
        places = {cell: place for place, cell in enumerate(self.cells)}
        nothing = bytes([UNKNOWN]) * self.minutes
        return b"".join(self.row(places[cell]) if cell in places else nothing for cell in cells)

    def put_minute(self, minute: int, body: bytes, places: Sequence[int] | None) -> None:
        """Put a frame in. `places`: the row of each of its bytes; None: these are the first rows, in order."""
        at = (minute - self.began) // MINUTE_MS
        if places is None:
            self.body[at : len(body) * self.minutes : self.minutes] = body
            return
        for place, value in zip(places, body, strict=True):
            self.body[place * self.minutes + at] = value

    def put_day(self, day: int, body: bytes, places: Sequence[int]) -> None:
        """Put what belongs here of a day in."""
        first = max(0, (self.began - day) // MINUTE_MS)
        last = min(DAY_MINUTES, (self.began - day) // MINUTE_MS + self.minutes)
        at = (day - self.began) // MINUTE_MS + first
        for number, place in enumerate(places[: len(body) // DAY_MINUTES]):
            start = place * self.minutes + at
            self.body[start : start + last - first] = body[number * DAY_MINUTES + first : number * DAY_MINUTES + last]

    def forget_from(self, moment: int) -> None:
        """Forget the minutes from a moment on."""
        first = max(0, -(-(moment - self.began) // MINUTE_MS))
        left = bytes([UNKNOWN]) * max(0, self.minutes - first)
        for end in range(self.minutes, len(self.body) + 1, self.minutes):
            self.body[end - len(left) : end] = left

    def seen(self) -> bytes:
        """For each minute UNKNOWN if no cell is known, and any other byte if one is."""
        everything = int.from_bytes(bytes([UNKNOWN]) * self.minutes)
        for place in range(len(self.cells)):
            everything &= int.from_bytes(self.row(place))
        return everything.to_bytes(self.minutes)
