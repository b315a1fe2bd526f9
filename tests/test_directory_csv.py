"""The directory as CSV: a preview, all or nothing, and a round trip that changes nothing."""

import contextlib
import re
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from livechat.forms import directory_csv as forms
from livechat.forms.validators import no_control_characters
from livechat.lib import csv_tables
from livechat.models import AgentEntry, Role, Site
from livechat.sites import directory_csv
from tests.support import corpora
from tests.support.pages import text
from tests.support.people import KIM, LEE, SALES, client_for, make_shop, make_site, make_user

pytestmark = pytest.mark.django_db

NEW = "cccccccc-0000-4000-8000-000000000004"
UPLOAD = "/directory/upload/"


@pytest.fixture
def shop() -> Site:
    """A site with two agents, one of them nameless, and a department."""
    return make_shop()


@pytest.fixture
def ada(shop: Site) -> Client:
    """An administrator's browser."""
    return client_for(make_user("ada", shop))


def look(client: Client, table: str) -> HttpResponse:
    """Paste a CSV and preview it."""
    return client.post(UPLOAD, {"text": table, "step": "preview"})


def fingerprint(page: HttpResponse) -> str:
    """The fingerprint that the preview's form sends."""
    found = re.search(r'name="seen"[^>]* value="([^"]*)"', text(page))
    assert found
    return found[1]


def bring(client: Client, table: str) -> HttpResponse:
    """Preview, then import."""
    return client.post(UPLOAD, {"text": table, "step": "import", "seen": fingerprint(look(client, table))})


def everything(site: Site) -> list[tuple[object, ...]]:
    """Every value in the directory."""
    agents = site.agents.values_list("agent_id", "name", "alias", "team", "capacity", "order", "hidden", "edited")
    return [*agents, *site.departments.values_list("department_id", "name", "edited")]


def export(client: Client) -> str:
    return b"".join(client.get("/directory/csv/")).decode()


def of(site: Site, key: str) -> AgentEntry:
    return site.agents.get(agent_id=key)


# preview, then import


def test_a_preview_says_of_every_line_what_it_would_do_and_does_nothing(ada: Client, shop: Site) -> None:
    before = everything(shop)
    page = text(look(ada, f"id,name,team\n{KIM},Kim,Front\n{NEW},Nia,Back\n{LEE},,\n"))
    assert "1 new, 1 changed, 1 unchanged." in page
    assert re.search(r"<bdi>Kim Østergård</bdi>\s*→ <b><bdi>Kim</bdi>", page)
    assert re.search(r'"Line">3</td>\s*<td class="cell-entry"><bdi>Nia</bdi>', page)
    assert "Line 4:" in page, "folded: it changes nothing"
    assert everything(shop) == before


def test_what_was_previewed_is_imported_at_once_and_every_viewer_sees_it(ada: Client, shop: Site) -> None:
    table = (
        "kind,id,name,alias,team,capacity,order,hidden\n"
        f"agent,{KIM},Kim,Kimmy,Back,6,2,yes\nagent,{NEW},Nia,,,,,\ndepartment,{SALES},Shop floor,,,,,\n"
    )
    answer = bring(ada, table)
    assert answer.url == "/directory/"
    assert "Imported: 1 new, 2 changed, 0 unchanged." in text(ada.get("/directory/"))
    kim, nia = of(shop, KIM), of(shop, NEW)
    assert (kim.name, kim.alias, kim.team, kim.capacity, kim.order, kim.hidden, kim.edited) == (
        "Kim", "Kimmy", "Back", 6, 2, True, True,
    )  # fmt: skip
    assert (nia.name, nia.capacity, nia.order, nia.hidden, nia.edited) == ("Nia", None, None, False, True)
    assert shop.departments.get().name == "Shop floor"
    assert Site.objects.get().version > shop.version


