"""The visitors' board and a visitor's page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.http.request import QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from livechat.access import site_required
from livechat.comm100.records import Variable
from livechat.control.guarded import NotPossible
from livechat.forms.visitors import GROUPS, VisitorFilter
from livechat.http import Request, at_hand, figures, page, partial
from livechat.live import feeds, links, names, sights, visitor_index
from livechat.live import visitors as board
from livechat.live.pictures import Picture
from livechat.live.visitors import VisitorRow
from livechat.models import Site
from livechat.views import found, outcomes
from livechat.views.counts import Count, address
from livechat.views.paging import part
from livechat.views.variables import context as variables_context

SHOWN_COUNTS = {
    "waiting": ("red", "hourglass"),
    "chatting": ("green", "messages"),
    "site": ("neutral", "eye"),
}
SORT_LABELS = {
    "name": gettext_lazy("Visitor"),
    "status": gettext_lazy("Status"),
    "wait": gettext_lazy("For"),
    "place": gettext_lazy("Place"),
    "department": gettext_lazy("Department"),
    "page": gettext_lazy("Page"),
    "visits": gettext_lazy("Visits"),
    "chats": gettext_lazy("Chats"),
}
FIELDS: dict[str | Promise, dict[str, str | Promise]] = {
    gettext_lazy("Who"): {
        "name": gettext_lazy("Name"),
        "email": gettext_lazy("E-mail"),
        "phone": gettext_lazy("Phone"),
        "company": gettext_lazy("Company"),
        "product_service": gettext_lazy("Product or service"),
        "id": gettext_lazy("Id"),
    },
    gettext_lazy("Where from"): {
        "country": gettext_lazy("Country"),
        "state": gettext_lazy("State"),
        "city": gettext_lazy("City"),
        "language": gettext_lazy("Language"),
        "time_zone": gettext_lazy("Time zone"),
        "ip": gettext_lazy("IP address"),
    },
    gettext_lazy("This visit"): {
        "department": gettext_lazy("Department"),
        "current_browsing": gettext_lazy("Page now"),
        "landing_page": gettext_lazy("Landing page"),
        "referrer_url": gettext_lazy("Came from"),
        "search_engine": gettext_lazy("Search engine"),
        "search_keywords": gettext_lazy("Searched for"),
        "visit_time": gettext_lazy("Visit began"),
        "page_views": gettext_lazy("Pages viewed"),
    },
    gettext_lazy("Before"): {
        "first_visit_time": gettext_lazy("First visit"),
        "visits": gettext_lazy("Visits"),
        "chats": gettext_lazy("Chats"),
    },
    gettext_lazy("Device"): {
        "browser": gettext_lazy("Browser"),
        "operating_system": gettext_lazy("Operating system"),
        "screen_resolution": gettext_lazy("Screen"),
        "flash_version": gettext_lazy("Flash"),
    },
}


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a visitor's record; `href` only where it may be a link."""

    label: str | Promise
    value: Any
    href: str = ""

    @property
    def name(self) -> str | Promise:
        """The label, as custom fields call it."""
        return self.label


@dataclass(frozen=True, slots=True)
class Sort:
    """A column's order: where its head leads, and how it is sorted now."""

    label: str | Promise
    url: str
    direction: str


@require_safe
@site_required
def visitors(request: Request, site: Site) -> HttpResponse:
    """The board: who waits first."""
    sight = sights.look(feeds.board(site, request.user), "visitors")
    shown = figures(request, sight, rests_on=(sight,))
    answer = at_hand(request, shown)
    if answer:
        return answer
    known = names.of(site)
    index = visitor_index.index(sight.picture) if sight.picture else None
    form = VisitorFilter(request.GET, index=index, names=known)
    form.is_valid()
    wanted = {name: form.cleaned_data.get(name, "") for name in ("q", "status", "country", "department")}
    sort = form.cleaned_data.get("sort") or "status"
    positions = []
    if index:
        positions = visitor_index.chosen(index, sort=sort, q=wanted["q"], group=wanted["status"],
                                 country=wanted["country"], department=wanted["department"])  # fmt: skip
    here = part(request.GET, len(positions), visitor_index.PER_PAGE)
    rows = (
        [board.row(sight.picture, index.records[i], known) for i in positions[here.slice]]
        if (sight.picture and index and positions)
        else []
    )
    return page(
        request,
        "visitors/list.html",
        {
            "nav": "visitors",
            "form": form,
            "figures": shown,
            "counts": _counts(request.GET, sight.picture, wanted["status"]),
            "rows": rows,
            "page": here,
            "sorts": {key: _sort(request.GET, key, sort) for key in SORT_LABELS},
            "total": len(index.records) if index else 0,
            "shown": len(positions),
            "filtered": any(wanted.values()),
            "clear_url": address(request.GET, q="", status="", country="", department=""),
        },
        fragment="visitors",
        shown=shown,
    )


def _counts(query: QueryDict, picture: Picture | None, active: str) -> list[Count]:
    tally = board.groups(picture)
    return [
        Count(slug, GROUPS[slug], tally.get(slug, 0), tone, icon, address(query, status=slug), active == slug)
        for slug, (tone, icon) in SHOWN_COUNTS.items()
    ]


def _sort(query: QueryDict, key: str, sort: str) -> Sort:
    """A head's link: sorts by its column, and turns the order around where that is so already."""
    direction = {key: "ascending", f"-{key}": "descending"}.get(sort, "")
    target = f"-{key}" if direction == "ascending" else key
    return Sort(SORT_LABELS[key], address(query, sort=target), direction)


@require_safe
@site_required
def detail(request: Request, site: Site, visitor_id: UUID) -> HttpResponse:
    """One visitor: every field, grouped, and the editor of her custom variables beside it."""
    try:
        row, sight, gone = found.visitor(request, site, visitor_id)
    except NotPossible as reason:
        return outcomes.nothing_yet(request, "visitors", reason)
    shown = figures(request, sight, key=(row, sight.state))
    answer = at_hand(request, shown)
    if answer:
        return answer
    context = {
        "nav": "visitors",
        "row": row,
        "figures": shown,
        "gone": gone,
        "groups": [
            (title, [_field(row, name, label) for name, label in fields.items()]) for title, fields in FIELDS.items()
        ],
        "custom_fields": [_custom(item) for item in row.record.custom_fields],
        "variables": [_custom(item) for item in row.record.custom_variables],
        "changes": outcomes.latest(site, visitor_id),
    }
    if not partial(request):
        context |= variables_context(request, site, row)
    return page(request, "visitors/detail.html", context, fragment="record", shown=shown)


def _field(row: VisitorRow, name: str, label: str | Promise) -> Field:
    """One field in words, a link where its value plainly is one."""
    value = row.department if name == "department" else getattr(row.record, name)
    if isinstance(value, datetime):
        return Field(label, date_format(timezone.localtime(value), "j M Y H:i"))
    return Field(label, value, links.safe(value) if isinstance(value, str) else "")


def _custom(item: Variable) -> Field:
    """A custom field or variable; its own url first, a value that is an address otherwise."""
    return Field(item.name, item.value, links.safe(item.url) or links.safe(item.value))
