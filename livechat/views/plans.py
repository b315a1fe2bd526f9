"""A planned status: what it is, what became of it, and the button that cancels it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from livechat.boards import directory_names, plans
from livechat.control import planning
from livechat.models import Change, Plan, Role, Site
from livechat.sites.roles import role_required
from livechat.web import change_lines
from livechat.web.responses import Request, page


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.SUPERVISOR)
def plan(request: Request, site: Site, plan_id: int) -> HttpResponse:
    """A plan of the site. Any Supervisor may cancel it, until it has ended."""
    found = get_object_or_404(site.plans, pk=plan_id)
    if request.method != "POST":
        return _show(request, site, found)
    if planning.cancel(found, request.user):
        return redirect("agent-detail", found.agent_id)
    found.refresh_from_db()
    return _show(request, site, found, late=True)


def _show(request: Request, site: Site, found: Plan, *, late: bool = False) -> HttpResponse:
    """`late`: a cancellation came when the plan had ended."""
    agent = str(found.agent_id)
    context = {
        "nav": "agents",
        "plan": found,
        "shown": plans.shown(found, site),
        "name": change_lines.named(Change.Kind.STATUS, agent, found.name, directory_names.of(site)),
        "latest": found.latest.astimezone(site.zone),
        "late": late,
    }
    return page(request, "agents/plan.html", context, status=409 if late else 200)
