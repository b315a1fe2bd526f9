"""The pages of channels: who is told of alerts, how, and what became of the last message."""

import re
import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail as outbox
from django.test import Client
from django.utils import timezone

from livechat.alerts import channels, transport
from livechat.alerts.outcomes import Sent
from livechat.lib import vault
from livechat.models import Channel, LinkEvent, Role, SendCode, Site
from livechat.record.link_events import By
from tests.support.misbehaving import Misbehaving
from tests.support.pages import text
from tests.support.people import client_for, make_site, make_user

pytestmark = pytest.mark.django_db
NEW, LIST = "/alerts/channels/new/", "/alerts/channels/"
HOOK = "https://hooks.example.org/services/T000/B000/a-very-secret-part"
Kind, What = Channel.Kind, LinkEvent.What


@pytest.fixture(autouse=True)
def _every_name_is_public(monkeypatch: pytest.MonkeyPatch) -> None:
    """No name leaves this machine, and each leads to the internet unless it says that it is private."""
    real = socket.getaddrinfo

    def look_up(host: str, port: Any, *args: Any, **kwargs: Any) -> Any:
        if host.endswith(".example.org"):
            address = "10.0.0.1" if host.startswith("private") else "93.184.216.34"
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]
        return real(host, port, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.fixture
def shop() -> Site:
    return make_site()


@pytest.fixture
def ada(shop: Site) -> Client:
    """An Administrator's browser."""
    return client_for(make_user("ada", shop), shop)


@pytest.fixture
def slack(shop: Site) -> Channel:
    return channels.make(shop, Kind.SLACK, "Operations", address=HOOK, secret="", by=By())


@pytest.fixture
def receiver(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Misbehaving]:
    """A receiver on this machine, which takes everything until it is told otherwise."""
    settings.WEBHOOK_PRIVATE = True
    monkeypatch.setattr(transport, "DEADLINE_SECONDS", 0.5)
    with Misbehaving("204") as server:
        yield server


def page_of(channel: Channel) -> str:
    return f"{LIST}{channel.pk}/"


def saved(channel: Channel, **changed: Any) -> dict[str, Any]:
    """What the form of a channel sends."""
    return {"label": channel.label, "address": "", "version": channel.version} | changed


def told(site: Site) -> list[str]:
    """What is in the record, the oldest first."""
    return list(site.link_events.order_by("pk").values_list("what", flat=True))


# making


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in (Kind.MAIL, Kind.NTFY)])
def test_a_channel_is_made_and_its_address_is_never_seen_again(kind: Kind, shop: Site, ada: Client) -> None:
    assert "Who or what is told?" in text(ada.get(NEW, {"kind": kind}))
    answer = ada.post(NEW, {"kind": kind, "label": "Operations", "address": f" “{HOOK}” "})
    made = Channel.objects.get()
    assert (made.address, made.kind, made.site) == (HOOK, kind, shop)
    pages = text(ada.get(answer["Location"])) + text(ada.get(LIST)) + text(ada.get(page_of(made)))
    assert "hooks.example.org …part" in pages
    assert "a-very-secret" not in pages
    assert "B000" not in pages
    assert b"hooks" not in bytes(made.sealed_address)
    assert told(shop) == [What.CHANNEL_MADE]


def test_each_kind_is_offered_with_what_it_needs(ada: Client) -> None:
    page = text(ada.get(NEW))
    for kind in Kind:
        assert f'href="{NEW}?kind={kind}"' in page
    assert "How is it told?" in text(ada.get(NEW, {"kind": "pigeon"}))
    assert ada.post(NEW, {"kind": "pigeon"}).status_code == 404


def test_an_address_with_a_short_path_shows_none_of_it(shop: Site, ada: Client) -> None:
    ada.post(NEW, {"kind": "ntfy", "label": "Phone", "address": "https://ntfy.example.org/ops"})
    page = text(ada.get(LIST))
    assert "ntfy.example.org …<" in page
    assert "/ops" not in page


