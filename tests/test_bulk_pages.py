"""The pages of a bulk change: who may, the preview, progress, cancel, undo."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from livechat.control import bulk_worker
from livechat.lib import background
from livechat.models import AgentEntry, BulkRun, Change, Role, Site
from tests.support.chatserver import ChatServer
from tests.support.pages import PARTIAL, poll, text

pytestmark = pytest.mark.django_db
PUT = "PUT /v4/livechat/agents/{id}"
MEETING = {"status": "Meeting", "previewed": "Meeting", "step": "start"}


@pytest.fixture
def ids(chatserver: ChatServer, renew: Callable[[], None]) -> list[str]:
    """Four agents that are seen online; another is in a meeting, so that this status is known."""
    chatserver.world.set_agent(chatserver.world.agent_ids()[5], status="Meeting")
    found = [str(key) for key in chatserver.world.agent_ids()[:4]]
    for key in found:
        chatserver.world.set_agent(key, status="Online", chats=0)
    renew()
    return found


def fields(page: HttpResponse) -> dict[str, Any]:
    """What the form of a preview would send."""
    markup = text(page)
    picks = re.findall(r'name="pick" value="([^"]*)"', markup)
    nonce = re.search(r'name="nonce" value="([^"]*)"', markup)
    return {"pick": picks, "nonce": nonce[1] if nonce else ""}


def start(web: Client, ids: list[str], status: str = "Meeting", **more: str) -> BulkRun:
    sent = fields(web.get("/agents/bulk/", {"boxes": "1", "agent": ids})) | {"status": status} | more
    answer = web.post("/agents/bulk/", sent | {"previewed": status, "step": "start"})
    assert answer.status_code == 302
    return BulkRun.objects.get(pk=int(answer["Location"].strip("/").rpartition("/")[2]))


def test_the_checked_agents_are_shown_before_anything_is_sent(
    web: Client, ids: list[str], chatserver: ChatServer
) -> None:
    page = web.get("/agents/bulk/", {"boxes": "1", "agent": ids[:2]})
    assert {pick.split()[0] for pick in fields(page)["pick"]} == set(ids[:2])
    assert "Set the status of 2 agents" in text(page)
    assert chatserver.calls(PUT) == 0


def test_the_checked_agents_have_a_short_address_that_names_no_others(
    web: Client, ids: list[str], chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    crowd = [str(uuid4()) for _ in range(600)]
    twins = [str(uuid4())[:24] + crowd[0][24:] for _ in range(2)]
    for key in [*crowd, *twins]:
        chatserver.world.put_agent_record({"id": key, "status": "Online"})
    renew()
    answer = web.post("/agents/bulk/", {"step": "choose", "agent": [*crowd[:200], twins[0]]})
    assert len(answer["Location"]) < 2_000
    chosen = {pick.split()[0] for pick in fields(web.get(answer["Location"]))["pick"]}
    assert chosen == {*crowd[:200], twins[0]}


def test_the_page_says_how_many_checked_agents_one_bulk_change_leaves_out(
    web: Client, ids: list[str], chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    crowd = [str(uuid4()) for _ in range(600)]
    for key in crowd:
        chatserver.world.put_agent_record({"id": key, "status": "Online"})
    renew()
    page = web.post("/agents/bulk/", {"step": "choose", "agent": crowd})
    assert page.status_code == 200
    assert "One bulk change takes 500 agents; 100 more are left out." in text(page)
    assert len(fields(page)["pick"]) == 500


def test_boxes_beyond_djangos_own_thousand_are_taken(web: Client, ids: list[str]) -> None:
    answer = web.post("/agents/bulk/", {"step": "choose", "agent": [*(str(uuid4()) for _ in range(2000)), *ids]})
    assert answer.status_code == 302
    assert f"Set the status of {len(ids)} agents" in text(web.get(answer["Location"]))


def test_without_boxes_the_filters_choose(web: Client, site: Site, ids: list[str]) -> None:
    for key in ids[:3]:
        AgentEntry.objects.update_or_create(site=site, agent_id=key, defaults={"name": key[:4], "team": "Night"})
    site.bump_version()
    assert len(fields(web.get("/agents/bulk/?team=Night"))["pick"]) == 3
    assert "/agents/bulk/?team=Night" in text(web.get("/agents/?team=Night"))
    assert fields(web.get("/agents/bulk/?boxes=1"))["pick"] == [], "no box is no agent, whatever the filters"


@pytest.mark.parametrize("query", ["status=Nope", "team=Gone", "q=" + "x" * 201], ids=["status", "team", "search"])
def test_an_invalid_filter_chooses_no_agent(web: Client, ids: list[str], query: str) -> None:
    page = web.get(f"/agents/bulk/?{query}")
    assert fields(page)["pick"] == []
    assert "No agent is chosen" in text(page)


def test_the_preview_says_which_agents_have_chats_and_which_would_not_change(
    web: Client, ids: list[str], chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    chatserver.world.set_agent(ids[0], status="Meeting")
    chatserver.world.set_agent(ids[1], chats=3)
    renew()
    sent = fields(web.get("/agents/bulk/", {"boxes": "1", "agent": ids})) | {"status": "Meeting", "reason": "All hands"}
    page = text(web.post("/agents/bulk/", sent | {"step": "preview"}))
    assert "3 agents are set to Meeting." in page
    assert "1 has that status already" in page
    assert "1 of them has ongoing chats:" in page
    assert 'value="All hands"' in page
    assert chatserver.calls(PUT) == 0


def test_a_bulk_change_is_carried_out_shown_and_recorded(web: Client, ids: list[str], chatserver: ChatServer) -> None:
    run = start(web, ids, reason="All hands")
    page = text(web.get(f"/agents/bulk/{run.pk}/"))
    assert "4 Confirmed" in page
    assert "All hands" in page
    assert chatserver.calls(PUT) == 4
    assert text(web.get("/changes/")).count("All hands") == 4


@pytest.mark.parametrize("previewed", ["Lunch", None], ids=["another", "none"])
def test_a_status_without_a_preview_is_previewed_before_it_is_set(
    web: Client, ids: list[str], chatserver: ChatServer, previewed: str | None
) -> None:
    sent = fields(web.get("/agents/bulk/", {"boxes": "1", "agent": ids})) | {"status": "Meeting", "step": "start"}
    answer = web.post("/agents/bulk/", sent | ({"previewed": previewed} if previewed else {}))
    assert answer.status_code == 409
    assert "Nothing was started: the preview was of another status." in text(answer)
    assert "4 agents are set to Meeting." in text(answer)
    assert not BulkRun.objects.exists()
    seen = re.search(r'name="previewed" value="([^"]*)"', text(answer))
    assert seen
    assert web.post("/agents/bulk/", sent | fields(answer) | {"previewed": seen[1]}).status_code == 302
    assert chatserver.calls(PUT) == 4


def test_a_form_sent_twice_is_one_bulk_change(web: Client, ids: list[str], chatserver: ChatServer) -> None:
    sent = fields(web.get("/agents/bulk/", {"boxes": "1", "agent": ids})) | MEETING
    assert web.post("/agents/bulk/", sent)["Location"] == web.post("/agents/bulk/", sent)["Location"]
    assert chatserver.calls(PUT) == 4


def test_an_agent_that_changed_since_the_page_was_shown_is_left_alone(
    web: Client, ids: list[str], chatserver: ChatServer
) -> None:
    page = web.get("/agents/bulk/", {"boxes": "1", "agent": ids})
    chatserver.world.set_agent(ids[0], status="Training")
    answer = web.post("/agents/bulk/", fields(page) | MEETING)
    page_now = text(web.get(answer["Location"]))
    assert "Changed meanwhile: Training." in page_now
    assert "3 Confirmed" in page_now


def test_undo_sets_every_agent_back_to_the_status_before(web: Client, ids: list[str], chatserver: ChatServer) -> None:
    run = start(web, ids)
    answer = web.post(f"/agents/bulk/{run.pk}/", {"step": "undo"})
    assert "4 Confirmed" in text(web.get(answer["Location"]))
    assert web.post(f"/agents/bulk/{run.pk}/", {"step": "undo"})["Location"] == answer["Location"]
    assert chatserver.calls(PUT) == 8
    assert "This bulk change was undone." in text(web.get(f"/agents/bulk/{run.pk}/"))
    assert list(Change.objects.order_by("created").values_list("asked__status", flat=True))[-1] == "online"


def test_a_bulk_change_that_has_ended_is_not_polled_any_more(web: Client, ids: list[str]) -> None:
    run = start(web, ids)
    assert "data-live" not in text(poll(web, f"/agents/bulk/{run.pk}/"))


def test_a_bad_status_or_a_megabyte_is_refused_and_what_was_typed_stays(
    web: Client, ids: list[str], chatserver: ChatServer
) -> None:
    sent = fields(web.get("/agents/bulk/", {"boxes": "1", "agent": ids}))
    for bad in ({"status": "No such"}, {"status": ""}, {"status": "Meeting", "reason": "x" * 301}):
        answer = web.post("/agents/bulk/", sent | {"reason": "Drill"} | bad | {"step": "start"})
        assert answer.status_code == 422
        assert len(fields(answer)["pick"]) == 4
        assert "is-invalid" in text(answer) or "aria-invalid" in text(answer) or "errors" in text(answer)
    assert web.post("/agents/bulk/", {"pick": "nonsense", "status": "Meeting", "nonce": "n"}).status_code == 422
    assert chatserver.calls(PUT) == 0


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        ({"status": "No such"}, "This status cannot be set here."),
        ({"status": "offline"}, "This status cannot be set here."),
        ({"status": "x" * 1_000_000}, "This status cannot be set here."),
        ({"status": "Meet\x00ing"}, "This status cannot be set here."),
        ({"status": ""}, "This field is required."),
        ({"reason": "x" * 1_000_000}, "at most 300 characters"),
        ({"reason": "All\x07hands"}, "Control characters are not allowed."),
        ({"nonce": ""}, "This form did not arrive as it was shown."),
        ({"nonce": "x" * 65}, "This form did not arrive as it was shown."),
    ],
    ids=lambda value: str(value)[:40],
)
def test_bad_input_gets_a_sentence_beside_its_field_and_no_bulk_change_is_made(
    web: Client, ids: list[str], chatserver: ChatServer, bad: dict[str, str], sentence: str
) -> None:
    sent = fields(web.get("/agents/bulk/", {"boxes": "1", "agent": ids}))
    answer = web.post("/agents/bulk/", sent | {"status": "Meeting", "reason": "Drill"} | bad | {"step": "start"})
    page = text(answer)
    assert answer.status_code == 422
    assert sentence in page
    assert len(fields(answer)["pick"]) == 4
    assert "reason" in bad or 'value="Drill"' in page
    assert "status" in bad or re.search(r'value="Meeting"[^>]*checked', page)
    assert chatserver.calls(PUT) == 0
    assert not BulkRun.objects.exists()


def test_an_agent_that_left_since_the_page_was_shown_is_reported_and_the_others_are_set(
    web: Client, ids: list[str], chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    sent = fields(web.get("/agents/bulk/", {"boxes": "1", "agent": ids})) | MEETING
    chatserver.world.remove_agent(ids[0])
    renew()
    page = text(web.get(web.post("/agents/bulk/", sent)["Location"]))
    assert "3 Confirmed" in page
    assert "Not at this site any more." in page
    assert chatserver.calls(PUT) == 3


@pytest.mark.parametrize("seen", ["x" * 1_000_000, ""], ids=["long", "none"])
def test_a_forged_status_of_before_sets_no_agent(
    web: Client, ids: list[str], chatserver: ChatServer, seen: str
) -> None:
    sent = {"pick": f"{ids[0]} {seen}", "nonce": "n"} | MEETING
    assert "Changed meanwhile: Online." in text(web.get(web.post("/agents/bulk/", sent)["Location"]))
    assert chatserver.calls(PUT) == 0


def test_only_supervisors_of_this_site_may(
    make_user: Callable[..., User], web: Client, ids: list[str], client: Client
) -> None:
    run = start(web, ids)
    viewer, stranger = Client(), Client()
    viewer.force_login(make_user("vic", Role.VIEWER))
    elsewhere = Client()
    elsewhere.force_login(User.objects.create_user("eve"))
    for url in ("/agents/bulk/", f"/agents/bulk/{run.pk}/"):
        for method in ("get", "post"):
            assert getattr(viewer, method)(url).status_code == 403
            assert getattr(stranger, method)(url).status_code == 302
            assert getattr(elsewhere, method)(url)["Location"].endswith("/start/")
    assert "pick" not in text(viewer.get("/agents/"))


def test_a_bulk_change_is_found_from_the_board_while_it_runs_and_from_the_record_afterwards(
    web: Client, ids: list[str], monkeypatch: pytest.MonkeyPatch, make_user: Callable[..., User]
) -> None:
    before = poll(web, "/agents/")
    with monkeypatch.context() as patch:
        patch.setattr(background, "start", lambda key, work: None)
        run = start(web, ids[:2])
    where = f"/agents/bulk/{run.pk}/"
    board = poll(web, "/agents/", tag=before["HX-PTag"])
    assert where in text(board)
    assert "A bulk change by sue is running: 0 of 2 agents" in text(board)
    viewer = Client()
    viewer.force_login(make_user("vic", Role.VIEWER))
    assert where not in text(viewer.get("/agents/"))
    web.get(where)  # opening the page lets it go on
    assert where not in text(poll(web, "/agents/", tag=board["HX-PTag"]))
    assert text(web.get("/changes/")).count(where) == 2


def test_an_open_board_counts_agents_that_were_left_alone(
    web: Client, ids: list[str], chatserver: ChatServer, renew: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two batches: everyone in the first has changed since the preview, and is skipped."""
    crowd = sorted(str(uuid4()) for _ in range(bulk_worker.BATCH_AGENTS + 5))
    for key in crowd:
        chatserver.world.put_agent_record({"id": key, "status": "Online"})
    renew()
    sent = fields(web.get("/agents/bulk/", {"boxes": "1", "agent": crowd})) | MEETING
    for key in crowd:
        chatserver.world.put_agent_record({"id": key, "status": "Away"})
    told, tag, listed = [], "", bulk_worker.listed

    def look(client: Any) -> Any:
        nonlocal tag
        answer = poll(web, "/agents/", tag)
        tag = answer["HX-PTag"]
        told.extend(re.findall(r"is running: (\d+ of \d+) agents", text(answer)))
        return listed(client)

    monkeypatch.setattr(bulk_worker, "listed", look)
    assert web.post("/agents/bulk/", sent).status_code == 302
    assert told == ["0 of 30", "25 of 30"]


