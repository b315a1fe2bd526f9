"""The record: who changed what, when, with which outcome; statuses changed outside; events of walls' links.

Addresses of screens and of people are shown to those who may write, as on the links' own pages; what was changed
outside to those who may see single agents' times: it tells them.
"""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from livechat.boards import directory_names
from livechat.forms.changes import ChangeFilter
from livechat.lib import csv_tables
from livechat.models import Change, Site
from livechat.record import change_log
from livechat.sites.roles import site_required
from livechat.web import change_lines
from livechat.web.change_lines import Line
from livechat.web.responses import Request, page, page_of

CSV_BATCH = 500  # rows fetched together
TARGET_PAGES = {
    Change.Kind.STATUS.value: "agent-detail",
    Change.Kind.VARIABLES.value: "visitor-detail",
    change_log.PLANS: "agent-detail",
}
CSV_HEADER = (
    "When (UTC)", "Person", "Kind", "Of", "Id", "Before", "Asked", "After", "Outcome", "Message", "Reason",
    "Set anyway",
)  # fmt: skip


@require_safe
@site_required
def changes(request: Request, site: Site) -> HttpResponse:
    """The site's record, newest first, in pages. The filters are in the address."""
    form, wanted = _asked(request, site)
    filtered = wanted != change_log.Filter()
    addresses, outside = request.seat.can_write, request.seat.sees_agent_times
    found = change_log.read(site, wanted, addresses=addresses, outside=outside)
    page_obj = page_of(request, range(found.count()))
    positions = slice(max(0, page_obj.start_index() - 1), page_obj.end_index())  # of no rows: from 0 to 0
    known = directory_names.of(site)
    lines = [change_lines.entry(entry, known, addresses=addresses) for entry in found.fetch(positions)]
    context = {
        "nav": "changes",
        "form": form,
        "lines": [{"line": line, "url": _url(line)} for line in lines],
        "page_obj": page_obj,
        "shown": page_obj.paginator.count,
        "total": change_log.read(site, change_log.Filter(), outside=outside).count()
        if filtered
        else page_obj.paginator.count,
        "filtered": filtered,
        "clear_url": request.path,
    }
    return page(request, "changes/list.html", context, fragment="record")


def _url(line: Line) -> str:
    return reverse(TARGET_PAGES[line.slug], args=[line.target]) if line.slug in TARGET_PAGES else reverse("walls")


@require_safe
@site_required
def changes_csv(request: Request, site: Site) -> StreamingHttpResponse:
    """Every row of the same as CSV; times in UTC."""
    _form, wanted = _asked(request, site)
    return csv_tables.answer("changes", CSV_HEADER, _rows(request, site, wanted))


def _asked(request: Request, site: Site) -> tuple[ChangeFilter, change_log.Filter]:
    outside = request.seat.sees_agent_times
    form = ChangeFilter(request.GET, persons=change_log.persons(site), outside=outside)
    form.is_valid()
    return form, change_log.Filter(
        **{name: form.cleaned_data.get(name, "") for name in ("q", "person", "kind", "outcome")}
    )


def _rows(request: Request, site: Site, wanted: change_log.Filter) -> Iterator[tuple[Any, ...]]:
    known, addresses, outside = directory_names.of(site), request.seat.can_write, request.seat.sees_agent_times
    for entry in change_log.read(site, wanted, addresses=addresses, outside=outside).iterate(CSV_BATCH):
        yield _row(change_lines.entry(entry, known, addresses=addresses))


def _row(line: Line) -> tuple[Any, ...]:
    return (
        f"{line.when:%Y-%m-%d %H:%M:%S}", line.actor, line.kind, line.target_name, line.target, line.before, line.asked,
        line.after, line.outcome_label, line.message, line.reason, "yes" if line.override else "",
    )  # fmt: skip
