"""Contacts and watches: what the lists of visitors tell of waits and answers, and how sure it is."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from livechat.comm100 import records
from livechat.lib.epoch import milliseconds
from livechat.live import lease, refresh
from livechat.live.sources import Feed
from livechat.models import Contact, Site, Snapshot, Wait, Watch
from livechat.record import contacts, old_rows
from tests.support.cases import some
from tests.support.people import make_site
from tests.support.spans import department

pytestmark = pytest.mark.django_db
ANN, BOB = (str(UUID(int=number)) for number in (1, 2))
SITE, WAITING, MOVED, CHATTING = "inSite", "waitingForChat", "transferring", "chatting"


class Queue:
    """A site's list of visitors, looked at every five seconds, without a chat server."""

    def __init__(self, site: Site, step: int = 5_000) -> None:
        self.site, self.step, self.now = site, step, 0
        self.before: dict[str, contacts.Seen] | None = None

    def look(self, statuses: dict[str, str], *, gap: int = 0, back: int = 0) -> None:
        """Look once more, after a gap of so many ms or with a clock that was set back, if so."""
        last, self.now = self.now if self.before is not None else None, self.now + (gap or self.step) - back
        slack = None if gap or back or last is None else self.now - last
        after = {key: contacts.Seen(status, None) for key, status in statuses.items()}
        contacts.diff(self.site.pk, self.before, after, contacts.Look(self.now, last, slack)).write()
        self.before = after


@pytest.fixture
def queue(db: None) -> Queue:
    """A queue that was looked at once, when nobody waited."""
    made = Queue(make_site("Shop"))
    made.look({ANN: SITE})
    return made


def story(queue: Queue, *statuses: str) -> list[dict[str, Any]]:
    """Let Ann have these statuses at the next looks ("" is not in the list); the contacts, in order."""
    for status in statuses:
        queue.look({ANN: status} if status else {})
    return list(Contact.objects.order_by("began", "pk").values())


def test_a_wait_is_answered_and_its_chat_ends(queue: Queue) -> None:
    (found,) = story(queue, WAITING, WAITING, CHATTING, CHATTING, "chatEnded")
    assert (found["began"], found["answered"], found["ended"]) == (10_000, 20_000, 30_000)
    assert (found["began_slack"], found["answered_slack"]) == (5_000, 5_000)
    assert found["outcome"] == "chatEnded"


def test_who_is_answered_between_two_looks_is_a_contact_too(queue: Queue) -> None:
    (found,) = story(queue, CHATTING, "")
    assert (found["began"], found["answered"], found["answered_slack"]) == (10_000, 10_000, 5_000)
    assert found["outcome"] == "gone"


def test_waiting_being_transferred_and_waiting_again_is_one_contact(queue: Queue) -> None:
    (found,) = story(queue, WAITING, MOVED, WAITING, CHATTING, MOVED, CHATTING, "chatEnded")
    assert (found["began"], found["answered"]) == (10_000, 25_000)


@pytest.mark.parametrize("after", ["offlineMessage", "refusedByOperator", SITE, ""])
def test_who_leaves_the_queue_without_an_answer_is_lost(queue: Queue, after: str) -> None:
    (found,) = story(queue, WAITING, WAITING, after)
    assert (found["answered"], found["ended"], found["outcome"]) == (None, 20_000, after or "gone")


def test_a_visitor_is_erased_when_the_contact_ends_and_comes_again_as_another(queue: Queue) -> None:
    first, second = story(queue, WAITING, SITE, WAITING)
    assert first["visitor"] is None
    assert second["visitor"] == UUID(ANN)


def test_a_wait_that_crosses_a_gap_has_no_known_beginning(queue: Queue) -> None:
    queue.look({ANN: WAITING})
    queue.look({ANN: WAITING}, gap=600_000)
    (found,) = story(queue, CHATTING, "chatEnded")
    assert found["began_slack"] is None
    assert found["answered_slack"] == 5_000


def test_an_end_in_a_gap_is_unseen_and_was_not_before_the_last_look(queue: Queue) -> None:
    queue.look({ANN: WAITING, BOB: WAITING})
    queue.look({BOB: CHATTING}, gap=600_000)
    ann, bob = Contact.objects.order_by("visitor")[1], Contact.objects.get(visitor=BOB)
    if ann == bob:
        ann = Contact.objects.get(visitor=None)
    assert (ann.outcome, ann.ended, ann.answered) == ("unseen", 10_000, None)
    assert (bob.answered_slack, bob.began_slack) == (None, None)


