"""Saved views of the visitors' board: what of an address is worth keeping, and each person's own."""

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http.request import QueryDict
from django.utils.http import urlencode

from livechat.boards import visitor_columns, visitor_index
from livechat.models import SavedView, Site

BOARD = "visitors"
MAX_VIEWS = 50  # views a person keeps at a site
MAX_QUERY_CHARS = 3000  # characters of an address that servers and proxies let pass
FILTERS = ("q", "status", "country", "department")
MAX_FILTER_CHARS = 200


def of(site: Site, user: User) -> QuerySet[SavedView]:
    """A person's views at a site, by name."""
    return SavedView.objects.filter(site=site, user=user, page=BOARD)


def known_query(query: QueryDict) -> str:
    """An address' known parameters, as they are kept: filters, an order there is, columns there may be."""
    kept = {name: value for name in FILTERS if 0 < len(value := query.get(name, "")) <= MAX_FILTER_CHARS}
    if visitor_index.sortable(sort := query.get("sort", "")):
        kept["sort"] = sort
    columns = visitor_columns.parse(",".join(query.getlist("columns")))
    if columns != visitor_columns.USUAL_COLUMNS:
        kept["columns"] = ",".join(column.key for column in columns)
    return urlencode(kept).replace("%2C", ",")


def save(site: Site, user: User, name: str, query: str) -> SavedView:
    """Save a view; one of the same name is replaced."""
    kept, _made = of(site, user).update_or_create(
        site=site, user=user, page=BOARD, name=name, defaults={"query": query}
    )
    return kept
