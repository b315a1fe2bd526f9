"""The present counts for scripts: who is online, who waits. The boards show the same to people."""

from django.http import JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from livechat.live import snapshot_cache
from livechat.models import Site
from livechat.sites.roles import site_required
from livechat.web import exports, now_export
from livechat.web.responses import Request


@require_safe
@site_required
def now(request: Request, site: Site) -> HttpResponseBase:
    """The counts of the agents and of the visitors as JSON, or as CSV by `?format=csv`. It counts as a look."""
    feed = request.seat.feed
    told = now_export.as_json(site, *(snapshot_cache.get(feed, kind) for kind in ("agents", "visitors")))
    exported = exports.of(request, "now", lambda: now_export.csv_lines(told), lambda: told)
    return exported or JsonResponse(told)
