"""Custom variables and custom fields by their names, as the boards' addresses write them. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from livechat.comm100.records import Variable, Visitor

RECORD_LISTS = {"variable": "custom_variables", "field": "custom_fields"}
MAX_NAME_CHARS = 100  # characters of a name that can be a column: it has to fit into an address
MAX_OFFERED_NAMES = 60  # names on offer


@dataclass(frozen=True, slots=True)
class CustomName:
    """A custom variable or custom field of visitors. `kind` is "variable" or "field"."""

    kind: str
    name: str

    @property
    def key(self) -> str:
        """The name as a list in an address takes it: "variable:Order total", a comma in it escaped."""
        return f"{self.kind}:{self.name.replace('%', '%25').replace(',', '%2C')}"

    def of(self, record: Visitor) -> Variable | None:
        """A visitor's variable of this name, the first where there are several."""
        return next((one for one in getattr(record, RECORD_LISTS[self.kind]) if one.name == self.name), None)


def parse(key: str) -> CustomName | None:
    """What a key in an address means; none where it is no such key."""
    kind, _, escaped = key.partition(":")
    name = escaped.replace("%2C", ",").replace("%25", "%")
    return CustomName(kind, name) if kind in RECORD_LISTS and name and len(name) <= MAX_NAME_CHARS else None


def offered_names(records: Iterable[Visitor]) -> list[CustomName]:
    """What the visitors have, by kind and name; of very many the most frequent."""
    found: Counter[tuple[str, str]] = Counter()
    for record in records:
        for kind, place in RECORD_LISTS.items():
            found.update([(kind, one.name) for one in getattr(record, place)])
    most = [CustomName(*each) for each, _ in found.most_common() if each[1] and len(each[1]) <= MAX_NAME_CHARS][
        :MAX_OFFERED_NAMES
    ]
    return sorted(most, key=lambda one: (one.kind != "variable", one.name.casefold(), one.name))