REFUSED = {
    "http://hooks.example.org/x": "must begin with https://",
    "https://private.example.org/x": "leads into a private network",
    "https://127.0.0.1/x": "leads into a private network",
    "https://169.254.169.254/latest": "leads into a private network",
    "https://2130706433/x": "leads into a private network",
    "https://ann:pass@hooks.example.org/x": "a user or a password",
    "https://ann@hooks.example.org/x": "a user or a password",
    "ftp://hooks.example.org/x": "not an address that begins with https://",
    "hooks.example.org/x": "not an address that begins with https://",
    "https://": "not an address that begins with https://",
    "https://hooks.example.org:99999/x": "This is not an address",
    "https://hooks.example.org\\@127.0.0.1/": "a user or a password",
    "https://hooks .example.org/": "not an address that begins with https://",
    "javascript:alert(1)": "not an address that begins with https://",
    "“”": "This field is required",
    "": "This field is required",
}


def test_what_is_no_address_to_send_to_is_refused_in_words_and_stays_in_the_form(ada: Client) -> None:
    for address, words in REFUSED.items():
        answer = ada.post(NEW, {"kind": "slack", "label": "Operations", "address": address})
        assert answer.status_code == 422, address
        assert words in text(answer), address
        assert 'value="Operations"' in text(answer)
        assert answer.context["form"]["address"].value() == address
    assert not Channel.objects.exists()


def test_an_odd_port_is_fine_and_a_name_that_is_not_found_now_is_left_to_the_test(ada: Client) -> None:
    for address in ("https://hooks.example.org:8443/x", "https://no-such-name.invalid/x"):
        assert ada.post(NEW, {"kind": "slack", "label": "Ops", "address": address}).status_code == 302, address


def test_private_addresses_are_taken_if_whoever_runs_the_server_allows_it(ada: Client, settings: Any) -> None:
    settings.WEBHOOK_PRIVATE = True
    found = {
        address: ada.post(NEW, {"kind": "slack", "label": "Ops", "address": address}).status_code
        for address in ("https://private.example.org/x", "http://127.0.0.1:9/x", "http://private.example.org/x")
    }
    assert list(found.values()) == [302, 302, 422]


@pytest.mark.parametrize(
    ("kind", "address", "words"),
    [
        ("mail", "ann", "valid email address"),
        ("mail", "ann@example.org\nBcc: eve@example.org", "valid email address"),
        ("mail", "ann@example.org, eve@example.org", "valid email address"),
        ("ntfy", "https://ntfy.example.org/", "ends in one topic"),
        ("ntfy", "https://ntfy.example.org/a/b", "ends in one topic"),
    ],
)
def test_each_kind_says_what_its_address_must_be(kind: str, address: str, words: str, ada: Client) -> None:
    answer = ada.post(NEW, {"kind": kind, "label": "Ops", "address": address})
    assert (answer.status_code, words in text(answer)) == (422, True)


# secrets


def test_a_webhook_gets_a_secret_which_is_shown_once(shop: Site, ada: Client) -> None:
    answer = ada.post(NEW, {"kind": "webhook", "label": "Own", "address": HOOK})
    made = Channel.objects.get()
    assert answer["Location"] == page_of(made)
    assert channels.is_secret(made.secret)
    first, second = (text(ada.get(page_of(made))) for _ in range(2))
    assert made.secret in first
    assert made.secret not in second
    ada.post(page_of(made), saved(made))
    assert Channel.objects.get().secret == made.secret, "an empty field keeps it"
    made.refresh_from_db()
    assert ada.post(page_of(made), saved(made, renew="on"))["Location"] == page_of(made)
    assert Channel.objects.get().secret in text(ada.get(page_of(made)))
    assert Channel.objects.get().secret != made.secret
    assert told(shop) == [What.CHANNEL_MADE, What.CHANNEL_SECRET]


def test_a_secret_is_pasted_and_one_of_another_form_is_refused_and_not_shown(ada: Client) -> None:
    sent = {"kind": "webhook", "label": "Own", "address": HOOK}
    for secret in ("hidden-words", "whsec_", "whsec_c2hvcnQ=", "whsec_no base64 at all!", "whsec_" + "A" * 180):
        answer = ada.post(NEW, sent | {"secret": secret})
        assert answer.status_code == 422, secret
        assert "This is no secret for a webhook" in text(answer)
        assert f'value="{secret}' not in text(answer)
    secret = channels.new_secret()
    assert ada.post(NEW, sent | {"secret": f"{secret} "})["Location"] == LIST, "they have it: it is not shown"
    assert Channel.objects.get().secret == secret


