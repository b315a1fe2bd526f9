"""The web alone, as processes of its own: killed while a write is under way, and started again."""

import os
import signal
import threading
from uuid import UUID

import pytest
import requests

from tests.bench.machine import family
from tests.drills.conflicts import Two
from tests.drills.house import DrillHouse, until
from tests.drills.people import Fields
from tests.drills.writers import PUT, WEB

OUTCOMES = "SELECT result FROM livechat_outcome ORDER BY id"


@pytest.mark.long(sibling="test_the_web_alone_settles_what_was_left_and_goes_on_with_bulk_changes_whose_tab_was_closed")
def test_a_write_whose_process_was_killed_is_settled_after_the_next_start_and_not_sent_again() -> None:
    with DrillHouse(latency=1.0) as house:
        house.extra = {"DRILL_LEFT": "4", "DRILL_TICK": "0.2"}  # instead of a minute and 5 s
        with house.serve(WEB) as web:
            house.warm(web, "/agents/")
            person = Two.session(house.cookies[0])
            (agent,) = house.store.rows("SELECT agent_id FROM livechat_agententry ORDER BY agent_id LIMIT 1")[0]
            address = f"{web.root}/agents/{UUID(agent)}/status/"
            form = Fields(person.get(address, timeout=30).text)
            now = form.values["expected"].casefold()
            wanted = next(one for one in form.choices["status"] if one.casefold() != now)
            sending = threading.Thread(target=send, args=(person, address, form.values | {"status": wanted}))
            sending.start()
            until(lambda: house.calls().get(PUT), 30, "nothing was sent")
            for pid in family(web.popen.pid)[1:]:
                os.kill(pid, signal.SIGKILL)
            sending.join()
            assert house.store.rows(OUTCOMES) == [], "killed before the answer came"
            found = until(lambda: house.store.rows(OUTCOMES), 60, "nobody settles it")
        assert [result for (result,) in found] == ["sent", "confirmed"]
        assert house.calls()[PUT] == 1
        assert house.complaints() == []


def send(person: requests.Session, address: str, data: dict[str, str]) -> None:
    """Post a form; the process that would answer is killed."""
    try:
        answer = person.post(address, data=data, timeout=30)
    except requests.ConnectionError:
        return
    raise AssertionError(f"it was answered: {answer.status_code}")
