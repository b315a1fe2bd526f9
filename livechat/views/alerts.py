"""Alerts: what rings, what rang, and what people do about it."""

from datetime import datetime, time, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from livechat.alerts import actions, kinds
from livechat.boards import directory_names
from livechat.forms.alerts import AcknowledgeForm
from livechat.live import snapshot_cache
from livechat.models import Alert, Role, Site
from livechat.sites.roles import role_required, site_required
from livechat.web import alert_cards
from livechat.web.alert_cards import Card
from livechat.web.responses import Request, freshness, page, ready_answer


@require_safe
@site_required
def alerts(request: Request, site: Site) -> HttpResponse:
    """What rings now, what has ended today or among the last hundred (`?all=1`), and the rules."""
    snapshot = snapshot_cache.get(request.seat.feed, "visitors", wait=0)
    now = timezone.localtime(timezone=site.zone)
    today = datetime.combine(now.date(), time(), now.tzinfo)
    until = today + timedelta(days=1)  # what ended today is another day's then
    sees = request.seat.sees_agent_times  # what has ended tells times of the past
    shown = freshness(request, snapshot, key=(snapshot.state, today, sees), snapshots=(snapshot,), until=until)
    if answer := ready_answer(request, shown):
        return answer
    is_all = "all" in request.GET
    rules = [row for row in alert_cards.rules(site) if row.rule.enabled]
    context = {
        "nav": "alerts",
        "tab": "now",
        "freshness": shown,
        "cards": alert_cards.with_told(alert_cards.ringing(site)),
        "ended": alert_cards.ended(site, None if is_all else today, of_agents=sees),
        "is_all": is_all,
        "on": rules,
        "any_on": bool(rules),
    }
    return page(request, "alerts/list.html", context, fragment="ringing", shown=shown)


@require_safe
@site_required
def alert(request: Request, site: Site, alert_id: int) -> HttpResponse:
    """One alert: what happened, who was told, and what one can do."""
    return _show(request, site, alert_id, AcknowledgeForm())


def _show(request: Request, site: Site, alert_id: int, form: AcknowledgeForm) -> HttpResponse:
    found = _get(request, site, alert_id)
    context = {
        "nav": "alerts",
        "card": Card(found, directory_names.of(site)),
        "events": alert_cards.happened(found),
        "form": form,
        "snooze_minutes": actions.SNOOZE_MINUTES,
    }
    return page(request, "alerts/detail.html", context, status=422 if form.is_bound else 200)


def _get(request: Request, site: Site, alert_id: int) -> Alert:
    rows = Alert.objects.filter(rule__site=site).exclude(fired=None).select_related("rule__site")
    if not request.seat.sees_agent_times:
        rows = rows.exclude(rule__kind__in=kinds.OF_AGENTS, ended__isnull=False)
    return get_object_or_404(rows, pk=alert_id)


@require_POST
@role_required(Role.SUPERVISOR)
def acknowledge(request: Request, site: Site, alert_id: int) -> HttpResponse:
    """Take an alert, with a note if one is given."""
    found, form = _get(request, site, alert_id), AcknowledgeForm(request.POST)
    if not form.is_valid():
        return _show(request, site, alert_id, form)
    if actions.acknowledge(found, request.user, form.cleaned_data["note"]):
        messages.success(request, _("You have it: no sound and no reminders until it ends."))
    else:
        messages.info(request, _not_taken(_get(request, site, alert_id)))
    return redirect(_back(request, alert_id))


@require_POST
@role_required(Role.SUPERVISOR)
def snooze(request: Request, site: Site, alert_id: int) -> HttpResponse:
    """Let an alert be silent for some minutes."""
    found = _get(request, site, alert_id)
    asked = request.POST.get("minutes", "")
    minutes = int(asked) if asked.isascii() and asked.isdigit() else 0
    if minutes not in actions.SNOOZE_MINUTES:
        messages.error(request, _("Choose one of the times that are offered."))
    elif actions.snooze(found, request.user, minutes):
        messages.success(request, _("Silent for %(n)d minutes.") % {"n": minutes})
    else:
        messages.info(request, _("It does not ring any more."))
    return redirect(_back(request, alert_id))


def _not_taken(found: Alert) -> str:
    """Why somebody could not take an alert."""
    if found.ended is not None:
        return _("It has ended meanwhile.")
    return _("%(name)s has it already.") % {"name": found.acknowledged_name}


def _back(request: Request, alert_id: int) -> str:
    """The page from which it was asked, if it is one of ours; else the alert's."""
    asked = request.POST.get("next", "")
    safe = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, None)
    return asked if safe else reverse("alert", args=[alert_id])
