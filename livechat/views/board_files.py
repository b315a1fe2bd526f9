"""The files that the boards draw with: strips, and lines beside numbers.

Their addresses change with what they show, so browsers keep them.
"""

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

from livechat.boards import directory_names
from livechat.lib.compressed import CompressedBody
from livechat.models import Site
from livechat.sites.roles import agent_times_required, site_required
from livechat.web import board_lines, board_strips
from livechat.web.responses import Request

KEPT_SECONDS = 3600


@require_safe
@agent_times_required
def strips(request: Request, site: Site, site_id: int, step: int, roster: int) -> HttpResponse:
    """The strips of the agents and teams: for those who may see single agents' times."""
    known = board_strips.roster_checksum(directory_names.of(site)) == roster
    if site_id != site.pk or not known or not board_strips.is_shown(step, timezone.now()):
        raise Http404
    return _file(request, board_strips.of(site, step))


@require_safe
@site_required
def lines(request: Request, site: Site, site_id: int, minute: int) -> HttpResponse:
    """The lines beside the numbers: who was online and who waited."""
    if site_id != site.pk or not board_lines.is_shown(minute, timezone.now()):
        raise Http404
    return _file(request, board_lines.of(site, minute))


def _file(request: Request, body: CompressedBody) -> HttpResponse:
    content, encoding = body.encoded(request.headers.get("Accept-Encoding", ""))
    response = HttpResponse(content, content_type="image/svg+xml")
    if encoding:
        response["Content-Encoding"] = encoding
    patch_vary_headers(response, ["Accept-Encoding"])
    patch_cache_control(response, private=True, max_age=KEPT_SECONDS, immutable=True)
    return response
