"""The calls to Comm100: one method for each endpoint.

The six endpoints are those of the vendor's page "Chat Server". Four neighbours give names to its bare ids.
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
from livechat.comm100.refusals import is_final, refusal
from livechat.comm100.sent_variables import SentVariable
from livechat.comm100.sentences import Sentence, Why, sentence
from livechat.comm100.strictjson import read
from livechat.comm100.wire import USER_AGENT, Answer, Limits, exchange

T = TypeVar("T")

_MAX_GRANT_BYTES = 64 * 1024  # of an answer with a token
_MAX_TOKEN_SECONDS = 90 * 86_400.0  # a longer lifetime in an answer is cut to this
_BASE_URL = re.compile(r"https?://[A-Za-z0-9.\-_\[\]:]+(/[A-Za-z0-9._~\-/]*)?")


class Client:
    """Makes calls with one credential. Threads may share it; it holds no connection between calls.

    `base` is `https://api{N}.comm100.io/v4`, `deadline` the seconds that a whole call may take, `max_body` the bytes
    that an unpacked answer may have, `proxy` an http or https address, `ca_bundle` a file or folder of certificates.
    Every method raises the classes of `errors`, and `ValueError` for an id that is no GUID.
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
        self._base = _checked_url(base)
        self._credential = credential
        self._limits = Limits(deadline, max_body, proxy, ca_bundle)

    def agents(self) -> Listing[Agent]:
        """Every agent's status and number of chats."""
        return self._get("livechat/agents", decode.agents)

    def agent(self, agent_id: str) -> Agent:
        """One agent's status and number of chats."""
        guid = _guid(agent_id)
        return _matching(guid, self._get(f"livechat/agents/{guid}", decode.agent))

    def put_agent(self, agent_id: str, status: str) -> Agent | None:
        """Set the agent's status. Returns the agent as answered, None if the answer does not show it.

        The call is sent once. The answer does not prove that the status was set: read the agent again.
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
        return _matching(guid, self._get(f"livechat/visitors/{guid}", decode.visitor))

    def visitor_as_sent(self, visitor_id: str) -> tuple[Visitor, tuple[SentVariable, ...]]:
        """One visitor, and the custom variables as they came."""
        guid = _guid(visitor_id)
        record, variables = self._get(f"livechat/visitors/{guid}", decode.visitor_as_sent)
        return _matching(guid, record), variables

    def put_visitor(self, visitor_id: str, variables: Sequence[Variable | msgspec.Raw]) -> Visitor | None:
        """Send custom variables. Returns the visitor as answered, None if the answer does not show it.

        A `Raw` one is sent as it is. The call is sent once. It is not known whether Comm100 merges the variables or
        replaces them: send the whole set, and read the visitor again.
        """
        guid = _guid(visitor_id)
        change = [_without_none(variable) for variable in variables]
        return self._put(f"livechat/visitors/{guid}", change, decode.visitor, guid)

    def global_agents(self) -> tuple[DirectoryAgent, ...]:
        """The account's agents with their names. Needs a permission of its own."""
        return self._get("global/agents", decode.directory_agents)

    def departments(self) -> tuple[Department, ...]:
        """The account's departments. Needs a permission of its own."""
        return self._get("global/departments", decode.departments)

    def away_statuses(self) -> tuple[AwayStatus, ...]:
        """The statuses that agents may be set to. Needs a permission of its own."""
        return self._get("global/agentAwayStatuses", decode.away_statuses)

    def custom_variables(self) -> tuple[VariableDefinition, ...]:
        """The account's custom variables. Needs a permission of its own."""
        return self._get("livechat/customVariables", decode.variable_definitions)

    def call(self, method: str, path: str, decoder: Callable[[bytes], T], change: object = None) -> T:
        """Make a call with a JSON body, if there is a `change`, and decode the answer to it."""
        answer = self._request(method, path, None if change is None else msgspec.json.encode(change))
        good = answer.status == 200 if method == "GET" else 200 <= answer.status < 300
        if not good:
            raise refusal(answer, self._credential.secrets)
        if answer.fault:
            raise answer.fault.error()
        return decoder(answer.body)

    def _get(self, path: str, decoder: Callable[[bytes], T]) -> T:
        return self.call("GET", path, decoder)

    def _put(self, path: str, change: object, decoder: Callable[[bytes], Row], guid: str) -> Row | None:
        answer = self._request("PUT", path, msgspec.json.encode(change))
        if not 200 <= answer.status < 300:
            error = refusal(answer, self._credential.secrets)
            error.final = is_final(answer)
            raise error
        if answer.fault:
            return None
        try:
            return _matching(guid, decoder(answer.body))
        except Malformed:
            return None  # the status says that the write was accepted; only a read shows what it did

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
    expires_in: float = 3_600.0  # a missing value means less than the usual 12 hours, to be safe


