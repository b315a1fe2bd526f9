"""Reading pages in tests."""

import json
import re
from typing import Any

from django.http import HttpResponse
from django.test import Client

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


def text(response: HttpResponse) -> str:
    """The page as text."""
    return response.content.decode()


def poll(client: Client, url: str, tag: str = "", *, site: int | None = None) -> HttpResponse:
    """The request that htmx makes for a region, with the tag it has and the site that its page is of."""
    named = {"HX-PTag": tag} if tag else {}
    return client.get(url, headers=PARTIAL | named | ({"X-Site": str(site)} if site else {}))


def figures(response: HttpResponse) -> dict[str, Any]:
    """What the answer says of its figures."""
    found: dict[str, Any] = json.loads(response["X-Figures"])
    return found


def steady(markup: str) -> str:
    """Markup without what differs in every answer: the age of the figures, form tokens and nonces."""
    markup = re.sub(r'data-figures="[^"]*"', "", markup)
    markup = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", markup)
    return re.sub(r'name="nonce" value="[^"]*"', "", markup)


def region(markup: str, element_id: str) -> str:
    """The <section> of a page with this id, whole."""
    start = markup.index(f'<section id="{element_id}"')
    depth = 0
    for found in re.finditer(r"<section\b|</section>", markup[start:]):
        depth += 1 if found[0] == "<section" else -1
        if depth == 0:
            return markup[start : start + found.end()]
    raise AssertionError(f"#{element_id} is not closed")
