"""Messages on walls: supervisors show and end them; everyone of the site sees which are shown."""

from django.contrib import messages as told
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from livechat.forms.wall_messages import MessageForm
from livechat.models import Role, Site
from livechat.sites.roles import role_required, site_required
from livechat.views.links import by
from livechat.walls import messages
from livechat.web.responses import Request, page

MAX_EARLIER = 20  # that the page lists


@require_http_methods(["GET", "HEAD", "POST"])
@site_required
def wall_messages(request: Request, site: Site) -> HttpResponse:
    """The site's messages, and a form that shows another one. `?wall=` is the wall that the form begins with."""
    if request.method == "POST":
        return _show(request)
    return _list(request, site, MessageForm(site=site, initial={"wall": request.GET.get("wall", "")}))


def _list(request: Request, site: Site, form: MessageForm, *, code: int = 200) -> HttpResponse:
    context = {
        "nav": "walls",
        "form": form,
        "current": messages.current(site).select_related("wall"),
        "earlier": messages.earlier(site).select_related("wall")[:MAX_EARLIER],
    }
    return page(request, "walls/messages.html", context, status=code)


@role_required(Role.SUPERVISOR)
def _show(request: Request, site: Site) -> HttpResponse:
    form = MessageForm(request.POST, site=site)
    if not form.is_valid():
        return _list(request, site, form, code=422)
    asked = form.cleaned_data
    messages.show(site, asked["wall"], asked["text"], tone=asked["tone"], lasts=asked["lasts"], by=by(request))
    told.success(request, _("The message is on its way: screens show it at their next refresh."))
    return redirect("wall-messages")


@require_POST
@role_required(Role.SUPERVISOR)
def end(request: Request, site: Site, message_id: int) -> HttpResponse:
    """End a message before its time."""
    found = get_object_or_404(site.wall_messages.select_related("wall"), pk=message_id)
    ended = messages.end(found, by(request))
    told.success(request, _("The message has ended.") if ended else _("That message had ended already."))
    return redirect("wall-messages")
