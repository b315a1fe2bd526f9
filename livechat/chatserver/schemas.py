"""The JSON Schemas of the OpenAPI description: every field of every table of the vendor's page."""

import re
from collections.abc import Sequence
from typing import Any

Schema = dict[str, Any]

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

GUID: Schema = {"type": "string", "format": "uuid"}
TEXT: Schema = {"type": ["string", "null"]}
COUNT: Schema = {"type": ["integer", "null"], "minimum": 0}
TIME: Schema = {"type": ["string", "null"], "format": "date-time"}


def reference(name: str) -> Schema:
    """A reference to one of the schemas of :func:`all_schemas`."""
    return {"$ref": f"#/components/schemas/{name}"}


def many(items: Schema) -> Schema:
    """An array."""
    return {"type": "array", "items": items}


def record(required: str, **properties: Schema) -> Schema:
    """An object; ``required`` names the members that must be there, parted by spaces."""
    return {"type": "object", "required": required.split(), "properties": properties}


def all_schemas(away_statuses: Sequence[str]) -> dict[str, Schema]:
    """The schemas by name; ``away_statuses`` are the custom statuses that an agent may be given."""
    return {
        "Agent": record(
            "id status ongoingChats",
            id=GUID,
            status={"type": "string", "description": "Online, Away, Offline or a custom away status."},
            ongoingChats={"type": "integer", "minimum": 0},
        ),
        "StatusWrite": record("status", status=_status(away_statuses)),
        "FieldAndValue": record("name", name={"type": "string"}, value=TEXT, url=TEXT),
        "VariableWrite": record("name", name={"type": "string", "minLength": 1}, value=TEXT, url=TEXT),
        "Visitor": _visitor(),
        "TokenRequest": _token_request(),
        "Token": record(
            "access_token token_type expires_in refresh_token",
            access_token={"type": "string"},
            token_type={"const": "bearer"},
            expires_in={"type": "integer"},
            refresh_token={"type": "string"},
        ),
        "Stats": record(
            "calls",
            calls={"type": "object", "additionalProperties": {"type": "integer", "minimum": 1}},
        ),
        "Error": record("error message", error={"type": "string"}, message={"type": "string"}),
    } | _directory()


def _directory() -> dict[str, Schema]:
    """What the neighbour calls list."""
    return {
        "DirectoryAgent": record(
            "id displayName",
            id=GUID,
            displayName={"type": "string"},
            email={"type": "string"},
            firstName={"type": "string"},
            lastName={"type": "string"},
            isActive={"type": "boolean"},
            isAdmin={"type": "boolean"},
            departmentIds=many(GUID),
        ),
        "Department": record(
            "id name",
            id=GUID,
            name={"type": "string"},
            description={"type": "string"},
            agentIds=many(GUID),
        ),
        "AwayStatus": record(
            "id name",
            id=GUID,
            name={"type": "string"},
            order={"type": "integer"},
            isSystem={"type": "boolean"},
        ),
        "CustomVariable": record(
            "name", name={"type": "string"}, type={"type": "string"}, hyperlink={"type": "boolean"}
        ),
    }


def _status(away_statuses: Sequence[str]) -> Schema:
    """A status that may be set: the vendor writes ``online``, reads ``Online``, so case does not matter."""
    names = "|".join(_any_case(name) for name in ("online", "away", *away_statuses))
    return {"type": "string", "pattern": f"^({names})$", "examples": ["online", "away", *away_statuses]}


def _any_case(name: str) -> str:
    return "".join(f"[{c.upper()}{c.lower()}]" if c.isalpha() else re.escape(c) for c in name)


def _visitor() -> Schema:
    """A visitor. Every field but ``id`` may be null or missing: ``flashVersion`` is in no sample."""
    texts = (
        "browser operatingSystem screenResolution flashVersion language ip country state city timeZone "
        "currentBrowsing referrerUrl name email phone company productService searchEngine searchKeywords "
        "landingPage"
    )
    pairs: Schema = {"type": ["array", "null"], "items": reference("FieldAndValue")}
    properties = dict.fromkeys(texts.split(), TEXT)
    return record(
        "id",
        id=GUID,
        status={"enum": VISITOR_STATUSES},
        visitTime=TIME,
        firstVisitTime=TIME,
        visits=COUNT,
        chats=COUNT,
        pageViews=COUNT,
        departmentId={"type": ["string", "null"], "format": "uuid"},
        customFields=pairs,
        customVariableResults=pairs,
        **properties,
    )


def _token_request() -> Schema:
    return record(
        "grant_type",
        grant_type={"type": "string", "enum": ["client_credentials", "refresh_token"]},
        client_id={"type": "string"},
        client_secret={"type": "string"},
        refresh_token={"type": "string"},
    )
