"""Saved views of the visitors' board: what of an address is worth keeping, and each person's own."""

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http.request import QueryDict
from django.utils.http import urlencode

from livechat.boards import visitor_columns, visitor_index
from livechat.models import SavedView, Site

PAGE = "visitors"
MOST = 50  # views a person keeps at a site
LONGEST = 3000  # characters of an address that servers and proxies let pass
FILTERS = ("q", "status", "country", "department")
_LONGEST_FILTER = 200


def of(site: Site, user: User) -> QuerySet[SavedView]:
    """A person's views at a site, by name."""
    return SavedView.objects.filter(site=site, user=user, page=PAGE)


def known(query: QueryDict) -> str:
    """An address' known parameters, as they are kept: filters, an order there is, columns there may be."""
    kept = {name: value for name in FILTERS if 0 < len(value := query.get(name, "")) <= _LONGEST_FILTER}
    if visitor_index.sortable(sort := query.get("sort", "")):
        kept["sort"] = sort
    columns = visitor_columns.chosen(",".join(query.getlist("columns")))
    if columns != visitor_columns.USUAL:
        kept["columns"] = ",".join(column.key for column in columns)
    return urlencode(kept).replace("%2C", ",")


def keep(site: Site, user: User, name: str, query: str) -> SavedView:
    """Save a view; one of the same name is replaced."""
    kept, _made = of(site, user).update_or_create(site=site, user=user, page=PAGE, name=name, defaults={"query": query})
    return kept
