"""A site's opening hours, for its administrators."""

from copy import copy

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from livechat.forms.opening_hours import OpeningForm
from livechat.live import intervals
from livechat.models import Site
from livechat.sites import roles
from livechat.web.responses import Request, page


@require_http_methods(["GET", "HEAD", "POST"])
def opening(request: Request, site_id: int) -> HttpResponse:
    """The opening hours of each weekday, the holidays, and when the site is watched closely."""
    site = roles.get_administered_site(request.user, site_id)
    if request.method != "POST":
        return _show(request, site, OpeningForm(instance=site))
    return _change(request, site)


@transaction.atomic
def _change(request: Request, site: Site) -> HttpResponse:
    """Save them. 409 with both values if someone else has changed the same ones meanwhile."""
    site = Site.objects.select_for_update(no_key=True).get(pk=site.pk)
    form = OpeningForm(request.POST, instance=copy(site))  # a form that fails changes its instance
    if not form.is_valid():
        return _show(request, site, form, code=422)
    if form.edit_conflicts:
        return _show(request, site, form.rebased(site), code=409)
    form.instance.opening_hours = form.week
    form.instance.save(update_fields=["opening_hours", *form.Meta.fields])
    intervals.forget()
    messages.success(request, _("Saved."))
    return redirect("site-opening", site.pk)


def _show(request: Request, site: Site, form: OpeningForm, *, code: int = 200) -> HttpResponse:
    return page(request, "sites/opening.html", {"nav": "sites", "edited": site, "form": form}, status=code)
