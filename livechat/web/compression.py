"""Pages are sent compressed, but for those whose size could give a secret away (the attack called BREACH).

An onlooker who sees the size of answers, and makes a browser ask for a page with words of their choice in it, learns
from the sizes if the page holds the same words elsewhere. So an answer stays plain
- if another site made the browser ask: browsers say so over https, in Sec-Fetch-Site; one that does not gets it plain;
- if the page shows a secret that is the same in its next answer too: an address shown once, a second factor's key.
A form's token is not of that kind: Django masks it anew in each answer, and a nonce is made anew.
A plain page goes without the indentation of its templates, and one with a secret without the boxes that act in place.
"""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from livechat.lib.compressed import CompressedBody

INDENTATION = re.compile(rb"(<(pre|textarea)\b.*?</\2>)|\s*\n\s*", re.DOTALL)  # but for what keeps its white space
OWN = {"same-origin", "none"}  # Sec-Fetch-Site of a link or form of ours, and of an address that a person typed
# Names of addresses. Screens' own answers are compressed where they are made (livechat.views.wall).
PAGES_WITH_SECRETS = {
    "wall", "tv", "tv-code", "invite", "digest-end", "stray", "account_reset_password_from_key",
    "mfa_activate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
}  # fmt: skip


class CompressionMiddleware:
    """Compresses pages that may be compressed for this request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, compressed if it is a page that is not compressed yet."""
        response = self.get_response(request)
        if not response.get("Content-Type", "").startswith("text/html") or "Content-Encoding" in response:
            return response
        patch_vary_headers(response, ["Accept-Encoding", "Sec-Fetch-Site"])
        if _gives_away_nothing(request):
            content, encoding = CompressedBody(response.content).encoded(request.headers.get("Accept-Encoding", ""))
        else:
            content, encoding = _without_indentation(response.content), ""
        if encoding:
            response["Content-Encoding"] = encoding
        response.content, response["Content-Length"] = content, str(len(content))
        return response


def _gives_away_nothing(request: HttpRequest) -> bool:
    """Whether the size of this answer tells nobody a secret. Without https an onlooker reads all of it anyway."""
    asker = request.headers.get("Sec-Fetch-Site", "" if request.is_secure() else "none")
    return asker in OWN and not shows_secret(request)


def shows_secret(request: HttpRequest) -> bool:
    """Whether the page that this request asks for shows a secret, or is at the address of one that does."""
    place = request.resolver_match
    return getattr(request, "shows_secret", False) or (place is not None and place.view_name in PAGES_WITH_SECRETS)


def _without_indentation(page: bytes) -> bytes:
    """The same page to a reader: between words a line's end is worth as much as all the white space at it.

    Parts of pages stay as they are: the fast path sends the same ones.
    """
    if not page.lstrip().startswith(b"<!doctype"):
        return page
    return INDENTATION.sub(lambda found: found[1] or b"\n", page)
