"""A day, today if none is named, beside the same weekday of the week before."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from livechat.forms.history import USUAL_SECONDS, DayFilter
from livechat.models import Site
from livechat.reports import observed, opening, presence, queue, tallies
from livechat.reports.observed import Observed, Run
from livechat.reports.presence import Times
from livechat.reports.ranges import Bucket, Range
from livechat.sites.roles import site_required
from livechat.web import exports, today_export, today_hours, today_report
from livechat.web.responses import Request, page
from livechat.web.today_report import Day, Hour, Report

WEEK = 7  # days
MIN_GAP = 0.01  # of an hour: a shorter time without a look cannot be drawn
FIRST_DAY = date(2000, 1, 1)


@require_safe
@site_required
def today(request: Request, site: Site) -> HttpResponseBase:
    """The figures of a day and of a week before, and who was online by hour. `?format=csv|json`: the same rows."""
    form = DayFilter(request.GET)
    asked = form.asked(ZoneInfo(site.time_zone), timezone.now())
    if asked is None:
        return exports.refused(request, form) or page(
            request, "history/today.html", {"nav": "history", "form": form}, status=422
        )
    form.show(asked)
    report = Report(_day(site, asked), _day(site, asked.before(WEEK)), observed.since(site))
    exported = exports.of(
        request, "today", lambda: today_export.csv_lines(report), lambda: today_export.as_json(report)
    )
    return exported or page(request, "history/today.html", _context(form, report))


def _day(site: Site, asked: Range) -> Day:
    """The figures of a day and of its hours."""
    within, began, ended = USUAL_SECONDS * 1000, asked.began, asked.ended
    contacts = tallies.contacts(site, began, ended)
    queue_runs, online_runs = (observed.runs(site, kind, began, ended) for kind in ("visitors", "agents"))
    queue_times, online_times = presence.watched(queue_runs), presence.watched(online_runs)
    both = presence.shared(presence.shared(queue_times, online_times), [(began, ended)])
    spans, open_times = presence.online(site, began, ended), opening.times(site, began, ended)
    buckets = list(asked.buckets())
    hours = [
        Hour(
            bucket,
            queue.of((row for row in contacts if bucket.began <= row.began < bucket.ended), within),
            observed.of(queue_runs, bucket.began, bucket.ended),
            found,
            observed.of(online_runs, bucket.began, bucket.ended),
            _gaps(queue_times, bucket),
            _gaps(online_times, bucket),
        )
        for bucket, found in zip(buckets, presence.by_bucket(spans, online_times, buckets), strict=True)
    ]
    return Day(
        asked,
        queue.of(contacts, within),
        observed.of(queue_runs, began, ended, open_times),
        observed.of(online_runs, began, ended, open_times),
        presence.uncovered(presence.waits(site, contacts, began, ended), spans, both),
        _seen(both, began, ended, open_times),
        hours,
    )


def _seen(both: Times, began: int, ended: int, hours: Times | None) -> Observed:
    """How much of a time, and of the opening hours in it, both lists were watched."""
    return observed.of((Run(first, last, 0) for first, last in both), began, ended, hours)


def _gaps(times: Times, bucket: Bucket) -> tuple[tuple[float, float], ...]:
    """What of an hour was not watched, as shares of it."""
    whole = max(1, bucket.ended - bucket.began)
    found = presence.gaps(times, bucket.began, bucket.ended)
    shares = (((began - bucket.began) / whole, (ended - bucket.began) / whole) for began, ended in found)
    return tuple((began, ended) for began, ended in shares if ended - began >= MIN_GAP)


def _context(form: DayFilter, report: Report) -> dict[str, Any]:
    day = report.now.asked.first
    return {
        "nav": "history",
        "form": form,
        "report": report,
        "previous": day - timedelta(days=1) if day > FIRST_DAY else None,
        "next": None if report.today else day + timedelta(days=1),
        "figures": today_report.tiles(report),
        "rows": today_hours.rows(report),
        "online_plot": today_hours.online_plot(report),
        "contacts_plot": today_hours.contacts_plot(report),
    }
