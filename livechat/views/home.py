"""Where a user starts: the board, or the steps that are still missing."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRedirect

from livechat.web import first_steps
from livechat.web.responses import Request, is_partial, page


@require_safe
def home(request: Request) -> HttpResponse:
    """The board, or the first steps if the user has no site."""
    return redirect("start" if request.seat.site is None else "agents")


@require_safe
def start(request: Request) -> HttpResponse:
    """The steps to a working board: which are done, and which is next.

    A poll of a board is sent here if its user has no site any more. Then the whole page is replaced.
    """
    if is_partial(request):
        return HttpResponseClientRedirect(reverse("start"))
    steps = first_steps.of(request)
    context = {
        "nav": "start",
        "steps": steps,
        "done": sum(step.done for step in steps),
        "following": next((step for step in steps if step.is_open and step.actions), None),
    }
    return page(request, "start.html", context)
