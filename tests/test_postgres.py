"""The same behaviour on PostgreSQL: tests of what happens in the database run again there."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support import postgres

ROOT = Path(__file__).resolve().parent.parent
FILES = (
    "test_live.py",
    "test_token_renewal.py",
    "test_collector.py",
    "test_recovery.py",
    "test_statuses.py",
    "test_simultaneous_writes.py",
    "test_just_sent.py",
    "test_locks.py",
    "test_foreign_text.py",
    "test_record_kept.py",
    "test_link_ends.py",
    "test_key_rotation.py",
    # Of these files only the tests of what happens in the database: the others are about forms and pages.
    "test_invitations.py::test_of_eight_who_come_at_once_one_joins",
    "test_invitations.py::test_used_expired_revoked_and_never_made_all_look_the_same",
    "test_pairing.py::test_of_eight_who_enter_a_code_at_once_one_gets_the_screen",
    "test_pairing.py::test_a_tv_becomes_the_wall_whose_supervisor_entered_its_code",
    "test_pairing.py::test_screens_that_waited_in_vain_are_tidied_away",
    "test_pairing.py::test_where_too_many_screens_wait_the_newest_gets_a_code_and_the_longest_waiting_asks_for_another",
    "test_wall_links.py::test_a_link_that_another_process_has_just_made_holds_at_once",
    "test_wall_links.py::test_a_link_ends_for_good_when_its_owner_may_not_make_walls_any_more",
    "test_wall_links.py::test_a_step_that_was_taken_already_changes_and_records_nothing",
    "test_wall_links.py::test_an_address_is_new_once_however_short_the_record_is_kept",
    "test_wall_links.py::test_every_process_writes_screens_and_addresses_in_one_order_or_two_would_wait_for_each_other",
    "test_wall_links.py::test_last_seen_is_written_once_a_minute_however_many_processes_answer",
    "test_wall_links.py::test_new_addresses_are_bounded_a_day",
    "test_wall_links.py::test_of_two_who_ask_for_a_new_address_at_once_one_gets_it",
    "test_wall_links.py::test_of_a_link_that_ended_its_screens_go_after_an_hour_and_where_it_was_seen_with_the_record",
    "test_wall_links.py::test_old_events_are_tidied_away_with_the_record",
    "test_wall_links.py::test_screens_are_counted_by_the_id_their_page_made_up_and_others_by_address_and_browser",
    "test_wall_links.py::test_the_record_shows_links_with_filters_and_in_its_csv",
    "test_wall_links.py::test_the_screens_of_a_link_that_got_about_are_bounded",
    "test_wall_links.py::test_what_could_not_be_written_is_written_later",
)


def test_what_meets_in_the_database_behaves_the_same_on_postgresql() -> None:
    with postgres.server() as url:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n", "0", *(f"tests/{name}" for name in FILES)],
            cwd=ROOT,
            env={**os.environ, "TEST_DATABASE_URL": url},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-6000:]


def test_every_file_that_is_run_again_is_there() -> None:
    assert [name for name in FILES if not (ROOT / "tests" / name.partition("::")[0]).is_file()] == []
