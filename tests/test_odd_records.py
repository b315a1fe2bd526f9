"""Malformed records on the pages: the row stays, the malformed field shows "–", the others are unchanged."""

import json
import random
import re
import uuid
from html import unescape
from typing import Any

import pytest
from django.test import Client

from livechat.boards.visitor_fields import FIELDS as LABELS
from livechat.lib import background
from tests.support.chatserver import ChatServer
from tests.support.pages import region, text
from tests.support.talk import VISITOR
from tests.support.wrong import FIELDS, WRONG, kept, row

pytestmark = pytest.mark.django_db
GROUPS = 13  # three fields a record: a larger one than 4 MB is left out
LIST = "GET /v4/livechat/visitors"
SHOWN = {name: str(label) for fields in LABELS.values() for name, label in fields.items()}
HEADS = {
    "Name": r"<h1>(.*?)</h1>",
    "status": r'<span class="visitor-status">(.*?)</span>',
    "Custom variables": r'<ul class="variables-list">(.*?</ul>.*?)<p class="visitor-foot">\s*A variable cannot',
}
SECTIONS = {"custom_fields": "Custom fields", "custom_variables": "Custom variables", "status": "status"}


def fields(page: str) -> dict[str, str]:
    """What a visitor's page shows: label by label, the status, and the two lists as they are. The head has the name."""
    record = region(page, "record")
    custom = re.search(r"<h2>Custom fields</h2>\s*<dl>(.*?)</dl>", record, re.DOTALL)
    rest = record.replace(custom[0], "") if custom else record
    labelled = re.findall(r"<dt>(?:<bdi>)?([^<]*)(?:</bdi>)?</dt><dd>(.*?)</dd>", rest, re.DOTALL)
    assert len(labelled) == len(dict(labelled)), "each label once"
    found = {label: _plain(shown) for label, shown in labelled}
    for name, pattern in HEADS.items():
        shown = re.search(pattern, page, re.DOTALL)
        assert shown, name
        found.setdefault(name, _plain(shown[1]))
    return found | ({"Custom fields": _plain(custom[1])} if custom else {})


def _plain(markup: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", markup)).split())


@pytest.mark.parametrize("kind", WRONG)
def test_an_odd_field_shows_a_dash_and_everything_else_stays(
    kind: str, web: Client, chatserver: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = row(id=str(uuid.uuid4()))
    odd = [(wires, row(id=str(uuid.uuid4()), **dict.fromkeys(wires, WRONG[kind]))) for wires in groups(kind)]
    chatserver.faults.answer(200, on=LIST, body=json.dumps([good, *(record for _wires, record in odd)]).encode())

    board = text(web.get("/visitors/"))
    for record in (good, *(record for _wires, record in odd)):
        assert f'id="visitor-{record["id"]}"' in board

    # The pages show the list's values. Their own reads, one call each, are tested elsewhere.
    monkeypatch.setattr(background, "start", lambda key, work: None)
    whole = fields(read(web, good))
    assert {label: whole[label] for label in ("Name", "E-mail", "Browser")} == {
        "Name": VISITOR["name"], "E-mail": VISITOR["email"], "Browser": VISITOR["browser"],
    }  # fmt: skip
    for wires, record in odd:
        mine = fields(read(web, record))
        labels = {wire: label_of(wire) for wire in wires}
        for wire, label in labels.items():
            if kept(FIELDS[wire], kind) in (None, ()):
                assert mine[label] in ("–", "This visitor has no custom variables.") or (
                    label == "status" and mine[label] == "Unknown"
                ), wire
        changed = {other for other in whole if mine[other] != whole[other]} - {"Id"}
        assert changed <= set(labels.values()), wires


def groups(kind: str) -> list[list[str]]:
    """The fields in groups, which are odd in one record together: other groups for each kind of oddness.

    Two fields that share a group for one kind are apart for another, so none hides what it does to the other.
    """
    wires = [wire for wire in FIELDS if wire != "id"]
    random.Random(kind).shuffle(wires)
    return [wires[first::GROUPS] for first in range(GROUPS)]


def label_of(wire: str) -> str:
    """What a visitor's page calls a field."""
    name = {"department_id": "department"}.get(FIELDS[wire], FIELDS[wire])
    return SHOWN.get(name) or SECTIONS[name]


def read(web: Client, record: dict[str, Any]) -> str:
    """The record on a visitor's own page."""
    return text(web.get(f"/visitors/{record['id']}/"))
