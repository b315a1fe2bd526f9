"""Saved views of the visitors' board: which parameters of an address are kept, and the views of each person."""

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http.request import QueryDict
from django.utils.http import urlencode

from livechat.boards import visitor_columns, visitor_index
from livechat.models import SavedView, Site

BOARD = "visitors"
MAX_VIEWS = 50  # that a person can keep at a site
MAX_QUERY_CHARS = 3000  # servers and proxies let an address of this length pass
MAX_FILTER_CHARS = 200


def of(site: Site, user: User) -> QuerySet[SavedView]:
    """A person's views at a site, by name."""
    return SavedView.objects.filter(site=site, user=user, page=BOARD)


def known_query(query: QueryDict) -> str:
    """The parameters of an address that a view keeps: filters, a valid sort, and valid columns."""
    kept = {
        name: value for name in visitor_index.FILTER_NAMES if 0 < len(value := query.get(name, "")) <= MAX_FILTER_CHARS
    }
    if visitor_index.sortable(sort := query.get("sort", "")):
        kept["sort"] = sort
    columns = visitor_columns.parse(",".join(query.getlist("columns")))
    if columns != visitor_columns.USUAL_COLUMNS:
        kept["columns"] = ",".join(column.key for column in columns)
    return urlencode(kept).replace("%2C", ",")


def save(site: Site, user: User, name: str, query: str) -> SavedView:
    """Save a view. It replaces a view of the same name."""
    view, _created = of(site, user).update_or_create(
        site=site, user=user, page=BOARD, name=name, defaults={"query": query}
    )
    return view