def test_a_column_that_is_missing_is_left_alone_and_an_empty_cell_empties(ada: Client, shop: Site) -> None:
    bring(ada, f"team,id\n,{KIM}\n")
    kim = of(shop, KIM)
    assert (kim.name, kim.alias, kim.team, kim.capacity) == ("Kim Østergård", "K.", "", 4)


def test_with_one_error_nothing_is_written(ada: Client, shop: Site) -> None:
    before, table = everything(shop), f"id,name,capacity\n{KIM},Kim,5\n{LEE},Lee,many\n"
    answer = look(ada, table)
    assert answer.status_code == 422
    assert "1 error. Nothing is imported until it is fixed." in text(answer)
    assert 'value="import"' not in text(answer)
    assert f"{LEE},Lee,many" in text(answer), "the pasted text stays"
    forced = ada.post(UPLOAD, {"text": table, "step": "import", "seen": fingerprint(answer)})
    assert forced.status_code == 422
    assert everything(shop) == before


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("agent,12,Kim,,,,,", "id: “12” is not a GUID."),
        (f"agent,{{{LEE}}},Kim,,,,,", "is not a GUID."),
        (f"robot,{LEE},Kim,,,,,", "kind: “agent” or “department”"),
        (f"agent,{LEE},{'x' * 121},,,,,", "name: Ensure this value has at most 120 characters"),
        (f"agent,{LEE},,{'x' * 61},,,,", "alias: Ensure this value has at most 60 characters"),
        (f"agent,{LEE},,,,0,,", "capacity: Ensure this value is greater than or equal to 1."),
        (f"agent,{LEE},,,,many,,", "capacity: Enter a whole number."),
        (f"agent,{LEE},,,,,-1,", "order: Ensure this value is greater than or equal to 0."),
        (f"agent,{LEE},,,,,99999,", "order: Ensure this value is less than or equal to 9999."),
        (f"agent,{LEE},,,,,,perhaps", "hidden: “yes” or “no”"),
        (f"department,{LEE},Shop,,Front,,,", "team: a department has only a name."),
        (f"department,{LEE},Shop,,,,,yes", "hidden: a department has only a name."),
        (f"agent,{LEE},K\u0007im,,,,,", "Control characters are not allowed."),
        (f"agent,{LEE},K\tim,,,,,", "Control characters are not allowed."),
        (f'agent,{LEE},"Kim,,,,,', "A quotation mark stands in the wrong place"),
        (f"agent,{LEE},Kim,,,,,,one too many", "more cells than the first line has columns"),
        (f"agent,{KIM.upper()},Again,,,,,", "id: line 3 repeats the agent of line 2."),
    ],
)
def test_an_error_is_shown_with_the_number_of_its_line(ada: Client, shop: Site, line: str, said: str) -> None:
    before = everything(shop)
    table = f"kind,id,name,alias,team,capacity,order,hidden\nagent,{KIM},Kim,,,,,\n{line}\n"
    page = look(ada, table)
    assert page.status_code == 422
    assert re.search(rf"Line 3: <bdi>[^<]*{re.escape(said)}", text(page))
    assert everything(shop) == before


def test_all_errors_of_a_line_and_of_the_file_are_shown_at_once(ada: Client) -> None:
    page = text(look(ada, f"id,capacity,order\n{KIM},many,first\nzz,,\n"))
    assert "3 errors." in page
    assert re.findall(r"Line (\d+):", page) == ["2", "2", "3"]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("", "Choose a file, or paste its text."),
        ("name,team\nKim,Front\n", "“id” among them"),
        (f"{KIM},Kim\n", "“id” among them"),
        (f"id,name,colour,size\n{KIM},Kim,red,9\n", "Unknown columns: “colour”, “size”."),
        (f"id,name,Name\n{KIM},Kim,Kim\n", "The column “name” is there twice."),
        (f"id,,name\n{KIM},,Kim\n", "Unknown columns: “”."),
        ("id\n" + f"{KIM}\n" * 2001, "It has more than 2000 lines. Divide it."),
        ("id\n" + " " * 1_100_000, "longer than 1 MB"),
    ],
)
def test_what_is_no_directory_is_refused_as_a_whole(ada: Client, shop: Site, table: str, said: str) -> None:
    before = everything(shop)
    page = look(ada, table)
    assert page.status_code == 422
    assert said in text(page)
    assert everything(shop) == before


