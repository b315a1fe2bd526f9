"""How pages and polled fragments are sent: version tags, freshness in headers, compression, 304."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.auth.models import User
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_cache_control, patch_vary_headers
from django_htmx.middleware import HtmxDetails

from livechat.lib import compressed
from livechat.live.freshness import Freshness, tag
from livechat.live.snapshot_view import SnapshotView, of_site
from livechat.sites.roles import Seat
from livechat.web import headers, poll_cache

ROWS_PER_PAGE = 50


class Missing(Http404):
    """404 with a sentence of ours that the page shows."""


class Request(HttpRequest):
    """A request as our views get it, after the middleware."""

    user: User
    htmx: HtmxDetails
    seat: Seat
    shows_secret: bool  # if it is shown once, in this answer


def absolute_url(request: HttpRequest, path: str) -> str:
    """The full address of a path. PUBLIC_URL comes first, because a proxy may pass a Host of its own, or any Host."""
    return urljoin(settings.PUBLIC_URL, path) if settings.PUBLIC_URL else request.build_absolute_uri(path)


def freshness(
    request: Request,
    snapshot: SnapshotView,
    *,
    key: Any = None,
    path: str = "",
    snapshots: tuple[SnapshotView, ...] = (),
    until: datetime | None = None,
) -> Freshness:
    """Freshness, with its tag, for a region of the page at this address. Users with the same tag share the fragment.

    `key` replaces the snapshot's own key if the fragment depends on less than the snapshot, or on more. `path`
    replaces the address if the region is the same on every page. `snapshots`: every snapshot the fragment depends
    on; empty if it depends on anything else. With them the fast path can answer the next poll. `until`: see
    `Freshness`.
    """
    seat = request.seat
    snapshot = of_site(seat.site, snapshot)
    basis = (
        settings.BUILD, snapshot.error, snapshot.key if key is None else key, path or request.get_full_path(),
        seat.role, translation.get_language(), seat.site and (seat.site.pk, seat.site.version),
    )  # fmt: skip
    return Freshness(snapshot, tag(*basis), snapshots, until=until)


def page_of(request: HttpRequest, rows: Sequence[Any], size: int = ROWS_PER_PAGE) -> Page[Any]:
    """The page of a long table that the address asks for. It makes no more of `rows` than that."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def is_partial(request: Request) -> bool:
    """Whether htmx asks for a part of the page."""
    return request.htmx.request_type == "partial"


def ready_answer(request: Request, shown: Freshness) -> HttpResponse | None:
    """The answer to a poll that needs no work: 304 if nothing changed, or a fragment made for another user."""
    if not is_partial(request):
        return None
    if request.htmx.ptag == shown.tag:
        poll_cache.remember(request.META, request.seat, shown)
        return with_freshness_headers(HttpResponseNotModified(), shown)
    body = compressed.find(shown.tag)
    return None if body is None else _fragment(request, body, shown)


def page(
    request: Request,
    template: str,
    context: dict[str, Any],
    *,
    fragment: str = "",
    shown: Freshness | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole page, or its fragment if htmx asks for a part. One template serves both."""
    if not fragment or not is_partial(request):
        response = _private(render(request, template, context, status=status))
        return response if shown is None else with_freshness_headers(response, shown)
    body = render(request, f"{template}#{fragment}", context, status=status)
    if shown is None:
        return _private(body)
    return _fragment(request, compressed.keep(shown.tag, body.content), shown)


def polled_part(request: Request, template: str, context: dict[str, Any]) -> HttpResponse:
    """A polled part that shows no data of Comm100. 304 if the page already has it.

    Its tag is a hash of its markup, so it must hold no form: a form's token is different each time.
    """
    response = render(request, template, context)
    part_tag = tag(settings.BUILD, response.content)
    if request.htmx.ptag == part_tag:
        response = HttpResponseNotModified()
    response["HX-PTag"] = part_tag
    return _private(response)


def _fragment(request: Request, body: compressed.CompressedBody, shown: Freshness) -> HttpResponse:
    """A fragment with its tag, compressed once for every user who gets it."""
    content, encoding = body.encoded(request.headers.get("Accept-Encoding", ""))
    response = _private(HttpResponse(content))
    patch_vary_headers(response, ["Accept-Encoding"])
    response["Content-Security-Policy"] = headers.NO_PAGE
    if encoding:
        response["Content-Encoding"] = encoding
    return with_freshness_headers(response, shown)


def _private(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["HX-Request", "HX-Request-Type"])
    patch_cache_control(response, no_store=True, private=True)
    return response


def with_freshness_headers(response: HttpResponse, shown: Freshness) -> HttpResponse:
    """An answer with its version tag and the age of its data."""
    response["HX-PTag"] = shown.tag
    response["X-Figures"] = shown.header()
    return response
