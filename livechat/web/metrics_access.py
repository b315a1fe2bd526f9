"""Decides who may read /metrics: a client with METRICS_TOKEN, or one on this machine if METRICS_LOOPBACK is set.

Answered here, before sessions, cookies and the sign-in. If neither is set, there is nothing at this address.
"""

import ipaddress
import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import resolve

from livechat.lib import client_info

PATH = "/metrics"
METHODS = ("GET", "HEAD")  # the view refuses all others by itself
# What proxies add. A request that has one was not made on this machine, whatever address connects.
FORWARDED = (
    "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO", "HTTP_X_REAL_IP",
    "HTTP_FORWARDED", "HTTP_VIA",
)  # fmt: skip
# Another name may be one that somebody's page has given to 127.0.0.1, to be read by a browser of this machine.
LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")


class MetricsMiddleware:
    """Answers every request for the metrics."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer or refuse a request for the metrics; pass on every other one."""
        if request.path_info != PATH:
            return self.get_response(request)
        request.resolver_match = match = resolve(PATH)
        answer: HttpResponse = _refusal(request) or match.func(request)
        return answer


def _refusal(request: HttpRequest) -> HttpResponse | None:
    """Why this request gets no metrics; None if it does."""
    local = settings.METRICS_LOOPBACK and _is_local(request.META)
    if local or request.method not in METHODS or _has_token(request.META):
        return None
    if settings.METRICS_TOKEN:
        return _said(401, "The metrics need a token: Authorization: Bearer …", {"WWW-Authenticate": "Bearer"})
    return _said(404, "There is nothing at this address.")


def _has_token(meta: Mapping[str, Any]) -> bool:
    scheme, _blank, sent = meta.get("HTTP_AUTHORIZATION", "").partition(" ")
    known: str = settings.METRICS_TOKEN
    same = secrets.compare_digest(sent.strip().encode(errors="replace"), known.encode())
    return bool(known) and scheme.lower() == "bearer" and same


def _is_local(meta: Mapping[str, Any]) -> bool:
    """Whether a program of this machine asks, without a proxy between: behind a proxy everybody comes from here."""
    name = re.sub(r":\d+$", "", meta.get("HTTP_HOST", "")).lower()
    if name not in LOCAL_NAMES or any(header in meta for header in FORWARDED):
        return False
    address = client_info.address(meta)
    return bool(address) and ipaddress.ip_address(address).is_loopback


def _said(status: int, sentence: str, headers: dict[str, str] | None = None) -> HttpResponse:
    return HttpResponse(f"{sentence}\n", status=status, content_type="text/plain", headers=headers)
