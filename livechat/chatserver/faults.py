"""Faults that a test or an operator switches on while the server runs: slowness, silence, refusals.

A fault applies to every call or to the calls of one route, named as in `/stats` (`"GET /v4/livechat/agents"`).
It applies for ever or a number of times.
"""

import threading
from dataclasses import dataclass

from livechat.chatserver.wire import Answer, ApiError

MAX_HANG_SECONDS = 120.0  # a forgotten hang must not hold a server's threads for ever

ERROR_BODIES = {
    400: ("ParameterInvalid", "The request is not valid."),
    401: ("Unauthorized", "The access token is invalid or has expired."),
    403: ("Forbidden", "You have no permission for this."),
    404: ("EntityNotFound", "There is no such thing."),
    429: ("TooManyRequests", "API calls quota exceeded: 300 per 5 minutes."),
    500: ("InternalServerError", "Something went wrong."),
    502: ("BadGateway", "The upstream server did not answer."),
    503: ("ServiceUnavailable", "The service is being maintained."),
}
ERROR_PAGE = b"<!DOCTYPE html><html><head><title>Error</title></head><body><h1>Error</h1></body></html>"


@dataclass(slots=True)
class _Fault:
    on: str | None
    times_left: int | None
    answer: Answer | None
    delay: float = 0.0


class Faults:
    """The faults of one server. Any thread may call its methods.

    `latency` is the time, in seconds, that every call takes at least.
    """

    def __init__(self, latency: float = 0.0) -> None:
        self.latency = latency
        self._faults: list[_Fault] = []
        self._lock = threading.Lock()
        self._released = threading.Event()

    def answer(
        self,
        status: int,
        *,
        on: str | None = None,
        times: int | None = None,
        retry_after: str | int | None = None,
        html: bool = False,
        body: bytes | None = None,
    ) -> None:
        """Answer calls with `status`: in the vendor's shape, as an HTML page, or with `body` as it is.

        `on` names a route and `times` is a number of calls; None means every one.
        """
        extra = () if retry_after is None else (("Retry-After", str(retry_after)),)
        error, message = ERROR_BODIES.get(status, ("Error", "The request was refused."))
        answer = ApiError(status, error, message, *extra).answer()
        if html:
            answer = Answer(status, ERROR_PAGE, (("Content-Type", "text/html; charset=utf-8"), *extra))
        if body is not None:
            answer = Answer(status, body, answer.headers)
        self._add(_Fault(on, times, answer))

    def delay(self, seconds: float, *, on: str | None = None, times: int | None = None) -> None:
        """Let calls take `seconds` longer; `clear` ends a delay that has begun."""
        self._add(_Fault(on, times, None, delay=seconds))

    def hang(self, *, on: str | None = None, times: int | None = None) -> None:
        """Let calls wait until `clear` or for two minutes, and then answer them as usual."""
        self._add(_Fault(on, times, None, delay=MAX_HANG_SECONDS))

    def clear(self) -> None:
        """Switch every fault off, release the calls that wait, and set `latency` to 0."""
        with self._lock:
            self._faults.clear()
            self.latency = 0.0
            self._released.set()
            self._released = threading.Event()

    def apply(self, call: str) -> Answer | None:
        """Wait as long as the fault of `call` says. Answers what to send instead of the real answer, or None."""
        with self._lock:
            fault = next((fault for fault in self._faults if fault.on in (None, call)), None)
            if fault is not None and fault.times_left is not None:
                fault.times_left -= 1
                if fault.times_left <= 0:
                    self._faults.remove(fault)
            wait = self.latency + (fault.delay if fault else 0.0)
            released = self._released
        if wait:
            released.wait(wait)
        return fault.answer if fault else None

    def _add(self, fault: _Fault) -> None:
        with self._lock:
            self._faults.append(fault)
