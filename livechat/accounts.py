"""How accounts are made and entered: never by strangers, and not by guessing."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import respond_429
from django.core.exceptions import ValidationError
from django.http import HttpRequest

THROTTLED = "too_many_login_attempts"


class ClosedAdapter(DefaultAccountAdapter):
    """allauth's adapter with sign-up closed, and a page of its own for throttled sign-in."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by himself: an administrator makes accounts."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Answer 429 where too many sign-ins have failed: the form's error would come with 200."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            if error.code != THROTTLED:
                raise
            raise ImmediateHttpResponse(respond_429(request)) from error
