"""One message to one channel: receivers that misbehave, addresses that must not be reached, names full of markup."""

import json
import re
import socket
import ssl
import string
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core import mail as outbox
from standardwebhooks import Webhook

from livechat.alerts import bodies, channels, mail, sending, transport
from livechat.alerts.messages import Message
from livechat.alerts.outcomes import Sent
from livechat.comm100 import timed
from livechat.comm100.refusals import retry_after
from livechat.lib import public_addresses, vault
from livechat.models import Channel, SendCode, Site
from tests.support import certificate
from tests.support.faults import MEGABYTE
from tests.support.misbehaving import Misbehaving
from tests.support.talk import Talk

Kind = Channel.Kind
HOOKS = (Kind.WEBHOOK, Kind.SLACK, Kind.DISCORD, Kind.TEAMS, Kind.NTFY)
SECRET = channels.new_secret()
LINK = "https://board.example.org/alerts/5/?a=1&b=2"
CANARY = (
    "<!channel> <@U1> @everyone @here <https://evil.example|x> [x](https://evil.example) www.evil.example "
    "**b** _i_ `c` ~s~ || # &lt; <at>x</at> mailto:a@evil.example\r\nX-Evil: 1\nBcc: a@evil.example\u2028\u0085\u202e"
)
MESSAGE = Message(
    UUID(int=7), "Shop", "Nobody online", ("3 waiting", "K. in Lunch"), "ringing", "red", LINK,
    datetime(2026, 12, 1, 14, 2, tzinfo=timezone(timedelta(hours=9))),
)  # fmt: skip
HOSTILE = replace(MESSAGE, site=CANARY, title=CANARY, lines=(CANARY, CANARY))


