"""What the web does beside answering: orders go on, and writes are settled, whose process was stopped; it tidies up.

The collector does the same, where there is one. Any number of processes may: an order has a lease, a change is
settled once, a link ends once, and nothing is ever sent again.
"""

import logging
import threading

from django.db import Error, close_old_connections

from livechat import tidying
from livechat.control import bulk, settling
from livechat.live import background, clock

TICK = 5.0  # seconds
SETTLE_EVERY = 20.0
TIDY_EVERY = 60.0
AFTER_TROUBLE = 60.0
log = logging.getLogger(__name__)


def begin() -> None:
    """Start it in this process, on a thread of its own, for as long as the process lives."""
    background.start("upkeep", lambda: run(threading.Event()))


def run(stop: threading.Event) -> None:
    """Look at once and then every few seconds, until told to stop."""
    settled, tidied, pause = float("-inf"), float("-inf"), 0.0
    while not stop.wait(pause):
        close_old_connections()
        pause = TICK
        try:
            bulk.go_on_with_all()
            if clock.steady() - settled >= SETTLE_EVERY:
                settled = clock.steady()
                settling.settle_left()
            if clock.steady() - tidied >= TIDY_EVERY:
                tidied = clock.steady()
                tidying.tidy()
        except Error as error:
            log.warning("the database does not answer, trying again: %s", error)
            pause = AFTER_TROUBLE
        except Exception:
            # A boundary, as the 500 of a request is: nobody starts this thread again, and one round that failed must
            # not end tidying and settling for as long as the process lives.
            log.exception("a round of upkeep failed, trying again")
            pause = AFTER_TROUBLE
