"""Everything that can go wrong with a call to Comm100. Each class says what the caller does next."""

from typing import ClassVar

from livechat.comm100.sentences import MAX_MESSAGE_CHARS, Sentence
from livechat.comm100.text import clean


class Comm100Error(Exception):
    """A call that failed.

    `slug` names the kind in headers, tags and stored rows. `message` is one plain sentence that a page may show: it is
    cleaned, has at most 300 characters and never holds a secret. It is a `Sentence`, or Comm100's own words. `final` is
    True if the error answers a PUT that surely took no effect. Otherwise a PUT that was sent may have taken effect, and
    only reading tells.
    """

    slug: ClassVar[str]
    final = False

    def __init__(self, message: str) -> None:
        self.message = message if isinstance(message, Sentence) else clean(message, MAX_MESSAGE_CHARS)
        super().__init__(self.message)


class Unreachable(Comm100Error):
    """No connection, no answer in time, a broken connection, or a 5xx: try again later.

    `sent` is False only if there was no connection, so a write may be sent again. Otherwise the write may have taken
    effect.
    """

    slug = "unreachable"

    def __init__(self, message: str, *, sent: bool) -> None:
        super().__init__(message)
        self.sent = sent


class TimedOut(Unreachable):
    """No answer in the time that a call may take: another call at once would take as long."""


class Throttled(Comm100Error):
    """Too many calls: wait `retry_after` seconds (0 to 900). If it is None, the caller decides.

    `limit` is True for the limit on this server's address, which all sites share. It is False for a site that is busy
    by itself (503).
    """

    slug = "throttled"

    def __init__(self, message: str, retry_after: float | None = None, *, limit: bool = True) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.limit = limit


class CredentialRefused(Comm100Error):
    """Comm100 does not accept the credential: make no call until it is changed or renewed."""

    slug = "refused-credential"


class RenewalRefused(CredentialRefused):
    """Comm100 no longer renews the access token: the refresh token is used up or revoked."""


class Forbidden(Comm100Error):
    """The credential is valid, but the agent behind it lacks the permission: do without the answer."""

    slug = "forbidden"


class NotFound(Comm100Error):
    """There is no such agent, visitor or address, or it is gone."""

    slug = "not-found"


class Refused(Comm100Error):
    """Comm100 refuses the request; `message` holds Comm100's own words. The same request fails again."""

    slug = "refused"


class Malformed(Comm100Error):
    """An unusable answer: not JSON, another shape, too large, a redirect. `sent` means the same as in `Unreachable`."""

    slug = "malformed"

    def __init__(self, message: str, *, sent: bool = True) -> None:
        super().__init__(message)
        self.sent = sent