@pytest.fixture(autouse=True)
def _to_this_machine(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Receivers of these tests listen here, and need not be waited for."""
    settings.WEBHOOK_PRIVATE = True
    monkeypatch.setattr(transport, "DEADLINE_SECONDS", 0.5)


def channel(kind: str, address: str, secret: str = "") -> Channel:
    """A channel that is not stored."""
    made = Channel(site=Site(pk=1), kind=kind, label="Ops")
    made.store(address=address, secret=secret or (SECRET if kind == Kind.WEBHOOK else ""))
    return made


def send(address: str, kind: str = Kind.SLACK, message: Message = MESSAGE) -> Sent:
    return sending.send(channel(kind, address), message)


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: tuple[str, int]) -> list[str]:
    """Let every name have these addresses. Returns the names that are looked up."""
    asked: list[str] = []

    def look_up(host: str, *_args: object, **_kwargs: object) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


def port(server: Misbehaving) -> int:
    return int(server.root.rpartition(":")[2])


# what an answer means


def after(outcome: str, code: SendCode, wait: float | None = None) -> tuple[str, SendCode, float | None]:
    return outcome, code, wait


ANSWERS = {
    "200 OK": after("sent", SendCode.SENT),
    "202 Accepted": after("sent", SendCode.SENT),
    "301 Moved Permanently": after("refused", SendCode.REDIRECT),
    "307 Temporary Redirect": after("refused", SendCode.REDIRECT),
    "400 Bad Request": after("refused", SendCode.REFUSED),
    "401 Unauthorized": after("refused", SendCode.REFUSED),
    "403 Forbidden": after("refused", SendCode.REFUSED),
    "404 Not Found": after("again", SendCode.FAILING),
    "408 Request Timeout": after("again", SendCode.FAILING),
    "410 Gone": after("gone", SendCode.GONE),
    "413 Content Too Large": after("refused", SendCode.REFUSED),
    "429 Too Many Requests": after("again", SendCode.BUSY, 7.0),
    "500 Internal Server Error": after("again", SendCode.FAILING),
    "502 Bad Gateway": after("again", SendCode.FAILING),
    "503 Service Unavailable": after("again", SendCode.BUSY, 7.0),
}


def test_each_answer_says_what_comes_next_and_no_redirect_is_followed() -> None:
    line = ""
    with Misbehaving(lambda talk: talk.answer(b"", "Location: /b", "Retry-After: 7", status=line)) as server:
        found = {}
        for line in ANSWERS:
            sent = send(f"{server.root}/a")
            found[line] = (sent.outcome, sent.code, sent.wait)
            assert sent.note == {"code": sent.code.value, **sent.params}
    assert found == ANSWERS
    assert server.calls == [("POST", "/a")] * len(ANSWERS)


def test_a_webhook_that_was_deleted_at_discord_is_gone() -> None:
    with Misbehaving("404") as server:
        assert send(server.root, Kind.DISCORD).outcome == "gone"


def test_a_receiver_is_waited_for_as_long_as_it_asks_but_not_for_more_than_six_hours() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=600), usegmt=True)
    asked = {"0": 0.0, "90.5": 90.5, "99999999": 21_600.0, "1" * 400: 21_600.0, "-5": None, "soon": None, "": None,
             "1e9": None, "nan": None, "Fri, 31 Dec 2100 23:59:59 GMT": 21_600.0,
             "Fri, 31 Dec 1999 23:59:59 GMT": 0.0}  # fmt: skip
    longest = sending.MAX_WAIT_SECONDS
    assert {text: retry_after({"retry-after": text}, longest) for text in asked} == asked
    wait = retry_after({"retry-after": soon}, longest)
    assert wait is not None
    assert 500 < wait <= 600


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("hang-before-headers", SendCode.LATE),
        ("drip-headers", SendCode.LATE),
        ("hang-in-body", SendCode.SENT),
        ("drip-body", SendCode.SENT),
        ("reset", SendCode.BROKEN),
        ("hang-up", SendCode.BROKEN),
        ("not-http", SendCode.NOT_HTTP),
        ("endless-headers", SendCode.NOT_HTTP),
        ("gzip-bomb", SendCode.SENT),
    ],
)
def test_a_receiver_that_misbehaves_costs_one_deadline_and_a_status_that_came_counts(
    fault: str, code: SendCode
) -> None:
    with Misbehaving(fault) as server:
        began = time.monotonic()
        sent = send(server.root)
        assert time.monotonic() - began < transport.DEADLINE_SECONDS + 1
    assert (sent.outcome, sent.code) == ("sent" if code == SendCode.SENT else "again", code)


def test_of_an_answer_of_200_megabytes_hardly_anything_is_read() -> None:
    taken = 0

    def pour(talk: Talk) -> None:
        nonlocal taken
        talk.head("Connection: close")
        while taken < 200:
            talk.send(MEGABYTE)
            taken += 1

    with Misbehaving(pour) as server:
        assert send(server.root).outcome == "sent"
    assert taken < 20, "what is not read fills the buffers of both sides, and no more"


def test_a_receiver_that_is_not_there_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free = taken.getsockname()[1]
    assert send(f"http://127.0.0.1:{free}/").code == SendCode.UNREACHED
    assert send("https://no-such-name.invalid/") == Sent("again", SendCode.UNREACHED)


def test_no_log_names_an_address_whatever_the_answer(caplog: pytest.LogCaptureFixture) -> None:
    odd = b"HTTP/1.1 200 OK\r\nA: b\r\n no: fold\r\n: no name\r\nContent-Length: 0\r\n\r\n"
    with caplog.at_level("DEBUG"), Misbehaving(lambda talk: talk.send(odd)) as server:
        send(f"{server.root}/a-secret-part")
        server.kind = "hang-up"
        send(f"{server.root}/a-secret-part")
    assert len(server.calls) == 2
    assert "a-secret-part" not in caplog.text


# where a message may go


PUBLIC = ["8.8.8.8", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700:4700::1111", "2a00:1450:4001::1"]
NOT_PUBLIC = [
    "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.0.1", "169.254.169.254",
    "100.64.0.1", "100.127.255.255", "192.0.0.192", "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.255.255.255",
    "240.0.0.1", "255.255.255.255", "192.88.99.1", "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::8.8.8.8",
    "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "64:ff9b::a00:1", "64:ff9b::808:808",
    "64:ff9b:1::1", "2002:7f00:1::1", "2001::1", "2001:db8::1", "100::1", "fec0::1", "example.org", "",
]  # fmt: skip


def test_only_addresses_of_the_internet_are_public() -> None:
    assert [address for address in PUBLIC if not public_addresses.is_public(address)] == []
    assert [address for address in NOT_PUBLIC if public_addresses.is_public(address)] == []


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_no_spelling_of_this_machine_is_connected_to(host: str, settings: Any) -> None:
    settings.WEBHOOK_PRIVATE = False
    with Misbehaving("well") as server:
        assert send(f"https://{host}:{port(server)}/") == Sent("refused", SendCode.PRIVATE)
        assert send(f"http://{host}:{port(server)}/") == Sent("refused", SendCode.PRIVATE)
        assert server.calls == []


def test_a_name_that_leads_into_a_private_network_is_refused_and_nothing_is_connected(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WEBHOOK_PRIVATE = False
    accepted = threading.Event()
    with Misbehaving(lambda _talk: accepted.set()) as server:
        resolving(monkeypatch, ("127.0.0.1", port(server)), ("169.254.169.254", 80))
        assert send("https://hooks.example.org/") == Sent("refused", SendCode.PRIVATE)
    assert not accepted.is_set()


def test_of_a_name_with_addresses_of_both_kinds_only_the_public_ones_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, ("10.0.0.1", 443), ("93.184.216.34", 443), ("127.0.0.1", 443))
    call = timed.Call(1, 0, public_addresses.is_public)
    assert [each[4] for each in timed.resolve("hooks.example.org", 443, call)] == [("93.184.216.34", 443)]


def test_http_goes_to_this_machine_alone_even_where_private_networks_are_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resolving(monkeypatch, ("10.0.0.1", 80))
    assert send("http://hooks.example.org/") == Sent("refused", SendCode.PRIVATE)


def test_a_name_is_looked_up_once_and_it_is_the_name_that_tls_and_the_receiver_are_told(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, settings.WEBHOOK_CA_BUNDLE = certificate.make(tmp_path, "hooks.example.org")
    named: list[Any] = []
    context.sni_callback = lambda _socket, name, _context: named.append(name)
    heads: list[dict[str, str]] = []

    def take(talk: Talk) -> None:
        heads.append(talk.headers)
        talk.answer(b"ok")

    with Misbehaving(take, context) as server:
        asked = resolving(monkeypatch, ("127.0.0.1", port(server)))
        assert send(f"https://hooks.example.org:{port(server)}/x").outcome == "sent"
        assert asked == ["hooks.example.org"]
        assert named == ["hooks.example.org"]
        assert heads[0]["host"] == f"hooks.example.org:{port(server)}"
        assert send(f"https://other.example.org:{port(server)}/x") == Sent("again", SendCode.CERTIFICATE)
    assert len(heads) == 1


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(tmp_path: Path) -> None:
    context: ssl.SSLContext = certificate.make(tmp_path)[0]
    with Misbehaving("well", context) as server:
        assert send(server.root).code == SendCode.CERTIFICATE


def test_proxies_and_credentials_of_the_environment_are_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login ann password hidden\n")
    heads: list[dict[str, str]] = []

    def take(talk: Talk) -> None:
        heads.append(talk.headers)
        talk.answer(b"ok", "Set-Cookie: a=b")

    with Misbehaving(take) as server, Misbehaving("well") as proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.root)
        monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
        for _ in range(2):
            assert send(server.root).outcome == "sent"
        assert proxy.calls == []
    assert [head.keys() & {"authorization", "cookie"} for head in heads] == [set(), set()]


# what is sent


class Taken:
    """The requests that a receiver took."""

    def __init__(self) -> None:
        self.requests: list[Talk] = []

    def __call__(self, talk: Talk) -> None:
        self.requests.append(talk)
        talk.answer(b"ok")

    @property
    def last(self) -> Any:
        return json.loads(self.requests[-1].body)


@pytest.fixture
def taken() -> Iterator[tuple[str, Taken]]:
    """A receiver that takes everything: its address, and what it took."""
    found = Taken()
    with Misbehaving(found) as server:
        yield server.root, found


def test_a_webhook_is_verified_by_the_library_of_its_receiver_and_has_the_same_id_at_each_try(
    taken: tuple[str, Taken], settings: Any
) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"  # Django tells the process
    root, found = taken
    for _ in range(2):
        assert send(f"{root}/hook", Kind.WEBHOOK).outcome == "sent"
    for talk in found.requests:
        data = Webhook(SECRET).verify(talk.body, talk.headers)
        assert data["type"] == "alert.ringing"
        assert datetime.fromisoformat(data["timestamp"]) == MESSAGE.at
        assert data["data"]["lines"] == list(MESSAGE.lines)
        assert talk.headers["webhook-id"] == str(MESSAGE.id)


def texts_of(value: Any) -> Iterator[str]:
    """Every text within JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts_of(part)


@pytest.mark.parametrize("kind", HOOKS)
def test_no_name_gets_into_a_header_or_breaks_a_line(kind: Kind, taken: tuple[str, Taken]) -> None:
    root, found = taken
    assert send(f"{root}/topic", kind, HOSTILE).outcome == "sent"
    talk = found.requests[0]
    assert "x-evil" not in talk.headers
    assert "evil" not in str(talk.headers)
    kept = "\n".join(texts_of(found.last))
    assert not re.search("^(X-Evil|Bcc)", kept, re.MULTILINE)
    assert not set(kept) & set("\r\u2028\u0085\u202e")


@pytest.mark.parametrize("kind", [kind for kind in HOOKS if kind != Kind.WEBHOOK])
def test_no_name_becomes_a_link_or_a_mention_where_people_read_it(kind: Kind, taken: tuple[str, Taken]) -> None:
    root, found = taken
    send(f"{root}/topic", kind, HOSTILE)
    kept = [text for text in texts_of(found.last) if "evil" in text]
    assert kept
    for text in kept:
        for mark in ("://evil", "www.evil", "@everyone", "@here", "@evil", "](", "mailto:a"):
            assert mark not in text, mark


def test_slack_gets_no_control_sequence_but_our_own_link(taken: tuple[str, Taken]) -> None:
    root, found = taken
    send(root, Kind.SLACK, HOSTILE)
    assert re.findall("<[^>]*>", found.last["text"]) == [f"<{LINK.replace('&', '&amp;')}|Open the alert>"]
    assert found.last["text"].count("<") == 1
    assert found.last["mrkdwn"] is found.last["link_names"] is found.last["unfurl_links"] is False


def test_discord_pings_nobody_and_shows_marks_as_they_are(taken: tuple[str, Taken]) -> None:
    root, found = taken
    send(root, Kind.DISCORD, HOSTILE)
    assert found.last["allowed_mentions"] == {"parse": []}
    content = found.last["content"]
    assert len(content) <= 2000
    first, *lines, link = content.split("\n")
    assert link == f"<{LINK}>"
    assert (first[:2], first[-2:]) == ("**", "**")
    for text in (first[2:-2], *lines):
        bare = re.sub(r"\\[^A-Za-z0-9\s]", "", text)
        assert not set(bare) & (set(string.punctuation) - set(",'\"/%")), bare


def test_teams_gets_runs_of_text_which_know_no_markdown(taken: tuple[str, Taken]) -> None:
    root, found = taken
    send(root, Kind.TEAMS, HOSTILE)
    card = found.last["attachments"][0]["content"]
    runs = [run for block in card["body"] for run in block["inlines"]]
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    assert {run["type"] for run in runs} == {"TextRun"}
    assert sum(text.count("evil") for text in texts_of(card)) == sum(run["text"].count("evil") for run in runs)
    assert [action["url"] for action in card["actions"]] == [LINK]


def test_ntfy_gets_the_topic_in_its_body_and_the_token_in_a_header(taken: tuple[str, Taken]) -> None:
    root, found = taken
    sent = sending.send(channel(Kind.NTFY, f"{root}/our-topic", "tk_secret"), replace(MESSAGE, title="Zoë ☂"))
    assert sent.outcome == "sent"
    talk = found.requests[0]
    assert (talk.path, talk.headers["authorization"]) == ("/", "Bearer tk_secret")
    assert (found.last["topic"], found.last["title"]) == ("our-topic", "Shop: Zoë ☂")
    assert (found.last["priority"], found.last["click"]) == (5, LINK)


@pytest.mark.parametrize("kind", HOOKS)
def test_forty_agents_fit_into_every_kind(kind: Kind, taken: tuple[str, Taken]) -> None:
    root, found = taken
    many = replace(MESSAGE, lines=tuple(f"{'漢*' * 150} {number}" for number in range(400)), url="")
    assert send(f"{root}/topic", kind, many).outcome == "sent"
    limits = {Kind.DISCORD: ("content", 2000), Kind.NTFY: ("message", 4096)}
    if kind in limits:
        name, limit = limits[kind]
        text = found.last[name]
        assert len(text.encode() if kind == Kind.NTFY else text) <= limit
    if kind != Kind.WEBHOOK:
        assert [text for text in texts_of(found.last) if "and" in text and "more" in text]


def test_an_address_that_no_key_opens_is_tried_again_for_the_key_may_come_back() -> None:
    made = channel(Kind.SLACK, "https://hooks.example.org/")
    made.sealed_address = vault.seal(b"https://hooks.example.org/", "channel:of:another:row")
    assert sending.send(made, MESSAGE) == Sent("again", SendCode.SEALED)


# mail


class MailServer:
    """Speaks as little SMTP as a client needs. `answers`: to the verbs that are not answered with 250."""

    def __init__(self, **answers: str) -> None:
        self.answers = {"DATA": "354 Go on", **answers}

    def __enter__(self) -> int:
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()
        return int(self.listener.getsockname()[1])

    def __exit__(self, *exc_info: object) -> None:
        self.listener.close()

    def _serve(self) -> None:
        try:
            connection = self.listener.accept()[0]
        except OSError:
            return
        with connection, connection.makefile("rwb") as file:
            reply, verb = self.answers.get("GREETING", "220 Hello"), ""
            while reply:
                file.write(reply.encode() + b"\r\n")
                file.flush()
                line = file.readline()
                if verb == "DATA":
                    while line not in (b".\r\n", b""):
                        line = file.readline()
                    verb, reply = "END", self.answers.get("END", "250 OK")
                    continue
                verb = line[:4].decode().strip().upper()
                reply = self.answers.get(verb, "250 OK") if line else ""


@pytest.fixture
def by_smtp(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.HAS_MAIL, settings.EMAIL_HOST = True, "127.0.0.1"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    monkeypatch.setattr(mail, "STEP_SECONDS", 0.5)


@pytest.mark.usefixtures("by_smtp")
@pytest.mark.parametrize(
    ("answers", "outcome", "code"),
    [
        ({}, "sent", SendCode.SENT),
        ({"RCPT": "550 No such user"}, "refused", SendCode.MAIL_REFUSED),
        ({"RCPT": "450 Grey"}, "again", SendCode.MAIL_FAILING),
        ({"END": "554 Spam"}, "refused", SendCode.MAIL_REFUSED),
        ({"MAIL": "553 Not your address"}, "again", SendCode.MAIL_FAILING),
        ({"GREETING": "421 Busy"}, "again", SendCode.MAIL_FAILING),
        ({"GREETING": ""}, "again", SendCode.MAIL_FAILING),
    ],
    ids=str,
)
def test_a_mail_server_that_refuses_the_person_is_believed_and_any_other_trouble_passes(
    answers: dict[str, str], outcome: str, code: SendCode, settings: Any
) -> None:
    with MailServer(**answers) as settings.EMAIL_PORT:
        sent = send("ann@example.org", Kind.MAIL)
    assert (sent.outcome, sent.code) == (outcome, code)


@pytest.mark.usefixtures("by_smtp")
def test_a_mail_server_that_hangs_is_given_up(settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_PORT = silent.getsockname()[1]
        assert send("ann@example.org", Kind.MAIL) == Sent("again", SendCode.MAIL_FAILING)


def test_without_a_mail_server_nothing_is_sent_by_mail() -> None:
    assert send("ann@example.org", Kind.MAIL) == Sent("refused", SendCode.NO_MAIL_SERVER)
    assert outbox.outbox == []


def test_no_name_adds_a_header_to_a_mail_and_a_mail_that_comes_twice_is_known(settings: Any) -> None:
    settings.HAS_MAIL, settings.DEFAULT_FROM_EMAIL = True, "Board <board@example.org>"
    for message in (HOSTILE, HOSTILE, replace(HOSTILE, id=uuid4())):
        assert send("ann@example.org", Kind.MAIL, message).outcome == "sent"
    first, second, other = (sent.message() for sent in outbox.outbox)
    assert first["Message-ID"] == second["Message-ID"] == f"<{HOSTILE.id}@example.org>"
    assert other["Message-ID"] != first["Message-ID"]
    assert {name.lower() for name in first} & {"x-evil", "bcc", "cc"} == set()
    assert (first["To"], first["Auto-Submitted"]) == ("ann@example.org", "auto-generated")
    assert outbox.outbox[0].recipients() == ["ann@example.org"]
    body = outbox.outbox[0].body
    assert "://evil" not in body
    assert not re.search("^(X-Evil|Bcc)", body, re.MULTILINE)
    assert body.rstrip().endswith(LINK)


def test_what_has_ended_is_not_said_to_ring() -> None:
    titles = {state: bodies.headline(replace(MESSAGE, title="Over: x", state=state)) for state in ("ended", "late")}
    assert set(titles.values()) == {"Over: x"}
    assert bodies.headline(replace(MESSAGE, state="reminder")) == "Still ringing: Nobody online"
