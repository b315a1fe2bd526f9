"""The database keeps the record append-only: rows are never altered, and only the cleanup deletes them."""

import sqlite3
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import Error, connection, transaction

from livechat.models import Change, LinkEvent, Outcome, Site, Wall, append_only
from livechat.record import audit
from livechat.walls import links
from tests.test_changes import change

pytestmark = pytest.mark.django_db
Result = Outcome.Result
QUICK, FULL = 1, 2  # SQLite's numbers for synchronous


@pytest.fixture
def kept(site: Site, supervisor: User) -> Change:
    """A change with its outcome."""
    return change(site, Result.CONFIRMED, actor=supervisor, actor_name="sue")


def refused(statement: str, *values: Any) -> bool:
    """Whether the database refuses a statement because the record is append-only."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
    except Error as error:
        return append_only.REFUSAL in str(error)
    return False


@pytest.mark.parametrize("field", [f.column for f in Change._meta.concrete_fields if f.column != "actor_id"])
def test_no_field_of_a_change_can_be_altered(kept: Change, field: str) -> None:
    other = "site_id + 1" if field == "site_id" else "NOT override" if field == "override" else None
    new = other or {"created": "CURRENT_TIMESTAMP", "before": "'[]'", "asked": "'[]'"}.get(field, "'f' || 'orged'")
    if field in ("id", "target"):
        new = "'00000000-0000-0000-0000-000000000001'"
    assert refused(f"UPDATE livechat_change SET {field} = {new}")


def test_no_change_can_be_given_another_person(kept: Change, supervisor: User) -> None:
    assert refused("UPDATE livechat_change SET actor_id = %s", supervisor.pk)


@pytest.mark.parametrize("field", [f.column for f in Outcome._meta.concrete_fields])
def test_no_field_of_an_outcome_can_be_altered(kept: Change, field: str) -> None:
    new = {"at": "CURRENT_TIMESTAMP", "after": "'[]'", "note": "'[]'", "id": "id + 1"}.get(field, "'refused'")
    if field == "change_id":
        new = "'00000000-0000-0000-0000-000000000001'"
    assert refused(f"UPDATE livechat_outcome SET {field} = {new}")


def test_an_outcome_can_be_neither_altered_nor_deleted(kept: Change) -> None:
    assert refused("UPDATE livechat_outcome SET result = 'refused'")
    assert refused("DELETE FROM livechat_outcome")
    assert refused("DELETE FROM livechat_change")


@pytest.fixture
def event(site: Site, supervisor: User) -> LinkEvent:
    """The event that a wall's link was made."""
    links.make_link(Wall.objects.create(site=site, title="Support"), supervisor, "Kitchen", days=30)
    return LinkEvent.objects.get()


@pytest.mark.parametrize("field", [f.column for f in LinkEvent._meta.concrete_fields if f.column != "actor_id"])
def test_no_field_of_what_happened_to_a_link_can_be_altered(event: LinkEvent, field: str) -> None:
    new = {"at": "CURRENT_TIMESTAMP", "note": "'[]'"}.get(field, "'x'")
    new = f"{field} + 1" if field in ("id", "link", "site_id") else new
    assert refused(f"UPDATE livechat_linkevent SET {field} = {new}")


def test_what_happened_to_a_link_stays_when_link_wall_and_person_are_gone(event: LinkEvent, supervisor: User) -> None:
    assert refused("DELETE FROM livechat_linkevent")
    assert refused("UPDATE livechat_linkevent SET actor_id = %s", supervisor.pk)
    Wall.objects.all().delete()
    User.objects.filter(pk=supervisor.pk).delete()
    event.refresh_from_db()
    assert (event.label, event.wall_title, event.actor, event.actor_name) == ("Kitchen", "Support", None, "sue")


def test_the_record_keeps_the_name_of_a_deleted_person(kept: Change, supervisor: User) -> None:
    User.objects.filter(pk=supervisor.pk).delete()
    kept.refresh_from_db()
    assert (kept.actor, kept.actor_name) == (None, "sue")


def test_the_cleanup_may_delete_and_nothing_after_it(kept: Change, site: Site) -> None:
    with append_only.allow_purge():
        Change.objects.all().delete()
    assert not Change.objects.exists()
    change(site)
    assert refused("DELETE FROM livechat_change")


def test_a_site_takes_its_record_with_it(kept: Change, event: LinkEvent, site: Site) -> None:
    with append_only.allow_purge():
        site.delete()
    assert not Change.objects.exists()
    assert not LinkEvent.objects.exists()


def test_the_triggers_are_put_back_after_every_migration(kept: Change) -> None:
    triggers = {"sqlite": ("fixed", "actor", "kept"), "postgresql": ("kept",)}[connection.vendor]
    with connection.cursor() as cursor:
        for name in triggers:
            on = " ON livechat_change" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER livechat_change_{name}{on}")
    assert not refused("UPDATE livechat_change SET reason = 'forged'")
    call_command("migrate", verbosity=0)
    assert refused("UPDATE livechat_change SET reason = 'forged again'")


def test_a_column_that_a_migration_adds_in_place_is_guarded_too(kept: Change) -> None:
    if connection.vendor != "sqlite":
        return  # PostgreSQL's trigger names no columns
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER livechat_outcome_fixed")
        refuse = f"BEGIN SELECT RAISE(ABORT, '{append_only.REFUSAL}'); END"
        older = "BEFORE UPDATE OF id, change_id, result, after, message, at"
        cursor.execute(f"CREATE TRIGGER livechat_outcome_fixed {older} ON livechat_outcome {refuse}")
    assert not refused("UPDATE livechat_outcome SET note = '[]'")
    call_command("migrate", verbosity=0)
    assert refused("UPDATE livechat_outcome SET note = '{}'")


@pytest.mark.django_db(transaction=True)
def test_another_program_cannot_delete_from_the_file(site: Site) -> None:
    if connection.vendor != "sqlite":
        return  # there the trigger is the same for every program
    audit.outcome(change(site), Result.SENT)
    other = sqlite3.connect(connection.settings_dict["NAME"])
    with pytest.raises(sqlite3.OperationalError, match="livechat_tidying"), other:
        other.execute("DELETE FROM livechat_outcome")
    other.close()
    assert Outcome.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_intention_is_on_the_disk_before_anything_is_sent(site: Site) -> None:
    def care() -> int:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous")
            return int(cursor.fetchone()[0])

    if connection.vendor != "sqlite":
        return  # PostgreSQL waits for the disk at every commit
    assert care() == QUICK
    with append_only.durable():
        assert care() == FULL
    assert care() == QUICK
