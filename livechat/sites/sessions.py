"""Sign-in sessions: listed by user, ended together, deleted after they have expired.

`UserSession` is allauth's list of who has which session, with its address and browser. allauth adds a row when someone
signs in on its pages. A session can lack one: it began before there was a list, or Django's own `login` made it. Such a
session is found here, by decoding it once, so that it is shown and ended like any other.
"""

from dataclasses import dataclass
from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from django.utils import timezone

from livechat.lib import clock, ttl_cache
from livechat.lib.client_info import NO_ADDRESS
from livechat.models import append_only

CLEAR_SECONDS = 3600.0  # between two looks for expired sessions
CLEAR_BATCH = 500


@dataclass
class _LastClearing:
    at: float = float("-inf")  # seconds of the steady clock: when this process last left nothing to delete


_last = _LastClearing()


def end_all(user: User) -> None:
    """End every session of a user, in the database and in the cache of sessions.

    Call it after the transaction that ends the user's access: before, a request could bring an old session back into
    the cache.
    """
    list_unlisted()
    for session in UserSession.objects.filter(user=user):
        session.end()


def list_unlisted() -> None:
    """Give every signed-in session its row in the list. Address and browser of one that had none are not known."""
    listed = UserSession.objects.filter(session_key=OuterRef("session_key"))
    unlisted = Session.objects.filter(~Exists(listed), expire_date__gt=timezone.now())
    found = [(session, session.get_decoded().get(SESSION_KEY)) for session in unlisted.iterator()]
    known = User.objects.filter(pk__in={pk for _, pk in found if pk}).values_list("pk", flat=True)
    users = {str(pk): pk for pk in known}
    age = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    rows = [
        UserSession(
            user_id=users[pk], session_key=session.session_key, ip=NO_ADDRESS, created_at=session.expire_date - age
        )
        for session, pk in found
        if pk in users
    ]
    UserSession.objects.bulk_create(rows, ignore_conflicts=True)  # someone who signs in meanwhile is listed by allauth


def clear_expired() -> int:
    """Delete one batch of expired sessions, at most once an hour unless there are more. Returns how many.

    Then bring the list in line: sessions without a row get one, rows whose session is gone are deleted.
    """
    began = clock.steady()
    if began - _last.at < CLEAR_SECONDS:
        return 0
    expired = Session.objects.filter(expire_date__lt=timezone.now())
    deleted = append_only.delete_oldest(expired, "expire_date", CLEAR_BATCH)
    if deleted < CLEAR_BATCH:
        _last.at = began
        list_unlisted()
        living = Session.objects.filter(session_key=OuterRef("session_key"))
        UserSession.objects.filter(~Exists(living)).delete()
    return deleted


@ttl_cache.forgets
def forget() -> None:
    """Let the next call of `clear_expired` look."""
    _last.at = float("-inf")
