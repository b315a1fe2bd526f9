"""Names of custom variables to offer in the forms that add one."""

from livechat.live import snapshot_cache
from livechat.live.snapshot_data import SnapshotData
from livechat.models import Site
from livechat.web.responses import Request

MAX_NAMES = 200


def offered(request: Request, site: Site) -> list[str]:
    """First the names that Comm100 defines, then those that this site's visitors carry."""
    data = snapshot_cache.get(request.seat.feed, "visitors", wait=0).data
    carried = _carried(data) if data else set()
    defined = set(site.variable_names.values_list("name", flat=True))
    return [*sorted(defined), *sorted(carried - defined)][:MAX_NAMES]


def _carried(data: SnapshotData) -> set[str]:
    """The names of the variables that a site's visitors carry."""

    def read() -> set[str]:
        return {v.name for row in data.rows for v in row.custom_variables}

    found: set[str] = data.cache.get_or_make("variables", read)
    return found
