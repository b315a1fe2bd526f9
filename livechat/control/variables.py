"""Editing a visitor's custom variables."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from livechat.comm100 import sent_variables
from livechat.comm100.client import Client
from livechat.comm100.records import Variable
from livechat.comm100.sent_variables import SentVariable
from livechat.control.guarded import Conflict, NotPossible, Write
from livechat.models import Change

FIXED = _("A variable that holds line breaks, or other text that no form can show, stays as it is. Nothing was sent.")
SAME = _("Nothing differs from what is there; nothing was sent.")
State = dict[str, list[dict[str, str]]]


def plain(variables: Sequence[Variable]) -> list[dict[str, str]]:
    """Variables as the record and the forms keep them: name, value and url as texts."""
    return [{"name": v.name, "value": v.value or "", "url": v.url or ""} for v in variables]


def merged(present: list[dict[str, str]], edits: list[dict[str, str]]) -> list[dict[str, str]]:
    """The whole set to send: what is there, with the edits applied, new names at the end.

    The API does not say whether its PUT merges or replaces. The whole set loses nothing in either case.
    """
    new = {edit["name"]: edit for edit in edits}
    kept = [new.pop(item["name"], item) for item in present]
    return kept + list(new.values())


def reverted(before: list[dict[str, str]], asked: list[dict[str, str]]) -> tuple[list[dict[str, str]], list[str]]:
    """What undoes a change: the edits that give each variable its value of before, and the names it added.

    What was added stays: no call removes a variable.
    """
    there = {item["name"] for item in asked}
    known = {item["name"] for item in before}
    edits = [item for item in before if item["name"] in there and item not in asked]
    return edits, [item["name"] for item in asked if item["name"] not in known]


class VariablesWrite(Write):
    """Edits to one visitor's custom variables. `expected` is the whole set that the form showed."""

    kind = Change.Kind.VARIABLES

    def __init__(self, visitor_id: str, name: str, edits: list[dict[str, str]], expected: list[dict[str, str]]) -> None:
        self.target, self.target_name = UUID(visitor_id), name
        self.visitor_id, self.edits, self.expected = visitor_id, edits, expected
        self._sent: Sequence[SentVariable] = ()
        self._fixed: Sequence[str] = ()

    def read(self, client: Client) -> State:
        """The visitor's variables now."""
        visitor, self._sent = client.visitor_as_sent(self.visitor_id)
        self._fixed = visitor.fixed_variables
        return {"variables": plain(visitor.custom_variables)}

    def differs(self, state: State) -> bool:
        """Whether any variable is not as the form showed it. Their order does not matter."""
        return _in_order(state["variables"]) != _in_order(self.expected)

    def conflict(self, state: State) -> Conflict:
        """The set the form showed, the set now, the edits asked for."""
        return Conflict(self.expected, state["variables"], self.edits)

    def asked(self, state: State) -> State:
        """The whole set. Raises NotPossible if nothing changes, or if an edit would damage what is there."""
        if any(edit["name"] in self._fixed for edit in self.edits):
            raise NotPossible(FIXED)
        whole = merged(state["variables"], self.edits)
        if whole == state["variables"]:
            raise NotPossible(SAME)
        return {"variables": whole}

    def send(self, client: Client, asked: State) -> None:
        """PUT the whole set: what nobody edited as it came, because pages may not show it to the letter."""
        edits = [item for item in asked["variables"] if item in self.edits]
        client.put_visitor(self.visitor_id, sent_variables.merged(self._sent, edits))

    @property
    def record_kind(self) -> str:
        """The visitor's own snapshot."""
        return f"visitor:{self.visitor_id}"

    def shows(self, state: State, asked: State) -> bool:
        """Whether every variable asked for is there with its value and url."""
        return all(item in state["variables"] for item in asked["variables"])


def _in_order(variables: list[dict[str, str]]) -> list[tuple[str, str, str]]:
    return sorted((item["name"], item["value"], item["url"]) for item in variables)
