"""Rows with large bytes, read in pieces: the same values however they are read, and no reader troubles another."""

from datetime import date, timedelta
from itertools import islice

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet

from livechat.lib.binary_rows import in_pieces
from livechat.models import RolledDay
from tests.support.people import make_site

pytestmark = pytest.mark.django_db
FIRST = date(2026, 11, 1)
EVERY_BYTE = bytes(range(256))
DAYS = 7


@pytest.fixture
def rows(db: None) -> QuerySet[RolledDay, tuple[date, bytes]]:
    """A week of rows, with every byte in each."""
    site = make_site("Shop")
    for number in range(DAYS):
        RolledDay.objects.create(site=site, day=FIRST + timedelta(days=number), times=EVERY_BYTE * number)
    return RolledDay.objects.filter(site=site).order_by("day").values_list("day", "times")


EXPECTED = [(FIRST + timedelta(days=number), EVERY_BYTE * number) for number in range(DAYS)]


def as_bytes(found: object) -> list[tuple[date, bytes]]:
    return [(day, bytes(times)) for day, times in found]  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", [1, 3, 100])
def test_every_row_comes_whole_and_in_order(rows: QuerySet[RolledDay, tuple[date, bytes]], size: int) -> None:
    assert as_bytes(in_pieces(rows, size)) == EXPECTED


@pytest.mark.django_db(transaction=True)
def test_it_is_so_outside_of_a_transaction_too(rows: QuerySet[RolledDay, tuple[date, bytes]]) -> None:
    assert not connection.in_atomic_block
    assert as_bytes(in_pieces(rows, 3)) == EXPECTED


def test_two_that_are_read_at_once_do_not_meet(rows: QuerySet[RolledDay, tuple[date, bytes]]) -> None:
    pairs = list(zip(in_pieces(rows, 2), in_pieces(rows.reverse(), 2), strict=True))
    assert as_bytes(one for one, _other in pairs) == EXPECTED
    assert as_bytes(other for _one, other in pairs) == EXPECTED[::-1]


@pytest.mark.django_db(transaction=True)
def test_one_that_is_left_in_its_midst_leaves_nothing_behind(rows: QuerySet[RolledDay, tuple[date, bytes]]) -> None:
    with transaction.atomic():
        left = in_pieces(rows, 2)
        assert as_bytes(islice(left, 3)) == EXPECTED[:3]
        left.close()  # type: ignore[attr-defined]
        assert as_bytes(in_pieces(rows, 2)) == EXPECTED
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM pg_cursors WHERE name LIKE 'binary%'")
                assert cursor.fetchone()[0] == 0


def test_it_does_without_cursors_of_the_server_where_a_pooler_forbids_them(
    rows: QuerySet[RolledDay, tuple[date, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    assert as_bytes(in_pieces(rows, 3)) == EXPECTED
