"""The same behaviour on PostgreSQL: tests of what happens in the database run again there.

`make test` runs those of what PostgreSQL does in its own way: locks, leases, races, letters of all languages and the
record's triggers. The drill `cases` runs the others too.
"""

import os
import subprocess
import sys
from pathlib import Path

from tests.support import postgres
from tests.support.cases import every

ROOT = Path(__file__).resolve().parent.parent
FILES = (
    "test_record_kept.py::test_no_field_of_a_change_can_be_altered",
    "test_clock_set_back.py",
    "test_token_renewal.py",
    "test_simultaneous_writes.py",
    "test_just_sent.py",
    "test_locks.py",
    "test_alerts_at_once.py",
    "test_link_ends.py",
    "test_spellings.py::test_the_database_makes_the_same_key_as_the_program",
    "test_spellings.py::test_per_cent_signs_and_underlines_are_searched_for_as_they_are",
    "test_signin.py::test_addresses_of_before_the_upgrade_are_put_in_lower_case_and_none_is_there_twice",
    "test_day_times.py::test_the_rows_of_an_older_installation_become_one_a_day",
    "test_binary_rows.py",
    "test_month_times.py::test_a_range_says_what_its_days_say_wherever_it_begins_and_ends",
    "test_month_times.py::test_a_month_says_by_how_much_its_days_can_be_off_if_that_is_kept_of_all_of_them",
    "test_month_times.py::test_a_month_whose_days_go_while_it_is_summed_up_keeps_no_row",
    # Of these files only the tests of what happens in the database: the others are about forms and pages.
    "test_invitations.py::test_if_eight_people_accept_at_once_one_joins",
    "test_metrics.py::test_processes_that_add_at_once_lose_nothing_and_never_wait_for_each_other_in_a_circle",
    "test_plans.py::test_two_processes_at_once_send_once",
    "test_plans.py::test_plans_that_ended_are_deleted_with_the_records_days_and_their_lines_with_them",
    "test_pairing.py::test_if_eight_people_enter_a_code_at_once_one_gets_the_screen",
    "test_pairing.py::test_if_too_many_screens_wait_the_newest_gets_a_code_and_the_oldest_asks_for_another",
    "test_wall_links.py::test_a_link_that_another_process_has_just_made_is_valid_at_once",
    "test_wall_links.py::test_a_link_ends_for_good_when_its_owner_may_not_make_walls_any_more",
    "test_wall_links.py::test_every_process_writes_screens_and_addresses_in_the_same_order_so_that_none_deadlocks",
    "test_wall_links.py::test_if_two_people_ask_for_a_new_address_at_once_one_gets_it",
)
MORE = (
    "test_key_rotation.py",
    "test_record_kept.py",
    "test_foreign_text.py",
    "test_nul_characters.py",
    "test_spellings.py::test_any_text_can_be_searched_for",
    "test_refresh_lock.py",
    "test_live.py",
    "test_collector.py",
    "test_recovery.py",
    "test_statuses.py",
    "test_snapshot_bodies.py",
    "test_hour_rows.py",
    "test_times_by_day.py",
    "test_alerts.py",
    "test_alert_delivery.py",
    "test_notes.py::test_a_run_of_every_outcome_stores_codes_and_no_sentence",
    "test_notes.py::test_links_are_found_by_the_words_and_the_names_of_what_happened",
    "test_changes.py",
    "test_contacts.py",
    "test_spellings.py::test_the_record_is_searched_in_every_place_however_a_word_is_typed",
    "test_invitations.py::test_used_expired_revoked_and_never_made_all_look_the_same",
    "test_pairing.py::test_a_tv_becomes_the_wall_whose_supervisor_entered_its_code",
    "test_pairing.py::test_expired_codes_are_deleted",
    "test_wall_links.py::test_a_step_that_was_done_already_changes_and_records_nothing",
    "test_wall_links.py::test_an_address_is_new_only_once_even_if_the_record_is_kept_briefly",
    "test_wall_links.py::test_last_seen_is_written_once_a_minute_however_many_processes_answer",
    "test_wall_links.py::test_recorded_new_addresses_are_limited_per_day",
    "test_wall_links.py::test_an_ended_links_screens_are_deleted_after_an_hour_and_its_last_use_with_the_record",
    "test_wall_links.py::test_old_link_events_are_deleted_with_the_record",
    "test_wall_links.py::test_screens_are_counted_by_the_id_their_page_made_up_and_others_by_address_and_browser",
    "test_wall_links.py::test_the_record_shows_links_with_filters_and_in_its_csv",
    "test_wall_links.py::test_the_screens_of_a_link_that_was_passed_around_are_limited",
    "test_wall_links.py::test_uses_that_could_not_be_written_are_written_later",
)


def test_what_meets_in_the_database_behaves_the_same_on_postgresql() -> None:
    chosen = (*FILES, *MORE) if every() else FILES
    with postgres.server() as url:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n", "0", *(f"tests/{name}" for name in chosen)],
            cwd=ROOT,
            env={**os.environ, "TEST_DATABASE_URL": url},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-6000:]


def test_every_file_that_is_run_again_is_there() -> None:
    assert [name for name in (*FILES, *MORE) if not (ROOT / "tests" / name.partition("::")[0]).is_file()] == []
