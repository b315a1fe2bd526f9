"""The API described in OpenAPI 3.1: the paths by hand, the schemas from the Structs of `schemas`."""

from typing import Any

from livechat.chatserver.samples import SAMPLE_AGENT, SAMPLE_VISITOR, sample_visitor
from livechat.chatserver.schemas import (
    COMPONENTS,
    Agent,
    AwayStatuses,
    CustomVariable,
    Department,
    Description,
    DirectoryAgents,
    Error,
    Guid,
    Stats,
    StatusWrite,
    Token,
    TokenRequest,
    VariableWrites,
    Visitor,
    schema_of,
)
from livechat.chatserver.webhook_bodies import Webhook, WebhookWrite

Node = dict[str, Any]

API_DESCRIPTION = (
    "A stand-in for Comm100 Live Chat's Chat Server API, version 4, over a simulated contact centre. "
    "HEAD is offered wherever GET is. A call that breaks a rule is refused in the shape of `Error`."
)
REFUSAL_DESCRIPTIONS = {
    400: "Something about the request is malformed.",
    401: "The credential is missing, wrong or has expired.",
    403: "The caller has no permission for this.",
    404: "There is no such entity.",
    413: "The body is longer than 1 MB.",
    429: "Too many calls from this address; `Retry-After` says for how many seconds.",
}
SITE_ID_PARAMETER = {
    "name": "siteId",
    "in": "query",
    "description": "The site; required with HTTP Basic.",
    "schema": {"type": "string", "pattern": "^[0-9]{1,9}$"},
}
SAMPLE_WEBHOOK = {"event": "chatStarts", "targetUrl": "http://127.0.0.1:9/hooks/sample/"}
SAMPLE_VARIABLES = [
    {"name": "visitor", "value": "Leo", "url": ""},
    {"name": "company", "value": "Comm100", "url": ""},
]


def describe() -> Node:
    """The description of the whole API, as `GET /v4/openapi.json` answers it."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Chat Server", "version": "4", "description": API_DESCRIPTION},
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}, {"apiKey": []}],
        "paths": _chat_server() | _neighbours() | _webhooks() | _beside(),
        "components": {
            "schemas": COMPONENTS,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "apiKey": {
                    "type": "http",
                    "scheme": "basic",
                    "description": "An agent's e-mail address and the API key; `siteId` on every call.",
                },
            },
        },
    }


def _chat_server() -> Node:
    """The six calls."""
    agent_id, visitor_id = _id("agent", SAMPLE_AGENT), _id("visitor", SAMPLE_VISITOR)
    return {
        "/v4/livechat/agents": {"get": _call("listAgentStatuses", "Get the list of agents' status", list[Agent])},
        "/v4/livechat/agents/{id}": {
            "parameters": [agent_id],
            "get": _call("getAgentStatus", "Get an agent's status", Agent, 400, 404),
            "put": _call("updateAgentStatus", "Update an agent's status", Agent, 400, 404, 413)
            | _body(StatusWrite, {"id": SAMPLE_AGENT, "status": "Meeting"}),
        },
        "/v4/livechat/visitors": {"get": _call("listVisitors", "Get the list of visitors' info", list[Visitor])},
        "/v4/livechat/visitors/{id}": {
            "parameters": [visitor_id],
            "get": _call("getVisitor", "Get a visitor's info", Visitor, 400, 404, sample=sample_visitor()),
            "put": _call("putVisitor", "Put a visitor's info", Visitor, 400, 404, 413)
            | _body(VariableWrites, SAMPLE_VARIABLES),
        },
    }


def _neighbours() -> Node:
    """The four calls that give names to the GUIDs; each needs a permission of its own."""
    return {
        "/v4/global/agents": {"get": _call("listAgents", "Get the list of agents", DirectoryAgents, 403)},
        "/v4/global/departments": {
            "get": _call("listDepartments", "Get the list of departments", list[Department], 403)
        },
        "/v4/global/agentAwayStatuses": {
            "get": _call("listAwayStatuses", "Get the list of away statuses", AwayStatuses, 403)
        },
        "/v4/livechat/customVariables": {
            "get": _call("listCustomVariables", "Get the list of custom variables", list[CustomVariable], 403)
        },
    }


def _webhooks() -> Node:
    """The addresses that are called when something happens; they need the permission to manage integrations."""
    body = _body(WebhookWrite, SAMPLE_WEBHOOK)
    return {
        "/v4/livechat/webhooks": {
            "get": _call("listWebhooks", "Get the list of webhooks", list[Webhook], 403),
            "post": _call("addWebhook", "Register a webhook", Webhook, 403, 413, status="201") | body,
        },
        "/v4/livechat/webhooks/{id}": {
            "parameters": [_id("webhook", SAMPLE_AGENT)],
            "put": _call("updateWebhook", "Update a webhook", Webhook, 403, 404, 413) | body,
            "delete": _call("removeWebhook", "Remove a webhook", Webhook, 403, 404, 413),
        },
    }


def _beside() -> Node:
    """The calls outside the API: tokens, the counts of calls, and this description."""
    request = {"schema": schema_of(TokenRequest)}
    return {
        "/oauth/token": {
            "post": {
                "operationId": "getToken",
                "summary": "Get an access token",
                "security": [],
                "requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": request}},
                "responses": _answers(Token, 400, 401, 413, 429),
            }
        },
        "/stats": {"get": _open("countCalls", "Count the calls since the start", Stats)},
        "/v4/openapi.json": {"get": _open("getDescription", "Get this description", Description)},
    }


def _call(name: str, summary: str, answer: Any, *refusals: int, sample: Any = None, status: str = "200") -> Node:
    """An operation that needs a credential. Each may refuse with a 400, for a malformed `siteId`."""
    return {
        "operationId": name,
        "summary": summary,
        "parameters": [SITE_ID_PARAMETER],
        "responses": _answers(answer, *sorted({400, 401, 429, *refusals}), sample=sample, status=status),
    }


def _open(name: str, summary: str, answer: Any) -> Node:
    return {"operationId": name, "summary": summary, "security": [], "responses": _answers(answer)}


def _answers(answer: Any, *refusals: int, sample: Any = None, status: str = "200") -> Node:
    content: Node = {"schema": schema_of(answer)}
    if sample is not None:
        content["example"] = sample
    responses: Node = {status: {"description": "OK", "content": {"application/json": content}}}
    for refusal in refusals:
        responses[str(refusal)] = {
            "description": REFUSAL_DESCRIPTIONS[refusal],
            "content": {"application/json": {"schema": schema_of(Error)}},
        }
    if 429 in refusals:
        retry = {"required": True, "schema": {"type": "integer", "minimum": 1}}
        responses["429"]["headers"] = {"Retry-After": retry}
    return responses


def _body(body: Any, sample: Any) -> Node:
    content = {"application/json": {"schema": schema_of(body), "example": sample}}
    return {"requestBody": {"required": True, "content": content}}


def _id(what: str, sample: str) -> Node:
    return {
        "name": "id",
        "in": "path",
        "required": True,
        "description": f"Id of the {what}.",
        "schema": schema_of(Guid),
        "example": sample,
    }
