"""Addresses of pages for mails and messages, which are made without a request."""

from django.conf import settings
from django.urls import get_script_prefix, reverse


def public_url(name: str, *args: object, **query: str) -> str:
    """The full address of a page; "" if this server does not know its own address (PUBLIC_URL)."""
    if not settings.PUBLIC_URL:
        return ""
    path = reverse(name, args=args, query=query or None)
    return f"{settings.PUBLIC_URL}/{path.removeprefix(get_script_prefix())}"
