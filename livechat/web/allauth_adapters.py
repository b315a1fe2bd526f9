"""How accounts are made and entered: never by strangers, and not by guessing."""

import base64
from typing import Any
from urllib.parse import SplitResult, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import respond_429
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import render

from livechat.lib import client_info, vault
from livechat.web.responses import absolute

THROTTLED = "too_many_login_attempts"
FACTOR = "mfa"  # what a second factor's secrets are bound to: allauth does not say of which row they are
NOT_OPENED = (
    "This account's second step cannot be checked: its secrets were sealed with a key that this server no longer has. "
    "Whoever runs the server can put that key back into SEALING_KEYS."
)


def _here(request: HttpRequest) -> SplitResult:
    return urlsplit(absolute(request, "/"))


class ClosedAdapter(DefaultAccountAdapter):
    """allauth's adapter with sign-up closed, and a page of its own for throttled sign-in."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by himself: an administrator makes accounts."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """By what throttles count who comes. All without an address are counted as one, not refused."""
        return client_info.address(request.META) or client_info.NO_ADDRESS

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # Of the account alone: allauth puts the Host before it, whose port a guesser may choose anew each time.
        key: str = super()._get_login_attempts_cache_key(request, **credentials)
        return key.removeprefix(request.get_host())

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Answer 429 where too many sign-ins have failed: the form's error would come with 200."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            if error.code != THROTTLED:
                raise
            raise ImmediateHttpResponse(respond_429(request)) from error

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail whose links lead where people reach us."""
        links = {
            name: absolute(self.request, urlsplit(context[name]).path) for name in context if name.endswith("_url")
        }
        host = _here(self.request).netloc
        super().send_mail(template_prefix, email, context | links | {"current_site": {"name": host, "domain": host}})

    def format_email_subject(self, subject: str) -> str:
        """Put before a mail's subject whom it is from."""
        return f"[{_here(self.request).netloc}] {subject}"


class SealedMFAAdapter(DefaultMFAAdapter):
    """allauth's adapter for second factors, with their secrets sealed at rest."""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """For whom passkeys are made: the host that browsers are at, or they refuse."""
        host = _here(allauth_context.request).hostname or ""
        return {"id": host, "name": host}

    def encrypt(self, text: str) -> str:
        """Seal a secret."""
        return base64.b64encode(vault.seal(text.encode(), FACTOR)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret, or refuse with a sentence, whatever page asks for it."""
        try:
            return vault.unseal(base64.b64decode(encrypted_text), FACTOR).decode()
        except vault.CannotOpen as error:
            page = render(allauth_context.request, "errors/403.html", {"reason": NOT_OPENED}, status=403)
            raise ImmediateHttpResponse(page) from error


def sealed_anew(sealed: str) -> str:
    """A second factor's secret sealed by the first key, the same where it is already. Raises vault.CannotOpen."""
    blob = base64.b64decode(sealed)
    return (
        sealed
        if vault.sealed_by_first_key(blob)
        else base64.b64encode(vault.seal(vault.unseal(blob, FACTOR), FACTOR)).decode()
    )
