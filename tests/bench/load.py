"""The load: many kept connections in one thread, asked back to back (`hammer`) or at a steady pace (`Displays`).

Every answer is read whole and its status counted, so that a server cannot be quick by failing.
"""

import heapq
import random
import select
import socket
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

NO_BODY = (204, 304)
LENGTH = b"\r\ncontent-length: "
TAG = b"\r\nhx-ptag: "
AGAIN = b'"again": '
SPREAD = 0.5  # seconds, as in static/js/pace.js


def request(path: str, *, tag: str = "", cookie: str = "", port: int = 80) -> bytes:
    """A poll as `wall.js` and `live.js` send it, without the headers a browser adds by itself."""
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Accept-Encoding: gzip, deflate, br"]
    lines += ["HX-Request: true", "HX-Request-Type: partial", f"HX-PTag: {tag}"]
    lines += [f"Cookie: {cookie}"] if cookie else []
    return "\r\n".join([*lines, "", ""]).encode()


@dataclass
class Outcome:
    """What came of a load. `waits` are seconds from when a request was due to its last byte."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    bytes: int = 0
    waits: list[float] = field(default_factory=list)
    missed: int = 0
    errors: int = 0

    @property
    def answers(self) -> int:
        """How many requests were answered."""
        return sum(self.statuses.values())

    @property
    def rate(self) -> float:
        """Answers per second."""
        return self.answers / self.seconds

    def __add__(self, more: "Outcome") -> "Outcome":
        """Both together."""
        return Outcome(
            self.seconds + more.seconds,
            self.statuses + more.statuses,
            self.bytes + more.bytes,
            self.waits + more.waits,
            self.missed + more.missed,
            self.errors + more.errors,
        )

    def percentile(self, share: float) -> float:
        """The wait that this share of the requests stayed under, in ms."""
        ordered = sorted(self.waits) or [float("inf")]
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


class Line:
    """One kept connection."""

    __slots__ = ("again", "buffer", "due", "port", "socket", "tag")

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None
        self.buffer = b""
        self.due = 0.0  # when the request under way was due; 0: none is
        self.tag = b""
        self.again = 0.0  # seconds, as the last answer said; 0: it did not

    def send(self, poller: select.epoll, lines: dict[int, "Line"], asked: bytes, due: float) -> None:
        """Send a request, over a new connection if there is none."""
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=5)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.socket.setblocking(False)
            lines[self.socket.fileno()] = self
            poller.register(self.socket.fileno(), select.EPOLLIN)
        self.due, self.buffer = due, b""
        self.socket.sendall(asked)

    def close(self, lines: dict[int, "Line"]) -> None:
        """Close the connection; closing takes it out of the poller."""
        if self.socket is not None:
            del lines[self.socket.fileno()]
            self.socket.close()
        self.socket, self.due = None, 0.0

    def read(self, outcome: Outcome) -> bool:
        """Read what is there; True when the answer is whole. Raises OSError if the server hung up."""
        assert self.socket is not None
        part = self.socket.recv(262_144)
        if not part:
            raise ConnectionResetError("closed by the server")
        self.buffer += part
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        status = int(self.buffer[9:12])
        head = self.buffer[: end + 2].lower()
        size = end + 4 + (0 if status in NO_BODY else int(_value(head, LENGTH)))
        if len(self.buffer) < size:
            return False
        if status == 200:
            self.tag = _value(head, TAG)
        said = head.partition(AGAIN)[2].partition(b",")[0]
        self.again = float(said) if said not in (b"", b"null") else 0.0
        outcome.statuses[status] += 1
        outcome.bytes += size
        outcome.waits.append(time.monotonic() - self.due)
        self.due = 0.0
        return True


def _value(head: bytes, name: bytes) -> bytes:
    """A header's value; empty if it is missing."""
    _, found, rest = head.partition(name)
    return rest[: rest.find(b"\r\n")] if found else b""


