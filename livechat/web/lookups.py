"""Finding the one agent or visitor that a page is about."""

from uuid import UUID

from django.utils.translation import gettext as _

from livechat.boards import agents, directory_names, visitors
from livechat.boards.agents import AgentRow
from livechat.boards.visitors import VisitorRow
from livechat.comm100.errors import NotFound
from livechat.control.guarded import NotPossible
from livechat.live import snapshot_cache, sources
from livechat.live.snapshot_view import SnapshotView, single
from livechat.models import Site
from livechat.web.responses import Missing, Request


def agent(request: Request, site: Site, agent_id: UUID) -> tuple[AgentRow, SnapshotView]:
    """An agent's row, as the list or her own record showed her last.

    Raises Missing where she is in neither, NotPossible while there are no figures to look into.
    """
    listed, own, snapshot = _look(request, site, "agents", f"agent:{agent_id}")
    if snapshot.data is None:
        if listed.data is None and own.error != NotFound.slug:
            raise NotPossible(why(listed))
        raise Missing(_("No such agent at this site."))
    return agents.rows(snapshot.data, directory_names.of(site))[0], snapshot


def visitor(request: Request, site: Site, visitor_id: UUID) -> tuple[VisitorRow, SnapshotView, bool]:
    """A visitor's row in the same way, and whether she has left since."""
    listed, own, snapshot = _look(request, site, "visitors", f"visitor:{visitor_id}")
    if snapshot.data is None:
        if listed.data is None and own.error != NotFound.slug:
            raise NotPossible(why(listed))
        raise Missing(_("This visitor has left, or never was here."))
    gone = own.error == NotFound.slug and (listed.data is None or str(visitor_id) not in listed.data.by_id)
    return visitors.row(snapshot.data, snapshot.data.rows[0], directory_names.of(site)), snapshot, gone


def _look(request: Request, site: Site, many: str, one: str) -> tuple[SnapshotView, SnapshotView, SnapshotView]:
    """The list, the record by itself, and the newest of the two. Only a record the list lacks is waited for."""
    key = one.partition(":")[2]
    listed = snapshot_cache.get(sources.board(site, request.user), many)
    listed_it = listed.data is not None and key in listed.data.by_id
    own = snapshot_cache.get(
        sources.record(site, request.user), one, wait=0 if listed_it else snapshot_cache.COLD_WAIT_SECONDS
    )
    return listed, own, single(listed, own, key)


def why(listed: SnapshotView) -> str:
    """Why there are no figures, as a sentence."""
    return str(listed.text) or _("The figures are not there yet. Try again in a moment.")
