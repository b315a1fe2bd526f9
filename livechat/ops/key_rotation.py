"""Sealing anew by the first key whatever another key sealed, so that a key can be retired while the board is served.

Row by row, each in a transaction of its own: whoever is ended half-way has lost nothing, and a second run finishes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import models, transaction

from livechat.comm100.credentials import RenewingBearer
from livechat.lib import vault
from livechat.models import Connection, Snapshot
from livechat.web import allauth_adapters

SECRETS = ("secret", "seed", "migrated_codes")  # what of a second factor's data allauth has sealed


@dataclass(frozen=True)
class Row:
    """A row that was sealed anew, or one that no key of ours opens: that one stays as it is."""

    what: str
    name: str
    opened: bool


def rotate() -> Iterator[Row]:
    """Seal anew what needs it, one row a step. Rows that are sealed by the first key already are not told."""
    yield from _each("connection", Connection.objects.select_related("user", "site"), _connection)
    yield from _each("second factor", Authenticator.objects.select_related("user"), _factor)
    yield from _each("snapshot", Snapshot.objects.select_related("site").defer("body"), _snapshot)


def _each(what: str, rows: models.QuerySet[Any], work: Callable[[int], bool]) -> Iterator[Row]:
    for row in list(rows.order_by("pk")):
        opened = True
        try:
            with transaction.atomic():
                changed = work(row.pk)
        except vault.CannotOpen:
            changed, opened = True, False
        if changed:
            yield Row(what, _name(row), opened)


def _name(row: models.Model) -> str:
    if isinstance(row, Connection):
        return f"{row.user} at {row.site}"
    return f"{row.user}, {row.get_type_display()}" if isinstance(row, Authenticator) else str(row)


def _connection(pk: int) -> bool:
    connection = Connection.objects.select_for_update().filter(pk=pk).first()
    if connection is None:
        return False
    credential = connection.credential()
    old, new = connection.fingerprint, connection.fingerprint_of(credential)
    # One that renews itself is like no other, and keeps the fingerprint it was stored with.
    moves = old != new and not isinstance(credential, RenewingBearer)
    if moves:
        _move(connection, new)
    if not vault.by_first(bytes(connection.sealed)):
        Connection.objects.filter(pk=pk).update(sealed=connection.sealed_form(credential))
        return True
    return moves


def _move(connection: Connection, new: str) -> None:
    """Give all connections with equal credentials the new fingerprint at once, and their snapshots with it.

    Where there are snapshots of the new one already (stored since the key was put first), those of the shared
    connection go on: the history is written from them.
    """
    site, old = connection.site, connection.fingerprint
    shared = site.shared is not None and site.shared.fingerprint == old
    Connection.objects.filter(site=site, fingerprint=old).update(fingerprint=new)
    for row in Snapshot.objects.select_for_update().filter(site=site, fingerprint=old).order_by("pk"):
        other = Snapshot.objects.filter(site=site, fingerprint=new, kind=row.kind).first()
        if other and not shared:
            row.delete()
            continue
        if other:
            row.version, row.checks = max(row.version, other.version) + 1, max(row.checks, other.checks) + 1
            other.delete()
        plain = _plain(row)
        row.fingerprint = new
        row.body = vault.seal(plain, row.seal_row) if plain else b""
        row.digest = row.digest if plain else ""
        # Whoever refreshes it now looks for the old one, and stores nothing: his lease would hold others up.
        row.lease, row.holder = row.lease + 1, ""
        row.save()
    site.bump_version()


def _plain(row: Snapshot) -> bytes:
    """A snapshot's opened body; nothing where no key of ours opens it: it is fetched anew."""
    try:
        return vault.unseal(bytes(row.body), row.seal_row) if row.body else b""
    except vault.CannotOpen:
        return b""


def _factor(pk: int) -> bool:
    factor = Authenticator.objects.select_for_update().filter(pk=pk).first()
    held = {name: factor.data[name] for name in SECRETS if name in factor.data} if factor else {}
    anew = {name: _again(sealed) for name, sealed in held.items()}
    if factor is None or anew == held:
        return False
    factor.data |= anew
    factor.save(update_fields=["data"])
    return True


def _again(sealed: str | list[str]) -> str | list[str]:
    if isinstance(sealed, list):
        return [allauth_adapters.reseal(one) for one in sealed]
    return allauth_adapters.reseal(sealed)


def _snapshot(pk: int) -> bool:
    row = Snapshot.objects.select_for_update().filter(pk=pk).first()
    if row is None or not row.body or vault.by_first(bytes(row.body)):
        return False
    plain = _plain(row)
    # Where it cannot be opened, the next refresh replaces it though the figures may be the same.
    anew = {"body": vault.seal(plain, row.seal_row)} if plain else {"digest": ""}
    Snapshot.objects.filter(pk=pk).update(**anew)
    return bool(plain)
