"""Digests: what they say, to whom, when, and how they end."""

import re
import smtplib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends import locmem
from django.test import Client

from livechat.alerts import digests
from livechat.alerts.digests import Every
from livechat.lib import logs
from livechat.lib.epoch import milliseconds as ms
from livechat.models import AgentTimes, Alert, Contact, Digest, Membership, Role, RolledDay, Rule, Site, Watch
from livechat.ops import digests as sender
from livechat.ops import rollups
from tests.support.pages import text
from tests.support.people import client_for, make_site, make_superuser, make_user
from tests.test_history_today import KIM, LEE, MIDNIGHT, WEEK, at, contact, span, watch

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SEVEN = MIDNIGHT + DAY + timedelta(hours=7)  # of the Tuesday after the day that is told
PAGE = "/account/digest/"


@pytest.fixture(autouse=True)
def _sends_mail(settings: Any) -> None:
    settings.HAS_MAIL = True
    settings.PUBLIC_URL = "https://board.example.org"
    settings.DEFAULT_FROM_EMAIL = "board@example.org"


@pytest.fixture
def clock() -> Iterator[Any]:
    """The clock, at seven on Tuesday."""
    with time_machine.travel(SEVEN, tick=False) as moved:
        yield moved


@pytest.fixture
def shop(clock: Any) -> Site:
    """A site with a Monday and the one before, both observed whole, and their sums."""
    clock.move_to(SEVEN - timedelta(hours=3))
    site = make_site("Shop", time_zone="UTC")
    for day in (MIDNIGHT - WEEK, MIDNIGHT):
        watch(site, day, day + DAY)
        span(site, KIM, day + timedelta(hours=9), day + timedelta(hours=17))
    span(site, LEE, at(9), at(10))
    site.agents.filter(agent_id=KIM).update(name="Kim Østergård", team="Front")
    site.agents.filter(agent_id=LEE).update(name="Lee", team="Back")
    for began, waited in ((9.1, 0), (9.2, 10), (10.1, 60), (10.2, None)):
        contact(site, at(began), waited)
    contact(site, at(9.1) - WEEK, 4)
    sum_up(site, MIDNIGHT - WEEK, MIDNIGHT)
    clock.move_to(SEVEN)
    return site


def sum_up(site: Site, *days: datetime, until: datetime = MIDNIGHT) -> None:
    """Make the sums of these days. The others until then have none: nothing was recorded of them."""
    for day in days:
        rollups.make(site, day.date())
    dates = ((MIDNIGHT - WEEK + number * DAY).date() for number in range((until - MIDNIGHT).days + 8))
    RolledDay.objects.bulk_create((RolledDay(site=site, day=day) for day in dates), ignore_conflicts=True)


def digest(site: Site, name: str = "sue", role: Role = Role.SUPERVISOR, **fields: Any) -> Digest:
    """A digest of Monday that is due now."""
    user = make_user(name, site, role, email=f"{name}@example.org")
    given = {"every": Every.DAY, "last": date(2026, 11, 29)} | fields
    return Digest.objects.create(user=user, site=site, **given)


def sent() -> EmailMultiAlternatives:
    """The only mail that was sent; its text in single blanks."""
    sender.send_due()
    (letter,) = mail.outbox
    assert isinstance(letter, EmailMultiAlternatives)
    return letter


def words(letter: EmailMultiAlternatives) -> str:
    return " ".join(str(letter.body).split())


# What it says


def test_a_digest_has_the_figures_of_yesterday_each_with_its_share_and_the_week_before(shop: Site) -> None:
    digest(shop)
    letter = sent()
    assert (letter.to, letter.subject) == (["sue@example.org"], "Shop: Mon 30 Nov 2026")
    said = words(letter)
    for part in (
        "Mon 30 Nov 2026 · UTC",
        "Offered 4 100.0 % Mon 23 Nov: 1",
        "Answered 3 100.0 % Mon 23 Nov: 1",
        "Lost 1 100.0 % Mon 23 Nov: 0 25.0 % after more than 10 s; at least 25.0 % in all",
        "Mean wait 0:23 100.0 % Mon 23 Nov: 0:04",
        "Longest wait ≥ 1:00 100.0 % Mon 23 Nov: ≥ 0:04 at 10:06",
        "Within 20 s 50 % 100.0 % Mon 23 Nov: 100 % 50–67 %",
        "Visitors 100.0 % observed",
        "Nobody online 16 h 00 m 100.0 % Mon 23 Nov: 16 h 00 m ± 20 s, 2 times, longest ≥ 9 h 00 m",
        "9:00–10:00 2.0 100.0 % Mon 23 Nov: 1.0",
        "Front 8 h 00 m",
        "https://board.example.org/history/?day=2026-11-30",
    ):
        assert part in said, (part, letter.body)
    html = str(letter.alternatives[0][0])
    assert "<td>≥ 1:00</td>" in html
    assert "(4)" not in said + html


