"""How allauth behaves here: no public sign-up, throttled sign-in, sealed second factors."""

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

from livechat.lib import client_info, qr, safe_links, vault
from livechat.web.responses import absolute_url

THROTTLED_CODE = "too_many_login_attempts"
SEAL_CONTEXT = "mfa"  # second factors are sealed under this name: allauth does not say which row a secret is for
CANNOT_OPEN_TEXT = (
    "This account's second step cannot be checked: its secrets were sealed with a key that this server no longer has. "
    "The person who runs the server can put that key back into SEALING_KEYS."
)


def _public_url(request: HttpRequest) -> SplitResult:
    return urlsplit(absolute_url(request, "/"))


class ClosedSignupAdapter(DefaultAccountAdapter):  # type: ignore[misc,unused-ignore]
    """allauth's adapter with sign-up closed, and status 429 for throttled sign-in."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No one can sign up: accounts are made by administrators and invitations."""
        del request
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Whether `next` may lead there: to this host only. allauth would take every host of ALLOWED_HOSTS."""
        return safe_links.is_here(url)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that throttles count and sessions show. Clients without one share `NO_ADDRESS`."""
        return client_info.address(request.META) or client_info.NO_ADDRESS

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # allauth puts the Host before the account, but a guesser can send another port with every try.
        key: str = super()._get_login_attempts_cache_key(request, **credentials)
        return key.removeprefix(request.get_host())

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Answer 429 if too many sign-ins have failed: allauth's form would show the error with status 200."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            if error.code != THROTTLED_CODE:
                raise
            raise ImmediateHttpResponse(respond_429(request)) from error

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail with links to the public address of this server."""
        links = {
            name: absolute_url(self.request, urlsplit(context[name]).path) for name in context if name.endswith("_url")
        }
        host = _public_url(self.request).netloc
        super().send_mail(template_prefix, email, context | links | {"current_site": {"name": host, "domain": host}})

    def format_email_subject(self, subject: str) -> str:
        """Begin a mail's subject with the host that sent it."""
        return f"[{_public_url(self.request).netloc}] {subject}"


class SealedMFAAdapter(DefaultMFAAdapter):  # type: ignore[misc,unused-ignore]
    """allauth's adapter for second factors, with their secrets sealed at rest."""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The host that passkeys are made for. Browsers refuse any other than the one in their address bar."""
        host = _public_url(allauth_context.request).hostname or ""
        return {"id": host, "name": host}

    def build_totp_svg(self, url: str) -> str:
        """The QR code of a new second factor. allauth's own is seven times as large."""
        return qr.svg(url)

    def encrypt(self, text: str) -> str:
        """Seal a secret."""
        return base64.b64encode(vault.seal(text.encode(), SEAL_CONTEXT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret. If no key opens it, any page that asks gets a 403 with the reason."""
        try:
            return vault.unseal(base64.b64decode(encrypted_text), SEAL_CONTEXT).decode()
        except vault.CannotOpen as error:
            page = render(allauth_context.request, "errors/403.html", {"reason": CANNOT_OPEN_TEXT}, status=403)
            raise ImmediateHttpResponse(page) from error


def reseal(sealed: str) -> str:
    """Seal a second factor's secret with the first key, unless it already is. Raises vault.CannotOpen."""
    blob = base64.b64decode(sealed)
    return (
        sealed
        if vault.sealed_by_first_key(blob)
        else base64.b64encode(vault.seal(vault.unseal(blob, SEAL_CONTEXT), SEAL_CONTEXT)).decode()
    )
