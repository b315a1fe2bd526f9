"""The three ways to sign a call to Comm100, as they are sealed and stored.

The vendor's introduction to the API describes them: OAuth bearer tokens of about 12 hours, with refresh tokens of about
30 days, and API keys by HTTP Basic with `siteId` on every call. No `repr` of them shows a secret.
"""

import base64
import re
from datetime import UTC, datetime

import msgspec

_HEADER_SAFE = re.compile(r"[\x21-\x7e]{1,8192}")
_SITE_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


def _require(value: str, what: str, pattern: re.Pattern[str] = _HEADER_SAFE) -> None:
    """Raise `ValueError` unless a header can hold `value`: a line break would forge another header.

    The message does not repeat the value.
    """
    if not pattern.fullmatch(value):
        raise ValueError(f"The {what} is empty, too long or has characters that it cannot have.")


class Credential(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The base of the three kinds. Making one raises `ValueError` for text that a header cannot hold."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every text that no message and no log may show."""
        raise NotImplementedError

    @property
    def authorization(self) -> str:
        """The value of the `Authorization` header."""
        raise NotImplementedError

    @property
    def query(self) -> dict[str, str]:
        """Parameters that go with every call."""
        return {}

    @property
    def ends(self) -> datetime | None:
        """When it ends for good, as far as it says so itself. None: it is renewed, has no end, or does not say."""
        return None

    @property
    def last_four(self) -> str:
        """The last four characters of the main secret, by which a person recognises it; "" if it is short."""
        main = self.secrets[0]
        return main[-4:] if len(main) >= 12 else ""

    def identity(self) -> bytes:
        """Bytes that differ for any two credentials. They hold the secrets: use them for a keyed fingerprint only.

        Each renewal changes the identity of a renewing bearer.
        """
        return self.to_bytes()

    def to_bytes(self) -> bytes:
        """The credential as JSON. It holds the secrets: use it for sealing only."""
        return msgspec.json.encode(self, order="deterministic")

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…{self.last_four})"


class _Claims(msgspec.Struct, frozen=True):
    """What is read of a JSON Web Token."""

    exp: float | None = None


class Bearer(Credential, frozen=True, forbid_unknown_fields=True, tag="bearer"):
    """An access token as a person pasted it. Only one that is a JSON Web Token says when it expires."""

    token: str

    def __post_init__(self) -> None:
        _require(self.token, "access token")

    @property
    def secrets(self) -> tuple[str, ...]:
        """The token."""
        return (self.token,)

    @property
    def authorization(self) -> str:
        """`Bearer` and the token."""
        return f"Bearer {self.token}"

    @property
    def ends(self) -> datetime | None:
        """The claim `exp` of a JSON Web Token (RFC 7519); its signature is Comm100's to check."""
        parts = self.token.split(".")
        if len(parts) != 3:
            return None
        try:
            claims = msgspec.json.decode(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)), type=_Claims)
            return None if claims.exp is None else datetime.fromtimestamp(claims.exp, UTC)
        except (ValueError, OverflowError, OSError):  # another kind of token that has dots
            return None


class RenewingBearer(Credential, frozen=True, forbid_unknown_fields=True, tag="renewing"):
    """An access token that can be renewed; `expires_at` is in seconds since 1970."""

    access_token: str
    refresh_token: str
    client_id: str
    client_secret: str
    expires_at: float

    def __post_init__(self) -> None:
        _require(self.access_token, "access token")
        _require(self.refresh_token, "refresh token")
        _require(self.client_id, "client id")
        _require(self.client_secret, "client secret")

    @property
    def secrets(self) -> tuple[str, ...]:
        """Access token, refresh token, client secret."""
        return (self.access_token, self.refresh_token, self.client_secret)

    @property
    def authorization(self) -> str:
        """`Bearer` and the access token."""
        return f"Bearer {self.access_token}"


class ApiKey(Credential, frozen=True, forbid_unknown_fields=True, tag="api-key"):
    """An agent's e-mail address with an API key, which does not expire."""

    email: str
    key: str
    site_id: str

    def __post_init__(self) -> None:
        _require(self.email, "e-mail address", re.compile(r"[^\s:\x00-\x1f\x7f]{1,320}"))
        _require(self.key, "API key")
        _require(self.site_id, "site id", _SITE_ID)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The key, and the pair as the header carries it."""
        return (self.key, self._pair)

    @property
    def authorization(self) -> str:
        """`Basic` and the pair."""
        return f"Basic {self._pair}"

    @property
    def query(self) -> dict[str, str]:
        """The site; an API key alone does not say which one."""
        return {"siteId": self.site_id}

    @property
    def _pair(self) -> str:
        return base64.b64encode(f"{self.email}:{self.key}".encode()).decode()


AnyCredential = Bearer | RenewingBearer | ApiKey

_decoder: msgspec.json.Decoder[AnyCredential] = msgspec.json.Decoder(AnyCredential)


def from_bytes(sealed: bytes) -> AnyCredential:
    """The credential that `to_bytes` wrote. Raises `ValueError` for anything else."""
    return _decoder.decode(sealed)
