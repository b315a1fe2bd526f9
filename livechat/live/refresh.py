"""Refreshes a snapshot: takes the lease and the budget, makes one call, and stores all that follows at once."""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db import Error, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from livechat.comm100 import records
from livechat.comm100.client import Client
from livechat.comm100.errors import Comm100Error, CredentialRefused, RenewalRefused, Throttled
from livechat.lib import outages, vault
from livechat.live import budget, drafts, intervals, lease, observers, site_versions, snapshot_data, token_renewal
from livechat.live.drafts import Draft
from livechat.live.observers import Looked
from livechat.live.snapshot_history import Occasion
from livechat.live.sources import Feed
from livechat.models import Connection, Site, Snapshot
from livechat.models.connections import Kind
from livechat.record import audit, frames, watches

MAX_BACKOFF_SECONDS = 60.0
NEVER_SECONDS = 1e9  # a pasted token that was refused has ended: it is tried again only after it changes
# An API key does not end, nor does a token that renews itself: a passing refusal must not end a wall.
REFUSED_RETRY_SECONDS = 900.0
SMALL_STEP = timedelta(seconds=60)  # back, after which a clock counts as steady all the same


def refresh(feed: Feed, kind: str, *, seen: int | None = None, person: int | None = None) -> bool:
    """Make one call for one snapshot, unless another process does. Returns whether this process did.

    A single record is read at the expense of the `person` who looks at it, the key of a user. `seen` is the number of
    checks that the caller knew of when a refresh was due: after another check it is not due.
    A failure at Comm100 raises nothing. It is stored with its reason, and the last data stays.
    """
    row = Snapshot.get_or_create(feed.site_id, feed.fingerprint, kind)
    if seen is not None and row.checks != seen:
        return False
    token = lease.acquire(row)
    if token is None:
        return False
    asked = timezone.now()
    share = None if kind in intervals.LISTS else budget.RECORDS
    try:
        connection = connection_of(feed)
        store(feed, kind, call(connection, kind, share, person), token, asked)
    except Connection.DoesNotExist:
        lease.release(row.pk, token)
        return False
    except vault.CannotOpen:
        text = _("The stored credential cannot be opened with this server's keys.")
        _failed(row, token, "cannot-open", text, NEVER_SECONDS)
    except budget.BudgetExhausted as spent:
        # Another person's share may have calls left, so the next reader does not wait.
        _failed(row, token, "throttled", _spent_text(spent), 0.0 if spent.share else spent.wait)
    except Comm100Error as error:
        _failed(row, token, error.slug, error.message, _wait_after(error, row, connection))
    except Error as error:
        outages.note(error, f"to refresh {kind}")
        _failed(row, token, "database", _("This server's database failed. The server's log says more."), _backoff(row))
    return True


def connection_of(feed: Feed) -> Connection:
    """The connection of a feed, which may hold another credential by now. Raises Connection.DoesNotExist."""
    return Connection.objects.select_related("site").get(pk=feed.connection_id, fingerprint=feed.fingerprint)


def _spent_text(spent: budget.BudgetExhausted) -> str:
    """Why no call may leave, as a sentence that is translated when it is shown."""
    if spent.share:
        return _("Many single records were read in the last 5 minutes. The lists go first; try again in a moment.")
    if spent.asked:
        return _("Comm100 asked us to wait.")
    return _("Comm100's limit of 300 calls in 5 minutes is used up.")


def call(connection: Connection, kind: str, share: budget.Share | None, person: int | None) -> records.Listing[Any]:
    """Make the call. If the token was refused and can be renewed, renew it and call once more."""
    client = token_renewal.client(connection)
    budget.take(share=share, person=person)
    try:
        with budget.respecting_limits():
            return fetch(client, kind)
    except CredentialRefused:
        if connection.kind != Kind.RENEWING:
            raise
    client = token_renewal.client(connection, refused=True)
    budget.take(share=share, person=person)
    with budget.respecting_limits():
        return fetch(client, kind)


def fetch(client: Client, kind: str) -> records.Listing[Any]:
    """Make the one call of a kind: it gives a list, or one record as a list of one."""
    if kind == "agents":
        return client.agents()
    if kind == "visitors":
        return client.visitors()
    one, _, key = kind.partition(":")
    return records.Listing((client.agent(key) if one == "agent" else client.visitor(key),))