def test_a_channel_that_no_key_opens_says_so_and_takes_its_address_anew(shop: Site, ada: Client, settings: Any) -> None:
    made = channels.make(shop, Kind.WEBHOOK, "Own", address=HOOK, secret=channels.new_secret(), by=By())
    settings.SEALING_KEYS = ["new:" + "bmJubm5ubm5ubm5ubm5ubm5ubm5ubm5ubm5ubm5ubm4="]
    assert "cannot be opened with this server’s keys" in text(ada.get(LIST))
    assert ada.post(page_of(made), saved(made)).status_code == 422
    assert ada.post(page_of(made), {"step": "test"}).status_code == 302
    assert "cannot be opened" in text(ada.get(LIST))
    made.refresh_from_db()
    assert ada.post(page_of(made), saved(made, address=HOOK)).status_code == 302
    made.refresh_from_db()
    assert made.address == HOOK
    assert channels.is_secret(made.secret)


# changing


def test_a_label_is_changed_and_the_address_stays(shop: Site, ada: Client, slack: Channel) -> None:
    assert ada.post(page_of(slack), saved(slack, label="Night")).status_code == 302
    now = Channel.objects.get()
    assert (now.label, now.address) == ("Night", HOOK)
    assert told(shop) == [What.CHANNEL_MADE, What.CHANNEL_RENAMED]
    record = text(ada.get("/changes/", {"kind": "links"}))
    assert "Renamed: from “Operations” to “Night”" in record
    assert "Made: to hooks.example.org" in record
    assert "part" not in re.findall(r"Made: [^<]*", record)[0], "nothing of the path"


def test_of_two_who_change_a_channel_at_once_the_second_is_told_what_it_is_now(
    shop: Site, ada: Client, slack: Channel
) -> None:
    assert ada.post(page_of(slack), saved(slack, address=HOOK[:-4] + "else")).status_code == 302
    answer = ada.post(page_of(slack), saved(slack, label="Night", address=HOOK))
    assert answer.status_code == 409
    assert "It is now “Operations”: hooks.example.org …else" in text(answer)
    assert 'value="Night"' in text(answer)
    assert Channel.objects.get().address.endswith("else")
    again = {field.html_name: field.value() for field in answer.context["form"]}
    assert ada.post(page_of(slack), again).status_code == 302
    assert (Channel.objects.get().label, Channel.objects.get().address) == ("Night", HOOK)


def test_a_mails_address_is_no_secret(shop: Site, ada: Client) -> None:
    ada.post(NEW, {"kind": "mail", "label": "Lea", "address": "lea@example.org"})
    made = Channel.objects.get()
    page = text(ada.get(page_of(made)))
    assert 'value="lea@example.org"' in page
    assert "This server has no mail server" in page
    assert "This server has no mail server" in text(ada.get(LIST))
    assert ada.post(page_of(made), saved(made, address="lea@example.org")).status_code == 302
    assert told(shop) == [What.CHANNEL_MADE], "nothing has changed"


def test_a_channel_is_removed_with_what_it_holds(shop: Site, ada: Client, slack: Channel) -> None:
    assert ada.post(page_of(slack), {"step": "remove"}).status_code == 302
    assert not Channel.objects.exists()
    assert ada.post(page_of(slack), {"step": "remove"}).status_code == 404
    assert told(shop) == [What.CHANNEL_MADE, What.CHANNEL_REMOVED]


def test_a_channel_is_switched_off_and_on_and_each_once(shop: Site, ada: Client, slack: Channel) -> None:
    for step in ("off", "off", "on", "on"):
        assert ada.post(page_of(slack), {"step": step}).status_code == 302
        assert ("Switched off by an Administrator" in text(ada.get(LIST))) is (step == "off")
    assert told(shop) == [What.CHANNEL_MADE, What.CHANNEL_OFF, What.CHANNEL_ON]


# testing


def at(receiver: Misbehaving, shop: Site) -> Channel:
    return channels.make(shop, Kind.SLACK, "Operations", address=f"{receiver.root}/hook", secret="", by=By())


def test_a_test_is_sent_at_once_and_its_outcome_is_shown_and_kept(
    shop: Site, ada: Client, receiver: Misbehaving
) -> None:
    made = at(receiver, shop)
    answer = ada.post(page_of(made), {"step": "test"}, follow=True)
    assert "The test to “Operations” was taken." in text(answer)
    assert "Sent." in text(answer)
    assert receiver.calls == [("POST", "/hook")]
    assert Channel.objects.get().last_outcome == {"code": "sent"}


