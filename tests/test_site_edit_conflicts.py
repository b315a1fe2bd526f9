"""A site's settings, open in the browsers of two administrators at once."""

import html
import re

import pytest
from django.http import HttpResponse
from django.test import Client

from livechat.models import AgentTimes, Site
from tests.support.pages import text
from tests.support.people import client_for, make_connection, make_site, make_user
from tests.test_sites import settings_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Site:
    """A site with a status added by hand and two connections, the first of which is shared."""
    made = make_site()
    made.away_statuses.create(name="Pause")
    make_connection(made, make_user("ann", made), shared=True)
    make_connection(made, make_user("bob", made))
    return made


@pytest.fixture
def ada(shop: Site) -> Client:
    """An administrator's browser."""
    return client_for(make_user("ada", shop))


def shown(page: HttpResponse) -> dict[str, str]:
    """What the settings form would send if nothing is changed: its values, and the ones it showed."""
    values = {field.html_name: field.value() for field in page.context["form"]}
    sent = {name: "on" if value is True else str(value) for name, value in values.items() if value not in (None, False)}
    for field in re.findall(r'<input type="hidden" name="initial-[^>]*>', text(page)):
        name, value = re.search(r'name="([^"]*)"', field), re.search(r'value="([^"]*)"', field)
        assert name
        # A browser sends each end of a line as two characters.
        sent[name[1]] = html.unescape(value[1]).replace("\n", "\r\n") if value else ""
    return sent


def names(shop: Site) -> list[str]:
    return list(shop.away_statuses.values_list("name", flat=True))


def test_a_value_someone_else_saved_stays_if_this_form_left_it_alone(ada: Client, shop: Site) -> None:
    url, second = f"/sites/{shop.pk}/", shop.connections.get(user__username="bob")
    untouched = shown(ada.get(url))
    changed = {"away": "Pause\r\nLunch\r\nTraining", "shared": str(second.pk), "shared_writes": "on", "name": "Bazaar"}
    assert ada.post(url, shown(ada.get(url)) | changed).status_code == 302
    assert ada.post(url, untouched).status_code == 302
    saved = Site.objects.get()
    assert names(shop) == ["Pause", "Lunch", "Training"]
    assert (saved.shared, saved.shared_writes, saved.name) == (second, True, "Bazaar")


def test_if_two_change_the_same_setting_the_later_sees_both_values_and_can_save_again(ada: Client, shop: Site) -> None:
    url, first, second = f"/sites/{shop.pk}/", *shop.connections.order_by("pk")
    form = shown(ada.get(url))
    ada.post(url, form | {"away": "Pause\r\nLunch", "shared": str(second.pk), "name": "Bazaar"})
    answer = ada.post(url, form | {"away": "Pause\r\nTraining", "shared": "", "shared_writes": "on"})
    page = text(answer)
    assert answer.status_code == 409
    for value in ("Nothing was saved.", "<bdi>Pause, Lunch</bdi>", "<bdi>Pause, Training</bdi>", f"<bdi>{first}</bdi>"):
        assert value in page
    assert names(shop) == ["Pause", "Lunch"]
    assert (Site.objects.get().shared, Site.objects.get().shared_writes) == (second, False)
    assert ada.post(url, shown(answer)).status_code == 302
    saved = Site.objects.get()
    assert names(shop) == ["Pause", "Training"]
    assert (saved.shared, saved.shared_writes, saved.name) == (None, True, "Bazaar")


def test_a_new_address_that_someone_else_saved_is_not_undone(ada: Client, shop: Site) -> None:
    url, there = f"/sites/{shop.pk}/", "https://api12.comm100.io"
    form = shown(ada.get(url)) | {"shared": ""}
    Site.objects.update(api_base=there)
    assert ada.post(url, form | {"name": "Bazaar", "forget": "on"}).status_code == 302
    assert Site.objects.get().api_base == there
    assert shop.connections.count() == 2, "their owners agreed to the current address"


def test_who_sees_single_agents_times_is_chosen_and_a_form_of_an_older_release_leaves_it_alone(
    ada: Client, shop: Site
) -> None:
    url = f"/sites/{shop.pk}/"
    first = shown(ada.get(url))
    assert first["agent_times"] == AgentTimes.SUPERVISORS
    assert ada.post(url, settings_of(shop, agent_times="nobody")).status_code == 302
    assert ada.post(url, settings_of(shop)).status_code == 302
    assert Site.objects.get().agent_times == AgentTimes.NOBODY
    for wrong, said in (("everybody", "Select a valid choice"), ("", "Choose one.")):
        answer = ada.post(url, settings_of(shop, agent_times=wrong))
        assert (answer.status_code, said in text(answer)) == (422, True)
    odd = ada.post(url, first | {"initial-agent_times": "bogus", "agent_times": "members"})
    assert odd.status_code == 409
    conflict = ada.post(url, first | {"agent_times": "members"})
    assert conflict.status_code == 409
    assert "Supervisors and Administrators" in text(conflict)
    assert Site.objects.get().agent_times == AgentTimes.NOBODY
