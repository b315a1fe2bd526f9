"""A failed call leaves nothing behind: its body is free at once, without a garbage collection."""

import gc
import gzip
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from livechat.comm100.client import Client
from livechat.comm100.credentials import Bearer
from livechat.comm100.errors import Comm100Error, Malformed, Unreachable
from livechat.comm100.wire import Answer
from tests.support.cases import some
from tests.support.misbehaving import Misbehaving
from tests.support.talk import AGENT, Talk

MAX_BODY_BYTES = 4 * 2**20
ANSWERS = 5


def endless(talk: Talk) -> None:
    talk.head("Connection: close")
    talk.forever(b" " * 65_536)


def endless_chunks(talk: Talk) -> None:
    talk.head("Transfer-Encoding: chunked")
    talk.forever(b"10000\r\n" + b" " * 65_536 + b"\r\n")


def bomb(talk: Talk) -> None:
    talk.answer(gzip.compress(b" " * (2 * MAX_BODY_BYTES)), "Content-Encoding: gzip")


def broken_off(talk: Talk) -> None:
    talk.head(f"Content-Length: {MAX_BODY_BYTES}")
    talk.send(b" " * (MAX_BODY_BYTES - 1))


def reset(talk: Talk) -> None:
    broken_off(talk)
    talk.reset()


def another_record(talk: Talk) -> None:
    talk.answer(b" " * (MAX_BODY_BYTES - 1_000) + b'{"id": "11111111-2222-4333-8444-555555555555"}')


def no_json(talk: Talk) -> None:
    talk.answer(b"-" * MAX_BODY_BYTES)


@pytest.fixture
def _uncollected() -> Iterator[None]:
    gc.collect()
    gc.disable()
    tracemalloc.start()
    yield
    gc.set_debug(0)
    gc.garbage.clear()
    tracemalloc.stop()
    gc.enable()


def read(client: Client) -> object:
    return client.agent(AGENT["id"])


def write(client: Client) -> object:
    return client.put_agent(AGENT["id"], "Meeting")


@pytest.mark.usefixtures("_uncollected")
@pytest.mark.parametrize("fault", some([endless, endless_chunks, bomb, broken_off, reset, another_record, no_json], 2))
@pytest.mark.parametrize("call", [read, write])
def test_five_answers_that_cannot_be_used_leave_less_than_one_body(
    fault: Callable[[Talk], None], call: Callable[[Client], object]
) -> None:
    with Misbehaving(fault) as server:
        client = Client(server.url, Bearer("token"), max_body=MAX_BODY_BYTES)
        for number in range(ANSWERS + 1):
            if number == 1:  # the first one makes what is kept for ever
                before = tracemalloc.get_traced_memory()[0]
            with suppress(Malformed, Unreachable):
                assert call(client) is None
    assert tracemalloc.get_traced_memory()[0] - before < MAX_BODY_BYTES
    gc.set_debug(gc.DEBUG_SAVEALL)
    gc.collect()
    assert [left for left in gc.garbage if isinstance(left, Answer | Comm100Error)] == []
