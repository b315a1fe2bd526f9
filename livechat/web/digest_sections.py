"""The parts of a digest, and how they look as plain text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from livechat.web.report_words import NOTHING

COLUMN_GAP = "   "  # between two columns


@dataclass(frozen=True, slots=True)
class Section:
    """A table with its title. `head` and each row have the same number of cells. `grey`: a figure in it is marked."""

    title: str
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    notes: tuple[str, ...] = ()
    grey: bool = False

    @property
    def lines(self) -> list[str]:
        """The table as text, its columns below each other; those without a cell are left out."""
        table = [self.head, *self.rows]
        columns = [cells for cells in zip_longest(*table, fillvalue="") if any(cells[1:])]
        widths = [max(map(len, cells)) for cells in columns]
        return [line for line in _padded(columns, widths) if line]


def _padded(columns: list[tuple[str, ...]], widths: list[int]) -> Iterator[str]:
    for row in zip(*columns, strict=True):
        yield COLUMN_GAP.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def marked(value: str, *, grey: bool) -> str:
    """A figure; in brackets if too little was observed: a mail has no colours."""
    return f"({value})" if grey and value != NOTHING else value
