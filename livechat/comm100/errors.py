"""What can go wrong with a call to Comm100: a closed set, named by what the caller does next."""

from typing import ClassVar

from livechat.comm100.text import clean

LONGEST_MESSAGE = 300  # characters


class Comm100Error(Exception):
    """A call that did not give what was asked for.

    `slug` names the kind for headers, tags and stored rows; `message` is one plain sentence that may be shown:
    cleaned, at most 300 characters, never with a secret in it.
    """

    slug: ClassVar[str]

    def __init__(self, message: str) -> None:
        self.message = clean(message, LONGEST_MESSAGE)
        super().__init__(self.message)


class Unreachable(Comm100Error):
    """No connection, no answer in time, a broken connection, or a 5xx: try again later.

    `sent` is False only when the connection was never made, so that a write may be repeated; in any other case
    the write may have taken effect.
    """

    slug = "unreachable"

    def __init__(self, message: str, *, sent: bool) -> None:
        super().__init__(message)
        self.sent = sent


class Throttled(Comm100Error):
    """Too many calls: wait `retry_after` seconds (0 to 900), or as long as seems fit where it is None.

    `limit` says that it is the limit on this address, which all sites share; a site may also be busy by itself (503).
    """

    slug = "throttled"

    def __init__(self, message: str, retry_after: float | None = None, *, limit: bool = True) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.limit = limit


class CredentialRefused(Comm100Error):
    """Comm100 does not accept the credential: stop until it changes or is renewed."""

    slug = "refused-credential"


class RenewalRefused(CredentialRefused):
    """Comm100 does not renew the access token any more: what it was to be renewed with is spent or revoked."""


class Forbidden(Comm100Error):
    """The credential is good, but the agent behind it lacks the permission: do without."""

    slug = "forbidden"


class NotFound(Comm100Error):
    """There is no such agent or visitor (any more), or no such address."""

    slug = "not-found"


class Refused(Comm100Error):
    """Comm100 will not do this as asked; `message` carries its own words. Asking again gives the same."""

    slug = "refused"


class Malformed(Comm100Error):
    """An answer that is none: not JSON, another shape, too large, a redirect. `sent` as with `Unreachable`."""

    slug = "malformed"

    def __init__(self, message: str, *, sent: bool = True) -> None:
        super().__init__(message)
        self.sent = sent
