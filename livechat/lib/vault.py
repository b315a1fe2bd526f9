"""Seals credentials and snapshots, so that a copy of the database does not show them.

A sealed value is `v1.<key id>.` + 12-byte nonce + ciphertext (AES-256-GCM from `cryptography`). Its row is part of the
seal, so a value that is copied to another row does not open. Keys come from SEALING_KEYS: the first one seals, all of
them open. `manage.py rotate_keys` seals again with the first key.
"""

import base64
import hmac
import os
from collections.abc import Iterable
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NONCE_BYTES = 12


class CannotOpen(Exception):
    """The value was altered, sealed for another row, or sealed with a key that is not in SEALING_KEYS."""


def parse(texts: Iterable[str]) -> dict[str, bytes]:
    """The sealing keys by id, in order. Raises ImproperlyConfigured, which names a malformed key by its place alone."""
    found: dict[str, bytes] = {}
    for place, text in enumerate(texts, 1):
        key_id, mark, encoded = text.partition(":")
        if not mark or not key_id.isalnum():
            raise ImproperlyConfigured(f"SEALING_KEYS: key {place} does not begin with letters and digits and a colon.")
        try:
            key = base64.b64decode(encoded, altchars=b"-_", validate=True)
        except ValueError:
            key = b""
        if len(key) != 32:
            raise ImproperlyConfigured(f"SEALING_KEYS: key {place} is not base64url of 32 bytes behind its id.")
        if found.setdefault(key_id, key) != key:
            raise ImproperlyConfigured(f"SEALING_KEYS: key {place} has the id of another one.")
    if not found:
        raise ImproperlyConfigured("SEALING_KEYS: there is none.")
    return found


@cache
def _keys(texts: tuple[str, ...]) -> dict[str, bytes]:
    return parse(texts)


def keys() -> dict[str, bytes]:
    """The sealing keys by id, in order. The settings have checked them."""
    return _keys(tuple(settings.SEALING_KEYS))


def seal(plain: bytes, row: str) -> bytes:
    """Seal bytes for one row with the first key."""
    key_id, key = next(iter(keys().items()))
    nonce = os.urandom(NONCE_BYTES)
    return b"v1." + key_id.encode() + b"." + nonce + AESGCM(key).encrypt(nonce, plain, row.encode())


def unseal(sealed: bytes, row: str) -> bytes:
    """Open a value that `seal` made for this row. Raises CannotOpen."""
    version, _, rest = sealed.partition(b".")
    key_id, _, blob = rest.partition(b".")
    key = keys().get(key_id.decode(errors="replace"))
    if version != b"v1" or key is None:
        raise CannotOpen(f"no key {key_id[:20]!r} in SEALING_KEYS")
    try:
        return AESGCM(key).decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], row.encode())
    except (InvalidTag, ValueError) as error:
        raise CannotOpen("altered, or sealed for another row") from error


def sealed_by_first_key(sealed: bytes) -> bool:
    """Whether the value names the first key as the one that sealed it."""
    return sealed.startswith(b"v1." + next(iter(keys())).encode() + b".")


def fingerprint(scope: str, identity: bytes) -> str:
    """A keyed digest (64 hex digits). It is equal for equal credentials in a scope, and useless without the key."""
    first = next(iter(keys().values()))
    key = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"fingerprint").derive(first)
    return hmac.new(key, scope.encode() + b"\0" + identity, "sha256").hexdigest()
