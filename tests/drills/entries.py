"""Saves entries of the directory as the page does."""

from livechat.forms.directory import AgentEntryForm
from livechat.models import Site


def save(site: Site, number: int) -> int:
    """Give an agent another team."""
    entries = site.agents.order_by("agent_id")
    entry = entries[number % entries.count()]
    form = AgentEntryForm(
        {"name": entry.name, "alias": entry.alias, "team": f"Team {number % 7}", "capacity": entry.capacity or ""},
        instance=entry,
    )
    if not form.is_valid():
        raise ValueError(form.errors.as_json())
    form.save()
    site.bump_version()
    return 1
