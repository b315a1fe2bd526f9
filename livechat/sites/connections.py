"""Credentials of a site: try, store, share and remove one, with the effect on the snapshots."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction

from livechat.comm100.credentials import AnyCredential, RenewingBearer
from livechat.comm100.errors import Comm100Error, CredentialRefused, Forbidden
from livechat.live import budget, sources, token_renewal
from livechat.models import Connection, Site, Snapshot


@dataclass(frozen=True)
class TrialResult:
    """The credential to store. `refusal`: why it must not be stored. `warning`: why it is not known to work yet."""

    credential: AnyCredential
    refusal: str = ""
    warning: str = ""


def try_credential(site: Site, credential: AnyCredential, person: User) -> TrialResult:
    """Try a credential by one call for the list of agents, at the expense of the person who typed it in.

    A credential that renews itself is renewed first. The renewal uses up the refresh token that was typed in. So the
    renewed one is stored even if the list cannot be read at the moment.
    """
    renews = isinstance(credential, RenewingBearer)
    try:
        for _ in range(2 if renews else 1):
            budget.take(share=budget.TRIALS, person=person.pk)
        if isinstance(credential, RenewingBearer):
            credential = token_renewal.grant(site, credential)
    except budget.BudgetExhausted as exhausted:
        return TrialResult(credential, refusal=_exhausted(exhausted))
    except Comm100Error as error:
        return TrialResult(credential, refusal=error.message)
    try:
        client = sources.client_for(site, credential)
        with budget.respecting_limits():
            client.agents()
    except Comm100Error as error:
        if renews and not isinstance(error, CredentialRefused | Forbidden):
            return TrialResult(credential, warning=error.message)
        return TrialResult(credential, refusal=error.message)
    return TrialResult(credential)


def _exhausted(exhausted: budget.BudgetExhausted) -> str:
    """Why a credential was not tried, as a sentence."""
    if exhausted.share:
        return f"Too many credentials were tried. Try again in {exhausted.seconds} s."
    return f"Comm100's call limit is used up: {exhausted}."


@transaction.atomic
def store(site: Site, user: User, credential: AnyCredential) -> Connection:
    """Seal a credential as the user's own at a site. The first one of a site becomes its shared one."""
    connection = Connection.objects.filter(site=site, user_id=user.pk).first() or Connection(site=site, user_id=user.pk)
    connection.store(credential)
    token_renewal.start_again(connection)  # snapshots that the old one was refused for are read again
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
    """Delete a credential, and its snapshots if no other connection has the same credential."""
    connection.delete()
    if not Connection.objects.filter(site=site, fingerprint=connection.fingerprint).exists():
        Snapshot.forget(Snapshot.objects.filter(site=site, fingerprint=connection.fingerprint))
    site.bump_version()
