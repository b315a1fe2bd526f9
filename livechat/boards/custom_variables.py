"""Custom variables and custom fields by their names, as the boards' addresses write them. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from livechat.comm100.names import name_key
from livechat.comm100.records import Variable, Visitor

RECORD_LISTS = {"variable": "custom_variables", "field": "custom_fields"}  # kind → attribute of a visitor's record
MAX_NAME_CHARS = 100  # a longer name cannot be a column: it would not fit into an address
MAX_OFFERED_NAMES = 60


@dataclass(frozen=True, slots=True)
class CustomName:
    """The name of a custom variable or custom field of visitors. `kind` is "variable" or "field"."""

    kind: str
    name: str

    @property
    def key(self) -> str:
        """The name as an address writes it in a list: "variable:Order total". Commas in it are escaped."""
        return f"{self.kind}:{self.name.replace('%', '%25').replace(',', '%2C')}"

    def of(self, record: Visitor) -> Variable | None:
        """A visitor's variable or field of this name, the first if there are several."""
        for item in getattr(record, RECORD_LISTS[self.kind]):
            if item.name == self.name:
                return item  # type: ignore[no-any-return]
        return None


def parse(key: str) -> CustomName | None:
    """The name that a key in an address stands for. None if it is no such key."""
    kind, _, escaped = key.partition(":")
    name = escaped.replace("%2C", ",").replace("%25", "%")
    return CustomName(kind, name) if kind in RECORD_LISTS and name and len(name) <= MAX_NAME_CHARS else None


def offered_names(records: Iterable[Visitor]) -> list[CustomName]:
    """The names that these visitors have, by kind and name. If there are very many, the most frequent."""
    frequency: Counter[tuple[str, str]] = Counter()
    for record in records:
        for kind, attribute in RECORD_LISTS.items():
            frequency.update([(kind, item.name) for item in getattr(record, attribute)])
    usable = (each for each, _ in frequency.most_common() if each[1] and len(each[1]) <= MAX_NAME_CHARS)
    names = [CustomName(*each) for each in islice(usable, MAX_OFFERED_NAMES)]
    return sorted(names, key=lambda custom: (custom.kind != "variable", name_key(custom.name), custom.name))
