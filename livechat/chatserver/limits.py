"""The vendor's rate limit: a number of calls per 5 minutes and client address, whatever token they carry."""

from collections import deque
from collections.abc import Callable
from math import ceil

from livechat.chatserver.wire import ApiError

WINDOW_SECONDS = 300.0  # from the vendor's introduction to the API


class RateLimit:
    """Counts calls by client address in a sliding window. A refused call does not count.

    `max_calls` is the number of calls allowed per window; 0 means no limit.
    """

    def __init__(self, max_calls: int, clock: Callable[[], float]) -> None:
        self._max_calls = max_calls
        self._clock = clock
        self._calls: dict[str, deque[float]] = {}

    def admit(self, address: str) -> None:
        """Count one call; raises a 429 `ApiError` with `Retry-After` once the limit is reached."""
        if not self._max_calls:
            return
        now = self._clock()
        calls = self._calls.setdefault(address, deque())
        while calls and calls[0] <= now - WINDOW_SECONDS:
            calls.popleft()
        if len(calls) < self._max_calls:
            calls.append(now)
            return
        wait = max(1, ceil(calls[0] + WINDOW_SECONDS - now))
        raise ApiError(
            429,
            "TooManyRequests",
            f"API calls quota exceeded: {self._max_calls} per 5 minutes from one address.",
            ("Retry-After", str(wait)),
        )
