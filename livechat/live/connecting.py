"""Storing, sharing and removing credentials, and what each means for the snapshots."""

from django.contrib.auth.models import User
from django.db import transaction

from livechat.comm100.credentials import AnyCredential, RenewingBearer
from livechat.comm100.errors import Comm100Error
from livechat.live import budget, feeds, renewal
from livechat.models import Connection, Site, Snapshot


def try_out(site: Site, credential: AnyCredential) -> tuple[AnyCredential, str]:
    """Try a credential: what to store, and Comm100's reason where it is refused (else empty).

    One call, for the list every board needs; one that renews itself is renewed first, so that it is known to.
    """
    try:
        if isinstance(credential, RenewingBearer):
            budget.take(write=True)
            credential = renewal.grant(site, credential)
        with feeds.client_for(site, credential) as client:
            budget.take(write=True)
            client.agents()
    except budget.Spent as spent:
        return credential, f"Comm100's call limit is used up: {spent}."
    except Comm100Error as error:
        return credential, error.message
    return credential, ""


@transaction.atomic
def store(site: Site, user: User, credential: AnyCredential) -> Connection:
    """Seal a credential as the user's own at a site. A site's first becomes its shared one."""
    connection = Connection.objects.filter(site=site, user_id=user.pk).first() or Connection(site=site, user_id=user.pk)
    connection.store(credential)
    renewal.start_again(connection)  # a refused one stops what is read by it
    if site.shared_id is None and not site.shared_chosen:
        Site.objects.filter(pk=site.pk).update(shared=connection)
        site.shared = connection
    site.touch()
    return connection


def share(site: Site, connection: Connection | None) -> None:
    """Make a connection the site's shared one, or none."""
    Site.objects.filter(pk=site.pk).update(shared=connection, shared_chosen=True)
    site.touch()


@transaction.atomic
def remove(site: Site, connection: Connection) -> None:
    """Delete a credential, and its snapshots where no other connection is the same."""
    connection.delete()
    if not Connection.objects.filter(site=site, fingerprint=connection.fingerprint).exists():
        Snapshot.objects.filter(site=site, fingerprint=connection.fingerprint).delete()
    site.touch()
