"""What the four neighbour calls answer: names for the GUIDs, and what an account has defined.

The vendor does not say whether each list is bare or wrapped under a key. Agents and away statuses are wrapped here.
"""

from livechat.chatserver import shop
from livechat.chatserver.crowd import Agent, Crowd
from livechat.chatserver.schemas import (
    AwayStatus,
    AwayStatuses,
    CustomVariable,
    Department,
    DirectoryAgent,
    DirectoryAgents,
)


def agents(crowd: Crowd) -> DirectoryAgents:
    """The answer to `GET /global/agents`."""
    return DirectoryAgents([_agent(agent) for agent in crowd.agents.values()])


def departments(crowd: Crowd) -> list[Department]:
    """The answer to `GET /global/departments`."""
    return [
        Department(
            id=team.id,
            name=team.name,
            description="",
            agent_ids=[agent.id for agent in crowd.agents.values() if agent.department is team],
        )
        for team in crowd.departments
    ]


def away_statuses(crowd: Crowd) -> AwayStatuses:
    """The answer to `GET /global/agentAwayStatuses`; the built-in Away is one of them."""
    return AwayStatuses(
        [
            AwayStatus(id=key, name=name, order=order, is_system=name == "Away")
            for order, (name, key) in enumerate(crowd.away_ids.items())
        ]
    )


def custom_variables() -> list[CustomVariable]:
    """The answer to `GET /livechat/customVariables`."""
    return [CustomVariable(name, kind, link) for name, kind, link in shop.CUSTOM_VARIABLES]


def _agent(agent: Agent) -> DirectoryAgent:
    given, _, family = agent.name.partition(" ")
    return DirectoryAgent(
        id=agent.id,
        email=agent.email,
        display_name=agent.name,
        first_name=given,
        last_name=family,
        is_active=True,
        is_admin=agent.shift_hour is None,
        department_ids=[agent.department.id],
    )
