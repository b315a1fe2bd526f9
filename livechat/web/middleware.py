"""Middleware: headers, machines under any Host, the user's seat, and sign-in for htmx when a session has ended."""

import re
from collections.abc import Callable

from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect

from livechat.lib import outages
from livechat.sites import roles
from livechat.web.headers import NO_PAGE, PERMISSIONS_POLICY

GetResponse = Callable[[HttpRequest], HttpResponse]
SCREEN_PATHS = ("/wall/", "/tv/")
MACHINE_PATHS = ("/healthz", "/readyz")
SESSION_KEY = re.compile("[a-z0-9]{1,40}")
SCREEN_HEADERS = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Vary": "Accept, Accept-Encoding, HX-Request-Type",
}


class ScreenMiddleware:
    """Keep a screen's address, which is its secret, out of caches and search engines, and cookies out of its request.

    It comes first in the list, so that redirects to https and error pages carry the headers too.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Drop the cookies that a browser on this TV may have, and set the headers."""
        if not request.path_info.startswith(SCREEN_PATHS):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        response = self.get_response(request)
        for name, value in SCREEN_HEADERS.items():
            response[name] = value
        return response


class HeadersMiddleware:
    """Adds the headers that every answer must have, if it lacks them. Only static files say that they may be kept."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set the headers that the answer does not have yet."""
        response = self.get_response(request)
        if response.get("Content-Security-Policy") != NO_PAGE:  # with it nothing runs that could ask people
            response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.setdefault("Cache-Control", "private, no-store")
        if request.method == "HEAD" and not response.streaming:
            response.content = b""  # gunicorn would warn of each; its length stays in the headers
        return response


class MachineMiddleware:
    """Lets machines ask for health under any Host: they have an address of the network, and no name."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Put a Host that is allowed in the place of the one that was sent: these answers name no host."""
        if request.path_info in MACHINE_PATHS:
            request.META["HTTP_HOST"] = settings.ALLOWED_HOSTS[0]
        return self.get_response(request)


class LenientSessionMiddleware(SessionMiddleware):
    """Sessions as Django keeps them, but a page that was read is shown even if its session cannot be stored.

    Showing a page changes a session only by what it has shown: that is shown once more. A key that Django cannot have
    made is none: PostgreSQL refuses some characters.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Attach the session of the cookie."""
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        request.session = self.SessionStore(key if key and SESSION_KEY.fullmatch(key) else None)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Store a session that was changed."""
        try:
            return super().process_response(request, response)
        except (Error, SessionInterrupted) as error:
            failure = _failure_behind(error)
            if failure is None or request.method not in {"GET", "HEAD"}:
                raise failure or error from error
            outages.note(failure, "to store a session")
            return response


def _failure_behind(error: BaseException | None) -> BaseException | None:
    """The database's failure that Django reports as a session that was deleted meanwhile; None if it was deleted."""
    while error is not None and not isinstance(error, outages.UNAVAILABLE):
        error = error.__context__
    return error


class SeatMiddleware:
    """Gives each request its `seat`, read from the database at first use."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Attach the seat."""
        request.seat = SimpleLazyObject(lambda: self._seat(request))  # type: ignore[attr-defined]
        return self.get_response(request)

    @staticmethod
    def _seat(request: HttpRequest) -> roles.Seat:
        if not request.user.is_authenticated:
            return roles.NO_SEAT
        return roles.seat(request.user, request.session.get(roles.CHOSEN_SITE_KEY))


class HtmxSignInMiddleware:
    """Turns a redirect to the sign-in page into `HX-Redirect`, so that no login form is put inside a table.

    After signing in the user comes back to the page, not to the fragment that htmx asked for.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Replace a redirect to the sign-in page if htmx made the request."""
        response = self.get_response(request)
        login = resolve_url(settings.LOGIN_URL)
        if request.htmx and response.status_code == 302 and response["Location"].startswith(f"{login}?"):  # type: ignore[attr-defined]
            return HttpResponseClientRedirect(f"{login}?{urlencode({'next': _page(request)})}")
        return response


def _page(request: HttpRequest) -> str:
    """The page on which htmx made a request; the first page if it names none, or none that can be read."""
    try:
        here: str | None = request.htmx.current_url_abs_path  # type: ignore[attr-defined]
    except ValueError:
        here = None
    return here or resolve_url(settings.LOGIN_REDIRECT_URL)
