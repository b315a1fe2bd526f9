"""What a check says of a page, and the tables that are printed."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class Seen:
    """A page, what was measured of it by the name of the check, and what is wrong, each with the check's name."""

    name: str
    measures: dict[str, str] = field(default_factory=dict)
    wrong: list[tuple[str, str]] = field(default_factory=list)

    def note(self, check: str, wrong: Iterable[str], measure: str = "") -> None:
        """Note what a check found. Without a measure the table shows how much is wrong."""
        found = [(check, text) for text in wrong]
        self.wrong += found
        if measure:
            self.measures[check] = measure
        else:
            self.measures[check] = str(int(self.measures.get(check, "0")) + len(found))


def table(seen: list[Seen], checks: list[str]) -> str:
    """Pages × checks. A value over its limit has a mark."""
    head = ["page", *checks]
    rows = [[each.name, *(_cell(each, check) for check in checks)] for each in seen]
    widths = [max(len(row[at]) for row in [head, *rows]) for at in range(len(head))]
    lines = [head, ["-" * width for width in widths], *rows]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def _cell(each: Seen, check: str) -> str:
    over = any(name == check for name, _text in each.wrong)
    return each.measures.get(check, "-") + (" !" if over else "")


def reasons(seen: list[Seen], most: int = 12) -> str:
    """What is wrong, by page and check."""
    lines = []
    for each in seen:
        lines += [f"{each.name}: {check}: {text}" for check, text in each.wrong[:most]]
        if len(each.wrong) > most:
            lines.append(f"{each.name}: and {len(each.wrong) - most} more")
    return "\n".join(lines)
