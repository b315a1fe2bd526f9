"""Saved views of the visitors' board. Each person has their own, whatever their role."""

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
from livechat.forms.visitors import STATUS_GROUPS
from livechat.models import Site
from livechat.sites.roles import site_required
from livechat.web.responses import Request, page


@require_http_methods(["GET", "HEAD", "POST"])
@site_required
def views(request: Request, site: Site) -> HttpResponse:
    """A person's views. The form saves another one: the board with the parameters of this address."""
    own_views = saved_views.of(site, request.user)
    if request.method != "POST":
        query = saved_views.known_query(request.GET)
        return _list(request, site, SavedViewForm(views=own_views, initial={"query": query}), query)
    form = SavedViewForm(request.POST, views=own_views)
    if not form.is_valid():
        query = saved_views.known_query(QueryDict(request.POST.get("query", "")))
        return _list(request, site, form, query, code=422)
    saved = saved_views.save(site, request.user, **form.cleaned_data)
    messages.success(request, _("The view “%(name)s” is saved.") % {"name": saved.name})
    return redirect(_board_address(saved.query))


def _list(request: Request, site: Site, form: SavedViewForm, query: str, *, code: int = 200) -> HttpResponse:
    names = directory_names.of(site)
    context = {
        "nav": "visitors",
        "form": form,
        "saved": [(view, _words(view.query, names)) for view in form.views],
        "words": _words(query, names),
        "back": _board_address(query),
    }
    return page(request, "visitors/views.html", context, status=code)


@require_http_methods(["GET", "HEAD", "POST"])
@site_required
def view(request: Request, site: Site, view_id: int) -> HttpResponse:
    """Open or delete one view."""
    saved = get_object_or_404(saved_views.of(site, request.user), pk=view_id)
    if request.method != "POST" or request.POST.get("step") != "delete":
        return redirect(_board_address(saved.query))
    saved.delete()
    messages.success(request, _("The view “%(name)s” is deleted.") % {"name": saved.name})
    return redirect("saved-views")


def _board_address(query: str) -> str:
    """The address of the board with a view's query."""
    return reverse("visitors") + (f"?{query}" if query else "")


def _words(query: str, names: Names) -> list[str]:
    """What a view shows, in words."""
    asked = QueryDict(query)
    status, sort, columns = asked.get("status", ""), asked.get("sort", ""), asked.get("columns", "")
    words = [f"“{asked['q']}”"] if "q" in asked else []
    if status:
        words.append(str(STATUS_GROUPS.get(status) or status_styles.of_visitor(status).label))
    words += filter(None, (asked.get("country"), names.department(asked.get("department"))))
    sort_column = visitor_columns.find(sort.removeprefix("-"))
    if sort_column:
        direction = "↓" if sort.startswith("-") else "↑"
        words.append(_("by %(column)s") % {"column": sort_column.label} + f" {direction}")
    if columns:
        n = len(visitor_columns.parse(columns))
        words.append(ngettext("%(n)d column", "%(n)d columns", n) % {"n": n})
    return words or [_("everyone, in the usual order and columns")]