def test_the_figures_are_those_of_the_page_of_that_day(shop: Site) -> None:
    row = digest(shop)
    said = words(sent())
    tiles = client_for(row.user, shop).get("/history/", {"day": "2026-11-30"}).context["figures"]
    assert len(tiles) == 6
    for tile in tiles:
        assert re.search(rf"{tile.name} {re.escape(tile.told.value)} .*?{re.escape(tile.before)}", said), tile


def test_of_a_day_that_was_observed_too_little_figures_are_in_brackets_and_compared_with_nothing(shop: Site) -> None:
    Watch.objects.filter(began=ms(MIDNIGHT)).update(ended=ms(at(12)))
    rollups.make(shop, MIDNIGHT.date())
    digest(shop)
    letter = sent()
    said = words(letter)
    assert "Offered (4) 50.0 %" in said
    assert "Visitors 50.0 % observed" in said
    assert "Nobody online (9 h 00 m) 50.0 % ± 10 s, 1 time, longest ≥ 9 h 00 m" in said
    assert "Front (3 h 00 m) ± 5 s 50.0 %" in said
    assert "less than 95 % was observed" in said
    assert "Mon 23 Nov" not in said.partition("9:00–10:00")[0]
    assert "<td>(4)</td>" in str(letter.alternatives[0][0])


def test_a_service_level_that_cannot_be_told_says_why(shop: Site) -> None:
    Contact.objects.update(began_slack=60_000)
    contact(shop, at(11), 30, answered_slack=None)
    digest(shop)
    said = words(sent())
    assert "Within 20 s cannot be told 100.0 % Mon 23 Nov: cannot be told looks are too rare, or nobody came" in said
    assert "1 more was not seen to its end" in said


def test_a_week_before_that_was_observed_too_little_is_named_as_such(shop: Site) -> None:
    Watch.objects.filter(began=ms(MIDNIGHT - WEEK)).update(ended=ms(at(6) - WEEK))
    digest(shop)
    assert "Offered 4 100.0 % Mon 23 Nov: 25.0 % observed" in words(sent())


def test_a_week_is_told_on_monday_by_its_days(shop: Site, clock: Any) -> None:
    clock.move_to(SEVEN + 6 * DAY)
    sum_up(shop, until=SEVEN + 6 * DAY)
    digest(shop, every=Every.WEEK)
    letter = sent()
    assert letter.subject == "Shop: Mon 30 Nov 2026 – Sun 6 Dec 2026"
    said = words(letter)
    assert "Longest wait (≥ 1:00) 14.2 % at Mon 10:06" in said
    assert "Mon 30 Nov 0.4 100.0 % Mon 23 Nov: 0.3" in said
    assert "Tue 1 Dec – 0.0 %" in said


def ring(site: Site, fired: datetime, kind: str = Rule.Kind.NOBODY, **fields: Any) -> Alert:
    """An alert that rang for ten minutes."""
    rule, _made = Rule.objects.get_or_create(site=site, kind=kind, defaults={"enabled": True})
    over = fired + timedelta(minutes=10)
    given = {"since": fired, "fired": fired, "cleared": over, "ended": over, "worst": 600_000, "state": "ended"}
    return Alert.objects.create(**(given | {"rule": rule} | fields))


def test_it_says_what_rang_that_day_of_rules_that_are_switched_on(shop: Site) -> None:
    ring(shop, at(9), acknowledged_at=at(9.05), acknowledged_name="ann", note="visitor Smith called")
    ring(shop, at(-1))
    ring(shop, at(24))
    ring(make_site("Second"), at(10))
    off = Rule.objects.create(site=shop, kind=Rule.Kind.UNCOVERED)
    ring(shop, at(11), rule=off)
    digest(shop)
    said = words(sent())
    assert "Nobody is online 09:00–09:10 10 min acknowledged by ann at 09:03" in said
    assert said.count("10 min") == 1
    assert "Smith" not in said


