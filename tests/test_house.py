"""The house rules that a syntax tree can hold: imports point down, files stay small, templates stay safe."""

import ast
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CODE = [
    path
    for folder in ("config", "livechat")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SUFFIXES = (".py", ".html", ".txt", ".js", ".mjs", ".css", ".md", ".example", ".conf", ".service", ".toml", ".yml")
PROSE = [
    path
    for pattern in (
        "*.md",
        "*.example",
        "*.toml",
        "requirements*.txt",
        "Makefile",
        ".ci/run",
        "config/**/*",
        "livechat/**/*.py",
        "templates/**/*",
        "static/**/*.*",
        "tests/**/*.*",
    )
    for path in ROOT.glob(pattern)
    if (path.suffix in SUFFIXES or path.name in ("Makefile", "run"))
    and not {"vendor", "migrations", "node_modules"} & set(path.parts)
    and path.name != "test_house.py"
]
PERSONS = re.compile(r"\b(he|she|his|her|hers|him|himself|herself)\b(?!-IL)", re.IGNORECASE)
DOCUMENTS = re.compile(r"\b[\w/-]+\.(?:md|pdf|docx)\b|\bDESIGN\b|\bHOUSE\b|\bspec/")

# From the bottom up; a module imports from its own row or from lower ones.
FLOORS = [
    {"livechat.lib", "livechat.comm100", "livechat.chatserver"},
    {"livechat.models"},
    {"livechat.record"},
    {"livechat.live"},
    {"livechat.boards"},
    {"livechat.reports"},
    {"livechat.walls"},
    {"livechat.sites"},
    {"livechat.alerts"},
    {"livechat.control"},
    {"livechat.forms"},
    {"livechat.web"},
    {"livechat.views", "livechat.templatetags"},
    {"livechat.ops"},
    {"livechat.urls", "livechat.apps", "livechat.management"},
    {"config"},
]
LEAVES = {"livechat.comm100", "livechat.chatserver"}
# What apps.py imports by name when every application is loaded: these import models.
BY_NAME = {"livechat.live.observers.register", "livechat.alerts.evaluation.looked"}


Trees = dict[str, ast.Module]


@pytest.fixture(scope="module")
def trees() -> Trees:
    """The syntax tree of every module of ours, by its dotted name."""
    return {name_of(path): ast.parse(path.read_text()) for path in CODE}


def name_of(path: Path) -> str:
    """A file's dotted module name."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def room(module: str) -> str:
    """The room a module is in: livechat.live.snapshot_cache is in livechat.live."""
    return "config" if module.partition(".")[0] == "config" else ".".join(module.split(".")[:2])


def floor(module: str) -> int:
    """The floor of a module's room."""
    found = [number for number, rooms in enumerate(FLOORS) if room(module) in rooms]
    assert found, f"{module} is in no room: give it one in FLOORS"
    return found[0]


def imports(tree: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Every project module that a tree imports, with the statement. ruff forbids relative imports (TID252)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            names = [f"{base}.{alias.name}" if base in ("livechat", "config") else base for alias in node.names]
        else:
            continue
        for name in names:
            if name.partition(".")[0] in ("livechat", "config"):
                yield name, node


def test_imports_point_down(trees: Trees) -> None:
    others = [
        (module, name)
        for module, tree in trees.items()
        for name, _node in imports(tree)
        if module != "livechat" and room(name) != room(module)
    ]
    assert [
        f"{module} imports {name}, which is not below it" for module, name in others if floor(name) >= floor(module)
    ] == []
    assert [f"{module} is a leaf and imports {name}" for module, name in others if room(module) in LEAVES] == []


def test_no_project_import_hides_in_a_function(trees: Trees) -> None:
    assert [
        f"{module}: {node.name}"
        for module, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and list(imports(node))
    ] == []


def test_only_settings_and_apps_import_by_a_name_in_a_string(trees: Trees) -> None:
    rooms = set().union(*FLOORS)
    assert {
        (module, node.value)
        for module, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and re.fullmatch(r"livechat(\.\w+)+", str(node.value))
        if room(module) != "config" and room(node.value) in rooms
    } == {("livechat.apps", name) for name in BY_NAME}


def test_no_circles_among_modules() -> None:
    graph = {name_of(path): {name for name, _ in imports(ast.parse(path.read_text()))} for path in CODE}
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " → ".join((*trail, module))
        if module in done:
            return
        for other in graph.get(module, ()):
            if other != "livechat.models" or not module.startswith("livechat.models"):
                visit(other, (*trail, module))
        done.add(module)

    for module in graph:
        visit(module, ())


def test_no_module_is_loose_at_the_root() -> None:
    assert {path.name for path in (ROOT / "livechat").glob("*.py")} == {"__init__.py", "apps.py", "urls.py"}


def test_files_are_small_and_half_of_them_under_a_hundred_lines() -> None:
    lines = {path: len(path.read_text().splitlines()) for path in CODE}
    assert {path.name: count for path, count in lines.items() if count > 250} == {}
    assert sorted(lines.values())[len(lines) // 2] <= 100


def test_styles_scripts_and_templates_are_small_but_for_the_walls_one_style_sheet() -> None:
    files = [path for end in ("css", "js") for path in (ROOT / "static" / end).glob(f"*.{end}")] + TEMPLATES
    lines = {path.name: len(path.read_text().splitlines()) for path in files}
    assert lines.pop("wall.css") <= 500
    assert {name: count for name, count in lines.items() if count > 250} == {}


def test_templates_hold_nothing_the_policy_forbids() -> None:
    forbidden = (
        r"\|\s*safe\b",
        r"autoescape off",
        r"\son\w+=",
        r"\sstyle=",
        r"<script>",
        r"<style",
        r"=\{\{",
        r"javascript:",
    )
    assert [
        f"{path}: {pattern}" for path in TEMPLATES for pattern in forbidden if re.search(pattern, path.read_text())
    ] == []


def test_every_form_of_a_site_says_which_one_it_was_shown_for() -> None:
    # signing in and out, switching, joining, ending sessions
    anywhere = {
        "components/nav.html",
        "errors/404.html",
        "account/login.html",
        "invite.html",
        "usersessions/usersession_list.html",
    }
    bare = {path.relative_to(ROOT / "templates").as_posix() for path in TEMPLATES if "csrf_token" in path.read_text()}
    assert bare == anywhere | {"components/token.html"}


def test_vendored_files_are_the_ones_that_were_checked() -> None:
    readme = (ROOT / "static" / "vendor" / "README.md").read_text()
    files = [path for path in (ROOT / "static" / "vendor").iterdir() if path.name != "README.md"]
    assert files
    for path in files:
        assert hashlib.sha256(path.read_bytes()).hexdigest() in readme, path.name
        assert b"sourceMappingURL" not in path.read_bytes(), path.name


def test_prose_says_they_or_it() -> None:
    assert [f"{path}: {line}" for path in PROSE for line in path.read_text().splitlines() if PERSONS.search(line)] == []


def test_prose_names_only_documents_that_are_here() -> None:
    assert [
        f"{path}: {name}"
        for path in PROSE
        for name in set(DOCUMENTS.findall(path.read_text()))
        if not any((folder / name).exists() for folder in (ROOT, path.parent, ROOT / "static"))
    ] == []


def test_contributing_names_only_modules_that_are_here() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    named = set(re.findall(r"`((?:[a-z0-9_]+/)*[a-z0-9_]+\.(?:py|md|txt))`", text))
    assert len(named) > 20
    assert {
        name for name in named if not any((ROOT / top / name).exists() for top in ("livechat", "static", "."))
    } == set()


def test_contributing_draws_every_folder() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    folders = {path.name for path in (ROOT / "livechat").iterdir() if (path / "__init__.py").exists()} - {"migrations"}
    assert {name for name in folders if f" {name}/ " not in text} == set()
