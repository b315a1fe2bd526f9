"""How pages look for a user, chosen in the account menu."""

from django.core.exceptions import BadRequest
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from livechat.lib import safe_links
from livechat.models import Density, Preferences, Theme
from livechat.web.responses import Request

CHOICES = {"density": Density.values, "theme": Theme.values}


@require_POST
def display(request: Request) -> HttpResponse:
    """Keep what the pressed button says, and go back to the page. What the form does not name stays as it is.

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