def test_single_agents_are_told_to_those_who_may_see_their_times_alone(shop: Site) -> None:
    ring(shop, at(12), Rule.Kind.STATUS, subject=str(KIM), detail="Lunch")
    digest(shop)
    digest(shop, "vic", Role.VIEWER)
    sender.send_due()
    seen, hidden = (str(letter.body) + str(letter.alternatives[0][0]) for letter in mail.outbox)  # type: ignore[attr-defined]
    assert "Kim Østergård is past the limit of Lunch" in seen
    assert seen.count("Kim Østergård") == 4
    assert "An agent is past the limit of Lunch" in hidden
    assert "12:00–12:10" in seen
    assert "12:00–12:10" not in hidden
    assert "Kim" not in hidden
    assert "Front" in hidden


def test_a_site_says_whose_digests_tell_single_agents(shop: Site) -> None:
    for role in Role:
        digest(shop, f"one-{role}", role)
    told = {}
    for choice in AgentTimes:
        Site.objects.update(agent_times=choice)
        Digest.objects.update(last=date(2026, 11, 29))
        mail.outbox.clear()
        sender.send_due()
        letters: Any = mail.outbox
        assert len(letters) == len(Role)
        told[choice] = {letter.to[0] for letter in letters if "Kim" in str(letter.body)}
    everybody = {f"one-{role}@example.org" for role in Role}
    administrator = {f"one-{Role.ADMINISTRATOR}@example.org"}
    assert told == {
        AgentTimes.MEMBERS: everybody,
        AgentTimes.SUPERVISORS: everybody - {f"one-{Role.VIEWER}@example.org"},
        AgentTimes.ADMINISTRATORS: administrator,
        AgentTimes.NOBODY: set(),
    }


def test_nothing_of_another_site_is_told_and_nobody_else_gets_it(shop: Site) -> None:
    other = make_site("Second", time_zone="UTC")
    contact(other, at(9), 5)
    make_user("eve", other, email="eve@example.org")
    digest(shop)
    letter = sent()
    assert "Offered 4" in words(letter)
    assert "Second" not in words(letter)
    assert letter.to == ["sue@example.org"]


# When it is sent


def test_a_digest_is_sent_once_and_not_before_its_time(shop: Site, clock: Any) -> None:
    row = digest(shop, at=7 * 60 + 1)
    sender.send_due()
    assert mail.outbox == []
    clock.shift(60)
    sender.send_due()
    sender.send_due()
    assert len(mail.outbox) == 1
    row.refresh_from_db()
    assert (row.last, row.sent, row.claimed_until) == (date(2026, 11, 30), SEVEN + timedelta(minutes=1), None)


def test_it_waits_for_the_sums_of_its_days_and_for_no_other_sites(shop: Site) -> None:
    watch(make_site("Second", time_zone="UTC"), MIDNIGHT, MIDNIGHT + DAY)
    shop.rolled_days.filter(day=date(2026, 11, 30)).delete()
    digest(shop)
    sender.send_due()
    assert mail.outbox == []
    rollups.make(shop, date(2026, 11, 30))
    assert sent()


def test_two_processes_that_find_the_same_digest_send_it_once(shop: Site) -> None:
    digest(shop)
    now = SEVEN
    (one,), (other,) = digests.due(now), digests.due(now)
    assert digests.claim(*one, now)
    assert digests.claim(*other, now) is None
    assert digests.due(now) == []


