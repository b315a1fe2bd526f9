"""Saved views of the visitors' board: everybody keeps his own, whatever his role."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.request import QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from livechat.boards import directory_names, saved_views, status_styles, visitor_columns
from livechat.boards.directory_names import Names
from livechat.forms.saved_views import SavedViewForm
from livechat.forms.visitors import GROUPS
from livechat.models import Site
from livechat.sites.roles import site_required
from livechat.web.responses import Request, page


@require_http_methods(["GET", "HEAD", "POST"])
@site_required
def views(request: Request, site: Site) -> HttpResponse:
    """A person's views; a form saves what the address behind `?` shows as one more."""
    mine = saved_views.of(site, request.user)
    if request.method != "POST":
        form = SavedViewForm(views=mine, initial={"query": saved_views.known_query(request.GET)})
        return _list(request, site, form, saved_views.known_query(request.GET))
    form = SavedViewForm(request.POST, views=mine)
    if not form.is_valid():
        return _list(request, site, form, saved_views.known_query(QueryDict(request.POST.get("query", ""))), code=422)
    kept = saved_views.save(site, request.user, **form.cleaned_data)
    messages.success(request, _("The view “%(name)s” is saved.") % {"name": kept.name})
    return redirect(_board(kept.query))


def _list(request: Request, site: Site, form: SavedViewForm, query: str, *, code: int = 200) -> HttpResponse:
    known = directory_names.of(site)
    context = {
        "nav": "visitors",
        "form": form,
        "saved": [(view, _words(view.query, known)) for view in form.views],
        "words": _words(query, known),
        "back": _board(query),
    }
    return page(request, "visitors/views.html", context, status=code)


@require_http_methods(["GET", "HEAD", "POST"])
@site_required
def view(request: Request, site: Site, view_id: int) -> HttpResponse:
    """One of them: opened, or deleted."""
    kept = get_object_or_404(saved_views.of(site, request.user), pk=view_id)
    if request.method != "POST" or request.POST.get("step") != "delete":
        return redirect(_board(kept.query))
    kept.delete()
    messages.success(request, _("The view “%(name)s” is deleted.") % {"name": kept.name})
    return redirect("saved-views")


def _board(query: str) -> str:
    """The board's address with a view's query."""
    return reverse("visitors") + (f"?{query}" if query else "")


def _words(query: str, known: Names) -> list[str]:
    """What a view shows, in words."""
    asked = QueryDict(query)
    status, sort, columns = asked.get("status", ""), asked.get("sort", ""), asked.get("columns", "")
    words = [f"“{asked['q']}”"] if "q" in asked else []
    if status:
        words.append(str(GROUPS.get(status) or status_styles.of_visitor(status).label))
    words += filter(None, (asked.get("country"), known.department(asked.get("department"))))
    by = visitor_columns.find(sort.removeprefix("-"))
    if by:
        words.append(_("by %(column)s") % {"column": by.label} + (" ↓" if sort.startswith("-") else " ↑"))
    if columns:
        n = len(visitor_columns.parse(columns))
        words.append(ngettext("%(n)d column", "%(n)d columns", n) % {"n": n})
    return words or [_("everybody, in the usual order and columns")]