_grant_decoder = msgspec.json.Decoder(_Grant, strict=False)


def renew(
    dash: str, credential: RenewingBearer, *, deadline: float = 8.0, proxy: str = "", ca_bundle: str = ""
) -> RenewingBearer:
    """A new credential for one that is about to expire. The old refresh token may be unusable afterwards.

    `dash` is the site's `https://dash{N}.comm100.io`. Raises `RenewalRefused` if Comm100 no longer accepts the refresh
    token, `CredentialRefused` if it does not accept the client, and the other errors as a call does. The vendor's
    introduction to the API describes the call: `POST /oauth/token` with `grant_type=refresh_token`. A token is valid
    for about 12 hours, and each answer brings a new refresh token.
    """
    form = {
        "grant_type": "refresh_token",
        "refresh_token": credential.refresh_token,
        "client_id": credential.client_id,
        "client_secret": credential.client_secret,
    }
    headers = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": USER_AGENT}
    request = requests.Request("POST", f"{_checked_url(dash)}/oauth/token", headers=headers, data=form)
    answer = exchange(request, Limits(deadline, _MAX_GRANT_BYTES, proxy, ca_bundle))
    if answer.status != 200:
        raise _grant_refusal(answer, credential)
    if answer.fault:
        raise answer.fault.error()
    grant = read(answer.body, _grant_decoder)
    try:
        return RenewingBearer(
            access_token=grant.access_token,
            refresh_token=grant.refresh_token or credential.refresh_token,
            client_id=credential.client_id,
            client_secret=credential.client_secret,
            expires_at=time.time() + min(max(grant.expires_in, 0.0), _MAX_TOKEN_SECONDS),
        )
    except ValueError as error:
        raise Malformed(sentence(Why.BAD_TOKEN)) from error


def _grant_refusal(answer: Answer, credential: RenewingBearer) -> Comm100Error:
    """The error of a refused renewal. RFC 6749 says 400, not 401, for a refresh token that is used up or revoked."""
    error = refusal(answer, credential.secrets)
    if isinstance(error, Refused) and answer.status == 400:
        if isinstance(error.message, Sentence):
            return RenewalRefused(sentence(Why.NOT_RENEWED))
        return RenewalRefused(sentence(Why.NOT_RENEWED_BECAUSE, words=error.message))
    return error


def _checked_url(base: str) -> str:
    """`base` without a slash at its end. Raises `ValueError`: the address decides where the credential goes."""
    if not _BASE_URL.fullmatch(base):
        raise ValueError("The address of the API must begin with http:// or https:// and have nothing odd in it.")
    return base.rstrip("/")


def _guid(value: str) -> str:
    """`value` as a GUID that can stand in a path. Raises `ValueError`."""
    guid = canonical(value)
    if guid is None:
        raise ValueError("The GUID of zeros means none.")
    return guid


def _matching(guid: str, record: Row) -> Row:
    if record.id != guid:
        raise Malformed(sentence(Why.OTHER_RECORD))
    return record


def _without_none(variable: Variable | msgspec.Raw) -> dict[str, str] | msgspec.Raw:
    if isinstance(variable, msgspec.Raw):
        return variable
    return {key: value for key, value in msgspec.structs.asdict(variable).items() if value is not None}
