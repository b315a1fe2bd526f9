"""The calls to Comm100: one `_request`, one method an endpoint.

Source: the vendor's page "Chat Server" (six endpoints), and four neighbours that give names to its bare ids.
"""

import re
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec
import requests

from livechat.comm100 import decode
from livechat.comm100.credentials import AnyCredential, RenewingBearer
from livechat.comm100.errors import Comm100Error, Malformed, Refused, RenewalRefused
from livechat.comm100.fields import canonical
from livechat.comm100.records import (
    Agent,
    AwayStatus,
    Department,
    DirectoryAgent,
    Listing,
    Row,
    Variable,
    VariableDefinition,
    Visitor,
    wire_status,
)
from livechat.comm100.refusals import refusal
from livechat.comm100.strictjson import read
from livechat.comm100.wire import USER_AGENT, Answer, Limits, exchange

T = TypeVar("T")

_GRANT_MOST = 64 * 1024  # bytes of an answer with a token
_LONGEST_LIFE = 90 * 86_400.0  # seconds that a token is believed to last
_BASE = re.compile(r"https?://[A-Za-z0-9.\-_\[\]:]+(/[A-Za-z0-9._~\-/]*)?")


class Client:
    """Comm100 as one credential sees it. May be shared by threads; holds no connection between calls.

    `base` is `https://api{N}.comm100.io/v4`, `deadline` the seconds a whole call may take, `max_body` the bytes an
    answer may have when unpacked, `proxy` an http or https address, `ca_bundle` a file or folder of certificates.
    Every method raises one of `errors`, and `ValueError` for an id that is no GUID.
    """

    def __init__(
        self,
        base: str,
        credential: AnyCredential,
        *,
        deadline: float = 8.0,
        max_body: int = 32 * 2**20,
        proxy: str = "",
        ca_bundle: str = "",
    ) -> None:
        self._base = _checked_base(base)
        self._credential = credential
        self._limits = Limits(deadline, max_body, proxy, ca_bundle)

    def agents(self) -> Listing[Agent]:
        """Every agent's status and number of chats."""
        return self._get("livechat/agents", decode.agents)

    def agent(self, agent_id: str) -> Agent:
        """One agent's status and number of chats."""
        guid = _guid(agent_id)
        return _same(guid, self._get(f"livechat/agents/{guid}", decode.agent))

    def put_agent(self, agent_id: str, status: str) -> Agent | None:
        """Set the agent's status; the agent as answered, None where the answer does not show it.

        Sent once. An answer is no proof that the status holds: read it again.
        """
        guid = _guid(agent_id)
        change = {"id": guid, "status": wire_status(status)}
        return self._put(f"livechat/agents/{guid}", change, decode.agent, guid)

    def visitors(self) -> Listing[Visitor]:
        """Every visitor on the site."""
        return self._get("livechat/visitors", decode.visitors)

    def visitor(self, visitor_id: str) -> Visitor:
        """One visitor."""
        guid = _guid(visitor_id)
        return _same(guid, self._get(f"livechat/visitors/{guid}", decode.visitor))

    def put_visitor(self, visitor_id: str, variables: Sequence[Variable]) -> Visitor | None:
        """Send custom variables; the visitor as answered, None where the answer does not show it.

        Sent once. Whether the server merges or replaces is not known: send the whole set, and read it again.
        """
        guid = _guid(visitor_id)
        change = [_without_none(variable) for variable in variables]
        return self._put(f"livechat/visitors/{guid}", change, decode.visitor, guid)

    def global_agents(self) -> tuple[DirectoryAgent, ...]:
        """The account's agents with their names; needs a permission of its own."""
        return self._get("global/agents", decode.directory_agents)

    def departments(self) -> tuple[Department, ...]:
        """The account's departments; needs a permission of its own."""
        return self._get("global/departments", decode.departments)

    def away_statuses(self) -> tuple[AwayStatus, ...]:
        """The statuses that agents may be set to; needs a permission of its own."""
        return self._get("global/agentAwayStatuses", decode.away_statuses)

    def custom_variables(self) -> tuple[VariableDefinition, ...]:
        """The account's custom variables; needs a permission of its own."""
        return self._get("livechat/customVariables", decode.variable_definitions)

    def _get(self, path: str, decoder: Callable[[bytes], T]) -> T:
        answer = self._request("GET", path)
        if answer.status != 200:
            raise refusal(answer, self._credential.secrets)
        if answer.fault:
            raise answer.fault
        return decoder(answer.body)

    def _put(self, path: str, change: object, decoder: Callable[[bytes], Row], guid: str) -> Row | None:
        answer = self._request("PUT", path, msgspec.json.encode(change))
        if not 200 <= answer.status < 300:
            raise refusal(answer, self._credential.secrets)
        if answer.fault:
            return None
        try:
            return _same(guid, decoder(answer.body))
        except Malformed:
            return None  # their status says that it was done; what it did, a read will show

    def _request(self, method: str, path: str, body: bytes | None = None) -> Answer:
        headers = {
            "Authorization": self._credential.authorization,
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "User-Agent": USER_AGENT,
            "Connection": "close",
        }
        if body is not None:
            headers["Content-Type"] = "application/json"
        url = f"{self._base}/{path}"
        request = requests.Request(method, url, headers=headers, params=self._credential.query, data=body)
        return exchange(request, self._limits)


