"""Limits of away statuses: for each known status, after how many minutes an agent's time turns amber."""

from datetime import timedelta

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from livechat.boards import agents, directory_names, status_styles
from livechat.comm100.names import name_key
from livechat.comm100.records import status_kind
from livechat.forms.away_limits import MAX_STATUSES, BaseLimits, LimitFormSet
from livechat.lib.epoch import milliseconds
from livechat.live import snapshot_cache
from livechat.models import AwayLimit, Site, StatusName
from livechat.record import history
from livechat.sites import roles
from livechat.web.responses import Request, page

KNOWN_FOR = timedelta(days=7)  # a status seen in the history stays known for this long


@require_http_methods(["GET", "HEAD", "POST"])
def limits(request: Request, site_id: int) -> HttpResponse:
    """The limits of a site, one for each status. An empty field means no limit."""
    site = roles.get_administered_site(request.user, site_id)
    if request.method != "POST":
        now = _now(site)
        start = [
            {"name": name, "shown": now.get(name_key(name)), "minutes": now.get(name_key(name))}
            for name in _known(request, site)
        ]
        return _show(request, site, LimitFormSet(initial=start))
    rows = LimitFormSet(request.POST)
    if not rows.is_valid():
        return _show(request, site, rows, code=422)
    with transaction.atomic():
        now = _now(Site.objects.select_for_update(no_key=True).get(pk=site.pk))
        conflicting = any(row.conflict_message(now.get(name_key(row.status))) for row in rows.forms)
        if not conflicting:
            _keep(site, rows)
    if conflicting:
        return _show(request, site, rows.rebased(now), code=409)
    messages.success(request, _("Saved."))
    return redirect("away-limits", site.pk)


def _now(site: Site) -> dict[str, int]:
    return dict(site.away_limits.values_list("key", "minutes"))


def _known(request: Request, site: Site) -> list[str]:
    """Away itself, then by name every away status that was imported, added, seen in the data or given a limit."""
    data = snapshot_cache.get(request.seat.feed, "agents", wait=0).data
    found = {name_key(name): name for name in agents.settable_statuses(directory_names.of(site), data)[2:]}
    seen = _seen(site)
    for name in (*seen, *site.away_limits.values_list("name", flat=True)):
        if status_kind(name) == "away":
            found.setdefault(name_key(name), name)
    found.pop("away", None)
    custom = [found[key] for key in sorted(found) if len(found[key]) <= 100]
    return ["Away", *custom][:MAX_STATUSES]


def _seen(site: Site) -> list[str]:
    """The statuses that agents were seen in lately."""
    lately = history.of_site(site.pk).filter(began__gte=milliseconds(timezone.now() - KNOWN_FOR))
    return list(StatusName.objects.filter(pk__in=lately.values("status")).order_by("pk").values_list("name", flat=True))


def _keep(site: Site, rows: BaseLimits) -> None:
    for name, minutes in rows.changed_limits().items():
        key = name_key(name)
        if minutes is None:
            site.away_limits.filter(key=key).delete()
        else:
            AwayLimit.objects.update_or_create(site=site, key=key, defaults={"name": name, "minutes": minutes})
    site.bump_version()


def _show(request: Request, site: Site, rows: BaseLimits, *, code: int = 200) -> HttpResponse:
    styled = [(status_styles.of_agent(row.status), row) for row in rows.forms]
    context = {"nav": "sites", "edited": site, "formset": rows, "rows": styled}
    return page(request, "sites/away.html", context, status=code)
