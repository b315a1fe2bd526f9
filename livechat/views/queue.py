"""The waiting visitors by themselves: every page polls them."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from livechat.models import Site
from livechat.sites.roles import site_required
from livechat.web.context_processors import queue_box
from livechat.web.responses import Request, page, ready_answer


@require_safe
@site_required
def queue(request: Request, site: Site) -> HttpResponse:
    """The box with the number of waiting visitors and the longest wait."""
    box = queue_box(request, site)
    return ready_answer(request, box.freshness) or page(
        request, "components/queue.html", {"queue": box}, fragment="queue", shown=box.freshness
    )
