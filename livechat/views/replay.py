"""The board and the walls of a moment of the past: for those who may see single agents' times."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from csp.constants import NONE, SELF
from csp.decorators import csp_replace, csp_update
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from livechat.boards import directory_names
from livechat.boards.directory_names import Names
from livechat.forms.replay import ReplayFilter
from livechat.models import Site
from livechat.reports import moments, observed
from livechat.reports.observed import Run
from livechat.sites.roles import agent_times_required
from livechat.web import exports, replay_export, replay_report, replay_steps, replay_wall
from livechat.web.replay_report import Replay
from livechat.web.responses import Request, page

TEMPLATE = "history/replay.html"
MAX_WAITERS = 50  # told one by one


@csp_update({"frame-src": [SELF]})  # the wall
@require_safe
@agent_times_required
def replay(request: Request, site: Site) -> HttpResponseBase:
    """The board of a moment, and who waited then, or a wall. `?format=csv|json`: the rows of the board."""
    names, zone, now = _today(site)
    form = ReplayFilter(request.GET, teams=names.teams, walls=site.walls.all())
    key = "" if exports.wanted(request) else request.GET.get("wall", "")
    if key and key not in form.walls:
        raise Http404
    chosen = form.walls.get(key)
    moment = form.asked(zone, now)
    began = observed.details_since(site, "agents")
    context = {"nav": "history", "form": form}
    if moment is not None and (began is None or moment < began):
        if not form.names_moment and exports.reads_page(request):
            return page(request, TEMPLATE, context | {"nothing": True})
        form.refuse(_nothing_before(site, began, zone))
        moment = None
    if moment is None:
        return exports.refused(request, form) or page(request, TEMPLATE, context, status=422)
    form.show(moments.written(moment, zone))
    team = "" if chosen else form.cleaned_data["team"]  # a wall has teams of its own
    found = replay_report.of(site, moment, zone, team, names, now)
    exported = exports.of(
        request,
        "replay",
        lambda: (("zone", zone.key), *replay_export.csv_rows(found)),
        lambda: replay_export.as_json(found),
    )
    if exported:
        return exported
    if chosen:
        address, at = reverse("history-replay-wall", args=[chosen.pk]), urlencode({"at": moments.written(moment, zone)})
        context |= {"wall": chosen, "frame": f"{address}?{at}"}
    return page(request, TEMPLATE, context | _context(found, now))


@csp_replace({"frame-ancestors": [SELF], "script-src": [NONE]})
@xframe_options_sameorigin
@require_safe
@agent_times_required
def wall(request: Request, site: Site, wall_id: int) -> HttpResponse:
    """A wall as it was at a moment, for the frame in the page. 404 if that cannot be told: the page says why."""
    shown, names, zone, now = get_object_or_404(site.walls, pk=wall_id), *_today(site)
    moment = ReplayFilter(request.GET, teams=()).asked(zone, now)
    found = None if moment is None else replay_report.of(site, moment, zone, "", names, now)
    if found is None or found.gap:
        raise Http404
    response = HttpResponse(replay_wall.picture(site, shown, found))
    response["Cache-Control"] = "private, no-store"
    return response


def _today(site: Site) -> tuple[Names, ZoneInfo, datetime]:
    return directory_names.of(site), site.zone, timezone.now()


def _nothing_before(site: Site, began: int | None, zone: ZoneInfo) -> str:
    if began is None:
        return _("Nothing has been recorded yet.")
    first = replay_steps.told(datetime.fromtimestamp(began / 1000, zone))
    if began == site.details_since:
        return _("Single moments are kept from %(moment)s on.") % {"moment": first}
    return _("Nothing was recorded before %(moment)s.") % {"moment": first}


def _context(found: Replay, now: datetime) -> dict[str, Any]:
    """What the page shows of a moment."""
    context = {
        "replay": found,
        "told": replay_steps.told(found.local),
        "steps": replay_steps.steps(found, now),
        "slider": replay_steps.slider(found, now),
    }
    if found.gap:
        return context | {"edges": replay_steps.edges(found, found.gap, now), "open": found.gap.ended is None}
    return context | {
        "pace": round(found.seen.pace / 1000) if isinstance(found.seen, Run) else None,
        "counts": found.counts(),
        "waiters": found.waiters[:MAX_WAITERS],
        "other_waiters": max(0, len(found.waiters) - MAX_WAITERS),
    }
