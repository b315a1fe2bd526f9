"""Custom variables and custom fields by their names, as the boards' addresses write them. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from livechat.comm100.records import Variable, Visitor

PLACES = {"variable": "custom_variables", "field": "custom_fields"}
LONGEST = 100  # characters of a name that can be a column: it has to fit into an address
MOST = 60  # names on offer


@dataclass(frozen=True, slots=True)
class Custom:
    """A custom variable or custom field of visitors. `kind` is "variable" or "field"."""

    kind: str
    name: str

    @property
    def key(self) -> str:
        """The name as a list in an address takes it: "variable:Order total", a comma in it escaped."""
        return f"{self.kind}:{self.name.replace('%', '%25').replace(',', '%2C')}"

    def of(self, record: Visitor) -> Variable | None:
        """A visitor's variable of this name, the first where there are several."""
        return next((one for one in getattr(record, PLACES[self.kind]) if one.name == self.name), None)


def parse(key: str) -> Custom | None:
    """What a key in an address means; none where it is no such key."""
    kind, _, escaped = key.partition(":")
    name = escaped.replace("%2C", ",").replace("%25", "%")
    return Custom(kind, name) if kind in PLACES and name and len(name) <= LONGEST else None


def offered(records: Iterable[Visitor]) -> list[Custom]:
    """What the visitors have, by kind and name; of very many the most frequent."""
    found: Counter[tuple[str, str]] = Counter()
    for record in records:
        for kind, place in PLACES.items():
            found.update([(kind, one.name) for one in getattr(record, place)])
    most = [Custom(*each) for each, _ in found.most_common() if each[1] and len(each[1]) <= LONGEST][:MOST]
    return sorted(most, key=lambda one: (one.kind != "variable", one.name.casefold(), one.name))