def test_a_test_that_does_not_arrive_says_why(shop: Site, ada: Client, receiver: Misbehaving) -> None:
    receiver.kind = "403"
    made = at(receiver, shop)
    assert "did not arrive. The receiver refuses the message (403)." in text(
        ada.post(page_of(made), {"step": "test"}, follow=True)
    )


def test_two_tests_at_once_are_one_and_another_may_be_sent_ten_seconds_later(
    shop: Site, ada: Client, receiver: Misbehaving
) -> None:
    made = at(receiver, shop)
    for seconds, count in ((0, 1), (5, 1), (11, 2), (-3600, 3)):
        with time_machine.travel(timezone.now() + timedelta(seconds=seconds), tick=False):
            answer = ada.post(page_of(made), {"step": "test"}, follow=True)
        assert ("Wait ten seconds" in text(answer)) is (seconds == 5)
        assert len(receiver.calls) == count, seconds


def test_a_receiver_that_is_gone_is_switched_off_until_someone_switches_it_on_or_gives_its_new_address(
    shop: Site, ada: Client, receiver: Misbehaving
) -> None:
    receiver.kind = lambda talk: talk.answer(b"", status="410 Gone")
    made = at(receiver, shop)
    page = text(ada.post(page_of(made), {"step": "test"}, follow=True))
    assert "Switched off: the receiver says that its address has ended." in page
    assert "Switch on" in page
    assert ada.post(page_of(made), saved(made, address=HOOK)).status_code == 302
    assert Channel.objects.get().off is None
    assert told(shop) == [What.CHANNEL_MADE, What.CHANNEL_GONE, What.CHANNEL_ADDRESS]


def test_what_an_old_address_answers_late_says_nothing_of_the_new_one(shop: Site, slack: Channel) -> None:
    being_sent = Channel.objects.get()
    channels.change(slack, slack.label, version=slack.version, address=HOOK + "2", secret="", by=By())
    channels.note_sent(being_sent, Sent("gone", SendCode.GONE, {"status": 410}))
    now = Channel.objects.get()
    assert (now.off, now.last_outcome) == (None, None)
    channels.note_sent(now, Sent("gone", SendCode.GONE, {"status": 410}))
    assert Channel.objects.get().off_why == Channel.Off.GONE


def test_a_channel_of_mail_is_tested_by_a_mail(shop: Site, ada: Client, settings: Any) -> None:
    settings.HAS_MAIL = True
    made = channels.make(shop, Kind.MAIL, "Lea", address="lea@example.org", secret="", by=By())
    assert "was taken" in text(ada.post(page_of(made), {"step": "test"}, follow=True))
    assert [(sent.to, sent.subject) for sent in outbox.outbox] == [
        (["lea@example.org"], "[Shop] Test: a message to “Lea”")
    ]


# who may


@pytest.mark.parametrize("role", [Role.VIEWER, Role.SUPERVISOR])
def test_channels_are_for_administrators(role: Role, shop: Site, slack: Channel) -> None:
    client = client_for(make_user("sue", shop, role), shop)
    assert [client.get(path).status_code for path in (LIST, NEW, page_of(slack))] == [403, 403, 403]


def test_an_administrator_of_another_site_sees_and_changes_nothing_here(slack: Channel) -> None:
    other = make_site("Elsewhere")
    eve = client_for(make_user("eve", other), other)
    assert "Operations" not in text(eve.get(LIST))
    assert eve.get(page_of(slack)).status_code == 404
    for step in ("save", "test", "off", "remove"):
        assert eve.post(page_of(slack), saved(slack, step=step, label="Eve")).status_code == 404
    assert Channel.objects.get().label == "Operations"


def test_a_sealed_value_that_is_copied_to_another_channel_does_not_open(shop: Site, slack: Channel) -> None:
    other = channels.make(shop, Kind.SLACK, "Other", address=HOOK, secret="", by=By())
    Channel.objects.filter(pk=other.pk).update(sealed_address=bytes(slack.sealed_address))
    with pytest.raises(vault.CannotOpen):
        _ = Channel.objects.get(pk=other.pk).address


def test_every_time_is_marked_up_and_every_button_names_its_channel(
    shop: Site, ada: Client, receiver: Misbehaving
) -> None:
    ada.post(page_of(at(receiver, shop)), {"step": "test"})
    page = text(ada.get(LIST))
    assert re.search(r'Sent\. <time datetime="[^"]+">', page)
    assert re.search(r"Send a test<span[^>]*> Operations</span>", page)
