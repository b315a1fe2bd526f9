"""Credentials that renew themselves: an access token that ends at night must not blank a wall.

The new refresh token replaces the old one at Comm100 with the answer, so it must not be lost: one process renews at a
time (a lease like the snapshots'), and what it got is stored wherever the credential is still the one it read.
"""

import time

from django.conf import settings

from livechat import hosts
from livechat.comm100.client import Client, renew
from livechat.comm100.credentials import AnyCredential, RenewingBearer
from livechat.live import budget, feeds, lease
from livechat.models import Connection, Site, Snapshot

BEFORE = 600.0  # seconds before its end a token is renewed
KIND = "token"


def client(connection: Connection, *, anew: bool = False) -> Client:
    """A client for a connection, its token renewed first where it is about to end, or `anew` because it was refused.

    Raises vault.CannotOpen where the credential cannot be opened, budget.Spent, and what the renewal may raise
    (Comm100Error).
    """
    return feeds.client_for(connection.site, _current(connection, anew=anew))


def _current(connection: Connection, *, anew: bool) -> AnyCredential:
    credential = connection.credential()
    if not isinstance(credential, RenewingBearer):
        return credential
    if not anew and credential.expires_at - time.time() > BEFORE:
        return credential
    row = Snapshot.meet(connection.site_id, connection.fingerprint, KIND)
    token = lease.acquire(row)
    if token is None:
        return credential  # another process is at it; until it is done the old one is as good as it gets
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
    return renew(
        hosts.renewal(site.api_base),
        credential,
        deadline=settings.COMM100_DEADLINE,
        proxy=settings.COMM100_PROXY,
        ca_bundle=settings.COMM100_CA_BUNDLE,
    )


def store(connection: Connection, renewed: RenewingBearer) -> RenewingBearer:
    """Keep a renewed credential, if the row still holds the one it came from."""
    before = bytes(connection.sealed)
    sealed = connection.sealed_form(renewed)
    Connection.objects.filter(pk=connection.pk, sealed=before).update(sealed=sealed, last_four=renewed.last_four)
    connection.sealed = sealed
    return renewed
