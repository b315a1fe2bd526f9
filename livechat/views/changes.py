"""The record of writes: who changed what, when, with which outcome."""

from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from livechat.access import site_required
from livechat.forms.changes import OPEN, ChangeFilter
from livechat.http import Request, page
from livechat.models import Change, Outcome, Site
from livechat.views import outcomes
from livechat.views.paging import part

PER_PAGE = 50
PAGES = {Change.Kind.STATUS: "agent-detail", Change.Kind.VARIABLES: "visitor-detail"}


@require_safe
@site_required
def changes(request: Request, site: Site) -> HttpResponse:
    """The site's changes, newest first, 50 a page; the filters are in the address."""
    persons = site.changes.order_by("actor_name").values_list("actor_name", flat=True).distinct()
    form = ChangeFilter(request.GET, persons=persons)
    form.is_valid()
    wanted = {name: form.cleaned_data.get(name, "") for name in ("q", "person", "kind", "outcome")}
    rows = _chosen(site, **wanted)
    shown = part(request.GET, rows.count(), PER_PAGE)
    lines = [
        {"line": outcomes.line(change), "url": reverse(PAGES[Change.Kind(change.kind)], args=[change.target])}
        for change in rows.prefetch_related("outcomes")[shown.slice]
    ]
    context = {
        "nav": "changes",
        "form": form,
        "lines": lines,
        "page": shown,
        "shown": shown.total,
        "total": site.changes.count(),
        "filtered": any(wanted.values()),
        "clear_url": request.path,
    }
    return page(request, "changes/list.html", context, fragment="record")


def _chosen(site: Site, *, q: str, person: str, kind: str, outcome: str) -> QuerySet[Change]:
    """The changes that fit. A search finds words in names, reasons and statuses, and whole ids."""
    last = Outcome.objects.filter(change=OuterRef("pk")).order_by("-at", "-id")
    rows = site.changes.annotate(standing=Subquery(last.values("result")[:1])).order_by("-created", "pk")
    exact: dict[str, Any] = {name: value for name, value in {"actor_name": person, "kind": kind}.items() if value}
    rows = rows.filter(**exact)
    if outcome == OPEN:
        rows = rows.filter(Q(standing=None) | Q(standing=Outcome.Result.SENT))
    elif outcome:
        rows = rows.filter(standing=outcome)
    for word in q.split():
        rows = rows.filter(_has(word))
    return rows


def _has(word: str) -> Q:
    found = Q(asked__status__icontains=word)
    for field in ("target_name", "actor_name", "reason"):
        found |= Q(**{f"{field}__icontains": word})
    try:
        return found | Q(target=UUID(word))
    except ValueError:
        return found
