"""The visitors' board and a visitor's page."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.http.request import QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from livechat.boards import agents, departments, directory_names, saved_views, visitor_columns, visitor_index, visitors
from livechat.boards.departments import Department
from livechat.boards.directory_names import Names
from livechat.boards.visitor_columns import Column
from livechat.boards.visitor_index import FILTER_NAMES, Index
from livechat.boards.visitors import VisitorRow
from livechat.control.guarded import NotPossible
from livechat.forms.visitors import STATUS_GROUPS, VisitorFilter
from livechat.lib import csv_tables
from livechat.live import snapshot_cache
from livechat.live.snapshot_data import SnapshotData
from livechat.models import Site
from livechat.sites.roles import site_required
from livechat.web import (
    board_lines,
    lookups,
    today_counts,
    variable_changes,
    variable_names,
    variable_rows,
    visitor_facts,
    write_blocks,
)
from livechat.web.counts import Count, sort_link
from livechat.web.responses import Request, freshness, is_partial, page, ready_answer
from livechat.web.write_blocks import WriteBlock

COUNTED_GROUPS = {
    "waiting": ("blue", "hourglass"),
    "chatting": ("green", "messages"),
    "site": ("neutral", "eye"),
}
MEANINGS = {
    "waiting": _("Visitors who wait for an agent. A visitor who is being transferred is chatting."),
    "chatting": _("Visitors in a chat or a call, also those who are being transferred."),
    "site": _("Visitors who are on the site and neither wait, nor chat, nor were invited."),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for: the form, the values of the filters, the sort, the columns, and the rows that fit."""

    form: VisitorFilter
    filters: dict[str, str]
    sort: str
    columns: tuple[Column, ...]
    positions: list[int]


@require_safe
@site_required
def visitor_list(request: Request, site: Site) -> HttpResponse:
    """The board: waiting visitors first.

    Without JavaScript the form of columns sends one parameter per column: such an address is joined into one list.
    """
    if len(ticked := request.GET.getlist("columns")) > 1:
        query = request.GET.copy()
        query["columns"] = ",".join(ticked)
        query.pop("page", None)
        return HttpResponseRedirect(f"{request.path}?{query.urlencode(safe=',')}")
    feed = request.seat.feed
    snapshot = snapshot_cache.get(feed, "visitors")
    staff = snapshot_cache.get(feed, "agents", wait=0)
    known = directory_names.of(site)
    busy = departments.busy(snapshot.data, agents.visible(staff.data, known), known)
    takers = [(one.id, one.places) for one in busy]
    today, until = today_counts.of(site, snapshot)
    key = (snapshot.key, takers, today.key)
    shown = freshness(request, snapshot, key=key, snapshots=(snapshot, staff), until=until)
    answer = ready_answer(request, shown)
    if answer:
        return answer
    index = visitor_index.of(snapshot.data) if snapshot.data else None
    names = _names(site, index)
    asked = _asked(request.GET, index, names)
    page_obj = Paginator(asked.positions, visitor_index.ROWS_PER_PAGE).get_page(request.GET.get("page"))
    rows: Iterable[VisitorRow] = []
    if snapshot.data and index:
        rows = _rows(snapshot.data, index, page_obj.object_list, names, {one.id: one for one in busy})
    context = {
        "nav": "visitors",
        "form": asked.form,
        "freshness": shown,
        "counts": _counts(snapshot.data, asked.filters["status"], board_lines.url(site)),
        "today": today.words,
        "rows": visitor_columns.table(rows, asked.columns[1:]),
        "page_obj": page_obj,
        "sorts": [
            sort_link(column, asked.sort, largest_first=column.key in visitor_index.LARGEST_FIRST)
            for column in asked.columns
        ],
        "total": len(index.records) if index else 0,
        "shown": len(asked.positions),
        "filtered": any(asked.filters.values()),
        "columns_chosen": asked.columns != visitor_columns.USUAL_COLUMNS,
    }
    if not is_partial(request):
        offered = visitor_columns.groups(index.offered if index else [], asked.columns)
        context |= {"groups": offered, "columns": asked.columns, "saved": saved_views.of(site, request.user)}
    return page(request, "visitors/list.html", context, fragment="visitors", shown=shown)


