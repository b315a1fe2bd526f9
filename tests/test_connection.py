"""A user's own Comm100 credential."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from livechat.models import Connection, Membership, Role, Site
from tests.support.chatserver import ChatServer
from tests.support.pages import text
from tests.support.people import make_connection

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client: Client, site: Site) -> Client:
    """A signed-in administrator without a connection."""
    user = User.objects.create_user("ada")
    Membership.objects.create(user=user, site=site, role=Role.ADMINISTRATOR)
    client.force_login(user)
    return client


def test_a_token_is_tried_at_once_and_stored_sealed(member: Client, chatserver: ChatServer, site: Site) -> None:
    answer = member.post("/connection/", _form() | {"kind": "bearer", "token": chatserver.token}, follow=True)
    stored = Connection.objects.get()
    assert chatserver.token.encode() not in bytes(stored.sealed)
    assert chatserver.token not in text(answer)
    assert stored.credential().secrets == (chatserver.token,)
    assert chatserver.calls("GET /v4/livechat/agents") >= 1


def test_only_the_last_four_characters_are_ever_shown_again(member: Client) -> None:
    with ChatServer(token="0123456789-a-long-token-wxyz") as server:
        Site.objects.update(api_base=server.root)
        member.post("/connection/", _form() | {"kind": "bearer", "token": server.token})
        page = text(member.get("/connection/"))
    assert "…wxyz" in page
    assert "a-long-token" not in page


def test_a_refused_token_is_not_stored_and_the_reason_is_shown(member: Client) -> None:
    answer = member.post("/connection/", _form() | {"kind": "bearer", "token": "wrong-token"})
    assert answer.status_code == 422
    assert "Comm100 did not accept the credential" in text(answer)
    assert "wrong-token" not in text(answer)
    assert not Connection.objects.exists()


def test_an_api_key_with_email_and_site_id_works(member: Client, chatserver: ChatServer) -> None:
    options = chatserver.options
    email = chatserver.world.agent_email(chatserver.world.agent_ids()[0])
    data = _form() | {"kind": "api-key", "email": email, "api_key": options.api_key, "site_id": options.site_id}
    assert member.post("/connection/", data).status_code == 302
    assert Connection.objects.get().kind == "api-key"


def test_an_incomplete_api_key_keeps_what_was_typed(member: Client) -> None:
    answer = member.post("/connection/", _form() | {"kind": "api-key", "email": "me@shop.example"})
    assert answer.status_code == 422
    assert "me@shop.example" in text(answer)
    assert text(answer).count("This field is required.") == 2


def test_an_unreachable_comm100_is_reported_and_nothing_is_stored(member: Client, chatserver: ChatServer) -> None:
    chatserver.stop()
    answer = member.post("/connection/", _form() | {"kind": "bearer", "token": "any-token-at-all"})
    assert answer.status_code == 422
    assert not Connection.objects.exists()


def test_everyone_uses_the_first_connection_until_an_administrator_chooses_another(
    member: Client, chatserver: ChatServer, site: Site, make_user: Callable[..., User]
) -> None:
    member.post("/connection/", _form() | {"kind": "bearer", "token": chatserver.token})
    site.refresh_from_db()
    assert site.shared == Connection.objects.get()
    member.post("/connection/", _form() | {"step": "unshare"})
    site.refresh_from_db()
    assert site.shared is None
    make_user("bob")
    site.refresh_from_db()
    assert site.shared is None, "chosen: none"


def test_storing_a_credential_fills_the_directory(member: Client, chatserver: ChatServer, site: Site) -> None:
    member.post("/connection/", _form() | {"kind": "bearer", "token": chatserver.token})
    names = set(site.agents.values_list("name", flat=True))
    assert names == {chatserver.world.agent_name(key) for key in chatserver.world.agent_ids()}
    assert "Meeting" in site.away_statuses.values_list("name", flat=True)


def test_a_credential_without_permission_for_names_does_without(member: Client, site: Site) -> None:
    with ChatServer(directory=False) as server:
        Site.objects.update(api_base=server.root)
        answer = member.post("/connection/", _form() | {"kind": "bearer", "token": server.token}, follow=True)
    assert "cannot read agents" in text(answer)
    assert Connection.objects.exists()


def test_if_the_first_import_times_out_that_is_the_reason_given(
    member: Client, chatserver: ChatServer, settings: Any
) -> None:
    settings.COMM100_DEADLINE = 0.3
    chatserver.faults.hang(on="GET /v4/global/agents")
    page = text(member.post("/connection/", _form() | {"kind": "bearer", "token": chatserver.token}, follow=True))
    assert "Names were not imported: Comm100 did not answer within 0.3 seconds." in page
    assert "cannot read agents" not in page
    assert chatserver.calls("GET /v4/global/departments") == 0


def test_a_supervisor_cannot_share_a_connection_with_the_site(web: Client, site: Site) -> None:
    Site.objects.update(shared=None)
    web.post("/connection/", _form() | {"step": "share"})
    site.refresh_from_db()
    assert site.shared is None


def test_removing_a_credential_removes_it_and_what_was_read_with_it(
    web: Client, site: Site, renew: Callable[[], None]
) -> None:
    renew()
    web.post("/connection/", _form() | {"step": "remove"})
    assert not Connection.objects.exists()
    assert not site.snapshots.exists()


def test_no_token_reaches_the_log(member: Client, chatserver: ChatServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    member.post("/connection/", _form() | {"kind": "bearer", "token": "a-wrong-but-secret-token"})
    member.post("/connection/", _form() | {"kind": "bearer", "token": chatserver.token})
    member.get("/agents/")
    assert "a-wrong-but-secret-token" not in caplog.text
    assert chatserver.token not in caplog.text


def test_a_form_for_another_address_sends_nothing(member: Client, chatserver: ChatServer) -> None:
    data = _form() | {"address": "https://api11.comm100.io", "kind": "bearer", "token": chatserver.token}
    answer = member.post("/connection/", data)
    assert answer.status_code == 409
    assert "address has changed since this form was opened" in text(answer)
    assert chatserver.calls() == 0


@pytest.mark.parametrize("step", ["store", "remove", "share", "unshare"])
def test_a_form_for_another_site_does_nothing_even_if_both_have_the_same_address(
    member: Client, chatserver: ChatServer, site: Site, step: str
) -> None:
    member.post("/connection/", _form() | {"kind": "bearer", "token": chatserver.token})
    other = Site.objects.create(name="Warehouse", api_base=chatserver.root)
    ada = User.objects.get(username="ada")
    Membership.objects.create(user=ada, site=other, role=Role.ADMINISTRATOR)
    make_connection(other, ada, shared=step != "share")
    before = kept()
    forms = text(member.get("/connection/")).split("<main")[1].split("</main>")[0].split("<form")[1:]
    assert len(forms) == 3, "store, stop sharing, remove"
    assert all(f'name="seat" value="{site.pk}"' in form for form in forms)
    member.post("/sites/switch/", {"site": other.pk})
    form = {"address": site.api_base, "step": step, "kind": "bearer", "token": chatserver.token, "seat": site.pk}
    answer = member.post("/connection/", form)
    assert answer.status_code == 403
    assert "Nothing was done: another tab has switched to another site" in text(answer)
    assert kept() == before


def kept() -> list[object]:
    """The connections, and which of them are shared."""
    return [*Connection.objects.order_by("pk").values(), *Site.objects.order_by("pk").values("pk", "shared")]


def _form() -> dict[str, object]:
    """The address that the form says it is for."""
    return {"address": Site.objects.get().api_base}
