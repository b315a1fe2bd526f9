"""Tables as CSV: a spreadsheet opens them safely, and they are read back as people and spreadsheets save them."""

import codecs
import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
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
MAX_LINES_OF_A_ROW = 50  # a quotation mark that is never closed must not take the rest of the file
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
    """The text of a file, which is UTF-8 or UTF-16. Raises Unreadable."""
    try:
        return body.decode(_encoding(body))
    except UnicodeDecodeError as error:
        message = _("The file is not UTF-8. In Excel save it as “CSV UTF-8”; elsewhere choose UTF-8 as encoding.")
        raise Unreadable(message) from error


def _encoding(body: bytes) -> str:
    """UTF-16 by its mark or, without one, by its first character: the header begins with an ASCII letter or a quote."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    first = body[:2]
    if len(first) == 2 and 0 in first and any(first):
        return "utf-16-be" if first[0] == 0 else "utf-16-le"
    return "utf-8-sig"


def read(text: str, columns: Iterable[str], needed: str, most: int) -> Table:
    """The rows of a text below its header. The header names some of `columns` in any order, among them `needed`.

    Commas, semicolons or tabs separate cells; the first line may be Excel's `sep=;`. A line is a row; a line break
    within a quoted cell becomes a blank. Lines without any text are skipped. Excel leaves out empty cells at the end of
    a line.
    Raises Unreadable if there is no such header, or if there are more than `most` lines.
    """
    every = _LINE_BREAK.split(text.removeprefix(_BYTE_ORDER_MARK))
    lines = [(at, line) for at, line in enumerate(every, start=1) if line.strip()]
    declared = _SEPARATOR_LINE.fullmatch(lines[0][1]) if lines else None
    lines = lines[1:] if declared else lines
    if not lines:
        raise Unreadable(_("There is nothing in it. The first line names the columns."))
    if len(lines) > most + 1:
        raise Unreadable(_("It has more than %(most)d lines. Divide it.") % {"most": most})
    separator = declared[1] if declared else max(_SEPARATORS, key=lines[0][1].count)
    head = _head(lines[0][1], separator, list(columns), needed)
    table = Table()
    for at, line in _rows(every, lines[0][0], separator):
        try:
            cells = _cells(line, separator, len(head))
        except Unreadable as error:
            table.problems.append((at, str(error)))
        else:
            if any(map(str.strip, cells)):
                table.rows.append(Row(at, dict(zip(head, map(plain, cells), strict=True))))
    return table


def _rows(lines: list[str], after: int, separator: str) -> Iterator[tuple[int, str]]:
    """The rows below a line: the number of each one's first line, and its lines as one."""
    at = after
    while at < len(lines):
        reader = csv.reader(islice(lines, at, at + MAX_LINES_OF_A_ROW), delimiter=separator, strict=True)
        try:
            next(reader)
            length = reader.line_num
        except (csv.Error, StopIteration):
            length = 1  # the error in this line comes up again where it is read
        row = " ".join(lines[at : at + length])
        if row.strip():
            yield at + 1, row
        at += length


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
        raise Unreadable(_("Control characters are not allowed."))
    try:
        cells = next(csv.reader([line], delimiter=separator, strict=True))
    except csv.Error as error:
        message = _("A quotation mark stands in the wrong place, or is not closed.")
        raise Unreadable(message) from error
    if columns and any(cells[columns:]):
        raise Unreadable(_("The line has more cells than the first line has columns."))
    return (cells + [""] * columns)[: columns or None]