# between preview and import


def test_if_the_directory_has_changed_the_preview_is_shown_again_and_nothing_is_written(
    ada: Client, shop: Site
) -> None:
    table = f"id,team\n{KIM},Back\n"
    seen = fingerprint(look(ada, table))
    shop.agents.filter(agent_id=KIM).update(team="Elsewhere")
    answer = ada.post(UPLOAD, {"text": table, "step": "import", "seen": seen})
    assert answer.status_code == 409
    assert "has changed since the preview. Nothing was imported." in text(answer)
    assert re.search(r"<bdi>Elsewhere</bdi>\s*→ <b><bdi>Back</bdi>", text(answer))
    assert of(shop, KIM).team == "Elsewhere"
    assert ada.post(UPLOAD, {"text": table, "step": "import", "seen": fingerprint(answer)}).status_code == 302
    assert of(shop, KIM).team == "Back"


@pytest.mark.parametrize("other", [f"id,team\n{KIM},Other\n", f"id,team\n{KIM},Back\n{LEE},Back\n"])
def test_a_text_that_differs_from_the_preview_is_shown_before_it_is_imported(
    ada: Client, shop: Site, other: str
) -> None:
    seen = fingerprint(look(ada, f"id,team\n{KIM},Back\n"))
    answer = ada.post(UPLOAD, {"text": other, "step": "import", "seen": seen})
    assert answer.status_code == 409
    assert of(shop, KIM).team == "Front"


@pytest.mark.parametrize("seen", ["", "x" * 64, "\u0000"])
def test_nothing_is_imported_without_a_preview(ada: Client, shop: Site, seen: str) -> None:
    answer = ada.post(UPLOAD, {"text": f"id,team\n{KIM},Back\n", "step": "import", "seen": seen})
    assert answer.status_code in (409, 422)
    assert of(shop, KIM).team == "Front"


def test_an_agent_first_seen_after_the_preview_gets_the_values_of_the_file(shop: Site) -> None:
    table = csv_tables.read(f"id,name\n{NEW},Nia\n", forms.COLUMNS, "id", 10)
    known = directory_csv.entries(shop)
    AgentEntry.objects.create(site=shop, agent_id=NEW)
    directory_csv.apply_rows(shop, known, forms.preview_of(table, known).rows)
    assert of(shop, NEW).name == "Nia"


# file formats


