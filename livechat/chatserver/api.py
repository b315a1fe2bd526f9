"""The chat server as a WSGI application: the six calls, their neighbours, tokens, and what helps tests.

The vendor's page "Chat Server" is the contract. If it says nothing, this server decides: it accepts a PUT on an
offline agent, ignores the `id` in a PUT's body, and accepts a status in any case. The answer to a visitor PUT does
not show the new variables yet, as in the vendor's sample.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import msgspec

from livechat.chatserver import directory, openapi, validation
from livechat.chatserver.auth import Authenticator
from livechat.chatserver.faults import Faults
from livechat.chatserver.limits import RateLimit
from livechat.chatserver.options import Options
from livechat.chatserver.routing import Route, Router, with_head
from livechat.chatserver.schemas import Stats
from livechat.chatserver.webhook_bodies import Webhook
from livechat.chatserver.webhooks import Webhooks
from livechat.chatserver.wire import Answer, ApiError, Call, parse_json, read_body, read_call
from livechat.chatserver.world import World


class App:
    """One chat server. Tests may use `world`, `faults`, `auth` and `calls` while it serves.

    `calls` counts the calls since the start, by names like `"GET /v4/livechat/agents/{id}"`. It counts refused
    calls too, but not `/stats` and `/v4/openapi.json`.
    """

    def __init__(self, world: World, options: Options) -> None:
        self.world = world
        self.options = options
        self.faults = Faults(options.latency)
        self.auth = Authenticator(world, options)
        self.webhooks = Webhooks(world)
        self.calls: Counter[str] = Counter()
        self._limit = RateLimit(options.rate_limit, options.clock)
        self._router = Router(self._routes())
        self._description = msgspec.json.encode(openapi.describe())

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request; nothing that a client sends makes it raise."""
        call = read_call(environ)
        try:
            answer = self._answer(call, environ)
        except ApiError as error:
            answer = error.answer()
        start_response(answer.status_line, answer.all_headers())
        return [] if call.method == "HEAD" else [answer.body]

    def _answer(self, call: Call, environ: WSGIEnvironment) -> Answer:
        route, target = self._router.find(call)
        if route.counted:
            name = f"{call.method} {route.template}"
            with self.world.lock:
                self.calls[name] += 1
                self._limit.admit(call.address)
            fault = self.faults.apply(name)
            if fault is not None:
                return fault
        if route.guarded:
            with self.world.lock:
                self.auth.check(call)
        call = replace(call, body=read_body(environ))
        with self.world.lock:
            self.world.advance()
            found = route.handlers[call.method](call, target)
            return found if isinstance(found, Answer) else Answer(200, found)

    def _routes(self) -> list[Route]:
        return [
            Route("/v4/livechat/agents", with_head({"GET": self._agents})),
            Route("/v4/livechat/agents/{id}", with_head({"GET": self._agent, "PUT": self._put_agent})),
            Route("/v4/livechat/visitors", with_head({"GET": self._visitors})),
            Route("/v4/livechat/visitors/{id}", with_head({"GET": self._visitor, "PUT": self._put_visitor})),
            Route("/v4/global/agents", with_head({"GET": self._directory})),
            Route("/v4/global/departments", with_head({"GET": self._departments})),
            Route("/v4/global/agentAwayStatuses", with_head({"GET": self._away_statuses})),
            Route("/v4/livechat/customVariables", with_head({"GET": self._custom_variables})),
            Route("/v4/livechat/webhooks", with_head({"GET": self._webhooks, "POST": self._add_webhook})),
            Route("/v4/livechat/webhooks/{id}", {"PUT": self._put_webhook, "DELETE": self._remove_webhook}),
            Route("/oauth/token", {"POST": self._token}, guarded=False),
            Route("/v4/openapi.json", with_head({"GET": self._openapi}), counted=False, guarded=False),
            Route("/stats", with_head({"GET": self._stats}), counted=False, guarded=False),
        ]

    # The six calls

    def _agents(self, _call: Call, _target: str) -> bytes:
        return self.world.agents_body()

    def _agent(self, _call: Call, target: str) -> bytes:
        return _found(self.world.agent_body(validation.guid(target)))

    def _put_agent(self, call: Call, target: str) -> bytes:
        agent_id = validation.guid(target)
        status = validation.status(parse_json(call.body))
        return _found(self.world.write_status(agent_id, status))

    def _visitors(self, _call: Call, _target: str) -> bytes:
        return self.world.visitors_body()

    def _visitor(self, _call: Call, target: str) -> bytes:
        return _found(self.world.visitor_body(validation.guid(target)))

    def _put_visitor(self, call: Call, target: str) -> bytes:
        visitor_id = validation.guid(target)
        variables = validation.variables(parse_json(call.body))
        return _found(self.world.write_variables(visitor_id, variables))

    # The neighbours; each needs a permission

    def _directory(self, _call: Call, _target: str) -> bytes:
        return self._permitted(directory.agents(self.world.crowd))

    def _departments(self, _call: Call, _target: str) -> bytes:
        return self._permitted(directory.departments(self.world.crowd))

    def _away_statuses(self, _call: Call, _target: str) -> bytes:
        return self._permitted(directory.away_statuses(self.world.crowd))

    def _custom_variables(self, _call: Call, _target: str) -> bytes:
        return self._permitted(directory.custom_variables())

    def _permitted(self, value: Any) -> bytes:
        _require(self.options.directory)
        return msgspec.json.encode(value)

    # Webhooks, which need the permission to manage integrations

    def _webhooks(self, _call: Call, _target: str) -> bytes:
        _require(self.options.integrations)
        return msgspec.json.encode(self.webhooks.all())

    def _add_webhook(self, call: Call, _target: str) -> Answer:
        _require(self.options.integrations)
        return Answer(201, msgspec.json.encode(self.webhooks.add(validation.webhook(parse_json(call.body)))))

    def _put_webhook(self, call: Call, target: str) -> bytes:
        _require(self.options.integrations)
        key, asked = validation.guid(target), validation.webhook(parse_json(call.body))
        return _encoded(self.webhooks.replace(key, asked))

    def _remove_webhook(self, _call: Call, target: str) -> bytes:
        _require(self.options.integrations)
        return _encoded(self.webhooks.remove(validation.guid(target)))

    # Tokens, and what is not part of the API

    def _token(self, call: Call, _target: str) -> bytes:
        return msgspec.json.encode(self.auth.grant(call))

    def _openapi(self, _call: Call, _target: str) -> bytes:
        return self._description

    def _stats(self, _call: Call, _target: str) -> bytes:
        return msgspec.json.encode(Stats(dict(sorted(self.calls.items()))))


def make_app(world: World, options: Options) -> App:
    """The WSGI application over `world`. `options` must be the ones that `world` was made with."""
    return App(world, options)


def _require(permission: bool) -> None:
    if not permission:
        raise ApiError(403, "Forbidden", "You have no permission for this.")


def _encoded(found: Webhook | None) -> bytes:
    return _found(None if found is None else msgspec.json.encode(found))


def _found(body: bytes | None) -> bytes:
    if body is None:
        raise ApiError(404, "EntityNotFound", "There is no such entity.")
    return body
