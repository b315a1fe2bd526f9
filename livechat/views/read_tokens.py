"""Read tokens of a site: its administrators make, rename and revoke them."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from livechat.forms.read_tokens import TokenForm, TokenLabelForm
from livechat.models import ReadToken, Site
from livechat.sites import read_tokens, roles
from livechat.views.links import by
from livechat.walls.links import EXPIRY_WARNING
from livechat.web import one_time_secrets
from livechat.web.responses import Request, absolute_url, page


class TokenRow:
    """A token on the page: its state in words with a tone, when it ended, and the form that renames it."""

    def __init__(self, token: ReadToken, now: datetime, *, is_open: bool, form: TokenLabelForm | None = None) -> None:
        self.token, self.open = token, is_open
        self.expired = token.revoked_at is None and token.ends <= now
        self.ended = None if is_open else token.revoked_at or min(token.ends, now)
        self.invalid = form is not None
        self.form = form or TokenLabelForm(initial={"label": token.label}, auto_id=f"id_%s-{token.pk}")
        if is_open:
            soon = token.ends <= now + EXPIRY_WARNING
            self.state, self.tone = (_("Ends soon"), "yellow") if soon else (_("Open"), "green")
        else:
            self.state, self.tone = (_("Expired"), "red") if self.expired else (_("Revoked"), "neutral")


@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: Request, site_id: int) -> HttpResponse:
    """The site's tokens, how to use one, and the form that makes one. A new one is shown here, once."""
    site = roles.get_administered_site(request.user, site_id)
    if request.method != "POST":
        return _show(request, site, TokenForm())
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _show(request, site, form)
    made, secret = read_tokens.make(site, **form.cleaned_data, by=by(request))
    one_time_secrets.store(request, "token", made.pk, secret)
    return redirect(reverse("read-tokens", args=[site.pk], query={"new": made.pk}))


@require_POST
def token(request: Request, site_id: int, token_id: int) -> HttpResponse:
    """Rename or revoke a token, by the `step` that is sent."""
    site = roles.get_administered_site(request.user, site_id)
    found = get_object_or_404(site.read_tokens, pk=token_id)
    if request.POST.get("step") == "revoke":
        changed, words = read_tokens.revoke(found, by(request)), _("Revoked: scripts that use it are refused.")
    else:
        form = TokenLabelForm(request.POST, auto_id=f"id_%s-{found.pk}")
        if not form.is_valid():
            return _show(request, site, TokenForm(), (found.pk, form))
        changed, words = read_tokens.rename(found, form.cleaned_data["label"], by(request)), _("Renamed.")
    if changed:
        messages.success(request, words)
    else:
        messages.info(request, _("Nothing was changed: this was done already, or the token has ended."))
    return redirect("read-tokens", site.pk)


def _show(
    request: Request, site: Site, form: TokenForm, renaming: tuple[int, TokenLabelForm] | None = None
) -> HttpResponse:
    """The page. `renaming`: the token whose new label was refused, and its form."""
    code = 422 if form.is_bound or renaming else 200
    now, still_open = timezone.now(), set(read_tokens.valid().filter(site=site).values_list("pk", flat=True))
    refused = dict([renaming] if renaming else [])
    rows = [
        TokenRow(one, now, is_open=one.pk in still_open, form=refused.get(one.pk))
        for one in site.read_tokens.select_related("created_by")
    ]
    new = [row.token for row in rows if str(row.token.pk) == request.GET.get("new")]
    context = {
        "nav": "sites",
        "edited": site,
        "form": form,
        "tokens": [row for row in rows if row.open],
        "ended": sorted((row for row in rows if not row.open), key=lambda row: row.ended or now, reverse=True),
        "secret": one_time_secrets.take(request, "token", new[0].pk) if new and code == 200 else "",
        "queue_url": absolute_url(request, reverse("history-queue")),
        "now_url": absolute_url(request, reverse("now")),
    }
    return page(request, "sites/tokens.html", context, status=code)
