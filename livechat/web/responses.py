"""Wire details, once: fragments, version tags, figures in headers, client-side redirects."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_cache_control, patch_vary_headers
from django_htmx.middleware import HtmxDetails

from livechat.lib import compressed
from livechat.live.freshness import Freshness, tag
from livechat.live.snapshot_view import SnapshotView
from livechat.sites.roles import Seat
from livechat.web import poll_cache


class Missing(Http404):
    """404 with a sentence of ours for the person who asked."""


class Request(HttpRequest):
    """A request as our views get it."""

    user: User
    htmx: HtmxDetails
    seat: Seat


def absolute(request: HttpRequest, path: str) -> str:
    """A page's address as people and other machines reach it: a proxy may pass a Host of its own, or anybody's."""
    return f"{settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL else request.build_absolute_uri(path)


def freshness(
    request: Request,
    snapshot: SnapshotView,
    *,
    key: Any = None,
    path: str = "",
    rests_on: tuple[SnapshotView, ...] = (),
) -> Freshness:
    """Freshness for a region of the page at this address. Viewers with the same tag may share the fragment.

    `key` stands for the snapshot where the fragment depends on less, or more, than all of it; `path` for
    the address where the region is the same on every page; `rests_on` are all the snapshots that the
    fragment is made of, if it is made of nothing else: such a poll can be answered again without this.
    """
    seat = request.seat
    basis = (
        settings.BUILD, snapshot.key if key is None else key, path or request.get_full_path(),
        seat.role, translation.get_language(), seat.site and (seat.site.pk, seat.site.version),
    )  # fmt: skip
    return Freshness(snapshot, tag(*basis), rests_on)


def partial(request: Request) -> bool:
    """Whether a part of the page is asked for."""
    return request.htmx.request_type == "partial"


def ready_answer(request: Request, shown: Freshness) -> HttpResponse | None:
    """The answer to a poll that needs no work: 304 where nothing happened, or the fragment made for another."""
    if not partial(request):
        return None
    if request.htmx.ptag == shown.tag:
        poll_cache.remember(request.META, request.seat, shown)
        return marked(HttpResponseNotModified(), shown)
    kept = compressed.find(shown.tag)
    return None if kept is None else _fragment(request, kept, shown)


def page(
    request: Request,
    template: str,
    context: dict[str, Any],
    *,
    fragment: str = "",
    shown: Freshness | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole page, or its fragment where htmx asks for a part; one template serves both."""
    if not fragment or not partial(request):
        response = _private(render(request, template, context, status=status))
        return response if shown is None else marked(response, shown)
    body = render(request, f"{template}#{fragment}", context, status=status)
    if shown is None:
        return _private(body)
    return _fragment(request, compressed.keep(shown.tag, body.content), shown)


def part(request: Request, template: str, context: dict[str, Any]) -> HttpResponse:
    """A polled part that rests on no figures of Comm100: 304 where the page has it as it is by now.

    Its tag is of its own markup, so no form, whose token is another each time, stands in it.
    """
    response = render(request, template, context)
    mark = tag(settings.BUILD, response.content)
    if request.htmx.ptag == mark:
        response = HttpResponseNotModified()
    response["HX-PTag"] = mark
    return _private(response)


def _fragment(request: Request, kept: compressed.CompressedBody, shown: Freshness) -> HttpResponse:
    """A tagged fragment, compressed once for all who get it."""
    content, encoding = kept.encoded(request.headers.get("Accept-Encoding", ""))
    response = _private(HttpResponse(content))
    patch_vary_headers(response, ["Accept-Encoding"])
    if encoding:
        response["Content-Encoding"] = encoding
    return marked(response, shown)


def _private(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["HX-Request", "HX-Request-Type"])
    patch_cache_control(response, no_store=True, private=True)
    return response


def marked(response: HttpResponse, shown: Freshness) -> HttpResponse:
    """An answer with its version tag and the age of its figures."""
    response["HX-PTag"] = shown.tag
    response["X-Figures"] = shown.json
    return response
