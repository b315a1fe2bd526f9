"""Seals again with the first key what another key sealed, so that a key can be retired while the board is served.

Each row has a transaction of its own: if the run is stopped half-way, nothing is lost, and a second run finishes it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import models, transaction

from livechat.comm100.credentials import RenewingBearer
from livechat.lib import vault
from livechat.models import Channel, Connection, Snapshot, SnapshotBody
from livechat.web import allauth_adapters

SEALED_FIELDS = ("secret", "seed", "migrated_codes")  # the parts of a second factor's data that are sealed


@dataclass(frozen=True)
class Row:
    """A row that was sealed again, or one that no key of ours opens, which stays as it is."""

    what: str
    name: str
    opened: bool


def rotate() -> Iterator[Row]:
    """Seal again what needs it, one row a step. Rows that the first key sealed already are not yielded."""
    yield from _each("connection", Connection.objects.select_related("user", "site"), _connection)
    yield from _each("second factor", Authenticator.objects.select_related("user"), _factor)
    yield from _each("snapshot", Snapshot.objects.select_related("site"), _snapshot)
    yield from _each("channel", Channel.objects.select_related("site"), _channel)


def _each(what: str, rows: models.QuerySet[Any], work: Callable[[Any], bool]) -> Iterator[Row]:
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
    if isinstance(row, Channel):
        return f"{row.label} at {row.site}"
    return f"{row.user}, {row.get_type_display()}" if isinstance(row, Authenticator) else str(row)


def _connection(pk: int) -> bool:
    connection = Connection.objects.select_for_update().filter(pk=pk).first()
    if connection is None:
        return False
    credential = connection.credential()
    old, new = connection.fingerprint, connection.fingerprint_of(credential)
    # A credential that renews itself equals no other one. It keeps the fingerprint that it was stored with.
    moves = old != new and not isinstance(credential, RenewingBearer)
    if moves:
        _move(connection, new)
    if not vault.sealed_by_first_key(bytes(connection.sealed)):
        Connection.objects.filter(pk=pk).update(sealed=connection.sealed_form(credential))
        return True
    return moves


def _move(connection: Connection, new: str) -> None:
    """Give all connections with equal credentials and their snapshots the new fingerprint at once.

    Snapshots with the new fingerprint may exist already, since the key was put first. Then those of the shared
    connection stay, because the history is written from them.
    """
    site, old = connection.site, connection.fingerprint
    shared = site.shared is not None and site.shared.fingerprint == old
    Connection.objects.filter(site=site, fingerprint=old).update(fingerprint=new)
    for row in Snapshot.objects.select_for_update().filter(site=site, fingerprint=old).order_by("pk"):
        others = Snapshot.objects.filter(site=site, fingerprint=new, kind=row.kind)
        other = others.first()
        if other and not shared:
            Snapshot.forget(Snapshot.objects.filter(pk=row.pk))
            continue
        _, plain = _opened(row)
        if other:
            row.version, row.checks = max(row.version, other.version) + 1, max(row.checks, other.checks) + 1
            Snapshot.forget(others)
        row.fingerprint = new
        if plain:
            _seal(row, plain)
        else:
            row.digest = ""
        # A process that refreshes it now looks for the old fingerprint and stores nothing. Its lease ends here.
        row.lease, row.holder = row.lease + 1, ""
        row.save()
    site.bump_version()


def _opened(row: Snapshot) -> tuple[SnapshotBody | None, bytes]:
    """A locked snapshot's body, and what is sealed in it: b"" if no key of ours opens it. Then it is fetched again."""
    body = SnapshotBody.objects.filter(snapshot=row).first()
    try:
        return body, vault.unseal(bytes(body.sealed), row.seal_row) if body else b""
    except vault.CannotOpen:
        return body, b""


def _seal(row: Snapshot, plain: bytes) -> None:
    """Seal the body of a locked snapshot for what the row is now."""
    SnapshotBody.objects.filter(snapshot=row).update(version=row.version, sealed=vault.seal(plain, row.seal_row))


def _factor(pk: int) -> bool:
    factor = Authenticator.objects.select_for_update().filter(pk=pk).first()
    held = {name: factor.data[name] for name in SEALED_FIELDS if name in factor.data} if factor else {}
    again = {name: _again(sealed) for name, sealed in held.items()}
    if factor is None or again == held:
        return False
    factor.data |= again
    factor.save(update_fields=["data"])
    return True


def _again(sealed: str | list[str]) -> str | list[str]:
    if isinstance(sealed, list):
        return [allauth_adapters.reseal(one) for one in sealed]
    return allauth_adapters.reseal(sealed)


def _snapshot(pk: int) -> bool:
    row = Snapshot.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        return False
    body, plain = _opened(row)
    if body is None or vault.sealed_by_first_key(bytes(body.sealed)):
        return False
    if plain:
        _seal(row, plain)
    else:  # the next refresh must replace it, even by the same data
        Snapshot.objects.filter(pk=pk).update(digest="")
    return bool(plain)


def _channel(pk: UUID) -> bool:
    row = Channel.objects.select_for_update().filter(pk=pk).first()
    held = [bytes(sealed) for sealed in (row.sealed_address, row.sealed_secret) if sealed] if row else []
    if row is None or all(map(vault.sealed_by_first_key, held)):
        return False
    row.store(address=row.address, secret=row.secret)
    row.save(update_fields=["sealed_address", "sealed_secret"])
    return True
