"""One search over everything of a site: a page, whose results the box that Ctrl-K opens shows too."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from livechat.models import Site
from livechat.sites.roles import site_required
from livechat.web import find_results
from livechat.web.responses import Request, page


@require_safe
@site_required
def find(request: Request, site: Site) -> HttpResponse:
    """Agents, visitors, walls and pages, and statuses to set."""
    results = find_results.of(request, site, request.GET.get("q", ""))
    return page(request, "find.html", {"nav": "find", "results": results}, fragment="found")
