"""A site's address for hints: its administrators register it with Comm100 by one click, or make one to paste."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import get_script_prefix
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from livechat.live import sources
from livechat.models import Connection, Site
from livechat.sites import hooks, roles, webhooks
from livechat.sites.webhooks import NotRegistered
from livechat.views.links import by
from livechat.web import one_time_secrets
from livechat.web.responses import Request, page


@require_http_methods(["GET", "HEAD", "POST"])
def hooks_page(request: Request, site_id: int) -> HttpResponse:
    """What is set up, and the forms that change it, by the `step` that is sent. A new address is shown here, once."""
    site = roles.get_administered_site(request.user, site_id)
    step = request.POST.get("step") if request.method == "POST" else ""
    here = _public_url(request, site)
    if step == "remove":
        _remove(request, site, here)
        return redirect("site-hooks", site.pk)
    if step and not hooks.can_reach(site, here):
        return _show(request, site, here, _("Nothing was done: Comm100 cannot reach this dashboard."))
    if step == "register":
        try:
            webhooks.register(site, _reader(request, site), here, by(request))
        except NotRegistered as error:
            return _show(request, site, here, error.reason, paste=error.forbidden)
        messages.success(request, _("Registered: Comm100 tells this dashboard when something happens."))
        return redirect("site-hooks", site.pk)
    if step == "make":
        secret = hooks.new_secret()
        made = hooks.make(site, secret, by(request))
        one_time_secrets.store(request, "hook", made.pk, secret)
        return redirect("site-hooks", site.pk)
    return _show(request, site, here, _("This form is not complete.") if request.method == "POST" else "")


def _public_url(request: Request, site: Site) -> str:
    """The address of this dashboard without a slash at its end; "" if Comm100 cannot know one."""
    if settings.PUBLIC_URL or not hooks.is_local(site):
        return settings.PUBLIC_URL
    return request.build_absolute_uri(get_script_prefix()).rstrip("/")


def _reader(request: Request, site: Site) -> Connection:
    """The connection that registers: the user's own, or the shared one. Raises NotRegistered if there is neither."""
    found = sources.own(site, request.user) or site.shared
    if found is None:
        raise NotRegistered(_("There is no connection to register with: store one first."), forbidden=True)
    return found


def _remove(request: Request, site: Site, here: str) -> None:
    """Remove the address here in any case; what Comm100 does not take away leads nowhere from then on."""
    hook = hooks.of(site)
    reason = ""
    if hook is not None and hook.webhooks:
        try:
            webhooks.unregister(site, _reader(request, site), here)
        except NotRegistered as error:
            reason = error.reason
    if not hooks.remove(site, by(request)):
        messages.info(request, _("Nothing was changed: this was done already."))
    elif reason:
        words = _("Removed here. Comm100 still calls the old address, which leads nowhere: remove its webhooks there.")
        messages.warning(request, f"{words} {reason}")
    else:
        messages.success(request, _("Removed."))


def _show(request: Request, site: Site, here: str, problem: str = "", *, paste: bool = False) -> HttpResponse:
    """The page. `problem`: why nothing was done; `paste`: whether the address can be pasted at Comm100 instead."""
    hook = hooks.of(site)
    secret = one_time_secrets.take(request, "hook", hook.pk) if hook is not None and not problem else ""
    context = {
        "nav": "sites",
        "edited": site,
        "hook": hook,
        "address": hooks.address(here, secret) if secret else "",
        "can_reach": hooks.can_reach(site, here),
        "public_url": settings.PUBLIC_URL,
        "problem": problem,
        "paste": paste,
        "connection": sources.own(site, request.user) or site.shared,
        "events": webhooks.EVENT_LABELS.values(),
        "registered": [webhooks.EVENT_LABELS.get(one["event"], one["event"]) for one in hook.webhooks] if hook else [],
    }
    return page(request, "sites/hooks.html", context, status=422 if problem else 200)
