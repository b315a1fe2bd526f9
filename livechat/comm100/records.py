"""What Comm100 tells, as the rest of the program sees it: frozen records, cleaned, `None` for what is not known.

Names as in the vendor's field tables, in snake case. Ids are lower-case GUIDs with hyphens. Times are aware, in
UTC. Agents and visitors are stored without field names (`array_like`): 10,000 visitors are small and quick to read.
"""

from datetime import datetime
from typing import Annotated, Generic, TypeVar

import msgspec

VISITOR_STATUSES = (
    "waitingForChat",
    "voiceChatting",
    "chatting",
    "preChat",
    "manuallyInvited",
    "autoInvited",
    "offlineMessage",
    "refusedByOperator",
    "refusedByVisitor",
    "chatEnded",
    "inSite",
    "outOfSite",
    "transferring",
    "manuallyInvitedByWindow",
    "systemProcessing",
)
"""The statuses a visitor is documented to have, in the vendor's order. Others are shown as they come."""

Count = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]  # what JSON, SQLite and JavaScript all hold exactly


class Agent(msgspec.Struct, frozen=True, array_like=True, gc=False, rename="camel"):
    """An agent's presence. `status` is spelled as Comm100 spells it ("" where none can be read)."""

    id: str
    status: str
    ongoing_chats: Count | None = None


class Variable(msgspec.Struct, frozen=True, gc=False):
    """A custom field or custom variable. `url` need not be one."""

    name: str
    value: str | None = None
    url: str | None = None


class Visitor(msgspec.Struct, frozen=True, array_like=True, gc=False, rename="camel"):
    """A visitor with every field of the contract; all but `id` may be missing.

    `variables_exact` is False where `custom_variables` differ from what Comm100 sent (cut, cleaned, or unreadable
    in part): written back as a whole set, they would change what is stored there.
    """

    id: str
    status: str | None = None
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    company: str | None = None
    product_service: str | None = None
    department_id: str | None = None
    country: str | None = None
    state: str | None = None
    city: str | None = None
    language: str | None = None
    time_zone: str | None = None
    ip: str | None = None
    browser: str | None = None
    operating_system: str | None = None
    screen_resolution: str | None = None
    flash_version: str | None = None
    visit_time: datetime | None = None
    first_visit_time: datetime | None = None
    visits: Count | None = None
    chats: Count | None = None
    page_views: Count | None = None
    current_browsing: str | None = None
    landing_page: str | None = None
    referrer_url: str | None = None
    search_engine: str | None = None
    search_keywords: str | None = None
    custom_fields: tuple[Variable, ...] = ()
    custom_variables: tuple[Variable, ...] = msgspec.field(default=(), name="customVariableResults")
    variables_exact: bool = True


class DirectoryAgent(msgspec.Struct, frozen=True):
    """An agent's entry in the account's directory (`GET global/agents`)."""

    id: str
    name: str | None = None
    department_ids: tuple[str, ...] = ()


class Department(msgspec.Struct, frozen=True):
    """A department (`GET global/departments`)."""

    id: str
    name: str | None = None
    agent_ids: tuple[str, ...] = ()


class AwayStatus(msgspec.Struct, frozen=True):
    """A status that agents may be set to (`GET global/agentAwayStatuses`)."""

    name: str
    order: int | None = None
    is_system: bool | None = None


class VariableDefinition(msgspec.Struct, frozen=True):
    """A custom variable that the account has (`GET livechat/customVariables`)."""

    name: str


Row = TypeVar("Row", Agent, Visitor)


class Listing(msgspec.Struct, Generic[Row], frozen=True, array_like=True):
    """A whole list, by id, so that equal data is equal bytes.

    `odd` counts rows with a field that could not be read, `dropped` rows without a usable id of their own (of two
    with the same id the first stays).
    """

    rows: tuple[Row, ...]
    odd: int = 0
    dropped: int = 0


def encode(listing: Listing[Row]) -> bytes:
    """`listing` as bytes for a stored snapshot (MessagePack)."""
    return msgspec.msgpack.encode(listing)


_agents = msgspec.msgpack.Decoder(Listing[Agent])
_visitors = msgspec.msgpack.Decoder(Listing[Visitor])


def decode_agents(stored: bytes) -> Listing[Agent]:
    """The listing that `encode` wrote. Raises `msgspec.DecodeError` (a `ValueError`) for anything else."""
    return _agents.decode(stored)


def decode_visitors(stored: bytes) -> Listing[Visitor]:
    """The listing that `encode` wrote. Raises `msgspec.DecodeError` (a `ValueError`) for anything else."""
    return _visitors.decode(stored)


def status_kind(status: str) -> str:
    """ "online", "away" or "offline": every name that an account made itself is a way to be away."""
    folded = status.strip().casefold()
    return folded if folded in ("online", "offline") else "away"


def same_status(one: str | None, other: str | None) -> bool:
    """Whether two statuses are one: they compare without regard to case (spec/COMM100.md). None is one of its own."""
    return one == other or (one is not None and other is not None and one.casefold() == other.casefold())


def wire_status(status: str) -> str:
    """`status` as a write spells it: online and away in lower case, a custom name exactly as it is."""
    folded = status.strip().casefold()
    return folded if folded in ("online", "away") else status