def as_file(body: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("directory.csv", body, content_type="text/csv")


@pytest.mark.parametrize(
    "body",
    [
        f"id,name\n{KIM},Zoë\n".encode(),
        f"id,name\r\n{KIM},Zoë\r\n".encode("utf-8-sig"),
        f"id;name\r{KIM};Zoë\r".encode(),
        f"sep=;\r\nid;name\r\n{KIM};Zoë".encode(),
        f'"sep=,"\n"ID"," Name "\n"{KIM.upper()}","Zoë"\n'.encode(),
        f"id\tname\n{KIM}\tZoë\n".encode(),
        f"id;name;team;;;\n{KIM};Zoë\n;;;;;\n\n".encode(),
        f"id,name\r\n{KIM},Zoë\r\n".encode("utf-16"),
        f"id\tname\r\n{KIM}\tZoë\r\n".encode("utf-16-le"),
        f"id;name\n{KIM};Zoë\n".encode("utf-16-be"),
    ],
)
def test_a_file_is_read_as_spreadsheets_save_it(ada: Client, shop: Site, body: bytes) -> None:
    page = ada.post(UPLOAD, {"file": as_file(body), "text": "", "step": "preview"})
    assert "0 new, 1 changed, 0 unchanged." in text(page)
    assert "<b><bdi>Zoë</bdi>" in text(page)
    pasted = re.search(r"<textarea[^>]*>\s*([^<]*)</textarea>", text(page))
    assert pasted
    assert KIM in pasted[1].lower(), "the file's text can be corrected, and is what is imported"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (f"id,name\n{KIM},Zoë\n".encode("utf-16")[:-1], "The file is not UTF-8."),
        (f"id,name\n{KIM},Zoë\n".encode("latin-1"), "The file is not UTF-8."),
        (b"", "Choose a file, or paste its text."),
        (b"id\n" + b" " * 1_100_000, "The file is larger than 1 MB."),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(ada: Client, body: bytes, said: str) -> None:
    page = ada.post(UPLOAD, {"file": as_file(body), "text": "", "step": "preview"})
    assert page.status_code == 422
    assert said in text(page)


def test_a_file_with_a_wrong_column_stays_as_text(ada: Client) -> None:
    page = ada.post(UPLOAD, {"file": as_file(f"id,colour\n{KIM},red\n".encode()), "text": "", "step": "preview"})
    assert "Unknown columns: “colour”" in text(page)
    assert f"{KIM},red" in text(page)


@pytest.mark.parametrize("said", ["yes", "YES", "y", "true", "TRUE", "1"])
def test_hidden_is_said_in_several_ways(ada: Client, shop: Site, said: str) -> None:
    bring(ada, f"id,hidden\n{KIM},{said}\n")
    assert of(shop, KIM).hidden
    bring(ada, f"id,hidden\n{KIM},no\n")
    assert not of(shop, KIM).hidden


@pytest.mark.parametrize(
    "said",
    ["WAHR", "VRAI", "SÍ", "si\u0301", "ja", "Ja", "J", "oui", "x", "X", " x ", "✓", "VERDADERO", "VERO", "WAAR"],
)
def test_hidden_is_said_in_the_languages_of_spreadsheets(ada: Client, shop: Site, said: str) -> None:
    bring(ada, f"id,hidden\n{KIM},{said}\n")
    assert of(shop, KIM).hidden


@pytest.mark.parametrize("said", ["FALSCH", "FAUX", "FALSO", "nein", "non", "NO", "-", ""])
def test_not_hidden_is_said_in_the_languages_of_spreadsheets(ada: Client, shop: Site, said: str) -> None:
    shop.agents.update(hidden=True)
    bring(ada, f"id,hidden\n{KIM},{said}\n")
    assert not of(shop, KIM).hidden


@pytest.mark.parametrize("said", ["3", "3,0", "3.0", "3,00", " 3 ", '"3,0"'])
def test_a_whole_number_is_read_as_a_spreadsheet_writes_it(ada: Client, shop: Site, said: str) -> None:
    bring(ada, f"id;capacity;order\n{KIM};{said};{said}\n")
    assert (of(shop, KIM).capacity, of(shop, KIM).order) == (3, 3)


@pytest.mark.parametrize("said", ["3,5", "3.5", "1.000,0", "3,"])
def test_any_other_number_is_refused_on_its_line(ada: Client, said: str) -> None:
    page = look(ada, f"id;capacity\n{KIM};{said}\n")
    assert page.status_code == 422
    assert re.search(r"Line 2: <bdi>capacity: Enter a whole number.", text(page))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_line_break_in_a_cell_becomes_a_blank_and_lines_keep_their_numbers(ada: Client, shop: Site, end: str) -> None:
    table = end.join(["id,name,team", f'{KIM},"Kim', 'Lee","Front', "", 'desk"', f"{NEW},Nia,Back", "zz,,"]) + end
    page = text(look(ada, table))
    assert re.findall(r"Line (\d+):", page) == ["7"]
    bring(ada, table.replace("zz,,", ""))
    assert (of(shop, KIM).name, of(shop, KIM).team) == ("Kim Lee", "Front  desk")
    assert of(shop, NEW).name == "Nia"


def test_a_quotation_mark_that_is_never_closed_is_told_once_and_the_other_lines_are_read(ada: Client) -> None:
    page = text(look(ada, f'id,name\n{KIM},"Kim\n{NEW},Nia\n' + f"{LEE},Lee\n" * 60))
    told = re.findall(r"Line (\d+): <bdi>([^<]*)", page)
    assert told[0] == ("2", "A quotation mark stands in the wrong place, or is not closed.")
    assert [line for line, said in told if "quotation" in said] == ["2"]
    assert "Nia" in page


# the round trip


def test_the_export_names_everything_and_is_safe_in_a_spreadsheet(ada: Client, shop: Site) -> None:
    shop.agents.filter(agent_id=KIM).update(name="=1+1", order=3, hidden=True)
    lines = export(ada).removeprefix("\ufeff").split("\r\n")
    assert lines[0] == "kind,id,name,alias,team,capacity,order,hidden,departments"
    assert f"agent,{KIM},'=1+1,K.,Front,4,3,yes," in lines
    assert f"department,{SALES},Sales,,,,,," in lines


OTHER, TWIN, SPLIT = (f"dddddddd-0000-4000-8000-00000000000{number}" for number in (1, 2, 3))


def test_an_agents_departments_go_out_by_names_and_come_back(ada: Client, shop: Site) -> None:
    for key, name in ((OTHER, "Twins"), (TWIN, "twins"), (SPLIT, "Here; there")):
        shop.departments.create(department_id=key, name=name)
    shop.agents.filter(agent_id=KIM).update(departments=[SALES, TWIN, SPLIT, NEW])  # the directory lacks the last one
    table = export(ada)
    assert f"Sales; {TWIN}; {SPLIT}; {NEW}" in table
    assert "There is nothing to import." in text(look(ada, table))
    bring(ada, f'id,departments\n{LEE},"sales ;{OTHER.upper()};SALES;"\n{KIM},\n')
    assert (of(shop, LEE).departments, of(shop, LEE).departments_edited) == ([SALES, OTHER], True)
    assert (of(shop, KIM).departments, of(shop, KIM).departments_edited) == ([], True)


def test_a_department_that_there_is_not_is_told_with_its_line(ada: Client, shop: Site) -> None:
    page = text(look(ada, f"id,departments\n{KIM},Sales; Nowhere\n"))
    assert "There is no department “Nowhere”." in page
    assert of(shop, KIM).departments == []


def test_the_preview_shows_departments_by_name(ada: Client) -> None:
    page = text(look(ada, f"id,departments\n{KIM},Sales\n"))
    assert re.search(r"<code>departments</code>.*<bdi>\s*Sales\s*</bdi>", page, re.DOTALL)
    assert SALES not in page[page.index("What happens") : page.index("<textarea")]


def test_naughty_names_come_back_as_they_went(ada: Client, shop: Site) -> None:
    names = [name for name in dict.fromkeys(item[:120] for item in corpora.strings()) if storable(name)]
    AgentEntry.objects.bulk_create(AgentEntry(site=shop, agent_id=uuid4(), name=name, edited=True) for name in names)
    before = everything(shop)
    page = text(look(ada, export(ada)))
    assert f"0 new, 0 changed, {len(before)} unchanged." in page
    assert "There is nothing to import." in page
    table = export(ada)
    shop.agents.all().delete()
    bring(ada, table)
    there = sorted(shop.agents.values_list("name", flat=True))
    assert there == sorted([*(name.strip() for name in names), "Kim Østergård", ""])


def storable(name: str) -> bool:
    """Whether the directory's own form accepts a name."""
    try:
        no_control_characters(name)
    except ValidationError:
        return False
    return True


words = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=20)
risky = st.builds("".join, st.lists(st.sampled_from(["'", "=", "+", "-", "@", " ", ",", ";", '"', "a", "\u2028"])))


