"""Which credential a board is read with."""

from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.auth.models import User

from livechat.comm100.client import Client
from livechat.comm100.credentials import AnyCredential
from livechat.comm100.errors import Refused
from livechat.lib import allowed_hosts
from livechat.models import Connection, Site

NOT_LISTED = "This site's address is not on this server's list of Comm100 addresses."


@dataclass(frozen=True, slots=True)
class Feed:
    """A source of snapshots: one credential at one site. Equal credentials are one feed, by whichever connection.

    `shared` says that it is the site's shared connection, whose view is written to the history.
    """

    site_id: int
    fingerprint: str
    connection_id: int = field(compare=False)
    shared: bool


def of(site: Site, connection: Connection) -> Feed:
    """The feed of one connection of a site."""
    shared = site.shared is not None and site.shared.fingerprint == connection.fingerprint
    return Feed(site.pk, connection.fingerprint, connection.pk, shared)


def own(site: Site, user: User) -> Connection | None:
    """The user's own connection at a site."""
    return Connection.objects.filter(site=site, user=user).select_related("site").first()


def writer(site: Site, user: User) -> Connection | None:
    """What a user writes by: his own connection, else the site's shared one where its administrators allow that."""
    return own(site, user) or (site.shared if site.shared_writes else None)


def board(site: Site, user: User) -> Feed | None:
    """What feeds a user's boards: the site's shared connection, else his own, else nothing."""
    if site.shared is not None:
        return of(site, site.shared)
    connection = own(site, user)
    return of(site, connection) if connection else None


def record(site: Site, user: User) -> Feed | None:
    """What reads single records for a user: his own connection, else the shared one."""
    connection = own(site, user)
    return of(site, connection) if connection else board(site, user)


def renewed_at(site: Site) -> str:
    """Where a site's access tokens are renewed. Raises Refused where its address is not on this server's list."""
    try:
        return allowed_hosts.renewal(site.api_base)
    except ValueError as error:
        raise Refused(NOT_LISTED) from error


def client_for(site: Site, credential: AnyCredential) -> Client:
    """A client for a credential at a site, with this installation's deadline, proxy and certificates.

    Raises Refused where the site's address is not on this server's list: a credential goes nowhere else.
    """
    if not allowed_hosts.allowed(site.api_base):
        raise Refused(NOT_LISTED)
    return Client(
        site.api_url,
        credential,
        deadline=settings.COMM100_DEADLINE,
        proxy=settings.COMM100_PROXY,
        ca_bundle=settings.COMM100_CA_BUNDLE,
    )