class Crowd:
    """Kept connections to one server. `asked(line, number)` makes the request of the connection with that number."""

    def __init__(self, port: int, size: int, asked: Callable[[Line, int], bytes]) -> None:
        self.lines = [Line(port) for _ in range(size)]
        self.asked = asked
        self.by_file: dict[int, Line] = {}
        self.poller = select.epoll()

    def __enter__(self) -> "Crowd":
        return self

    def __exit__(self, *exc_info: object) -> None:
        for line in self.lines:
            line.close(self.by_file)
        self.poller.close()

    def _send(self, number: int, due: float, outcome: Outcome) -> None:
        line = self.lines[number]
        try:
            line.send(self.poller, self.by_file, self.asked(line, number), due)
        except OSError:
            outcome.errors += 1
            line.close(self.by_file)

    def _receive(self, wait: float, outcome: Outcome) -> list[Line]:
        """Read whatever comes within a time; the connections whose answer is whole."""
        done = []
        for number, _ in self.poller.poll(wait):
            line = self.by_file[number]
            try:
                if line.read(outcome):
                    done.append(line)
            except OSError:
                outcome.errors += 1
                line.close(self.by_file)
        return done

    def hammer(self, count: int) -> Outcome:
        """Ask so many times, each connection again as soon as it is answered."""
        outcome, began = Outcome(), time.monotonic()
        numbers = {id(line): number for number, line in enumerate(self.lines)}
        sent = min(count, len(self.lines))
        for number in range(sent):
            self._send(number, time.monotonic(), outcome)
        while outcome.answers + outcome.errors < count:
            ready = self._receive(5.0, outcome)
            if not ready and time.monotonic() - began > 600:
                break
            for line in ready[: count - sent]:
                self._send(numbers[id(line)], time.monotonic(), outcome)
            sent += min(len(ready), count - sent)
        outcome.missed = count - outcome.answers
        outcome.seconds = time.monotonic() - began
        return outcome

    def pace(self, every: float, seconds: float) -> Outcome:
        """Let each connection ask every so many seconds, each at a moment of its own.

        A request is missed when the one before it is not answered by the time it is due, or it is not within
        one more interval after the end.
        """
        outcome, began = Outcome(seconds=seconds), time.monotonic()
        dice = random.Random(len(self.lines))
        moments = sorted(dice.uniform(0, every) for _ in self.lines)
        total = round(len(self.lines) * seconds / every)
        for nth in range(total):
            turn, number = divmod(nth, len(self.lines))
            due = began + moments[number] + turn * every
            while (wait := due - time.monotonic()) > 0:
                self._receive(wait, outcome)
            if self.lines[number].due:
                outcome.missed += 1
            else:
                self._send(number, due, outcome)
        until = time.monotonic() + every
        while any(line.due for line in self.lines) and time.monotonic() < until:
            self._receive(0.1, outcome)
        late = [line for line in self.lines if line.due]
        for line in late:
            line.close(self.by_file)
        outcome.missed += len(late)
        return outcome

    def obey(self, every: float, seconds: float) -> Outcome:
        """Let each connection ask when its last answer says, and every so many seconds at the latest.

        A request is missed if it is not answered within one interval.
        """
        outcome, until = Outcome(seconds=seconds), time.monotonic() + seconds
        dice = random.Random(len(self.lines))
        numbers = {id(line): number for number, line in enumerate(self.lines)}
        due = sorted((time.monotonic() + dice.uniform(0, every), number) for number in range(len(self.lines)))
        while due and due[0][0] < until:
            for line in self._receive(max(0.0, min(due[0][0] - time.monotonic(), 0.05)), outcome):
                pause = min(line.again, every) + dice.uniform(0, SPREAD) if line.again else every
                heapq.heappush(due, (time.monotonic() + pause, numbers[id(line)]))
            while due and due[0][0] <= time.monotonic():
                moment, number = heapq.heappop(due)
                self._send(number, moment, outcome)
        while any(line.due for line in self.lines) and time.monotonic() < until + every:
            self._receive(0.1, outcome)
        late = [line for line in self.lines if line.due]
        for line in late:
            line.close(self.by_file)
        outcome.missed += len(late)
        return outcome


def sequence(requests: Sequence[bytes]) -> Callable[[Line, int], bytes]:
    """Each connection asks for the next of these, around and around."""
    place = -1

    def asked(line: Line, number: int) -> bytes:
        nonlocal place
        place = (place + 1) % len(requests)
        return requests[place]

    return asked
