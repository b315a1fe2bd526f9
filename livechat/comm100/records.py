"""Comm100's data as the rest of the program sees it: frozen records of cleaned text, None for anything unknown.

The names are those of the vendor's field tables, in snake case. Ids are lower-case GUIDs with hyphens. Times are aware
and in UTC. Agents and visitors are stored without field names (`array_like`), so that 10,000 visitors are small and
quick to read.
"""

from datetime import datetime
from functools import lru_cache
from typing import Annotated, Generic, TypeVar

import msgspec

from livechat.comm100.names import name_key, same_name

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
"""The documented statuses of a visitor, in the vendor's order. Other statuses are shown as they come."""

_AGENT_KINDS = ("online", "away", "offline")
_VISITOR_PLACES = {status: place for place, status in enumerate(VISITOR_STATUSES)}

Count = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]  # what JSON, SQLite and JavaScript all hold exactly


class Agent(msgspec.Struct, frozen=True, array_like=True, gc=False, rename="camel"):
    """An agent's presence. `status` is spelled as Comm100 spells it; it is "" if none can be read."""

    id: str
    status: str
    ongoing_chats: Count | None = None


class Variable(msgspec.Struct, frozen=True, gc=False):
    """A custom field or custom variable. `url` may hold any text."""

    name: str
    value: str | None = None
    url: str | None = None


class Visitor(msgspec.Struct, frozen=True, array_like=True, gc=False, rename="camel"):
    """A visitor with every field of the contract; all but `id` may be missing.

    `fixed_variables` are the names of those `custom_variables` that cannot be edited: a text differs from what Comm100
    sent, because it was cut or cleaned, or the name is there twice.
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
    fixed_variables: tuple[str, ...] = ()


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
    """A custom variable that the account defines (`GET livechat/customVariables`)."""

    name: str


Row = TypeVar("Row", Agent, Visitor)


class Listing(msgspec.Struct, Generic[Row], frozen=True, array_like=True):
    """A whole list, sorted by id, so that equal data is equal bytes.

    `odd` counts rows with a field that could not be read. `dropped` counts rows without a usable id, `repeated` rows
    that were left out because another one has their id.
    """

    rows: tuple[Row, ...]
    odd: int = 0
    dropped: int = 0
    repeated: int = 0


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


@lru_cache(maxsize=1_000)
def status_kind(status: str) -> str:
    """ "online", "away" or "offline". Every other name is an account's own status, which means away."""
    folded = name_key(status)
    return folded if folded in ("online", "offline") else "away"


def status_place(record: object) -> int:
    """The place of a record's status in a fixed order of all; a status that is not known, or is missing, comes last.

    Agents: online, away with every account's own status, offline. Visitors: the documented order.
    """
    if isinstance(record, Agent):
        return _AGENT_KINDS.index(status_kind(record.status)) if record.status else len(_AGENT_KINDS)
    if isinstance(record, Visitor):
        return _VISITOR_PLACES.get(record.status or "", len(_VISITOR_PLACES) + (record.status is None))
    return 0


def same_status(one: str | None, other: str | None) -> bool:
    """Whether two statuses are the same. None equals only None.

    Case does not matter: Comm100's reads answer "Online", and its writes take "online".
    """
    return one == other or (one is not None and other is not None and same_name(one, other))


def wire_status(status: str) -> str:
    """`status` as a write spells it: online and away in lower case, a custom name as it is."""
    folded = name_key(status)
    return folded if folded in ("online", "away") else status
