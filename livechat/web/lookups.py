"""Find the agent or visitor that a page is about."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from livechat.boards import agents, directory_names, visitors
from livechat.boards.agents import AgentRow
from livechat.boards.visitors import VisitorRow
from livechat.comm100.errors import NotFound
from livechat.control.guarded import NotPossible
from livechat.live import snapshot_cache
from livechat.live.snapshot_view import SnapshotView, single
from livechat.models import Site
from livechat.web.responses import Missing, Request, page


def get_agent(request: Request, site: Site, agent_id: UUID) -> tuple[AgentRow, SnapshotView]:
    """An agent's row from the list or from the agent's own record, whichever is newer.

    Raises Missing if Comm100 says that there is no such agent, NotPossible while it says nothing about the agent.
    """
    listed, own, snapshot = _snapshots(request, "agents", f"agent:{agent_id}")
    if snapshot.data is None:
        raise _no_record(own, snapshot, _("No such agent at this site."))
    known = directory_names.of(site).including(agents=listed.data.by_id if listed.data else ())
    return agents.rows(snapshot.data, known)[0], snapshot


def get_visitor(request: Request, site: Site, visitor_id: UUID) -> tuple[VisitorRow, SnapshotView, bool]:
    """A visitor's row in the same way, and whether the visitor has left since."""
    listed, own, snapshot = _snapshots(request, "visitors", f"visitor:{visitor_id}")
    if snapshot.data is None:
        raise _no_record(own, snapshot, _("This visitor has left, or was never here."))
    gone = own.error == NotFound.slug and (listed.data is None or str(visitor_id) not in listed.data.by_id)
    row = visitors.row(snapshot.data, snapshot.data.rows[0], directory_names.of(site), among=listed.data)
    return row, snapshot, gone


def _snapshots(request: Request, many: str, one: str) -> tuple[SnapshotView, SnapshotView, SnapshotView]:
    """The list, the record by itself, and the newer of the two. Waits for the record only if the list lacks it."""
    key = one.partition(":")[2]
    listed = snapshot_cache.get(request.seat.feed, many)
    is_listed = listed.data is not None and key in listed.data.by_id
    wait = 0 if is_listed else snapshot_cache.COLD_WAIT_SECONDS
    own = snapshot_cache.get(request.seat.record, one, wait=wait, person=request.user.pk)
    return listed, own, single(listed, own, key)


def _no_record(own: SnapshotView, snapshot: SnapshotView, missing: str) -> Missing | NotPossible:
    """What to raise for a record that no snapshot holds: only an answer of Comm100's says that it is missing."""
    return Missing(missing) if own.error == NotFound.slug else NotPossible(no_data_reason(snapshot))


def no_data_reason(snapshot: SnapshotView) -> str:
    """Why there is no data, as a sentence."""
    return str(snapshot.text) or _("There are no figures yet. Try again in a moment.")


def nothing_yet(request: Request, nav: str, reason: NotPossible) -> HttpResponse:
    """The page while nothing was loaded yet. It says why, and tries again by itself."""
    return page(request, "components/nothing_yet.html", {"nav": nav, "text": reason.message}, status=503)
