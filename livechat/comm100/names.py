"""Names and statuses as people mean them: whether two are the same, whether a search finds one, whether one shows.

`name_key` decides what is the same: one text can be written in two Unicode forms (é as one character or as two), in
another case, with other blanks. `search_key` is generous: it also leaves accents out, and takes look-alike forms for
one another.
"""

import re
import unicodedata

# Marks that people leave out when they type: accents of Latin, Greek and Cyrillic, points of Hebrew and Arabic. Others
# stay, because they are letters' own parts (Devanagari's vowels, Japanese voicing).
ACCENTS = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
# Letters that Unicode does not take apart, as they are typed without the stroke or the ligature.
STROKES = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
# Characters that take no part in a text: soft hyphens, joiners, marks of direction, variation selectors.
UNSEEN = re.compile("[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff]")
# Letters by their category that fonts draw as nothing: Hangul fillers, the empty Braille pattern.
_FILLERS = "\u115f\u1160\u2800\u3164\uffa0"


def name_key(name: str) -> str:
    """A key that is the same for all spellings of a name or status. It is at most three times as long as the name."""
    if not name.isascii():
        # Case folding can undo the composed form, and a composed form may fold to another one.
        folded = unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).casefold())
        name = unicodedata.normalize("NFC", folded)
    return " ".join(name.casefold().split())


def same_name(one: str, other: str) -> bool:
    """Whether two names or statuses are the same, whatever their case, their blanks and their Unicode form."""
    return one == other or name_key(one) == name_key(other)


def search_key(text: str) -> str:
    """A text as searches see it: in NFKC, without case, accents and characters that show nothing."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", UNSEEN.sub("", text).casefold())
    plain = ACCENTS.sub("", apart).casefold().translate(STROKES)
    return unicodedata.normalize("NFC", plain)


def search_words(q: str) -> list[str]:
    """The words of a search, each as `search_key` makes it. A text is found if its key has them all."""
    return search_key(q).split()


def readable(text: str | None) -> str:
    """The text, or "" if a page would show nothing of it: blanks, characters without width, marks on no letter."""
    return text if text and any(map(_shows, text)) else ""


def _shows(character: str) -> bool:
    return unicodedata.category(character)[0] not in "ZCM" and character not in _FILLERS
