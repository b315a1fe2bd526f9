"""What the four neighbour calls answer: names for the GUIDs, and what an account has defined.

``COMM100.md`` says what is known of their shapes; each function answers the list without the wrapping.
"""

from typing import Any

from livechat.chatserver import shop
from livechat.chatserver.crowd import Agent, Crowd


def agents(crowd: Crowd) -> list[dict[str, Any]]:
    """The agents of ``GET /global/agents``."""
    return [_agent(agent) for agent in crowd.agents.values()]


def departments(crowd: Crowd) -> list[dict[str, Any]]:
    """The departments of ``GET /global/departments``."""
    return [
        {
            "id": team.id,
            "name": team.name,
            "description": "",
            "agentIds": [agent.id for agent in crowd.agents.values() if agent.department is team],
        }
        for team in crowd.departments
    ]


def away_statuses(crowd: Crowd) -> list[dict[str, Any]]:
    """The statuses of ``GET /global/agentAwayStatuses``; the built-in Away is one of them."""
    return [
        {"id": key, "name": name, "order": order, "isSystem": name == "Away"}
        for order, (name, key) in enumerate(crowd.away_ids.items())
    ]


def custom_variables() -> list[dict[str, Any]]:
    """The definitions of ``GET /livechat/customVariables``."""
    return [{"name": name, "type": kind, "hyperlink": link} for name, kind, link in shop.CUSTOM_VARIABLES]


def _agent(agent: Agent) -> dict[str, Any]:
    given, _, family = agent.name.partition(" ")
    return {
        "id": agent.id,
        "email": agent.email,
        "displayName": agent.name,
        "firstName": given,
        "lastName": family,
        "isActive": True,
        "isAdmin": agent.shift is None,
        "departmentIds": [agent.department.id],
    }
