"""HTML put together of parts, as Django's `format_html` does and in a third of its time: a page has thousands."""

from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString


def fill(text: str, *values: object, **named: object) -> SafeString:
    """A piece of HTML with these values at its places, as `str.format`; escaped if they are not safe already."""
    by_name = {name: _safe(value) for name, value in named.items()}
    return SafeString(text.format(*map(_safe, values), **by_name))  # nosec B703  (every value is escaped)


def join(pieces: Iterable[SafeString]) -> SafeString:
    """Pieces of HTML one after the other."""
    return SafeString("".join(pieces))  # nosec B703  (all of them are safe)


def decimal(number: float) -> SafeString:
    """The same as `digits`, as a piece of HTML."""
    return SafeString(digits(number))  # nosec B703  (digits alone)


def digits(number: float) -> str:
    """A number for an attribute, in the same form in every language: at most two decimals, and no zeros at its end."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _safe(value: object) -> str:
    return value if isinstance(value, SafeString) else escape(str(value))