def test_what_was_sent_but_not_marked_is_sent_once_more_with_the_same_id_and_no_third_time(
    shop: Site, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = digest(shop)
    with monkeypatch.context() as killed:
        killed.setattr(digests, "finish", lambda *_given, **_named: None)
        for _ in range(4):
            sender.send_due()
            clock.shift(digests.CLAIM_SECONDS + 1)
    assert len(mail.outbox) == 2
    assert len({letter.message()["Message-ID"] for letter in mail.outbox}) == 1
    row.refresh_from_db()
    assert (row.last, row.given_up) == (date(2026, 11, 30), date(2026, 11, 30))
    clock.shift(86_400)
    sum_up(shop, until=SEVEN + DAY)
    sender.send_due()
    assert len({letter.message()["Message-ID"] for letter in mail.outbox}) == 2


def test_a_server_that_was_stopped_sends_the_newest_day_alone(shop: Site, clock: Any) -> None:
    digest(shop, last=date(2026, 11, 1))
    clock.shift(20 * 3600)
    assert "Mon 30 Nov" in sent().subject


def test_a_week_that_is_over_a_day_late_is_not_sent(shop: Site, clock: Any) -> None:
    clock.move_to(MIDNIGHT + timedelta(hours=7) + DAY + timedelta(minutes=1))
    row = digest(shop, every=Every.WEEK, last=date(2026, 11, 15))
    sender.send_due()
    assert mail.outbox == []
    assert digests.next_due(row, SEVEN + timedelta(minutes=1)) == MIDNIGHT + WEEK + timedelta(hours=7)
    clock.move_to(MIDNIGHT + timedelta(hours=20))
    assert "Mon 23 Nov 2026 – Sun 29 Nov 2026" in sent().subject


def test_a_mail_server_that_fails_is_tried_again_with_pauses_and_given_up_after_six_hours(
    shop: Site, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, tries = digest(shop), []

    def refuse(_self: Any, _letters: Any) -> int:
        tries.append(round((datetime.now(UTC) - SEVEN).total_seconds()))
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr(locmem.EmailBackend, "send_messages", refuse)
    for pause in (0, 9, 1, 60, 300, 900, 3600, 10_800, 10_800):
        clock.shift(pause)
        sender.send_due()
    assert tries == [0, 10, 70, 370, 1270, 4870, 15_670]
    row.refresh_from_db()
    assert (row.given_up, row.sent, row.due) == (date(2026, 11, 30), None, None)
    assert "could not be sent" in text(client_for(row.user).get(PAGE))


@pytest.mark.parametrize("gone", ["member", "active", "address"])
def test_who_may_not_read_it_any_more_or_has_no_address_gets_none(shop: Site, gone: str) -> None:
    row = digest(shop)
    if gone == "member":
        Membership.objects.filter(user=row.user).delete()
        Membership.objects.create(user=row.user, site=make_site("Second"))
    elif gone == "active":
        row.user.is_active = False
        row.user.save()
    else:
        row.user.email = ""
        row.user.save()
    sender.send_due()
    assert mail.outbox == []
    assert Digest.objects.exists() is (gone == "address")


def test_without_mail_nothing_is_tried(shop: Site, settings: Any) -> None:
    settings.HAS_MAIL = False
    row = digest(shop)
    sender.send_due()
    row.refresh_from_db()
    assert (mail.outbox, row.tries, row.claimed_until) == ([], 0, None)


@pytest.mark.parametrize(
    ("day", "hours", "at_two"),
    [(date(2026, 3, 29), 23, "01:30"), (date(2026, 10, 25), 25, "00:30"), (date(2026, 11, 30), 24, "01:30")],
)
def test_the_clock_of_the_site_counts_on_days_of_23_and_25_hours(day: date, hours: int, at_two: str) -> None:
    zone = ZoneInfo("Europe/Berlin")
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=zone).astimezone(UTC)
    found = digests.newest(Every.DAY, 150, zone, noon)
    assert (found.first, found.last) == (day - DAY, day - DAY)
    assert f"{found.due:%H:%M}" == at_two
    midnights = [digests.newest(Every.DAY, 0, zone, noon + step).due for step in (timedelta(0), DAY)]
    assert midnights[1] - midnights[0] == timedelta(hours=hours)
    before = digests.newest(Every.DAY, 150, zone, found.due - timedelta(seconds=1))
    assert before.last == day - 2 * DAY


# Asking for it, and ending it


def choice(site: Site, every: str, clock: str = "07:00") -> dict[str, str]:
    return {f"site-{site.pk}-every": every, f"site-{site.pk}-at": clock}


def test_one_asks_for_it_by_site_and_the_first_mail_is_the_next_one_due(shop: Site) -> None:
    other, foreign = make_site("Second", time_zone="Asia/Tokyo"), make_site("Foreign")
    user = make_user("sue", shop, Role.VIEWER, email="sue@example.org")
    Membership.objects.create(user=user, site=other)
    web = client_for(user, shop)
    shown = text(web.get(PAGE))
    assert all(word in shown for word in ("Shop", "Second", "Asia/Tokyo", "sue@example.org"))
    assert "Foreign" not in shown
    answer = web.post(PAGE, choice(shop, "day", "06:30") | choice(other, "week") | choice(foreign, "day"))
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    rows = {row.site.name: (row.every, row.at, row.last) for row in Digest.objects.select_related("site")}
    assert rows == {"Shop": ("day", 390, date(2026, 11, 30)), "Second": ("week", 420, date(2026, 11, 29))}
    sender.send_due()
    assert mail.outbox == []
    assert "due on Wed 2 Dec, 06:30" in text(web.get(PAGE))
    web.post(PAGE, choice(shop, "", "06:30"))
    assert list(Digest.objects.values_list("site__name", flat=True)) == ["Second"]


def test_a_time_that_is_none_is_refused_and_stays_as_typed(shop: Site) -> None:
    web = client_for(make_user("sue", shop, email="sue@example.org"), shop)
    answer = web.post(PAGE, choice(shop, "day", "half past"))
    assert answer.status_code == 422
    assert 'value="half past"' in text(answer)
    assert "Enter a time as in 07:00." in text(answer)
    assert not Digest.objects.exists()


def test_the_page_says_what_is_missing(shop: Site, settings: Any) -> None:
    web = client_for(make_user("sue", shop), shop)
    assert 'href="/accounts/email/">Enter your e-mail address' in text(web.get(PAGE))
    settings.HAS_MAIL = False
    assert "This server sends no mail." in text(web.get(PAGE))
    assert "You have no site yet." in text(client_for(make_user("new")).get(PAGE))
    assert "Shop" in text(client_for(make_superuser()).get(PAGE))


def link(letter: EmailMultiAlternatives) -> str:
    """The path by which a mail's digest is ended."""
    return urlsplit(str(letter.message()["List-Unsubscribe"]).strip("<>")).path


def test_the_link_of_a_mail_ends_its_digest_alone_without_signing_in(shop: Site) -> None:
    row = digest(shop)
    other = Digest.objects.create(user=row.user, site=make_site("Second"), last=date(2026, 12, 30))
    others = digest(shop, "ann", last=date(2026, 12, 30))
    path = link(sent())
    web = Client(enforce_csrf_checks=True)
    page = text(web.get(path))
    assert "End the digest of Shop?" in page
    assert Digest.objects.count() == 3
    answer = web.post(path)
    assert (answer.status_code, answer["Location"]) == (302, path)
    assert "The digest of Shop has ended" in text(web.get(path))
    assert set(Digest.objects.all()) == {other, others}


def test_a_mail_program_ends_it_by_one_request(shop: Site) -> None:
    digest(shop)
    letter = sent()
    name, value = str(letter.message()["List-Unsubscribe-Post"]).split("=")
    answer = Client(enforce_csrf_checks=True).post(link(letter), {name: value})
    assert answer.status_code == 200
    assert not Digest.objects.exists()


def test_logs_do_not_show_the_link(shop: Site) -> None:
    secret = digests.token(digest(shop))
    assert logs.masked(f'"GET /digest/{secret}/ HTTP/1.1" 200') == '"GET /digest/***/ HTTP/1.1" 200'
    assert logs.masked("GET /account/digest/ HTTP/1.1") == "GET /account/digest/ HTTP/1.1"


def test_a_link_that_was_not_made_here_ends_nothing(shop: Site) -> None:
    row = digest(shop)
    other = make_user("eve", shop)
    forged = digests.token(row).replace(f"{row.user_id}-", f"{other.pk}-", 1)
    for secret in (forged, "1-1", digests.token(row)[:-1]):
        assert Client().post(f"/digest/{secret}/").status_code == 404
    assert Digest.objects.exists()


def test_a_digest_that_is_ended_while_it_is_made_is_not_sent(shop: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    row = digest(shop)
    made: Callable[..., Any] = sender._Round._content

    def slow(*given: Any, **named: Any) -> Any:
        Digest.objects.filter(pk=row.pk).delete()
        return made(*given, **named)

    monkeypatch.setattr(sender._Round, "_content", slow)
    sender.send_due()
    assert mail.outbox == []


def test_a_server_that_does_not_know_its_address_sends_mails_without_links(shop: Site, settings: Any) -> None:
    settings.PUBLIC_URL = ""
    digest(shop)
    letter = sent()
    assert "http" not in str(letter.body)
    assert letter.message()["List-Unsubscribe"] is None
    assert "sign in and open My account" in words(letter)
