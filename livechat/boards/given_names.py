"""A person's full name, shortened for walls."""

import re
import unicodedata

_BRACKETS = re.compile(r"[(（][^()（）]*[)）]?|\[[^\[\]]*\]?|\{[^{}]*\}?")
_SUFFIXES = {"", "jr", "sr", "ii", "iii", "iv", "phd", "md"}


def parts(name: str) -> list[str]:
    """A name's words, the given name first: "Lovelace, Ada (Sales)" gives Ada and Lovelace.

    Words in brackets are left out, and so are words that begin with neither a letter nor a digit.
    """
    plain = _BRACKETS.sub(" ", unicodedata.normalize("NFC", name))
    surname, *others = plain.split(",")
    given = next((each for each in others if each.replace(".", "").strip().casefold() not in _SUFFIXES), "")
    plain = f"{given} {surname}"
    return [word.strip(",;") for word in plain.split() if word[0].isalnum()]


def given_and_initial(name: str) -> str:
    """The given name and the initial of the last: "Ada L.". A name without a second word stays as it is."""
    first, *others = parts(name) or [name]
    initial = next((word[0] for word in reversed(others) if word[0].isalpha()), "")
    return f"{first} {initial}." if initial else " ".join([first, *others])
