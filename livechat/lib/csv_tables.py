"""Tables as CSV: a spreadsheet opens them safely, and they are read back as people and spreadsheets save them."""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

# Spreadsheets run a cell that begins with one of these (OWASP, "CSV Injection").
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_BYTE_ORDER_MARK = "\ufeff"  # without it Excel reads UTF-8 as something else


class _Echo:
    """A file that returns what is written to it."""

    def write(self, text: str) -> str:
        """The text itself."""
        return text


def answer(name: str, head: Iterable[Any], rows: Iterable[Iterable[Any]]) -> StreamingHttpResponse:
    """A streamed download with one line a row. A text that a spreadsheet would run as a formula is quoted."""
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield _BYTE_ORDER_MARK
        yield writer.writerow([cell(title) for title in head])
        for row in rows:
            yield writer.writerow([cell(value) for value in row])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def cell(value: Any) -> str:
    """A value as a cell: empty for None, a number as it is, an apostrophe before a text that could be a formula."""
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return str(value)
    text = str(value)
    return f"'{text}" if _quoted(text) else text


def plain(text: str) -> str:
    """A cell's text as it was before `cell` wrote it."""
    return text[1:] if text.startswith("'") and _quoted(text) else text


def _quoted(text: str) -> bool:
    """Whether a text needs an apostrophe: it would run, or it already looks like an apostrophe and a formula."""
    bare = text.lstrip("'")
    return bare.startswith(_FORMULA_STARTS) or bare.lstrip(" ").startswith(_FORMULA_STARTS)


# Reading

_LINE_BREAK = re.compile("\r\n|\n|\r")
_SEPARATOR_LINE = re.compile('"?sep=([,;\t])"?', re.IGNORECASE)
_SEPARATORS = ",;\t"  # cells that are copied out of a spreadsheet have tabs


class Unreadable(ValueError):
    """The text is no table that can be read. The message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: its number in the file, and its cells by column."""

    line: int
    cells: dict[str, str]


@dataclass(slots=True)
class Table:
    """The rows of a text, and its other lines with what is wrong: (number of the line, problem)."""

    rows: list[Row] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)


def decode(body: bytes) -> str:
    """The text of a file. Raises Unreadable if it is not UTF-8."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = _("The file is not UTF-8. In Excel save it as “CSV UTF-8”; elsewhere choose UTF-8 as encoding.")
        raise Unreadable(message) from error


def read(text: str, columns: Iterable[str], needed: str, most: int) -> Table:
    """The rows of a text below its header. The header names some of `columns` in any order, among them `needed`.

    Commas, semicolons or tabs separate cells; the first line may be Excel's `sep=;`. A line is a row: no cell holds a
    line break. Lines without any text are skipped. Excel leaves out empty cells at the end of a line.
    Raises Unreadable if there is no such header, or if there are more than `most` lines.
    """
    lines = [
        (at, line)
        for at, line in enumerate(_LINE_BREAK.split(text.removeprefix(_BYTE_ORDER_MARK)), start=1)
        if line.strip()
    ]
    declared = _SEPARATOR_LINE.fullmatch(lines[0][1]) if lines else None
    lines = lines[1:] if declared else lines
    if not lines:
        raise Unreadable(_("There is nothing in it. The first line names the columns."))
    if len(lines) > most + 1:
        raise Unreadable(_("It has more than %(most)d lines. Divide it.") % {"most": most})
    separator = declared[1] if declared else max(_SEPARATORS, key=lines[0][1].count)
    head = _head(lines[0][1], separator, list(columns), needed)
    table = Table()
    for at, line in lines[1:]:
        try:
            cells = _cells(line, separator, len(head))
        except Unreadable as error:
            table.problems.append((at, str(error)))
        else:
            if any(map(str.strip, cells)):
                table.rows.append(Row(at, dict(zip(head, map(plain, cells), strict=True))))
    return table


def _head(line: str, separator: str, columns: list[str], needed: str) -> list[str]:
    """The columns that the first line names."""
    names = [name.strip().casefold() for name in _cells(line, separator)]
    while names and not names[-1]:
        names.pop()
    unknown = sorted({name for name in names if name not in columns})
    known = {"known": ", ".join(columns)}
    if needed not in names:
        raise Unreadable(
            _("The first line names the columns, “%(needed)s” among them. Columns: %(known)s.")
            % {"needed": needed, **known}
        )
    if unknown:
        named = ", ".join(f"“{name}”" for name in unknown)
        raise Unreadable(_("Unknown columns: %(unknown)s. Columns: %(known)s.") % {"unknown": named, **known})
    for name in names:
        if names.count(name) > 1:
            raise Unreadable(_("The column “%(name)s” is there twice.") % {"name": name})
    return names


def _cells(line: str, separator: str, columns: int = 0) -> list[str]:
    """The cells of a line; exactly `columns` of them unless that is 0. Raises Unreadable."""
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in line.replace(separator, "")):
        raise Unreadable(_("Control characters cannot be used here."))
    try:
        cells = next(csv.reader([line], delimiter=separator, strict=True))
    except csv.Error as error:
        message = _("A quotation mark stands in the wrong place, or is not closed on this line.")
        raise Unreadable(message) from error
    if columns and any(cells[columns:]):
        raise Unreadable(_("The line has more cells than the first line has columns."))
    return (cells + [""] * columns)[: columns or None]
