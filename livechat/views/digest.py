"""A person's digests: asked for on a page of their account, and ended by a link in each mail."""

from dataclasses import dataclass
from datetime import datetime, time

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from livechat.alerts import digests
from livechat.forms.digests import DigestForm
from livechat.models import Digest, Site
from livechat.sites import members, roles
from livechat.web.responses import Request, page


@dataclass(frozen=True, slots=True)
class Row:
    """A site of the person, with the form of its digest; the digest if there is one, and when its next mail is due."""

    site: Site
    form: DigestForm
    digest: Digest | None
    next_due: datetime | None
    sent: datetime | None


@require_http_methods(["GET", "HEAD", "POST"])
def digest(request: Request) -> HttpResponse:
    """Which sites the user gets a digest of, how often and when."""
    kept = {one.site_id: one for one in Digest.objects.filter(user=request.user).select_related("site")}
    rows = [_row(request, site, kept.get(site.pk)) for site in roles.roles_of(request.user)]
    sent = [row for row in rows if row.form.is_bound]
    if sent and all(row.form.is_valid() for row in sent):
        for row in sent:
            every = row.form.cleaned_data["every"]
            digests.choose(request.user, row.site, every, row.form.minute, timezone.now())
        messages.success(request, _("Saved."))
        return redirect("digest")
    context = {
        "rows": rows,
        "address": members.mail_address(request.user),
        "no_address_known": not settings.PUBLIC_URL,
    }
    return page(request, "digest/edit.html", context, status=422 if sent else 200)


def _row(request: Request, site: Site, kept: Digest | None) -> Row:
    prefix = f"site-{site.pk}"
    sent = f"{prefix}-every" in request.POST  # not of a site that was joined since the page was opened
    initial = {"every": kept.every, "at": time(kept.at // 60, kept.at % 60)} if kept else None
    form = DigestForm(request.POST if sent else None, prefix=prefix, initial=initial)
    if kept is None:
        return Row(site, form, None, None, None)
    zone = site.zone
    return Row(site, form, kept, digests.next_due(kept, timezone.now()), kept.sent and kept.sent.astimezone(zone))


@csrf_exempt  # a mail program sends the form too (RFC 8058); the token in the address says whose digest it is
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: Request, token: str) -> HttpResponse:
    """End a digest by the link in its mail, signed in or not. The link is the right to do it, and to nothing else."""
    found = digests.of_token(token)
    if found is None:
        reason = _("This link is not whole. Copy all of it from the mail, or sign in to end the digest.")
        return render(request, "errors/404.html", {"reason": reason}, status=404)
    site, rows = found
    if request.method == "POST":
        rows.delete()
        if "List-Unsubscribe" not in request.POST:  # mail programs follow no redirect
            return redirect("digest-end", token)
    answer = page(request, "digest/end.html", {"of_site": site, "ended": not rows.exists()})
    answer["X-Robots-Tag"], answer["Referrer-Policy"] = "noindex, nofollow", "no-referrer"
    return answer
