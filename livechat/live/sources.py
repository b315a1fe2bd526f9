"""Which credential reads and writes for a site."""

from dataclasses import dataclass, field
from functools import cached_property

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
    """A source of snapshots: one credential at one site. Connections with equal credentials are one feed.

    `shared` says that the credential is the site's shared one. The history is written from its snapshots.
    """

    site_id: int
    fingerprint: str
    connection_id: int = field(compare=False)
    shared: bool


def of(site: Site, connection: Connection) -> Feed:
    """The feed of one connection of a site."""
    shared = site.shared is not None and site.shared.fingerprint == connection.fingerprint
    return Feed(site.pk, connection.fingerprint, connection.pk, shared)


class Access:
    """The connections with which a user reads and writes at a site. Their own is read once, at its first use.

    `user` is None for a script, which has no connection of its own.
    """

    def __init__(self, site: Site, user: User | None) -> None:
        self.site, self.user = site, user

    @cached_property
    def own(self) -> Connection | None:
        """The user's own connection."""
        if self.user is None:
            return None
        found = Connection.objects.filter(site=self.site, user=self.user).first()
        if found is not None:
            found.site = self.site  # to read it again would take longer than the rest
        return found

    @property
    def writer(self) -> Connection | None:
        """The connection for writes: the user's own, else the shared one if the site's administrators allow that."""
        return self.own or (self.site.shared if self.site.shared_writes else None)

    @property
    def board(self) -> Feed | None:
        """The feed of boards: the site's shared connection, else the user's own, else None."""
        return self._feed(self.site.shared or self.own)

    @property
    def record(self) -> Feed | None:
        """The feed of single records: the user's own connection, else the shared one."""
        return self._feed(self.own or self.site.shared)

    def _feed(self, connection: Connection | None) -> Feed | None:
        return of(self.site, connection) if connection else None


def own(site: Site, user: User) -> Connection | None:
    """The user's own connection at a site, as it is now."""
    return Access(site, user).own


def writer(site: Site, user: User) -> Connection | None:
    """The connection for a user's writes, as it is now."""
    return Access(site, user).writer


def renewed_at(site: Site) -> str:
    """The address that renews a site's access tokens. Raises Refused if the site is not on this server's list."""
    try:
        return allowed_hosts.renewal(site.api_base)
    except ValueError as error:
        raise Refused(NOT_LISTED) from error


def client_for(site: Site, credential: AnyCredential) -> Client:
    """A client for a credential at a site, with this installation's deadline, proxy and certificates.

    Raises Refused if the site's address is not on this server's list: a credential is sent nowhere else.
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
