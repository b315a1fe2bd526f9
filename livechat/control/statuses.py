"""Setting an agent's status."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from livechat.comm100.client import Client
from livechat.comm100.records import same_status, status_kind, wire_status
from livechat.control.guarded import Conflict, NotPossible, Write
from livechat.live import budget, refresh, snapshot_cache
from livechat.models import Change
from livechat.models.notes import Code

State = dict[str, str]


def listed(client: Client) -> dict[UUID, str]:
    """Every agent's status now, by one call. The caller has counted the call. Raises Comm100Error."""
    with budget.respecting_limits():
        return {UUID(agent.id): agent.status for agent in client.agents().rows}


def shows(state: State, asked: State) -> bool:
    """Whether an agent has the status asked for."""
    return same_status(state["status"], asked["status"])


class StatusWrite(Write):
    """One agent, one status. Case does not matter when statuses are compared; `offline` cannot be written."""

    kind = Change.Kind.STATUS

    def __init__(self, agent_id: str, name: str, status: str, expected: str) -> None:
        self.target, self.target_name = UUID(agent_id), name
        self.agent_id, self.status, self.expected = agent_id, status, expected

    def read(self, client: Client) -> State:
        """The agent's status now."""
        return {"status": client.agent(self.agent_id).status}

    def differs(self, state: State) -> bool:
        """Whether the status is not the one that the form showed."""
        return not same_status(state["status"], self.expected)

    def conflict(self, state: State) -> Conflict:
        """The status the form showed, the status now, the status asked for."""
        return Conflict(self.expected, state["status"], self.status)

    def asked(self, state: State) -> State:
        """The status to send. Raises NotPossible for offline, and if the agent has that status already."""
        if status_kind(self.status) == "offline":
            raise NotPossible(Code.OFFLINE.label)
        if self.shows(state, {"status": self.status}):
            raise NotPossible(_("The agent has that status already; nothing was sent."))
        return {"status": wire_status(self.status)}

    def send(self, client: Client, asked: State) -> None:
        """PUT the status."""
        client.put_agent(self.agent_id, asked["status"])

    def shows(self, state: State, asked: State) -> bool:
        """Whether the agent has the status asked for."""
        return shows(state, asked)

    @property
    def record_kind(self) -> str:
        """The agent's own snapshot."""
        return f"agent:{self.agent_id}"

    def sent(self, change: Change) -> None:
        """Write the status through to the snapshots, so that every viewer sees it at once."""
        refresh.write_through(change.site, self.agent_id, change.asked["status"], change.created)
        snapshot_cache.mark_stale(change.site.pk)
