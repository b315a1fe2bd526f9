"""Agents and departments that are seen in the data get a row of the directory, once."""

from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from livechat.models import DepartmentEntry, Site
from livechat.record import directory_rows
from tests.support.people import make_site

pytestmark = pytest.mark.django_db
SALES, SUPPORT = sorted(str(uuid4()) for _ in range(2))


def seen(site: Site, *departments: str | None) -> list[UUID]:
    """The departments that are new, once they are in a list. Their rows are stored."""
    new = directory_rows.new_departments(site.pk, departments)
    directory_rows.store(new)
    return [entry.department_id for entry in new]


def test_a_list_without_anything_new_asks_the_database_nothing(site: Site) -> None:
    assert seen(site, SALES, SUPPORT, None, SALES) == [UUID(SALES), UUID(SUPPORT)]
    assert seen(site, SALES) == []  # this reads what was stored
    with CaptureQueriesContext(connection) as queries:
        assert directory_rows.new_departments(site.pk, [SUPPORT, None]) == []
        assert directory_rows.new_departments(site.pk, []) == []
    assert len(queries) == 0


def test_one_that_another_process_stored_meanwhile_has_one_row(site: Site) -> None:
    assert seen(site, SALES) == [UUID(SALES)]
    mine = directory_rows.new_departments(site.pk, [SALES, SUPPORT])
    DepartmentEntry.objects.create(site=site, department_id=SUPPORT, name="Support")
    directory_rows.store(mine)
    assert list(site.departments.filter(department_id=SUPPORT).values_list("name", flat=True)) == ["Support"]
    assert seen(site, SALES, SUPPORT) == []


def test_what_one_site_has_is_new_to_another(site: Site) -> None:
    assert seen(site, SALES) == [UUID(SALES)]
    assert seen(site, SALES) == []
    assert seen(make_site("Other"), SALES) == [UUID(SALES)]


def test_a_transaction_that_was_undone_leaves_nothing_remembered(site: Site) -> None:
    with transaction.atomic():
        assert seen(site, SALES) == [UUID(SALES)]
        transaction.set_rollback(True)
    assert seen(site, SALES) == [UUID(SALES)]
