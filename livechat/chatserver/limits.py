"""The vendor's rate limit: so many calls per 5 minutes and client address, whatever token they carry."""

from collections import deque
from collections.abc import Callable
from math import ceil

from livechat.chatserver.wire import ApiError

WINDOW = 300.0  # seconds, from the vendor's introduction to the API


class RateLimit:
    """Counts calls by client address over a sliding window; a refused call does not count.

    ``most`` is the number of calls let through per window, 0 for no limit.
    """

    def __init__(self, most: int, clock: Callable[[], float]) -> None:
        self._most = most
        self._clock = clock
        self._calls: dict[str, deque[float]] = {}

    def admit(self, address: str) -> None:
        """Count one call; raises a 429 :class:`ApiError` with ``Retry-After`` when the limit is reached."""
        if not self._most:
            return
        now = self._clock()
        calls = self._calls.setdefault(address, deque())
        while calls and calls[0] <= now - WINDOW:
            calls.popleft()
        if len(calls) < self._most:
            calls.append(now)
            return
        wait = max(1, ceil(calls[0] + WINDOW - now))
        raise ApiError(
            429,
            "TooManyRequests",
            f"API calls quota exceeded: {self._most} per 5 minutes from one address.",
            ("Retry-After", str(wait)),
        )
