"""Read tokens: make one, find it by its secret, rename and revoke it, note its use. Each step is recorded.

Each process reads the valid tokens at most once a second. So a token that another process has revoked is refused
within a second.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from livechat.lib import background, outages
from livechat.lib.ttl_cache import TtlCache, TtlValue
from livechat.models import LinkEvent, Membership, ReadToken, Role, Site
from livechat.models.notes import Code, note
from livechat.record import link_events
from livechat.record.link_events import NOBODY, By
from livechat.walls.link_cache import REREAD_SECONDS
from livechat.walls.links import SECRET_BYTES, hash_secret

PREFIX = "lbr_"  # by which logs, and people who search for lost secrets, know one
SEEN_SECONDS = 60.0  # between two notes of a token's use
MAX_NOTED = 10_000  # tokens whose use a process remembers
What = LinkEvent.What


@dataclass(frozen=True, slots=True)
class ValidToken:
    """A token that opens its site. `agents`: single agents' times too."""

    token_id: int
    site: Site
    ends: datetime
    agents: bool


def valid() -> QuerySet[ReadToken]:
    """The valid tokens: not ended, not revoked, and their maker is still an Administrator."""
    administers = Membership.objects.filter(user=OuterRef("created_by"), site=OuterRef("site"), role=Role.ADMINISTRATOR)
    maker_may = Q(created_by__is_superuser=True) | Exists(administers)
    return _open().filter(maker_may, created_by__is_active=True)


def _open() -> QuerySet[ReadToken]:
    return ReadToken.objects.filter(revoked_at=None, ends__gt=timezone.now())


def make(site: Site, label: str, *, days: int, agents: bool, by: By) -> tuple[ReadToken, str]:
    """Make a token that ends after so many days. Returns it with its secret, which is not stored."""
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    ends = timezone.now() + timedelta(days=days)
    token = ReadToken(site=site, label=label, secret_hash=hash_secret(secret), agents=agents, ends=ends)
    token.created_by_id = by.user.pk if by.user else None
    with transaction.atomic():
        token.save(force_insert=True)
        detail = note(Code.UNTIL_WITH_AGENTS if agents else Code.UNTIL, until=ends)
        link_events.note_token(token, What.TOKEN_MADE, by, detail)
    _tokens.forget()
    return token, secret


def rename(token: ReadToken, label: str, by: By) -> bool:
    """Change a token's label. False if it is the same, was changed meanwhile, or the token was revoked."""
    given = ReadToken.objects.filter(pk=token.pk, label=token.label, revoked_at=None).exclude(label=label)
    with transaction.atomic():
        if given.update(label=label) != 1:
            return False
        link_events.note_token(token, What.TOKEN_RENAMED, by, note(Code.RENAMED, old=token.label, new=label))
    return True


def revoke(token: ReadToken, by: By) -> bool:
    """End a token at once. False if it was revoked already or has ended."""
    return _end(token, What.TOKEN_REVOKED, by)


def _end(token: ReadToken, what: What, by: By) -> bool:
    with transaction.atomic():
        if _open().filter(pk=token.pk).update(revoked_at=timezone.now()) != 1:
            return False
        link_events.note_token(token, what, by)
    _tokens.forget()
    return True


def revoke_lapsed() -> None:
    """Revoke the tokens whose maker is no longer an Administrator: a role that is given back does not renew them."""
    for token in _open().exclude(pk__in=valid().values("pk")):
        _end(token, What.TOKEN_ACCESS, NOBODY)


def find_known(secret: str) -> ValidToken | None:
    """The token with this secret, if it is valid and this process knows it. It costs one read a second at most.

    While the database fails, a token that was valid stays so until it ends. Otherwise raises django.db.Error.
    """
    found = outages.now_or_last(_tokens, "to check a read token").get(hash_secret(secret))
    return found if found is not None and found.ends > timezone.now() else None


def find_new(secret: str) -> ValidToken | None:
    """The token with this secret, if another process has made it within the last second."""
    if not valid().filter(secret_hash=hash_secret(secret)).exists():
        return None
    _tokens.forget()
    return find_known(secret)


def _read() -> dict[str, ValidToken]:
    return {
        token.secret_hash: ValidToken(token.pk, token.site, token.ends, token.agents)
        for token in valid().select_related("site__shared")
    }


def note_use(token: ValidToken) -> None:
    """Note that a token is used: at most once a minute, on another thread. If that fails, the note is left out."""
    token_id = token.token_id
    if _noted.get(token_id) is None:
        _noted.put(token_id, True)
        background.start(("read-token", token_id), lambda: _write_use(token_id))


def _write_use(token_id: int) -> None:
    now, minute = timezone.now(), timedelta(seconds=SEEN_SECONDS)
    # A time in the future was written when a clock ran ahead.
    older = Q(last_seen=None) | Q(last_seen__lte=now - minute) | Q(last_seen__gt=now + minute)
    with outages.told("to note the use of a read token"):
        ReadToken.objects.filter(older, pk=token_id).update(last_seen=now)


_tokens = TtlValue(REREAD_SECONDS, _read)
_noted: TtlCache[int, bool] = TtlCache(MAX_NOTED, SEEN_SECONDS)
