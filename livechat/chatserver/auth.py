"""Checks who calls: by Bearer token, or by an agent's e-mail and the API key. Gives out `/oauth/token`'s tokens."""

import base64
import binascii
import hmac
import re
import secrets
from urllib.parse import parse_qs

import msgspec

from livechat.chatserver.options import Options
from livechat.chatserver.schemas import Token, TokenRequest
from livechat.chatserver.wire import ApiError, Call
from livechat.chatserver.world import World

REFRESH_LIFETIME_SECONDS = 30 * 86400.0  # from the vendor's introduction to the API
MAX_TOKENS = 10_000  # of each kind; the oldest go first
CHALLENGE = ("WWW-Authenticate", 'Bearer, Basic realm="Comm100"')


class Authenticator:
    """Checks credentials and gives out tokens. It is not safe for threads: the caller holds the world's lock."""

    def __init__(self, world: World, options: Options) -> None:
        self._world = world
        self._options = options
        self._access: dict[str, float] = {}
        self._refresh: dict[str, float] = {}

    def check(self, call: Call) -> None:
        """Raise a 401 `ApiError` unless the call carries a valid credential.

        A call with Basic needs `siteId`: it gets a 400 without it and a 401 for another site's. A call with a token
        may have it. A `siteId` that is no number is a 400.
        """
        scheme, _, credential = call.authorization.partition(" ")
        site = call.query.get("siteId")
        if scheme.lower() == "bearer" and self._is_valid_token(credential.strip()):
            _check_number(site)
            return
        if scheme.lower() == "basic" and self._is_valid_key(credential.strip()):
            if site is None:
                raise ApiError(400, "ParameterMissing", 'The parameter "siteId" is required.')
            _check_number(site)
            if _same(site, self._options.site_id):
                return
        raise ApiError(401, "Unauthorized", "The access token is missing, invalid or has expired.", CHALLENGE)

    def grant(self, call: Call) -> Token:
        """The answer to `POST /oauth/token`; raises `ApiError` with OAuth's error codes."""
        request = _token_request(call.body)
        pair = _basic_pair(call.authorization) or (request.client_id, request.client_secret)
        if not (_same(pair[0], self._options.client_id) and _same(pair[1], self._options.client_secret)):
            raise ApiError(401, "invalid_client", "The client id or the client secret is wrong.", CHALLENGE)
        if request.grant_type == "refresh_token":
            until = self._refresh.pop(request.refresh_token, 0.0)
            if until <= self._options.clock():
                raise ApiError(400, "invalid_grant", "The refresh token is invalid or has expired.")
        return self.issue()

    def issue(self, lifetime: float | None = None) -> Token:
        """A new access token with its refresh token, as `/oauth/token` answers. `lifetime` is in seconds."""
        now = self._options.clock()
        seconds = self._options.token_lifetime if lifetime is None else lifetime
        access, refresh = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        for tokens, token, until in (
            (self._access, access, now + seconds),
            (self._refresh, refresh, now + REFRESH_LIFETIME_SECONDS),
        ):
            while len(tokens) >= MAX_TOKENS:
                del tokens[next(iter(tokens))]
            tokens[token] = until
        return Token(access, "bearer", int(seconds), refresh)

    def revoke_all(self) -> None:
        """Forget every token that was given out; the one in the options stays valid."""
        self._access.clear()
        self._refresh.clear()

    def _is_valid_token(self, token: str) -> bool:
        if self._options.token and _same(token, self._options.token):
            return True
        return self._access.get(token, 0.0) > self._options.clock()

    def _is_valid_key(self, credential: str) -> bool:
        pair = _decode_basic(credential)
        return pair is not None and self._world.has_agent_email(pair[0]) and _same(pair[1], self._options.api_key)


def _check_number(site: str | None) -> None:
    if site is not None and not re.fullmatch("[0-9]{1,9}", site):
        raise ApiError(400, "ParameterInvalid", 'The parameter "siteId" must be a number.')


def _token_request(body: bytes) -> TokenRequest:
    try:
        return msgspec.convert(_form(body), TokenRequest)
    except msgspec.ValidationError as error:  # all fields are text, so only the grant type can be wrong
        raise ApiError(400, "unsupported_grant_type", "Use client_credentials or refresh_token.") from error


def _form(body: bytes) -> dict[str, str]:
    """The fields of a form. OAuth asks for URL encoding; some clients send JSON."""
    text = body.decode("utf-8", "replace")
    if not text.lstrip().startswith("{"):
        return {name: values[0] for name, values in parse_qs(text).items()}
    try:
        return msgspec.json.decode(body, type=dict[str, str])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ApiError(400, "invalid_request", "The body is neither a form nor a JSON object.") from error


def _basic_pair(header: str) -> tuple[str, str] | None:
    scheme, _, credential = header.partition(" ")
    return _decode_basic(credential.strip()) if scheme.lower() == "basic" else None


def _decode_basic(credential: str) -> tuple[str, str] | None:
    """User and password of a Basic credential; None if it is none."""
    try:
        text = base64.b64decode(credential, validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    user, colon, password = text.partition(":")
    return (user, password) if colon else None


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode("utf-8", "replace"))
