"""The rows of figures in a wall's form: those that are chosen, with their fields, and steps that arrange them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.forms import BoundField
from django.http import QueryDict

from livechat.walls.design import PanelType

STEPS = ("add", "remove", "up", "down")  # of a button, each with a figure after a colon: "add:online"
NEW_SIZE = "normal"


@dataclass(frozen=True, slots=True)
class PanelFields:
    """The fields of one panel, as a row of the form."""

    type: PanelType
    place: BoundField
    size: BoundField
    amber: BoundField
    red: BoundField

    @property
    def chosen(self) -> bool:
        """Whether the wall shows it, as the form stands."""
        return bool(self.size.value())

    @property
    def limits(self) -> list[tuple[str, BoundField, Any]]:
        """Each limit's level, its field, and what its row says while it is folded; "" for no limit."""
        return [(name, field, _in_force(field)) for name, field in (("amber", self.amber), ("red", self.red))]

    @property
    def with_errors(self) -> list[BoundField]:
        """The fields that have errors."""
        return [field for field in (self.place, self.size, self.amber, self.red) if field.errors]


def _in_force(limit: BoundField) -> Any:
    """The limit that was typed, else the one that holds without it, which is the placeholder."""
    value = limit.value()
    return limit.field.widget.attrs.get("placeholder", "") if value in (None, "") else value


def arranged(data: QueryDict, step: str, slugs: Iterable[str]) -> QueryDict:
    """What was sent, with one figure added, removed or moved. Anything else stays as it was typed.

    `slugs`: all figures in the order that holds for those whose place cannot be read.
    """
    typed = data.copy()
    order = sorted(slugs, key=lambda slug: _place(typed.get(f"{slug}-place", "")))
    chosen = [slug for slug in order if typed.get(f"{slug}-size")]
    verb, _colon, figure = step.partition(":")
    at = chosen.index(figure) if figure in chosen else -1
    if verb == "add" and figure in order and at < 0:
        chosen.append(figure)
        typed[f"{figure}-size"] = NEW_SIZE
    elif verb == "remove" and at >= 0:
        del chosen[at]
        typed[f"{figure}-size"] = ""
    elif verb in ("up", "down") and at >= 0:
        chosen.insert(max(0, at + (1 if verb == "down" else -1)), chosen.pop(at))
    for place, slug in enumerate([*chosen, *(slug for slug in order if slug not in chosen)], start=1):
        typed[f"{slug}-place"] = str(place)
    return typed


def _place(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 99
