"""Digests: which period is due, who sends it, and what became of it.

A digest is claimed by a conditional update, sent, and then marked. If a process is killed in between, the next claim
sends it once more under the same Message-ID. Nobody claims it a third time.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.core import signing
from django.db import transaction
from django.db.models import Q, QuerySet

from livechat.alerts.batches import GIVE_UP_HOURS, RETRY_SECONDS
from livechat.lib import time_zones
from livechat.lib.epoch import moment_of
from livechat.models import Digest, Site
from livechat.reports import ranges
from livechat.reports.timeline import LATE_MS

CLAIM_SECONDS = 300.0  # a mail takes at most a minute, with its figures and a mail server that hangs
MAX_CLAIMS = 2  # of a period that ended without a result; after these it is given up
MAX_LATE = timedelta(days=1)
DAY = timedelta(days=1)
SALT = "livechat.digest"
ONE_CLICK = "List-Unsubscribe=One-Click"  # what a mail program posts (RFC 8058)
Every = Digest.Every


@dataclass(frozen=True, slots=True)
class Period:
    """The local days from `first` to `last`, both included, and when a mail about them is due."""

    first: date
    last: date
    due: datetime


def newest(every: str, at: int, zone: ZoneInfo, now: datetime) -> Period:
    """The newest period whose mail is due or was. `at`: the minute of the day."""
    day = now.astimezone(zone).date()
    if every == Every.WEEK:
        day -= timedelta(days=day.weekday())
    length = timedelta(days=7 if every == Every.WEEK else 1)
    if _moment(day, at, zone) > now:
        day -= length
    return Period(day - length, day - DAY, _moment(day, at, zone))


def _moment(day: date, at: int, zone: ZoneInfo) -> datetime:
    """When the clock shows a minute of a day, but not before the day before has ended for certain."""
    wall = datetime.combine(day, time(at // 60, at % 60), tzinfo=zone).astimezone(UTC)
    return max(wall, moment_of(ranges.midnight(day, zone) + LATE_MS))


def next_due(digest: Digest, now: datetime) -> datetime:
    """When the next mail of a digest is due, in the site's zone."""
    zone = digest.site.zone
    period = newest(digest.every, digest.at, zone, now)
    if _wanted(digest, period, now):
        return period.due.astimezone(zone)
    following = period.last + (7 * DAY if digest.every == Every.WEEK else DAY) + DAY
    return _moment(following, digest.at, zone).astimezone(zone)


def _wanted(digest: Digest, period: Period, now: datetime) -> bool:
    """Whether a period is not done, and not too late."""
    return (digest.last is None or digest.last < period.last) and now - period.due <= MAX_LATE


def choose(user: User, site: Site, every: str, at: int, now: datetime) -> None:
    """Let a person have a digest of a site; "" ends it. The first mail is the next one that comes due."""
    if not every:
        Digest.objects.filter(user=user, site=site).delete()
        return
    done = newest(every, at, site.zone, now).last
    with transaction.atomic():
        digest, made = Digest.objects.get_or_create(
            user=user, site=site, defaults={"every": every, "at": at, "last": done}
        )
        if not made and (digest.every, digest.at) != (every, at):
            last = digest.last if digest.every == every else done
            Digest.objects.filter(pk=digest.pk).update(every=every, at=at, last=last)


def due(now: datetime) -> list[tuple[Digest, Period]]:
    """The digests that are due and that no one is sending, each with its period."""
    free = Digest.objects.filter(Q(claimed_until=None) | Q(claimed_until__lt=now)).select_related("site")
    found = []
    for digest in free.order_by("pk"):
        if time_zones.known(digest.site.time_zone) is None:
            continue
        period = newest(digest.every, digest.at, digest.site.zone, now)
        waits = digest.due is not None and now < digest.due and not _is_new(digest, period)
        if _wanted(digest, period, now) and not waits:
            found.append((digest, period))
    return found


def _is_new(digest: Digest, period: Period) -> bool:
    """Whether this period was not tried yet. The noted tries are then of an older one."""
    return digest.first_try is None or digest.first_try < period.due


def claim(digest: Digest, period: Period, now: datetime) -> Digest | None:
    """Take a digest that was read just before. None: another process did, or it is given up with this."""
    new = _is_new(digest, period)
    seen = {
        name: getattr(digest, name) for name in ("every", "at", "last", "tries", "claims", "first_try", "claimed_until")
    }
    rows = Digest.objects.filter(pk=digest.pk, **seen)
    if not new and digest.claims >= MAX_CLAIMS:
        rows.update(**_done(period), given_up=period.last)
        return None
    until = now + timedelta(seconds=CLAIM_SECONDS)
    first, tries, claims = (now, 0, 1) if new else (digest.first_try, digest.tries, digest.claims + 1)
    if not rows.update(claimed_until=until, first_try=first, tries=tries, claims=claims, due=None):
        return None
    return Digest.objects.select_related("site", "user").filter(pk=digest.pk, claimed_until=until).first()


def is_claimed(digest: Digest) -> bool:
    """Whether it is still this claim's: it has not ended meanwhile, and no one else sends it."""
    return _claimed(digest).exists()


def finish(digest: Digest, period: Period, now: datetime, *, sent: bool) -> None:
    """Mark a claimed digest's period as done: sent, or given up."""
    told = {"sent": now, "given_up": None} if sent else {"given_up": period.last}
    _claimed(digest).update(**_done(period), **told)


def again(digest: Digest, period: Period, now: datetime) -> None:
    """Try a claimed digest again after the next back-off, or give it up."""
    tries = digest.tries + 1
    due_at = now + timedelta(seconds=RETRY_SECONDS[min(tries, len(RETRY_SECONDS)) - 1])
    if due_at > (digest.first_try or now) + timedelta(hours=GIVE_UP_HOURS):
        finish(digest, period, now, sent=False)
        return
    _claimed(digest).update(tries=tries, claims=0, due=due_at, claimed_until=None)


def _claimed(digest: Digest) -> QuerySet[Digest]:
    return Digest.objects.filter(pk=digest.pk, claimed_until=digest.claimed_until)


def _done(period: Period) -> dict[str, object]:
    return {"last": period.last, "first_try": None, "due": None, "tries": 0, "claims": 0, "claimed_until": None}


def message_key(digest: Digest, period: Period) -> str:
    """A key that all mails about the same period share, and no others."""
    return f"digest-{digest.pk}-{digest.every}-{period.last.isoformat()}"


def token(digest: Digest) -> str:
    """The secret of a mail's link that ends this digest, now or when it was asked for again."""
    return signing.Signer(salt=SALT).sign(f"{digest.user_id}-{digest.site_id}")


def of_token(secret: str) -> tuple[Site, QuerySet[Digest]] | None:
    """The site and the digest of a mail's link, which may have ended. None: it was not made here."""
    try:
        user, site = signing.Signer(salt=SALT).unsign(secret).split("-")
    except signing.BadSignature:
        return None
    found = Site.objects.filter(pk=site).first()
    return None if found is None else (found, Digest.objects.filter(user_id=int(user), site=found))
