"""Scripts that read with a token: answered here, before sessions, cookies and the sign-in.

A token opens a closed list of addresses, as JSON or CSV. Every other request that brings one is refused, with a
sentence in JSON and never with a page.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, cast

from allauth.core.ratelimit import consume_or_429
from django.contrib.auth.models import AnonymousUser
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.translation import gettext as _

from livechat.models import Role
from livechat.sites import read_tokens
from livechat.sites.read_tokens import ValidToken
from livechat.sites.roles import Seat
from livechat.web import exports

# The names of the addresses that a token opens, and whether they tell single agents' times.
READABLE = {
    "history": False,
    "history-queue": False,
    "history-coverage": False,
    "history-heat": False,
    "history-time": False,  # by agent for those who may read single agents' times
    "history-occupancy": False,
    "history-agent": True,
    "history-day": True,
    "history-replay": True,
    "now": False,
}
METHODS = ("GET", "HEAD")
THROTTLED_SECONDS = 60
# What is read no further: a token brings its own site, and it must get into no error report.
UNUSED = ("HTTP_AUTHORIZATION", "HTTP_X_SITE")


class ReadTokenMiddleware:
    """Answers every request that brings a read token."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Take the token out of the request and answer it; pass on a request without one."""
        secret = secret_in(request.META)
        if not secret:
            return self.get_response(request)
        for name in UNUSED:
            request.META.pop(name, None)
        answered = convert_exception_to_response(lambda asked: _answer(asked, secret))
        return _without_markup(cast(HttpResponse, answered(request)))


def secret_in(environ: Mapping[str, Any]) -> str:
    """The read token in a request's header. Empty if there is none, or if the header holds something else."""
    scheme, _blank, credential = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    credential = credential.strip()
    return credential if scheme.lower() == "bearer" and credential.startswith(read_tokens.PREFIX) else ""


def _answer(request: HttpRequest, secret: str) -> HttpResponse:
    request.get_host()  # refuses a host that this dashboard is not
    token = read_tokens.find_known(secret)
    if token is None:
        # Only what is not known is counted, so a script with a valid token is never throttled by another one's.
        if consume_or_429(request, action="token", limit_get=True) is not None:
            return _refused(429, _("Too many unknown tokens. Wait a minute."), {"Retry-After": str(THROTTLED_SECONDS)})
        token = read_tokens.find_new(secret)
    if token is None:
        reason = _("This token is not valid: it is unknown, has ended or was revoked.")
        return _refused(401, reason, {"WWW-Authenticate": "Bearer"})
    read_tokens.note_use(token)
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return _refused(404, _("There is nothing at this address."))
    return _refusal(request, match, token) or _read(request, match, token)


def _refusal(request: HttpRequest, match: ResolverMatch, token: ValidToken) -> HttpResponse | None:
    """Why a token does not open an address; None if it does."""
    if match.url_name not in READABLE:
        return _refused(403, _("A read token does not open this address."))
    if request.method not in METHODS:
        return _refused(405, _("A read token only reads."), {"Allow": ", ".join(METHODS)})
    if not exports.wanted(request):
        return _refused(403, _("A read token opens no pages. Add format=json or format=csv."))
    if READABLE[match.url_name] and not _seat(token).sees_agent_times:
        return _refused(403, _("This address tells single agents’ times, and this token may not read them."))
    return None


def _seat(token: ValidToken) -> Seat:
    return Seat(token.site, Role.VIEWER, (), is_superuser=False, agents=token.agents)


def _read(request: HttpRequest, match: ResolverMatch, token: ValidToken) -> HttpResponse:
    """The address's answer to a Viewer, with single agents' times if the token and its site allow them."""
    request.user, request.resolver_match = AnonymousUser(), match
    request.seat = _seat(token)  # type: ignore[attr-defined]
    response: HttpResponse = match.func(request, *match.args, **match.kwargs)
    return response


def _refused(status: int, reason: str, headers: dict[str, str] | None = None) -> HttpResponse:
    return JsonResponse({"error": reason}, status=status, headers=headers)


def _without_markup(response: HttpResponse) -> HttpResponse:
    """The answer, or a phrase instead of a page that says what failed."""
    if not response.get("Content-Type", "").startswith("text/html"):
        return response
    status = max(response.status_code, HTTPStatus.BAD_REQUEST)
    kept = {name: response[name] for name in ("Retry-After",) if name in response}
    answer = _refused(status, HTTPStatus(status).phrase, kept)
    answer._has_been_logged = getattr(response, "_has_been_logged", False)  # type: ignore[attr-defined]
    return answer