@settings(max_examples=300)
@given(st.one_of(words, risky))
def test_a_cell_read_back_is_the_text_it_was_and_no_text_runs(value: str) -> None:
    made = csv_tables.cell(value)
    assert csv_tables.plain(made) == value
    assert not made.lstrip(" ").startswith(("=", "+", "-", "@"))


entry = st.builds(
    AgentEntry,
    agent_id=st.uuids(),
    name=st.one_of(words, risky.map(lambda text: text[:120])),
    alias=words,
    team=words,
    capacity=st.none() | st.integers(1, 1000),
    order=st.none() | st.integers(0, 9999),
    hidden=st.booleans(),
)


@settings(max_examples=100)
@given(st.lists(entry, max_size=5, unique_by=lambda made: made.agent_id), st.sampled_from(",;\t"), st.booleans())
def test_the_export_of_any_directory_changes_nothing_with_any_separator(
    entries: list[AgentEntry], separator: str, told: bool
) -> None:
    known: dict[tuple[str, UUID], directory_csv.Entry] = {("agent", made.agent_id): made for made in entries}
    head, rows = (
        forms.COLUMNS,
        [[kind, key, *map(forms.cell_text, values(made))] for (kind, key), made in known.items()],
    )
    lines = [separator.join(f'"{quoted(cell)}"' for cell in row) for row in [list(head), *rows]]
    table = csv_tables.read("\r\n".join([f"sep={separator}"] * told + lines), head, "id", 100)
    made = forms.preview_of(table, known)
    assert made.problems == []
    assert [step.state for step in made.rows] == ["unchanged"] * len(entries)