def test_contacts_of_another_sites_visitors_are_left_alone(queue: Queue) -> None:
    other = Queue(make_site("Second"))
    other.look({ANN: SITE})
    other.look({ANN: WAITING})
    story(queue, WAITING, "")
    assert Contact.objects.get(site=other.site).outcome == ""


def test_a_contact_of_another_list_of_the_same_site_ends_after_a_gap(queue: Queue) -> None:
    queue.look({ANN: WAITING, BOB: WAITING})
    queue.before = {}  # as the list of another credential, which never had them
    queue.look({ANN: WAITING}, gap=600_000)
    assert Contact.objects.get(visitor=ANN).began == 10_000
    assert Contact.objects.get(visitor=None).outcome == "unseen"


def test_who_waited_already_when_an_older_release_was_replaced_has_no_known_beginning(queue: Queue) -> None:
    queue.look({ANN: WAITING})
    Contact.objects.all().delete()  # the older release wrote none
    (found,) = story(queue, CHATTING, "chatEnded")
    assert (found["began_slack"], found["answered_slack"]) == (None, 5_000)


def test_waits_of_older_releases_become_contacts_of_unknown_length_without_the_visitor(site: Site) -> None:
    began = datetime(2026, 11, 2, 9, tzinfo=UTC)
    for minutes, outcome in ((5, "chatting"), (7, "offlineMessage"), (None, "")):
        ended = None if minutes is None else began + timedelta(minutes=minutes)
        Wait.objects.create(site=site, visitor_id=uuid4(), began=began, ended=ended, outcome=outcome)
    old_rows.convert_some()
    assert not Wait.objects.exists()
    start = milliseconds(began)
    assert list(Contact.objects.order_by("ended").values_list("answered", "ended", "outcome", "visitor")) == [
        (None, start, "unseen", None),
        (start + 300_000, start + 300_000, "chatting", None),
        (None, start + 420_000, "offlineMessage", None),
    ]
    assert set(Contact.objects.values_list("began_slack", "answered_slack")) == {(None, None)}


