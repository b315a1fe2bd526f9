"""Storing, sharing and removing credentials, and what each means for the snapshots."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction

from livechat.comm100.credentials import AnyCredential, RenewingBearer
from livechat.comm100.errors import Comm100Error, CredentialRefused, Forbidden
from livechat.live import budget, sources, token_renewal
from livechat.models import Connection, Site, Snapshot


@dataclass(frozen=True)
class Tried:
    """A credential as it is to be stored, unless there is a `refusal`; `doubt`: why it is not known to work yet."""

    credential: AnyCredential
    refusal: str = ""
    doubt: str = ""


def try_out(site: Site, credential: AnyCredential) -> Tried:
    """Try a credential by one call, for the list every board needs; one that renews itself is renewed first.

    Its renewal spends what was typed in, so it is stored then even where the list cannot be had for the moment.
    """
    renews = isinstance(credential, RenewingBearer)
    try:
        for _ in range(2 if renews else 1):
            budget.take(write=True)
        if isinstance(credential, RenewingBearer):
            credential = token_renewal.grant(site, credential)
    except budget.BudgetExhausted as spent:
        return Tried(credential, refusal=f"Comm100's call limit is used up: {spent}.")
    except Comm100Error as error:
        return Tried(credential, refusal=error.message)
    try:
        client = sources.client_for(site, credential)
        with budget.respecting_limits():
            client.agents()
    except Comm100Error as error:
        if renews and not isinstance(error, CredentialRefused | Forbidden):
            return Tried(credential, doubt=error.message)
        return Tried(credential, refusal=error.message)
    return Tried(credential)


@transaction.atomic
def store(site: Site, user: User, credential: AnyCredential) -> Connection:
    """Seal a credential as the user's own at a site. A site's first becomes its shared one."""
    connection = Connection.objects.filter(site=site, user_id=user.pk).first() or Connection(site=site, user_id=user.pk)
    connection.store(credential)
    token_renewal.start_again(connection)  # a refused one stops what is read by it
    if site.shared_id is None and not site.shared_chosen:
        Site.objects.filter(pk=site.pk).update(shared=connection)
        site.shared = connection
    site.bump_version()
    return connection


def share(site: Site, connection: Connection | None) -> None:
    """Make a connection the site's shared one, or none."""
    Site.objects.filter(pk=site.pk).update(shared=connection, shared_chosen=True)
    site.bump_version()


@transaction.atomic
def remove(site: Site, connection: Connection) -> None:
    """Delete a credential, and its snapshots where no other connection is the same."""
    connection.delete()
    if not Connection.objects.filter(site=site, fingerprint=connection.fingerprint).exists():
        Snapshot.objects.filter(site=site, fingerprint=connection.fingerprint).delete()
    site.bump_version()