def values(made: AgentEntry) -> list[object]:
    return ["" if name == "departments" else getattr(made, name) for name in directory_csv.FIELDS["agent"]]


def quoted(value: object) -> str:
    return csv_tables.cell(value).replace('"', '""')


@settings(max_examples=200)
@given(st.text(max_size=200))
def test_no_text_at_all_breaks_the_reading(body: str) -> None:
    for table in (body, f"id,name\n{body}"):
        with contextlib.suppress(csv_tables.Unreadable):
            forms.preview_of(csv_tables.read(table, forms.COLUMNS, "id", 100), {})


# permissions


@pytest.mark.parametrize("role", [Role.VIEWER, Role.SUPERVISOR])
def test_a_member_who_is_not_an_administrator_neither_exports_nor_imports(shop: Site, role: Role) -> None:
    client = client_for(make_user("sue", shop, role))
    for answer in (client.get("/directory/csv/"), client.get(UPLOAD), look(client, f"id,team\n{KIM},Back\n")):
        assert answer.status_code == 403
    assert "/directory/upload/" not in text(client.get("/directory/"))


def test_another_sites_directory_is_neither_read_nor_written(ada: Client, shop: Site) -> None:
    other = AgentEntry.objects.create(site=make_site("Second"), agent_id=NEW, name="Stranger")
    assert "Stranger" not in export(ada)
    bring(ada, f"id,name\n{NEW},Nia\n")
    other.refresh_from_db()
    assert (other.name, of(shop, NEW).name) == ("Stranger", "Nia")


def test_two_thousand_lines_are_read_with_a_handful_of_queries(
    ada: Client, django_assert_max_num_queries: Callable[..., object]
) -> None:
    table = "id,name,capacity\n" + "".join(f"{UUID(int=n, version=4)},Agent {n},4\n" for n in range(2000))
    seen = fingerprint(look(ada, table))
    with django_assert_max_num_queries(60):
        assert ada.post(UPLOAD, {"text": table, "step": "import", "seen": seen}).status_code == 302
