"""The choices that users make for themselves: how pages look, how the agents' board opens, and who is pinned there."""

from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from livechat.forms.agents import AgentFilter
from livechat.lib import safe_links
from livechat.models import Density, Preferences, Site, Theme
from livechat.sites.roles import site_required
from livechat.web.responses import Request

MAX_PINNED = 50
MAX_QUERY_CHARS = 500
CHOICES = {"density": Density.values, "theme": Theme.values}


@require_POST
def display(request: Request) -> HttpResponse:
    """Keep what the pressed button says, and go back to the page. Choices that the form does not name stay.

    A page that shows the choice by itself gets 204.
    """
    chosen = {name: request.POST[name] for name in CHOICES if name in request.POST}
    if not chosen or any(value not in CHOICES[name] for name, value in chosen.items()):
        raise BadRequest
    Preferences.objects.update_or_create(user=request.user, defaults=chosen)
    if request.htmx:
        return HttpResponse(status=204)
    back = request.POST.get("next", "")
    return HttpResponseRedirect(back if safe_links.is_here(back) else reverse("home"))


@require_POST
def board(request: Request) -> HttpResponse:
    """Keep the query that was sent as the one with which the agents' board opens. An empty one is the usual board."""
    asked = QueryDict(request.POST.get("query", ""))
    kept = QueryDict(mutable=True)
    kept.update({name: asked[name] for name in AgentFilter.base_fields if asked.get(name)})
    query = kept.urlencode()
    if len(query) > MAX_QUERY_CHARS:
        raise BadRequest
    Preferences.objects.update_or_create(user=request.user, defaults={"board": query})
    return redirect("agents")


@require_POST
@site_required
def pin(request: Request, site: Site, agent_id: UUID) -> HttpResponse:
    """Pin an agent on the user's own board, or let the agent go. Of too many, the oldest goes."""
    del site  # only members come here; a pin of an agent of another site shows nothing
    pinned = [key for key in Preferences.of(request.user).pinned if key != str(agent_id)]
    if request.POST.get("pinned"):
        pinned = [*pinned, str(agent_id)][-MAX_PINNED:]
    Preferences.objects.update_or_create(user=request.user, defaults={"pinned": pinned})
    return redirect("agent-detail", agent_id)