@require_safe
@site_required
def visitors_csv(request: Request, site: Site) -> HttpResponseBase:
    """The visitors that fit the filters, in order, with the chosen columns, as CSV. Times are in UTC."""
    snapshot = snapshot_cache.get(request.seat.feed, "visitors")
    data = snapshot.data
    if data is None:
        return lookups.nothing_yet(request, "visitors", NotPossible(lookups.no_data_reason(snapshot)))
    index = visitor_index.of(data)
    names = _names(site, index)
    asked = _asked(request.GET, index, names)
    columns = dict.fromkeys([*asked.columns, visitor_columns.COLUMNS["id"]])
    rows = _rows(data, index, asked.positions, names)
    lines = ([visitor_columns.csv_value(row, column) for column in columns] for row in rows)
    return csv_tables.answer("visitors", [column.csv_head for column in columns], lines)


def _names(site: Site, index: Index | None) -> Names:
    """The site's names, and what the visitors' departments are called that the directory lacks."""
    return directory_names.of(site).including(departments=index.departments if index else ())


def _asked(query: QueryDict, index: Index | None, names: Names) -> Asked:
    form = VisitorFilter(query, index=index, names=names)
    form.is_valid()
    filters = {name: form.cleaned_data.get(name, "") for name in FILTER_NAMES}
    sort = form.cleaned_data.get("sort") or "status"
    positions = []
    if index:
        positions = visitor_index.filtered(index, names, sort=sort, q=filters["q"], group=filters["status"],
                                 country=filters["country"], department=filters["department"])  # fmt: skip
    return Asked(form, filters, sort, visitor_columns.parse(",".join(query.getlist("columns"))), positions)


def _rows(
    data: SnapshotData,
    index: Index,
    positions: Iterable[int],
    names: Names,
    busy: Mapping[str, Department] | None = None,
) -> Iterator[VisitorRow]:
    return (visitors.row(data, index.records[i], names, busy=busy) for i in positions)


def _counts(data: SnapshotData | None, active: str, lines: str) -> list[Count]:
    counts = visitors.count_groups(data)
    return [
        Count(
            slug,
            STATUS_GROUPS[slug],
            counts.get(slug, 0) if data else None,
            tone,
            icon,
            active == slug,
            meaning=MEANINGS[slug],
            line=f"{lines}#waiting" if slug == "waiting" else "",
        )
        for slug, (tone, icon) in COUNTED_GROUPS.items()
    ]


@require_safe
@site_required
def detail(request: Request, site: Site, visitor_id: UUID) -> HttpResponse:
    """One visitor: the custom variables, edited in their rows, and beside them every field, in groups."""
    try:
        row, snapshot, gone = lookups.get_visitor(request, site, visitor_id)
    except NotPossible as reason:
        return lookups.nothing_yet(request, "visitors", reason)
    write_block = WriteBlock(gettext("This visitor has left.")) if gone else write_blocks.of(request)
    rows = variable_rows.of(site, visitor_id, row.record, snapshot.checked)
    takers = _takers(request, site, row)
    could = takers and takers.places
    shown = freshness(request, snapshot, key=(row, snapshot.state, gone, write_block, rows, could))
    answer = ready_answer(request, shown)
    if answer:
        return answer
    context = {
        "nav": "visitors",
        "row": row,
        "freshness": shown,
        "gone": gone,
        "takers": takers,
        "facts": visitor_facts.of(row),
        "variables": rows,
        "changes": variable_changes.latest(site, visitor_id, rows),
        "write_block": write_block,
        "variables_url": reverse("visitor-variables", args=[visitor_id]),
        "row_url": reverse("visitor-variable", args=[visitor_id]),
    }
    if not is_partial(request) and not write_block:
        context |= {"names": variable_names.offered(request, site)}
    return page(request, "visitors/detail.html", context, fragment="record", shown=shown)


def _takers(request: Request, site: Site, row: VisitorRow) -> Department | None:
    """The department that could take a visitor who waits; None for visitors who do not wait or have none."""
    if not row.waits or not row.record.department_id:
        return None
    feed, known = request.seat.feed, directory_names.of(site)
    listed, staff = (snapshot_cache.get(feed, kind, wait=0).data for kind in ("visitors", "agents"))
    busy = departments.busy(listed, agents.visible(staff, known), known)
    return next((one for one in busy if one.id == row.record.department_id), None)
