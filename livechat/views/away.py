"""How long an away status may last: a limit in minutes for every status that is known of."""

from datetime import timedelta

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from livechat.boards import agents, directory_names, status_styles
from livechat.comm100.records import status_kind
from livechat.forms.away import MOST, BaseLimits, LimitFormSet
from livechat.live import snapshot_cache, sources
from livechat.models import AwayLimit, Site
from livechat.web import administered
from livechat.web.responses import Request, page

SEEN = timedelta(days=7)  # statuses of the history count as known for so long


@require_http_methods(["GET", "HEAD", "POST"])
def limits(request: Request, site_id: int) -> HttpResponse:
    """The limits of a site, each status with its own; none where the field is empty."""
    site = administered.site(request.user, site_id)
    if request.method != "POST":
        now = _now(site)
        start = [
            {"name": name, "shown": now.get(name.casefold()), "minutes": now.get(name.casefold())}
            for name in _known(request, site)
        ]
        return _show(request, site, LimitFormSet(initial=start))
    rows = LimitFormSet(request.POST)
    if not rows.is_valid():
        return _show(request, site, rows, code=422)
    with transaction.atomic():
        now = _now(Site.objects.select_for_update(no_key=True).get(pk=site.pk))
        clashing = any(row.clash(now.get(row.status.casefold())) for row in rows.forms)
        if not clashing:
            _keep(site, rows)
    if clashing:
        return _show(request, site, rows.again(now), code=409)
    messages.success(request, _("Saved."))
    return redirect("away-limits", site.pk)


def _now(site: Site) -> dict[str, int]:
    return dict(site.away_limits.values_list("key", "minutes"))


def _known(request: Request, site: Site) -> list[str]:
    """Away itself, then every away status that is imported, added, seen in the data or limited already, by name."""
    data = snapshot_cache.get(sources.board(site, request.user), "agents", wait=0).data
    found = {name.casefold(): name for name in agents.settable_statuses(directory_names.of(site), data)[2:]}
    seen = site.agent_spans.filter(began__gte=timezone.now() - SEEN).values_list("status", flat=True).distinct()
    for name in (*seen, *site.away_limits.values_list("name", flat=True)):
        if status_kind(name) == "away":
            found.setdefault(name.casefold(), name)
    found.pop("away", None)
    custom = sorted((name for name in found.values() if len(name) <= 100), key=str.casefold)
    return ["Away", *custom][:MOST]


def _keep(site: Site, rows: BaseLimits) -> None:
    for name, minutes in rows.decided().items():
        key = name.casefold()
        if minutes is None:
            site.away_limits.filter(key=key).delete()
        else:
            AwayLimit.objects.update_or_create(site=site, key=key, defaults={"name": name, "minutes": minutes})
    site.bump_version()


def _show(request: Request, site: Site, rows: BaseLimits, *, code: int = 200) -> HttpResponse:
    looks = [(status_styles.of_agent(row.status), row) for row in rows.forms]
    context = {"nav": "sites", "edited": site, "formset": rows, "rows": looks}
    return page(request, "sites/away.html", context, status=code)