def test_waits_are_converted_in_batches_and_what_a_kill_left_goes_on(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(old_rows, "BATCH_ROWS", 2)
    for _ in range(5):
        Wait.objects.create(site=site, visitor_id=uuid4(), began=timezone.now(), ended=timezone.now())
    assert old_rows.convert() == 2
    assert (Wait.objects.count(), Contact.objects.count()) == (3, 2)
    old_rows.convert_some()
    assert (Wait.objects.count(), Contact.objects.count()) == (0, 5)


def test_nothing_lies_beyond_a_clock_that_was_set_back(queue: Queue) -> None:
    queue.look({ANN: WAITING, BOB: WAITING}, gap=3_600_000)
    queue.look({ANN: CHATTING, BOB: ""})
    queue.look({ANN: CHATTING}, back=1_800_000)
    assert not Contact.objects.filter(began__gt=queue.now).exists()
    assert not Contact.objects.filter(ended__gt=queue.now).exists()
    assert not Contact.objects.filter(answered__gt=queue.now).exists()


def days(seed: int, visitors: int) -> Iterator[tuple[str, int, int, int, bool]]:
    """What really happens: a visitor, when they wait from, when they are served or give up, until when they chat."""
    chance = random.Random(seed)
    for _ in range(visitors):
        began = chance.randrange(20_000, 3_000_000)
        until = began + chance.choice((1_000, 4_000, 15_000, 40_000, 120_000)) + chance.randrange(1_000)
        yield str(uuid4()), began, until, until + chance.randrange(20_000, 400_000), chance.random() < 0.8


@pytest.mark.parametrize("seed", some(range(3), 3))
def test_every_wait_lies_within_its_bounds_and_no_answer_is_missed(queue: Queue, seed: int) -> None:
    truth = list(days(seed, 120))

    def status(moment: int, began: int, until: int, ended: int, answered: bool) -> str:
        if moment < began or moment >= (ended if answered else until):
            return SITE
        return WAITING if moment < until else CHATTING

    rows: dict[str, Contact] = {}
    for moment in range(10_000, 3_700_000, 5_000):
        queue.look({key: status(moment, *times) for key, *times in truth})
        rows |= {str(row.visitor): row for row in Contact.objects.exclude(visitor=None)}
    assert not Contact.objects.exclude(visitor=None).exists()
    ended = {row.pk: row for row in Contact.objects.all()}
    answered = [times for _key, *times in truth if times[3]]
    assert sum(row.answered is not None for row in ended.values()) == len(answered)
    for key, began, until, _ended, was_answered in truth:
        row = ended.get(rows[key].pk) if key in rows else None
        if row is None:
            assert not was_answered, "only somebody who gave up between two looks leaves no row"
            continue
        assert row.began_slack is not None
        assert row.began - row.began_slack < began <= row.began
        if was_answered:
            assert row.answered is not None
            assert row.answered - 5_000 < until <= row.answered


# when it was looked at


@pytest.fixture
def row(feed: Feed) -> Snapshot:
    """The snapshot of a site's visitors."""
    return Snapshot.get_or_create(feed.site_id, feed.fingerprint, "visitors")


def looked(feed: Feed, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Store a good answer at a moment."""
    monkeypatch.setattr(timezone, "now", lambda: at)
    row = Snapshot.get_or_create(feed.site_id, feed.fingerprint, "visitors")
    token = lease.acquire(row)
    assert token is not None
    assert refresh.store(feed, "visitors", records.Listing(()), token, at)


def runs(site: Site) -> list[tuple[int, int | None, int]]:
    """The site's watches: when each began and ended, in seconds, and how many looks it has."""
    start = milliseconds(datetime(2026, 11, 2, 9, tzinfo=UTC))
    found = Watch.objects.filter(site=site).order_by("began")
    return [
        ((one.began - start) // 1000, None if one.ended is None else (one.ended - start) // 1000, one.looks)
        for one in found
    ]


def test_a_watch_ends_at_a_gap_and_counts_its_looks(feed: Feed, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    start = datetime(2026, 11, 2, 9, tzinfo=UTC)
    for second in (0, 5, 10, 15, 400, 405):
        Snapshot.objects.update(every=5, looked=start + timedelta(seconds=second))
        looked(feed, start + timedelta(seconds=second), monkeypatch)
    assert runs(site) == [(0, 15, 4), (400, None, 0)]
    assert Snapshot.objects.get(kind="visitors").looks == 2


@pytest.mark.usefixtures("row")
def test_a_watch_ends_when_the_pace_becomes_another(feed: Feed, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    start = datetime(2026, 11, 2, 9, tzinfo=UTC)
    for second, looks in ((0, True), (5, True), (10, False), (70, False), (130, False)):
        moment = start + timedelta(seconds=second)
        Snapshot.objects.update(looked=moment if looks else None)
        looked(feed, moment, monkeypatch)
    assert runs(site) == [(0, 10, 3), (10, None, 0)]


def test_a_clock_that_steps_back_a_little_makes_no_gap(feed: Feed, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    start = datetime(2026, 11, 2, 9, tzinfo=UTC)
    for second in (0, 5, 3, 10):
        Snapshot.objects.update(every=5, looked=start)
        looked(feed, start + timedelta(seconds=second), monkeypatch)
    assert runs(site) == [(0, None, 0)]
    assert Snapshot.objects.get(kind="visitors").looks == 4


def test_the_run_of_a_snapshot_that_was_deleted_ends_where_it_began(
    feed: Feed, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = datetime(2026, 11, 2, 9, tzinfo=UTC)
    looked(feed, start, monkeypatch)
    Snapshot.forget(Snapshot.objects.all())
    looked(feed, start + timedelta(seconds=5), monkeypatch)
    assert runs(site) == [(0, 0, 1), (5, None, 0)]


def test_old_contacts_are_deleted_and_those_that_last_stay(queue: Queue) -> None:
    story(queue, WAITING, SITE, WAITING)
    assert contacts.expire(Site.objects.get(), milliseconds(timezone.now() - timedelta(days=1))) == 1
    assert Contact.objects.get().visitor == UUID(ANN)


def test_a_contact_belongs_to_the_department_in_which_it_was_seen_first(queue: Queue) -> None:
    site, sales, billing = queue.site, uuid4(), uuid4()
    rows = [department(site, key) for key in (sales, billing)]
    looks = ((WAITING, None), (CHATTING, str(sales)), (MOVED, str(billing)), (CHATTING, str(billing)))
    before = queue.before
    for number, (status, key) in enumerate(looks, 2):
        after = {ANN: contacts.Seen(status, key)}
        contacts.diff(site.pk, before, after, contacts.Look(number * 5_000, (number - 1) * 5_000, 5_000)).write()
        before = after
    assert Contact.objects.get().department == rows[0]
