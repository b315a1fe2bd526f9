"""Malformed records on the pages: the row stays, the odd field shows "–", the others are untouched."""

import json
import re
import uuid
from html import unescape
from typing import Any

import pytest
from django.test import Client

from livechat.lib import background
from livechat.views.visitors import FIELDS as LABELS
from tests.support.chatserver import ChatServer
from tests.support.pages import poll, region, text
from tests.support.talk import VISITOR
from tests.support.wrong import FIELDS, WRONG, kept, row

pytestmark = pytest.mark.django_db
LIST = "GET /v4/livechat/visitors"
SHOWN = {name: str(label) for fields in LABELS.values() for name, label in fields.items()}
SECTIONS = {"custom_fields": "Custom fields", "custom_variables": "Custom variables", "status": "status"}


def fields(page: str) -> dict[str, str]:
    """What a visitor's page shows: label by label, the status, and the two lists as they are."""
    record = region(page, "record")
    groups = record[record.index('<div class="groups">') :]
    found = {label: _plain(shown) for label, shown in re.findall(r"<dt>([^<]*)</dt><dd>(.*?)</dd>", groups, re.DOTALL)}
    found["status"] = _plain(re.search(r'<span class="badge[^>]*>(.*?)</span>', record, re.DOTALL)[1])  # type: ignore[index]
    for section in ("Custom fields", "Custom variables"):
        start = record.index(f"<h2>{section}</h2>")
        found[section] = _plain(record[start : record.index("</section>", start)])
    return found


def _plain(markup: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", markup)).split())


@pytest.mark.parametrize("kind", WRONG)
def test_an_odd_field_shows_a_dash_and_everything_else_stays(
    kind: str, web: Client, chatserver: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = row(id=str(uuid.uuid4()))
    odd = {wire: row(id=str(uuid.uuid4())) | {wire: WRONG[kind]} for wire in FIELDS if wire != "id"}
    odd = {wire: row(**record) for wire, record in odd.items()}
    chatserver.faults.answer(200, on=LIST, body=json.dumps([good, *odd.values()]).encode())

    board = text(web.get("/visitors/"))
    for record in (good, *odd.values()):
        assert f'id="visitor-{record["id"]}"' in board

    # The pages show what the list showed: their own reads, a call each, are tested elsewhere.
    monkeypatch.setattr(background, "start", lambda key, work: None)
    whole = fields(read(web, good))
    assert {label: whole[label] for label in ("Name", "E-mail", "Browser")} == {
        "Name": VISITOR["name"], "E-mail": VISITOR["email"], "Browser": VISITOR["browser"],
    }  # fmt: skip
    for wire, record in odd.items():
        name = {"department_id": "department"}.get(FIELDS[wire], FIELDS[wire])
        label = SHOWN.get(name) or SECTIONS[name]
        mine = fields(read(web, record))
        left = kept(FIELDS[wire], kind)
        if left in (None, ()):
            assert mine[label] in ("–", f"{label} None") or (label == "status" and mine[label] == "Unknown"), wire
        changed = {other for other in whole if mine[other] != whole[other]} - {"Id"}
        assert changed <= {label}, wire


def read(web: Client, record: dict[str, Any]) -> str:
    """The record on a visitor's own page."""
    return text(poll(web, f"/visitors/{record['id']}/"))
