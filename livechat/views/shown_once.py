"""Addresses that carry a new secret: kept in the session from the form that made one to the page that shows it once."""

from typing import Literal

from django.urls import reverse

from livechat.http import Request

Page = Literal["wall", "invite"]  # the names of the pages that take a secret


def keep(request: Request, page: Page, of: int, secret: str) -> None:
    """Keep a secret for the page of what it was made for."""
    request.session[f"new_{page}"] = {"of": of, "secret": secret}


def address(request: Request, page: Page, of: int) -> str:
    """The new address, and forget it; empty where there is none."""
    new = request.session.get(f"new_{page}")
    if request.method != "GET" or not new or new["of"] != of:
        return ""
    del request.session[f"new_{page}"]
    return request.build_absolute_uri(reverse(page, args=[new["secret"]]))
