"""`python -m tests.support.prune_css`: makes static/vendor/tabler.min.css of tests/vendor/tabler.min.css.

The source is the file of npm's package as it is. What is kept are the rules that can match: each class, id, attribute
and element of a selector is a word of the product's templates, scripts, forms or tags, or of allauth's or Django's
templates. Of those rules the custom properties go that nothing reads. Words are taken from everywhere in a file, so a
rule too many may be kept, and none too few.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import allauth
import django

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "tests" / "vendor" / "tabler.min.css"
PRUNED = ROOT / "static" / "vendor" / "tabler.min.css"
WORDS_IN = [
    *(ROOT / "templates").rglob("*.html"),
    *(ROOT / "static" / "js").glob("*.js"),
    *(ROOT / "livechat" / "forms").glob("*.py"),
    *(ROOT / "livechat" / "templatetags").glob("*.py"),
    *(Path(allauth.__file__).parent / "templates").rglob("*.html"),
    *(Path(django.__file__).parent / "forms" / "templates").rglob("*.html"),
]
NAME = r"-?[A-Za-z_](?:[\w-]|\\.)*"
WORD = re.compile(NAME)
BEGINNING = re.compile(rf"({NAME}-)(?:\{{\{{|\{{|\$\{{)")  # of a class whose end is computed: alert-{{ level }}
TOKEN = re.compile(  # what a string, an address or a bracket holds is passed over
    r"""/\*.*?\*/|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|url\([^"')]*\)|[{}();,]|[^{}();,"'/u]+|.""", re.DOTALL
)


@dataclass(frozen=True)
class Rule:
    """A rule or an at-rule: what stands before its braces, and what is in them; None if it has none."""

    head: str
    body: str | None


def split(text: str, at: str) -> Iterator[str]:
    """The parts of a text between these signs, which are not in brackets, braces or strings."""
    depth, part = 0, ""
    for token in TOKEN.findall(text):
        if token.startswith("/*"):
            continue
        depth += (token in "({") - (token in ")}")
        if token == at and depth == 0:
            yield part
            part = ""
        else:
            part += token
    if part:
        yield part


def rules(text: str) -> Iterator[Rule]:
    """The rules of a style sheet, or of a block of it, in their order."""
    depth, head, body = 0, "", ""
    for token in TOKEN.findall(text):
        if token.startswith("/*"):
            continue
        depth += (token == "{") - (token == "}")
        if depth == 0 and token in "};":
            yield Rule(head, body if token == "}" else None)
            head = body = ""
        elif depth == 0:
            head += token
        elif (depth, token) != (1, "{"):
            body += token


def words(paths: Iterable[Path] = WORDS_IN) -> set[str]:
    """What can be a class, an attribute or an element. Of classes with a computed end each word may be the end."""
    texts = [path.read_text() for path in paths]
    found = {word for text in texts for word in WORD.findall(text)}
    begun = {beginning for text in texts for beginning in BEGINNING.findall(text)}
    return found | {f"{beginning}{word}" for beginning in begun for word in found}


def names(selector: str) -> Iterator[str]:
    """The classes, ids, attributes and elements that must be there for a selector to match."""
    bare = re.sub(r"\[\s*([\w-]+)[^\]]*\]", r" .\1 ", selector)
    while (shorter := re.sub(r"\([^()]*\)", "", bare)) != bare:  # what :not() and its like hold, from the inmost out
        bare = shorter
    bare = re.sub(r"::?[\w-]+", " ", bare)
    return (re.sub(r"\\(.)", r"\1", name) for name in WORD.findall(bare))


def kept(sheet: Iterable[Rule], known: set[str]) -> Iterator[Rule]:
    """The rules that can match, each with those of its selectors that can."""
    for rule in sheet:
        if rule.body is None or rule.head.startswith(("@keyframes", "@property")):
            yield rule
        elif rule.head.startswith("@"):
            if inside := written(kept(rules(rule.body), known)):
                yield Rule(rule.head, inside)
        elif can := [one for one in split(rule.head, ",") if known.issuperset(names(one))]:
            yield Rule(",".join(can), rule.body)


def written(sheet: Iterable[Rule]) -> str:
    """Rules as text."""
    return "".join(f"{rule.head};" if rule.body is None else f"{rule.head}{{{rule.body}}}" for rule in sheet)


def without(text: str, unread: set[str]) -> str:
    """A style sheet without the declarations, key frames and registrations of these names."""
    left = []
    for rule in rules(text):
        if rule.body is None:
            left.append(rule)
        elif rule.head.startswith(("@keyframes", "@property")):
            left += [] if rule.head.split()[1] in unread else [rule]
        else:
            nested = rule.head.startswith("@")
            body = without(rule.body, unread) if nested else ";".join(
                each for each in split(rule.body, ";") if each.partition(":")[0].strip() not in unread
            )  # fmt: skip
            left += [Rule(rule.head, body)] if body else []
    return written(left)


def unread(text: str, beside: str) -> set[str]:
    """The custom properties and key frames of a style sheet that neither it nor the text beside it reads."""
    properties = set(re.findall(r"(?<![\w(-])(--[\w-]+)\s*:", text)) | set(re.findall(r"@property (--[\w-]+)", text))
    read = set(re.findall(r"var\(\s*(--[\w-]+)", text)) | set(re.findall(r"--[\w-]+", beside))
    frames = set(re.findall(r"@keyframes ([\w-]+)", text))
    run = set(WORD.findall(" ".join(re.findall(r"animation(?:-name)?:([^;}]*)", text + beside))))
    return (properties - read) | (frames - run)


def pruned(source: str, known: set[str], beside: str) -> str:
    """What is left of a style sheet, under its own first comment; `beside` is text that may read its properties."""
    licence = re.search(r"/\*!.*?\*/", source, re.DOTALL)
    text = written(kept(rules(source), known))
    while gone := unread(text, beside):
        text = without(text, gone)
    charset, _, rest = text.partition(";")
    return f"{charset};{licence.group() if licence else ''}\n{rest}\n"


def today() -> str:
    """What the source makes with the words of today."""
    ours = [*(ROOT / "static" / "css").glob("*.css"), *(ROOT / "static" / "js").glob("*.js")]
    return pruned(SOURCE.read_text(), words(), "".join(path.read_text() for path in ours))


if __name__ == "__main__":
    PRUNED.write_text(today())
