"""What every request passes: the user's seat, and an answer htmx understands when the session has ended."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect

from livechat.sites import roles

GetResponse = Callable[[HttpRequest], HttpResponse]
SCREENS = ("/wall/", "/tv/")
SCREEN_HEADERS = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Vary": "Accept-Encoding, HX-Request-Type",
}


class ScreenMiddleware:
    """What a screen gets, whatever comes of its request: nothing keeps its address, which is the secret, and no cookie.

    Stands first, so that redirects to https and error pages have it too.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Forget who may have signed in on this TV, and mark the answer."""
        if not request.path_info.startswith(SCREENS):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        response = self.get_response(request)
        for name, value in SCREEN_HEADERS.items():
            response[name] = value
        return response


class SiteMiddleware:
    """Gives each request its `seat`, looked up when first asked for."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Attach the seat."""
        request.seat = SimpleLazyObject(lambda: self._seat(request))  # type: ignore[attr-defined]
        return self.get_response(request)

    @staticmethod
    def _seat(request: HttpRequest) -> roles.Seat:
        if not request.user.is_authenticated:
            return roles.NOWHERE
        return roles.seat(request.user, request.session.get(roles.CHOICE))


class HtmxSignInMiddleware:
    """Turns "sign in first" into `HX-Redirect`: a login form never lands inside a table.

    The person comes back to the page he was on, not to the fragment that was asked for.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Replace a redirect to the sign-in page, for htmx alone."""
        response = self.get_response(request)
        login = resolve_url(settings.LOGIN_URL)
        if request.htmx and response.status_code == 302 and response["Location"].startswith(f"{login}?"):  # type: ignore[attr-defined]
            here = request.htmx.current_url_abs_path or resolve_url(settings.LOGIN_REDIRECT_URL)  # type: ignore[attr-defined]
            return HttpResponseClientRedirect(f"{login}?{urlencode({'next': here})}")
        return response
