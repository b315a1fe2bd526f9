"""A NUL character in an address is refused before the database sees it: PostgreSQL would fail."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from livechat.models import Role, Site, Watch
from livechat.record.watches import milliseconds
from tests.support.people import client_for
from tests.test_history_today import NOON, watch

pytestmark = pytest.mark.django_db


def refuse_nul(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Mapping[str, Any]) -> Any:
    """What PostgreSQL does, for a database that takes such a text."""
    for row in params if many else (params,):
        assert not any("\0" in value for value in row or () if isinstance(value, str)), sql
    return execute(sql, params, many, context)


@pytest.fixture
def ada(site: Site, make_user: Callable[..., User]) -> Iterator[Client]:
    """An Administrator of a site with a record, whose database takes no NUL character."""
    watch(site, NOON, NOON)
    Watch.objects.update(began=0, ended=milliseconds(NOON))
    with connection.execute_wrapper(refuse_nul):
        yield client_for(make_user("ada", Role.ADMINISTRATOR), site)


@pytest.mark.all_cases
@pytest.mark.parametrize(
    "address",
    [
        "/history/heat/?team=%00",
        "/history/heat/?what=occupancy&team=a%00b",
        "/history/heat/?what=lost&department=%00",
        "/history/day/?team=%00",
        "/history/time/?team=%00",
        "/history/occupancy/?team=%00",
        "/history/queue/?department=%00",
        "/history/replay/?team=%00",
    ],
)
def test_it_is_refused_in_a_sentence(ada: Client, address: str) -> None:
    for form in ("", "&format=json"):
        assert ada.get(address + form).status_code == 422


@pytest.mark.all_cases
@pytest.mark.parametrize(
    "address",
    [
        *(f"/changes/?{name}=a%00b" for name in ("q", "person", "kind", "outcome")),
        "/changes/csv/?person=%00",
        *(f"/agents/?{name}=%00" for name in ("q", "team", "status", "department")),
        "/agents/bulk/?team=%00",
        *(f"/visitors/?{name}=%00" for name in ("q", "status", "country", "department", "sort", "columns")),
        "/visitors/views/?q=%00&country=a%00b",
        "/directory/?team=%00&q=%00",
        "/directory/team/?name=%00",
        "/find/?q=%00",
        "/walls/messages/?wall=%00",
        "/alerts/rules/new/?kind=%00",
        "/alerts/channels/new/?kind=%00",
    ],
)
def test_a_filter_with_it_is_left_out(ada: Client, address: str) -> None:
    assert ada.get(address).status_code in (200, 302, 404)


def test_a_view_that_is_saved_holds_none(ada: Client) -> None:
    posted = ada.post("/visitors/views/", {"name": "Mine", "query": "q=a%00b&country=%00"})
    assert posted.status_code in (302, 422)
