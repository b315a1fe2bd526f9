"""Credentials that renew themselves: an access token that ends at night must not blank a wall.

With its answer Comm100 replaces the refresh token, so the new one must not be lost. One process renews at a time, by a
lease like the snapshots'. It stores the new token if the row still holds the credential that it renewed.
"""

import time

from django.conf import settings
from django.db import transaction
from django.db.models import F

from livechat.comm100.client import Client, renew
from livechat.comm100.credentials import AnyCredential, RenewingBearer
from livechat.comm100.errors import CredentialRefused, Unreachable
from livechat.comm100.sentences import Why, sentence
from livechat.lib import clock
from livechat.live import budget, lease, sources
from livechat.models import Connection, Site, Snapshot

RENEW_BEFORE_SECONDS = 600.0  # before its end a token is renewed
RENEWAL_WAIT_SECONDS = lease.TAKEOVER_SECONDS + 1  # for another process; if it was killed, its lease is free by then
LOOK_SECONDS = 0.1
LEASE_KIND = "token"


def client(connection: Connection, *, refused: bool = False) -> Client:
    """A client for a connection. Its token is renewed first if it is about to end, or if Comm100 `refused` it.

    Raises vault.CannotOpen if the credential cannot be opened, budget.BudgetExhausted, or the renewal's Comm100Error.
    """
    return sources.client_for(connection.site, _current(connection, refused=refused))


def _current(connection: Connection, *, refused: bool) -> AnyCredential:
    credential = connection.credential()
    if not isinstance(credential, RenewingBearer):
        return credential
    left = 0.0 if refused else credential.expires_at - time.time()
    if left > RENEW_BEFORE_SECONDS:
        return credential
    until = clock.steady() + RENEWAL_WAIT_SECONDS
    while (
        token := lease.acquire(row := Snapshot.get_or_create(connection.site_id, connection.fingerprint, LEASE_KIND))
    ) is None:
        if left > 0:
            return credential  # another process renews it; the old one is valid until then
        if clock.steady() >= until:
            raise Unreachable(sentence(Why.RENEWING), sent=False)
        time.sleep(LOOK_SECONDS)
    try:
        return _renewed(connection, credential)
    finally:
        lease.release(row.pk, token)


def _renewed(connection: Connection, known: RenewingBearer) -> AnyCredential:
    """Renew the token and store it, unless another process has just done so."""
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
    """Store a renewed credential if the row still holds the old one, whichever key seals it now."""
    before = connection.credential()
    connection.sealed = connection.sealed_form(renewed)
    with transaction.atomic():
        row = Connection.objects.select_for_update().filter(pk=connection.pk).first()
        if row and row.credential() == before:
            Connection.objects.filter(pk=row.pk).update(sealed=connection.sealed, last_four=renewed.last_four)
            start_again(connection, error=CredentialRefused.slug)
    return renewed


def start_again(connection: Connection, **which: str) -> None:
    """Let the snapshots of a connection, all or those of `which`, be tried at once: its credential has changed."""
    rows = Snapshot.objects.filter(site_id=connection.site_id, fingerprint=connection.fingerprint, **which)
    rows.update(pause=0, tried=None, checks=F("checks") + 1)