class _Grant(msgspec.Struct, frozen=True):
    access_token: str
    refresh_token: str | None = None
    expires_in: float = 3_600.0  # where it is not said, less than the usual 12 hours


_grant = msgspec.json.Decoder(_Grant, strict=False)


def renew(
    dash: str, credential: RenewingBearer, *, deadline: float = 8.0, proxy: str = "", ca_bundle: str = ""
) -> RenewingBearer:
    """A new credential for one that is about to end; the old one's refresh token may be spent afterwards.

    `dash` is the site's `https://dash{N}.comm100.io`. Raises `RenewalRefused` where the refresh token is not accepted
    any more, `CredentialRefused` where the client is not, and the other errors as a call does. Source: the vendor's
    introduction to the API (`POST /oauth/token`, `grant_type=refresh_token`; about 12 hours, with a new refresh token
    each time).
    """
    form = {
        "grant_type": "refresh_token",
        "refresh_token": credential.refresh_token,
        "client_id": credential.client_id,
        "client_secret": credential.client_secret,
    }
    headers = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": USER_AGENT}
    request = requests.Request("POST", f"{_checked_base(dash)}/oauth/token", headers=headers, data=form)
    answer = exchange(request, Limits(deadline, _GRANT_MOST, proxy, ca_bundle))
    if answer.status != 200:
        raise _grant_refusal(answer, credential)
    if answer.fault:
        raise answer.fault
    grant = read(answer.body, _grant)
    try:
        return RenewingBearer(
            access_token=grant.access_token,
            refresh_token=grant.refresh_token or credential.refresh_token,
            client_id=credential.client_id,
            client_secret=credential.client_secret,
            expires_at=time.time() + min(max(grant.expires_in, 0.0), _LONGEST_LIFE),
        )
    except ValueError as error:
        raise Malformed("Comm100 answered with a token that cannot be used.") from error


def _grant_refusal(answer: Answer, credential: RenewingBearer) -> Comm100Error:
    """RFC 6749 says 400, not 401, where a refresh token is spent or revoked."""
    error = refusal(answer, credential.secrets)
    if isinstance(error, Refused) and answer.status == 400:
        return RenewalRefused(f"Comm100 does not renew the access token: {error.message}")
    return error


def _checked_base(base: str) -> str:
    """`base` without its last slash. Raises `ValueError`: it decides where the credential is sent."""
    if not _BASE.fullmatch(base):
        raise ValueError("The address of the API must begin with http:// or https:// and have nothing odd in it.")
    return base.rstrip("/")


def _guid(value: str) -> str:
    """`value` as it may stand in a path. Raises `ValueError`."""
    guid = canonical(value)
    if guid is None:
        raise ValueError("The GUID of zeros means none.")
    return guid


def _same(guid: str, record: Row) -> Row:
    if record.id != guid:
        raise Malformed("Comm100 answered with another record than the one asked for.")
    return record


def _without_none(variable: Variable) -> dict[str, str]:
    return {key: value for key, value in msgspec.structs.asdict(variable).items() if value is not None}