def test_the_boards_bar_gets_the_preview_the_progress_and_the_outcome_in_its_place(
    web: Client, ids: list[str], chatserver: ChatServer
) -> None:
    sent = {"step": "preview", "status": "Meeting", "agent": ids[:2]}
    bar = web.post("/agents/bulk/", sent, headers=PARTIAL)
    assert text(bar).strip().startswith('<section id="bulk-bar"')
    assert "2 agents are set to Meeting." in text(bar)
    assert chatserver.calls(PUT) == 0
    started = web.post(
        "/agents/bulk/", fields(bar) | {"status": "Meeting", "previewed": "Meeting", "step": "start"}, headers=PARTIAL
    )
    assert started["Location"].endswith("?bar=1")
    assert text(web.get(started["Location"], headers=PARTIAL)).strip().startswith('<section id="bulk-bar"')
    again = web.post(
        "/agents/bulk/", fields(bar) | {"status": "Meeting", "previewed": "Meeting", "step": "start"}, headers=PARTIAL
    )
    assert again["Location"] == started["Location"], "sent twice it is one bulk change"
    assert "<html" in text(web.get(started["Location"])), "its address by itself is the page"


def test_the_bar_says_what_is_wrong_and_starts_nothing(web: Client, ids: list[str]) -> None:
    nobody = web.post("/agents/bulk/", {"step": "preview", "status": "Meeting"}, headers=PARTIAL)
    assert (nobody.status_code, "No agent is chosen" in text(nobody)) == (422, True)
    offline = web.post("/agents/bulk/", {"step": "preview", "status": "offline", "agent": ids[:1]}, headers=PARTIAL)
    assert (offline.status_code, "cannot be set here" in text(offline)) == (422, True)
    assert not BulkRun.objects.exists()
