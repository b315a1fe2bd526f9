"""Eight agents of two teams who are all online and free, at a site where nobody waits."""

from livechat.models import Site
from tests.support.chatserver import ChatServer

BILLING, SALES = "5f0dd2c2-8d9c-4d35-9b4c-0c4d6b1f0001", "5f0dd2c2-8d9c-4d35-9b4c-0c4d6b1f0002"
VISITOR = "7d0f5b2e-32f1-4f0e-8f56-0123456789ab"
NAMES = "ABCDEFGH"


def set_online(chatserver: ChatServer) -> list[str]:
    """Let every visitor leave, and let all agents be online with one chat; the agents' ids."""
    keys = chatserver.world.agent_ids()
    for visitor in chatserver.world.visitor_ids():
        chatserver.world.remove_visitor(visitor)
    for key in keys:
        chatserver.world.set_agent(key, status="Online", chats=1)
    return keys


def enter(site: Site, keys: list[str], *, sales: list[str]) -> None:
    """Name them A to H with two places each: A to D in the team and the department Billing, E to H in Sales.

    `sales`: the departments of the team Sales.
    """
    for key, name in zip(keys, NAMES, strict=True):
        billing = name in "ABCD"
        site.agents.filter(agent_id=key).update(
            name=name,
            alias=name,
            capacity=2,
            team="Billing" if billing else "Sales",
            departments=[BILLING] if billing else sales,
        )
