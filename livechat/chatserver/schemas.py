"""The bodies of the API as Structs, and their JSON Schemas: every field of every table of the vendor's page.

msgspec checks what a client sends against these classes, encodes the answers from them, and writes their schemas for
the OpenAPI description, so that all three agree. A class's docstring is its description there.
"""

import re
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from livechat.chatserver.shop import AWAY_STATUSES
from livechat.chatserver.webhook_bodies import Webhook, WebhookWrite

T = TypeVar("T")
Maybe: TypeAlias = T | UnsetType | None
"""A member that may be null or missing."""

Schema = dict[str, Any]

VisitorStatus = Literal[
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
]

# Reads show "Online" and writes send "online", so a status is compared without regard to case.
WRITABLE_STATUSES = {name.lower(): name for name in ("Online", "Away", *AWAY_STATUSES)}
"""The statuses that a write may set, by lower-case name, as reads spell them."""


def _in_any_case(name: str) -> str:
    """A pattern for `name`; JSON Schema's patterns have no flag that ignores case."""
    return "".join(f"[{c.upper()}{c.lower()}]" if c.isalpha() else re.escape(c) for c in name)


Guid = Annotated[str, Meta(extra_json_schema={"format": "uuid"})]
Count = Annotated[int, Meta(ge=0)]
Time = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
WritableStatus = Annotated[
    str,
    Meta(
        extra_json_schema={
            "pattern": f"^({'|'.join(map(_in_any_case, WRITABLE_STATUSES))})$",
            "examples": ["online", "away", *AWAY_STATUSES],
        }
    ),
]


class Agent(Struct, frozen=True, rename="camel"):
    """An agent's status and number of chats."""

    id: Guid
    status: Annotated[str, Meta(description="Online, Away, Offline or a custom away status.")]
    ongoing_chats: Count


class StatusWrite(Struct, frozen=True):
    """The status that an agent is to have; any other member is ignored."""

    status: WritableStatus


class FieldAndValue(Struct, frozen=True):
    """A custom field or custom variable of a visitor."""

    name: str
    value: str | None = ""
    url: str | None = ""


class VariableWrite(Struct, frozen=True):
    """A custom variable that a visitor is to have."""

    name: Annotated[str, Meta(min_length=1)]
    value: str | None = ""
    url: str | None = ""


VariableWrites = list[VariableWrite] | VariableWrite
"""An array, or one object alone."""


class Visitor(Struct, frozen=True, rename="camel"):
    """A visitor. Every field but `id` may be missing; `flashVersion` is in no sample of the vendor's."""

    id: Guid
    status: VisitorStatus | UnsetType = UNSET
    browser: Maybe[str] = UNSET
    operating_system: Maybe[str] = UNSET
    screen_resolution: Maybe[str] = UNSET
    flash_version: Maybe[str] = UNSET
    language: Maybe[str] = UNSET
    ip: Maybe[str] = UNSET
    country: Maybe[str] = UNSET
    state: Maybe[str] = UNSET
    city: Maybe[str] = UNSET
    time_zone: Maybe[str] = UNSET
    visit_time: Maybe[Time] = UNSET
    first_visit_time: Maybe[Time] = UNSET
    visits: Maybe[Count] = UNSET
    chats: Maybe[Count] = UNSET
    page_views: Maybe[Count] = UNSET
    current_browsing: Maybe[str] = UNSET
    referrer_url: Maybe[str] = UNSET
    name: Maybe[str] = UNSET
    email: Maybe[str] = UNSET
    phone: Maybe[str] = UNSET
    company: Maybe[str] = UNSET
    product_service: Maybe[str] = UNSET
    department_id: Maybe[Guid] = UNSET
    search_engine: Maybe[str] = UNSET
    search_keywords: Maybe[str] = UNSET
    landing_page: Maybe[str] = UNSET
    custom_fields: Maybe[list[FieldAndValue]] = UNSET
    custom_variable_results: Maybe[list[FieldAndValue]] = UNSET


class DirectoryAgent(Struct, frozen=True, rename="camel"):
    """An agent's entry in the account's directory."""

    id: Guid
    email: str
    display_name: str
    first_name: str
    last_name: str
    is_active: bool
    is_admin: bool
    department_ids: list[Guid]


class DirectoryAgents(Struct, frozen=True):
    """The account's agents."""

    agents: list[DirectoryAgent]


class Department(Struct, frozen=True, rename="camel"):
    """A department with its agents."""

    id: Guid
    name: str
    description: str
    agent_ids: list[Guid]


class AwayStatus(Struct, frozen=True, rename="camel"):
    """A status that agents may be set to; the built-in one is the system's."""

    id: Guid
    name: str
    order: int
    is_system: bool


class AwayStatuses(Struct, frozen=True, rename="camel"):
    """The account's away statuses."""

    agent_away_statuses: list[AwayStatus]


class CustomVariable(Struct, frozen=True):
    """A custom variable that the account defines; `hyperlink` says whether its values carry a link."""

    name: str
    type: str
    hyperlink: bool


class TokenRequest(Struct, frozen=True):
    """The form that asks for a token; the client may also sign in by HTTP Basic."""

    grant_type: Literal["client_credentials", "refresh_token"]
    client_id: str = ""
    client_secret: str = ""
    refresh_token: str = ""


class Token(Struct, frozen=True):
    """An access token, valid for `expires_in` seconds, and the refresh token that renews it once."""

    access_token: str
    token_type: Literal["bearer"]
    expires_in: int
    refresh_token: str


class Stats(Struct, frozen=True):
    """How many calls each route got since the start."""

    calls: dict[str, Annotated[int, Meta(ge=1)]]


class Error(Struct, frozen=True):
    """A refusal: a code and a sentence."""

    error: str
    message: str


Description = dict[str, Any]

_BODIES: tuple[Any, ...] = (
    Guid,
    Agent,
    list[Agent],
    StatusWrite,
    Visitor,
    list[Visitor],
    VariableWrites,
    DirectoryAgents,
    list[Department],
    AwayStatuses,
    list[CustomVariable],
    WebhookWrite,
    Webhook,
    list[Webhook],
    TokenRequest,
    Token,
    Stats,
    Error,
    Description,
)
_schemas, COMPONENTS = msgspec.json.schema_components(_BODIES, ref_template="#/components/schemas/{name}")
_SCHEMAS: dict[Any, Schema] = dict(zip(_BODIES, _schemas, strict=True))


def schema_of(body: Any) -> Schema:
    """The schema of one of the bodies above or of a GUID, which may refer to `COMPONENTS`.

    KeyError for any other type.
    """
    return _SCHEMAS[body]
