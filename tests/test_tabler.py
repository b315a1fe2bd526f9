"""Of Tabler's style sheet only the rules are served that pages use: none of those is missing."""

import hashlib
import re
from pathlib import Path

import pytest

from tests.support import prune_css

README = prune_css.ROOT / "static" / "vendor" / "README.md"
CLASS = re.compile(r"\.(-?[A-Za-z_](?:[\w-]|\\.)*)")
AGAIN = "run `python -m tests.support.prune_css`, and write the new SHA-256 into static/vendor/README.md"


def classes(sheet: str) -> set[str]:
    """The classes that a style sheet's selectors name."""
    heads = [rule.head for rule in every_rule(sheet)]
    return {name.replace("\\", "") for head in heads for name in CLASS.findall(head)}


def every_rule(sheet: str) -> list[prune_css.Rule]:
    """The rules, those in @media too."""
    found = []
    for rule in prune_css.rules(sheet):
        inner = rule.body is not None and rule.head.startswith("@media")
        found += every_rule(rule.body or "") if inner else [rule]
    return found


def used() -> set[str]:
    """The words of every class attribute of the templates."""
    texts = [path.read_text() for path in (prune_css.ROOT / "templates").rglob("*.html")]
    return {word for text in texts for value in re.findall(r'class="([^"]*)"', text) for word in value.split()}


def test_each_class_of_tabler_that_a_template_uses_is_defined() -> None:
    wanted = used() & classes(prune_css.SOURCE.read_text())
    assert {"btn", "btn-primary", "table", "card", "form-control"} <= wanted
    assert wanted - classes(prune_css.PRUNED.read_text()) == set(), AGAIN


def test_no_selector_that_can_match_a_page_of_today_is_missing() -> None:
    served = {one for rule in every_rule(prune_css.PRUNED.read_text()) for one in prune_css.split(rule.head, ",")}
    needed = {one for rule in every_rule(prune_css.today()) for one in prune_css.split(rule.head, ",")}
    assert needed - served == set(), AGAIN


def test_the_whole_style_sheet_is_the_one_that_was_checked() -> None:
    assert hashlib.sha256(prune_css.SOURCE.read_bytes()).hexdigest() in README.read_text()


def test_a_name_that_is_written_in_parts_keeps_its_rules(tmp_path: Path) -> None:
    template = tmp_path / "page.html"
    template.write_text('<p class="alert-{{ level }}"></p> "success"')
    assert prune_css.words([template]) >= {"alert-success", "p"}


@pytest.mark.parametrize(
    ("selector", "left"),
    [
        (".btn", ".btn"),
        (".btn,.btn-pink", ".btn"),
        (".btn-pink", ""),
        (".btn:not(.btn-pink:is(.a,.b)):hover::after", ".btn:not(.btn-pink:is(.a,.b)):hover::after"),
        (":is(.btn-pink,.btn)>p", ":is(.btn-pink,.btn)>p"),
        ("p>ul.btn", ""),
        ('[type="a]b,c"]', ""),
        ("[title],[data-x~=y]", "[title]"),
        (r".btn\:wide", ""),
        ("*,::before,:root", "*,::before,:root"),
    ],
)
def test_a_selector_stays_if_all_that_it_needs_is_a_word_of_the_product(selector: str, left: str) -> None:
    rule = prune_css.Rule(selector, "margin:0")
    assert [one.head for one in prune_css.kept([rule], {"btn", "p", "title"})] == ([left] if left else [])


def test_properties_that_nothing_reads_go_and_the_order_stays() -> None:
    source = (
        '@charset "UTF-8";/*! Licence */:root{--a:1px;--b:var(--a);--c:"};";--d:url(x;y)}'
        ".btn{margin:var(--b)}@media print{.btn{--e:0}.gone{color:red}}@keyframes turn{to{top:0}}p{top:0}"
    )
    assert prune_css.pruned(source, {"btn", "p"}, "animation: none") == (
        '@charset "UTF-8";/*! Licence */\n:root{--a:1px;--b:var(--a)}.btn{margin:var(--b)}p{top:0}\n'
    )
    assert "--e:0" in prune_css.pruned(source, {"btn"}, "x{top:var(--e);animation:turn 1s}")