def store(
    feed: Feed, kind: str, listing: records.Listing[Any], token: int, asked: datetime, *, hinted: bool = False
) -> bool:
    """Store a successful answer and the history that follows from it. Returns False if the lease was lost meanwhile.

    `asked` is when the call left: the answer may not show what was written after that. `hinted`: a hint caused it.
    """

    def make(row: Snapshot) -> Draft | None:
        if row.lease != token:
            return None  # another process took over
        now, sent = _moment(row.confirmed), just_sent()
        shown = msgspec.structs.replace(listing, rows=_replaced(listing.rows, sent)) if sent else listing
        watched = watches.is_watched(row.checked, now, row.every)
        if hinted and not watched:
            return None  # the next steady look says what was not seen
        digest = snapshot_data.digest(shown)
        if watched and digest == row.digest:
            return Draft(drafts.basis(row), now, digest, sent=sent)
        before = snapshot_data.unpack(row)
        made = drafts.of_new_version(feed, row, before, shown, digest, Occasion(now, watched, hinted=hinted))
        return replace(made, sent=sent)

    def write(row: Snapshot, draft: Draft) -> None:
        draft.write(row)
        row.dropped, row.repeated = listing.dropped, listing.repeated
        recorded = feed.shared and kind in intervals.LISTS
        if hinted:
            row.holder, row.extra = "", draft.now
        else:
            _looked_at_pace(row, draft.now, listing.rows if recorded else None)
        row.save()
        if recorded:
            observers.tell(Looked(row, draft.now, draft.data))

    def just_sent() -> dict[str, str]:
        """The statuses that were sent a moment ago: Comm100's own cache may show old ones for 5 s."""
        return audit.just_sent(feed.site_id, asked) if kind.startswith("agent") else {}

    rows = Snapshot.objects.filter(site_id=feed.site_id, fingerprint=feed.fingerprint, kind=kind)
    written = drafts.settle(rows, make, write, lambda draft: draft.sent == just_sent())
    if written and written.has_new_entries:
        Site(pk=feed.site_id).bump_version()
        site_versions.forget()
    return written is not None


def _looked_at_pace(row: Snapshot, now: datetime, rows: tuple[Any, ...] | None) -> None:
    """Note a good look at the steady pace, which the record counts. `rows`: None if the record has nothing of it."""
    if rows is not None:
        frames.note(row, now, rows)
        every, _sharing = intervals.interval(row.kind, row.looked, (row.site_id, row.fingerprint))
        watches.note(row, now, every, watched=watches.is_watched(row.checked, now, row.every))
    _finished(row, now)
    row.checked, row.extra, row.error, row.error_text, row.failures, row.pause = now, None, "", "", 0, 0


def _moment(last: datetime | None) -> datetime:
    """Now; if the clock was set back by a little, just after the last look, so that no two looks change places."""
    now = timezone.now()
    if last is not None and now <= last <= now + SMALL_STEP:
        return last + timedelta(milliseconds=1)
    return now


def write_through(site: Site, agent_id: str, status: str, since: datetime | None = None) -> None:
    """Show a status that was just sent to every viewer of a site at once: in the list and on the agent's page.

    `since`: when the PUT set out. The status changed after that.
    """
    # Read again, because the shared connection may have been removed after the PUT was decided.
    shared = Site.objects.values_list("shared__fingerprint", flat=True).filter(pk=site.pk).first()

    def make(row: Snapshot) -> Draft | None:
        data = snapshot_data.unpack(row)
        if data is None or agent_id not in data.by_id:
            return None
        rows = _replaced(data.rows, {agent_id: status})
        listing = records.Listing(rows, dropped=row.dropped, repeated=row.repeated)
        feed = Feed(site.pk, row.fingerprint, 0, shared == row.fingerprint)
        digest = snapshot_data.digest(listing)
        occasion = Occasion(timezone.now(), watched=True, since=since)
        return drafts.of_new_version(feed, row, data, listing, digest, occasion)

    def write(row: Snapshot, draft: Draft) -> None:
        draft.write(row)
        row.save(update_fields=["version", "digest"])

    rows = Snapshot.objects.filter(site=site, kind__in=["agents", f"agent:{agent_id}"])
    for pk in rows.order_by("pk").values_list("pk", flat=True):
        drafts.settle(Snapshot.objects.filter(pk=pk), make, write)


def _replaced(rows: tuple[records.Agent, ...], statuses: dict[str, str]) -> tuple[records.Agent, ...]:
    return tuple(
        records.Agent(row.id, statuses[row.id], row.ongoing_chats)
        if row.id in statuses and not records.same_status(row.status, statuses[row.id])
        else row
        for row in rows
    )


def _failed(row: Snapshot, token: int, slug: str, text: str, wait: float) -> None:
    """Keep the last data, and store why there is no newer data and when to try again."""
    with transaction.atomic():
        current = Snapshot.objects.select_for_update().filter(pk=row.pk).first()
        if current is None or current.lease != token:
            return
        _finished(current, timezone.now())
        current.error, current.error_text, current.pause = slug, text[:400], wait
        current.failures += 1
        current.save()


def _finished(row: Snapshot, now: datetime) -> None:
    row.holder = ""
    row.checks += 1
    row.tried = now
    row.every, row.sharing = intervals.interval(row.kind, row.looked, (row.site_id, row.fingerprint))


def _wait_after(error: Comm100Error, row: Snapshot, connection: Connection) -> float:
    """The seconds until the next try: as Comm100 asks, a back-off, or never if the credential has ended."""
    if isinstance(error, CredentialRefused):
        ended = connection.kind == Kind.BEARER or isinstance(error, RenewalRefused)
        return NEVER_SECONDS if ended else REFUSED_RETRY_SECONDS
    if isinstance(error, Throttled) and error.retry_after is not None:
        return error.retry_after
    return _backoff(row)


def _backoff(row: Snapshot) -> float:
    wait: float = min(MAX_BACKOFF_SECONDS, row.every * 2 ** min(row.failures, 6))
    return wait * random.uniform(0.75, 1.0)  # noqa: S311
