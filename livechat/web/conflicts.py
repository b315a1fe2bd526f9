"""Conflicts in words: what the person saw, what Comm100 has now, what the person asked for."""

from django.utils.functional import Promise

from livechat.boards import status_styles
from livechat.control.guarded import Conflict
from livechat.models import Change

Variables = list[dict[str, str]]


def of(conflict: Conflict, kind: str) -> dict[str, str | Promise]:
    """A conflict of either kind of change."""
    return of_status(conflict) if kind == Change.Kind.STATUS else of_variables(conflict)


def of_status(conflict: Conflict) -> dict[str, str | Promise]:
    """The three statuses of a conflict."""
    return {name: status_styles.of_agent(value).label for name, value in vars(conflict).items()}


def of_variables(conflict: Conflict) -> dict[str, str | Promise]:
    """The variables in question of a conflict; the others are left out."""
    asked = {item["name"] for item in conflict.asked}
    moved = {item["name"] for item in conflict.saw if item not in conflict.now}
    moved |= {item["name"] for item in conflict.now if item not in conflict.saw}

    def words(state: Variables, only: set[str]) -> str:
        return ", ".join(f"{item['name']} = {value(item)}" for item in state if item["name"] in only) or "–"

    return {
        "saw": words(conflict.saw, moved | asked),
        "now": words(conflict.now, moved | asked),
        "asked": words(conflict.asked, asked),
    }


def value(item: dict[str, str]) -> str:
    """A variable's value, and its url if it has one. A dash stands for no value."""
    shown = item["value"] or "–"
    return f"{shown} ({item['url']})" if item["url"] else shown
