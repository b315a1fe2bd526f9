"""The counts of the present: what walls' figures and scripts mean by each word. Pure."""

from livechat.boards import agents, departments, visitors
from livechat.boards.agents import AgentRow
from livechat.live.snapshot_data import SnapshotData


def agent_counts(rows: list[AgentRow] | None) -> dict[str, int]:
    """What is known of these agents: online, away, offline, their ongoing chats, and free places of those online.

    What is not known is left out: everything if `rows` is None, free places if no capacity is known.
    """
    if rows is None:
        return {}
    tally = agents.counts(rows)
    known = {slug: tally[slug] for slug in ("online", "away", "offline")}
    if not rows or any(row.chats is not None for row in rows):
        known["ongoing"] = tally["chats"]
    free = departments.free_places([row for row in rows if row.slug == "online"])
    if free is not None:
        known["free"] = free
    return known


def visitor_counts(data: SnapshotData | None) -> dict[str, int]:
    """How many visitors wait, chat, and are on the site at all. Empty if that is not known."""
    if data is None:
        return {}
    groups = visitors.count_groups(data)
    on_site = sum(groups.values()) - groups.get("left", 0)
    return {"waiting": visitors.queue(data).waiting, "chatting": groups.get("chatting", 0), "visitors": on_site}
