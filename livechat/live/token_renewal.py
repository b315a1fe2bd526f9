"""Credentials that renew themselves: an access token that ends at night must not blank a wall.

The new refresh token replaces the old one at Comm100 with the answer, so it must not be lost: one process renews at a
time (a lease like the snapshots'), and what it got is stored wherever the credential is still the one it read.
"""

import time

from django.conf import settings
from django.db import transaction
from django.db.models import F

from livechat.comm100.client import Client, renew
from livechat.comm100.credentials import AnyCredential, RenewingBearer
from livechat.comm100.errors import CredentialRefused, Unreachable
from livechat.lib import clock
from livechat.live import budget, lease, sources
from livechat.models import Connection, Site, Snapshot

BEFORE = 600.0  # seconds before its end a token is renewed
PATIENCE = lease.TAKEOVER + 1  # seconds that another's renewal is waited for; a killed one's lease is free by then
LOOK_EVERY = 0.1
KIND = "token"


def client(connection: Connection, *, anew: bool = False) -> Client:
    """A client for a connection, its token renewed first where it is about to end, or `anew` because it was refused.

    Raises vault.CannotOpen if the credential cannot be opened, budget.BudgetExhausted, and what the renewal may raise
    (Comm100Error).
    """
    return sources.client_for(connection.site, _current(connection, anew=anew))


def _current(connection: Connection, *, anew: bool) -> AnyCredential:
    credential = connection.credential()
    if not isinstance(credential, RenewingBearer):
        return credential
    left = 0.0 if anew else credential.expires_at - time.time()
    if left > BEFORE:
        return credential
    until = clock.steady() + PATIENCE
    while (
        token := lease.acquire(row := Snapshot.get_or_create(connection.site_id, connection.fingerprint, KIND))
    ) is None:
        if left > 0:
            return credential  # another is at it; until he is done the old one holds
        if clock.steady() >= until:
            raise Unreachable("Comm100's access token is still being renewed.", sent=False)
        time.sleep(LOOK_EVERY)
    try:
        return _renewed(connection, credential)
    finally:
        lease.release(row.pk, token)


def _renewed(connection: Connection, known: RenewingBearer) -> AnyCredential:
    """Renew, unless somebody was quicker, and store the result in the same breath."""
    connection.refresh_from_db(fields=["sealed"])
    newest = connection.credential()
    if newest != known or not isinstance(newest, RenewingBearer):
        return newest
    budget.take(write=True)
    return store(connection, grant(connection.site, newest))


def grant(site: Site, credential: RenewingBearer) -> RenewingBearer:
    """One call to the site's token address. Raises Comm100Error."""
    with budget.respecting_limits():
        return renew(
            sources.renewed_at(site),
            credential,
            deadline=settings.COMM100_DEADLINE,
            proxy=settings.COMM100_PROXY,
            ca_bundle=settings.COMM100_CA_BUNDLE,
        )


def store(connection: Connection, renewed: RenewingBearer) -> RenewingBearer:
    """Keep a renewed credential, if the row still holds the one it came from, by whatever key it is sealed now."""
    before = connection.credential()
    connection.sealed = connection.sealed_form(renewed)
    with transaction.atomic():
        row = Connection.objects.select_for_update().filter(pk=connection.pk).first()
        if row and row.credential() == before:
            Connection.objects.filter(pk=row.pk).update(sealed=connection.sealed, last_four=renewed.last_four)
            start_again(connection, error=CredentialRefused.slug)
    return renewed


def start_again(connection: Connection, **which: str) -> None:
    """Let what is read by a connection be tried at once, all of it or those snapshots: its credential has changed."""
    rows = Snapshot.objects.filter(site_id=connection.site_id, fingerprint=connection.fingerprint, **which)
    rows.update(pause=0, tried=None, checks=F("checks") + 1)
