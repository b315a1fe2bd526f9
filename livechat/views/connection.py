"""The user's own Comm100 credential at the site they look at."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from livechat.forms.connection import ConnectionForm
from livechat.lib import vault
from livechat.live import sources
from livechat.models import Connection, Site
from livechat.sites import connections, directory_import
from livechat.sites.roles import site_required
from livechat.web.responses import Request, page


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@site_required
def connection(request: Request, site: Site) -> HttpResponse:
    """Show which credential is stored; store, replace, share or remove one."""
    stored = sources.own(site, request.user)
    if request.method != "POST":
        return _show(request, site, stored, ConnectionForm(address=site.api_base))
    step = request.POST.get("step", "store")
    if step == "remove" and stored:
        connections.remove(site, stored)
        messages.success(request, _("Your credential was removed from this server."))
        return redirect("connection")
    if step in {"share", "unshare"} and not request.seat.can_admin:
        raise PermissionDenied(_("Your role at this site does not allow this."))
    if step in {"share", "unshare"} and stored:
        connections.share(site, stored if step == "share" else None)
        messages.success(
            request,
            _("Everyone's boards now use your connection.")
            if step == "share"
            else _("Your connection is no longer shared."),
        )
        return redirect("connection")
    form = ConnectionForm(request.POST, address=site.api_base)
    if request.POST.get("address") != site.api_base:
        # The site's address has changed since: the credential was not meant for the new one.
        form.add_error(
            None,
            _("The site's address has changed since this form was opened. Check it and store the credential again."),
        )
        return _show(request, site, stored, form, code=409)
    if not form.is_valid():
        return _show(request, site, stored, form, code=422)
    trial = connections.try_credential(site, form.cleaned_data["credential"], request.user)
    if trial.refusal:
        form.add_error(None, _("Comm100 did not accept the credential: %(reason)s") % {"reason": trial.refusal})
        return _show(request, site, stored, form, code=422)
    return _store(request, site, trial)


def _store(request: Request, site: Site, trial: connections.TrialResult) -> HttpResponse:
    """Seal the credential that Comm100 has just accepted. If the site has no names yet, import them."""
    first = not site.agents.exclude(name="").exists()
    begins = site.shared is None
    stored = connections.store(site, request.user, trial.credential)
    if trial.warning:
        text = _("The access token was renewed and stored, sealed. The agents could not be read: %(reason)s")
        messages.warning(request, text % {"reason": trial.warning})
        return redirect("connection")
    messages.success(request, _("Comm100 accepted the credential. It is stored, sealed."))
    if first:
        result = directory_import.import_names(site, stored)
        if result.stopped:
            text = _("Names were not imported: %(reason)s An administrator can start that in the directory.")
            messages.info(request, text % {"reason": " ".join(result.problems)})
        elif result.agents is None:
            messages.info(
                request,
                _("This credential cannot read agents' names. An administrator can enter them in the directory."),
            )
    return redirect("start" if begins else "connection")


def _show(
    request: Request, site: Site, stored: Connection | None, form: ConnectionForm, *, code: int = 200
) -> HttpResponse:
    opens = True
    if stored is not None:
        try:
            stored.credential()
        except vault.CannotOpen:
            opens = False
    shared = site.shared
    context = {
        "nav": "connection",
        "form": form,
        "stored": stored,
        "opens": opens,
        "shared": shared,
        "is_shared": stored is not None and shared is not None and stored.pk == shared.pk,
    }
    return page(request, "connection/edit.html", context, status=code)
