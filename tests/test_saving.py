"""Rows that were changed are stored, and no others."""

from uuid import uuid4

import pytest
from django.db import IntegrityError

from livechat.lib import saving
from livechat.models import AgentEntry, Contact, Site

pytestmark = pytest.mark.django_db


def test_only_the_fields_that_are_named_are_stored(site: Site) -> None:
    rows = [AgentEntry.objects.create(site=site, agent_id=uuid4(), name="Old", team="Old") for _ in range(2)]
    for place, row in enumerate(rows):
        row.name, row.team, row.departments = f"Kim {place}", "New", ["sales"]
    saving.update_each(rows, ["name", "departments"])
    stored = list(AgentEntry.objects.order_by("pk").values_list("name", "team", "departments"))
    assert stored == [("Kim 0", "Old", ["sales"]), ("Kim 1", "Old", ["sales"])]


def test_a_row_that_was_deleted_meanwhile_stays_deleted(site: Site) -> None:
    gone, kept = (AgentEntry.objects.create(site=site, agent_id=uuid4()) for _ in range(2))
    gone.name = kept.name = "Kim"
    AgentEntry.objects.filter(pk=gone.pk).delete()
    saving.update_each([gone, kept], ["name"])
    assert list(AgentEntry.objects.values_list("pk", "name")) == [(kept.pk, "Kim")]


@pytest.mark.django_db(transaction=True)
def test_if_one_row_cannot_be_stored_none_is(site: Site) -> None:
    visitor, other = uuid4(), uuid4()
    first, second, third = (Contact.objects.create(site=site, began=at, visitor=uuid4()) for at in range(3))
    first.visitor, second.visitor, third.visitor = other, visitor, visitor  # one open contact a visitor
    with pytest.raises(IntegrityError):
        saving.update_each([first, second, third], ["visitor"])
    assert not Contact.objects.filter(visitor__in=[visitor, other]).exists()
