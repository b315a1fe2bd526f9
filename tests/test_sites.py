"""Sites: who makes and changes them, and what happens to the data stored for them."""

import pytest
from django.test import Client

from livechat.forms.sites import LIMITS
from livechat.models import Connection, Membership, Role, Site, Snapshot, Wall
from livechat.sites.roles import CHOSEN_SITE_KEY
from livechat.walls import links
from tests.support.pages import poll, text
from tests.support.people import ADDRESS, client_for, make_connection, make_site, make_superuser, make_user

pytestmark = pytest.mark.django_db

OTHER = "https://api12.comm100.io"


def settings_of(site: Site, **changes: object) -> dict[str, object]:
    """The site's form as its page shows it, with some fields changed."""
    shared = site.shared_id or ""
    limits = {name: getattr(site, name) for name in LIMITS}
    return {"name": site.name, "api_base": site.api_base, "shared": shared, "away": ""} | limits | changes


# making


def test_a_superuser_makes_a_site_becomes_its_administrator_and_is_led_on() -> None:
    user = make_superuser()
    client = client_for(user)
    make_site("Aardvark")
    answer = client.post("/sites/", {"name": "Shop", "api_base": ADDRESS})
    site = Site.objects.get(name="Shop")
    assert answer.url == "/start/"
    assert Membership.objects.get().role == Role.ADMINISTRATOR
    assert client.session[CHOSEN_SITE_KEY] == site.pk


def test_only_superusers_make_sites() -> None:
    client = client_for(make_user("ada", make_site()))
    assert "Make a site" not in text(client.get("/sites/"))
    assert client.post("/sites/", {"name": "Mine", "api_base": ADDRESS}).status_code == 403
    assert Site.objects.count() == 1


@pytest.mark.parametrize("role", [Role.VIEWER, Role.SUPERVISOR])
def test_a_member_who_is_not_an_administrator_manages_nothing(role: Role) -> None:
    site = make_site()
    client = client_for(make_user("sue", site, role))
    assert client.get("/sites/").status_code == 403
    assert client.get(f"/sites/{site.pk}/").status_code == 404
    assert client.post(f"/sites/{site.pk}/", settings_of(site, name="Mine")).status_code == 404
    assert Site.objects.get().name == "Shop"


def test_an_administrator_sees_only_the_sites_they_administer() -> None:
    ada = make_user("ada", make_site("Shop"))
    Membership.objects.create(user=ada, site=make_site("Second"), role=Role.VIEWER)
    make_site("Third")
    page = text(client_for(ada).get("/sites/")).split('<header class="heading">')[
        1
    ]  # above it is the site the user looks at
    assert "Shop" in page
    assert "Second" not in page
    assert "Third" not in page


def test_another_sites_administrator_finds_nothing_here() -> None:
    site = make_site()
    client = client_for(make_user("eve", make_site("Eves")))
    assert client.get(f"/sites/{site.pk}/").status_code == 404
    assert client.post(f"/sites/{site.pk}/", settings_of(site, name="Mine")).status_code == 404
    assert client.post(f"/sites/{site.pk}/", {"step": "delete", "typed": "Shop"}).status_code == 404
    assert Site.objects.get(pk=site.pk).name == "Shop"


def test_two_sites_cannot_have_the_same_name_and_what_was_typed_stays() -> None:
    make_site("Shop")
    answer = client_for(make_superuser()).post("/sites/", {"name": "Shop", "api_base": OTHER})
    assert answer.status_code == 422
    assert f'value="{OTHER}"' in text(answer)


# settings


def test_limits_of_waits_and_of_being_away_are_set_in_words_that_say_what_is_wrong() -> None:
    site = make_site()
    ada = client_for(make_user("ada", site))
    answer = ada.post(f"/sites/{site.pk}/", settings_of(site, wait_amber=90, wait_red=45, away_minutes=20))
    assert answer.status_code == 422
    assert "Red must not come before amber." in text(answer)
    assert 'value="45"' in text(answer)
    for wrong in ({"wait_amber": 0}, {"wait_red": ""}, {"away_minutes": "soon"}, {"level_seconds": 0}):
        assert ada.post(f"/sites/{site.pk}/", settings_of(site, **wrong)).status_code == 422, wrong
    version = site.version
    answer = ada.post(f"/sites/{site.pk}/", settings_of(site, wait_amber=90, wait_red=240, away_minutes=0))
    site = Site.objects.get()
    assert (site.wait_amber, site.wait_red, site.away_minutes) == (90, 240, 0)
    assert site.version > version
    before_the_upgrade = {"name": "Bazaar", "api_base": site.api_base, "shared": "", "away": ""}
    assert ada.post(f"/sites/{site.pk}/", before_the_upgrade).status_code == 302
    assert Site.objects.get().wait_red == 240


def test_a_changed_name_is_saved_and_every_viewer_sees_it() -> None:
    site = make_site()
    answer = client_for(make_user("ada", site)).post(f"/sites/{site.pk}/", settings_of(site, name="Bazaar"))
    saved = Site.objects.get()
    assert answer.url == f"/sites/{site.pk}/"
    assert saved.name == "Bazaar"
    assert saved.version > site.version


def test_a_form_that_fails_changes_nothing_and_keeps_what_was_typed() -> None:
    site = make_site()
    data = settings_of(site, name="Bazaar", api_base="https://evil.example", away="Lunch\nPause")
    answer = client_for(make_user("ada", site)).post(f"/sites/{site.pk}/", data)
    page = text(answer)
    assert answer.status_code == 422
    assert "This address is not allowed." in page
    assert 'value="https://evil.example"' in page
    assert "Lunch\nPause" in page
    assert "<h1><bdi>Shop</bdi></h1>" in page
    assert Site.objects.get().name == "Shop"


def test_an_administrator_chooses_the_shared_connection_or_none() -> None:
    site = make_site()
    ada = make_user("ada", site)
    first, second = make_connection(site, ada, shared=True), make_connection(site, make_user("bob", site))
    client = client_for(ada)
    client.post(f"/sites/{site.pk}/", settings_of(site, shared=second.pk))
    assert Site.objects.get().shared == second
    client.post(f"/sites/{site.pk}/", settings_of(site, shared=""))
    saved = Site.objects.get()
    assert saved.shared is None
    assert saved.shared_chosen
    assert first in Connection.objects.all()


def test_saving_something_else_does_not_count_as_a_choice_of_the_shared_connection() -> None:
    site = make_site()
    client_for(make_user("ada", site)).post(f"/sites/{site.pk}/", settings_of(site, name="Bazaar"))
    assert not Site.objects.get().shared_chosen


def test_another_sites_connection_cannot_be_shared_here() -> None:
    site, other = make_site(), make_site("Second")
    foreign = make_connection(other, make_user("bob", other))
    answer = client_for(make_user("ada", site)).post(f"/sites/{site.pk}/", settings_of(site, shared=foreign.pk))
    assert answer.status_code == 422
    assert Site.objects.get(pk=site.pk).shared is None


def test_the_address_holds_while_credentials_are_stored_for_it() -> None:
    site = make_site()
    ada = make_user("ada", site)
    make_connection(site, ada, shared=True)
    answer = client_for(ada).post(f"/sites/{site.pk}/", settings_of(site, api_base=OTHER))
    assert answer.status_code == 422
    assert f"were made for {ADDRESS} and are never sent to another address" in text(answer)
    assert Site.objects.get().api_base == ADDRESS


def test_a_new_address_keeps_no_credential_and_no_snapshot() -> None:
    site = make_site()
    ada = make_user("ada", site)
    connection = make_connection(site, ada, shared=True)
    make_connection(site, make_user("bob", site))
    Snapshot.objects.create(site=site, fingerprint=connection.fingerprint, kind="agents")
    client_for(ada).post(f"/sites/{site.pk}/", settings_of(site, api_base=OTHER, forget="on"))
    saved = Site.objects.get()
    assert saved.api_base == OTHER
    assert saved.shared is None
    assert not Connection.objects.exists()
    assert not Snapshot.objects.exists()


def test_the_box_alone_removes_no_connection() -> None:
    site = make_site()
    ada = make_user("ada", site)
    make_connection(site, ada, shared=True)
    client_for(ada).post(f"/sites/{site.pk}/", settings_of(site, forget="on"))
    assert Connection.objects.count() == 1


# away statuses


def test_away_statuses_are_entered_one_per_line_beside_the_imported_ones() -> None:
    site = make_site()
    site.away_statuses.create(name="Meeting", imported=True)
    site.away_statuses.create(name="Old")
    client = client_for(make_user("ada", site))
    client.post(f"/sites/{site.pk}/", settings_of(site, away=" Pause \n\nLunch\nmeeting\nlunch\nOnline"))
    found = {row.name: row.imported for row in site.away_statuses.all()}
    assert found == {"Meeting": True, "Pause": False, "Lunch": False}
    page = text(client.get(f"/sites/{site.pk}/"))
    assert "Also offered, imported from Comm100" in page
    assert "Pause\nLunch" in page


@pytest.mark.parametrize("line", ["x" * 101, "Lun\u0007ch", "\n".join(f"s{n}" for n in range(101))])
def test_a_status_that_cannot_be_is_refused_in_place(line: str) -> None:
    site = make_site()
    answer = client_for(make_user("ada", site)).post(f"/sites/{site.pk}/", settings_of(site, away=line))
    assert answer.status_code == 422
    assert not site.away_statuses.exists()


# deleting


def test_a_superuser_deletes_a_site_by_typing_its_name() -> None:
    site = make_site()
    client = client_for(make_superuser())
    refused = client.post(f"/sites/{site.pk}/", {"step": "delete", "typed": "shop"})
    assert refused.status_code == 422
    assert "This is not the name of the site." in text(refused)
    assert client.post(f"/sites/{site.pk}/", {"step": "delete", "typed": "Shop"}).url == "/sites/"
    assert not Site.objects.exists()


def test_the_screens_of_a_deleted_sites_walls_say_that_their_link_has_ended() -> None:
    site = make_site()
    root = make_superuser()
    wall = Wall.objects.create(site=site, title="Lobby")
    path = f"/wall/{links.make_link(wall, root, 'TV', days=None)[1]}/"
    assert Client().get(path).status_code == 200
    client_for(root).post(f"/sites/{site.pk}/", {"step": "delete", "typed": "Shop"})
    assert poll(Client(), path, "old")["HX-Refresh"] == "true"
    page = Client().get(path)
    assert page.status_code == 410
    assert "This link has ended" in text(page)


def test_an_administrator_does_not_delete_a_site() -> None:
    site = make_site()
    client = client_for(make_user("ada", site))
    assert "Delete permanently" not in text(client.get(f"/sites/{site.pk}/"))
    assert client.post(f"/sites/{site.pk}/", {"step": "delete", "typed": "Shop"}).status_code == 403
    assert Site.objects.exists()


@pytest.mark.parametrize(
    ("typed", "stored", "said"),
    [
        ("Asia/Calcutta", "Asia/Kolkata", ""),
        ("America/New_York", "America/New_York", ""),
        ("Europe/Nowhere", "UTC", "not known here"),
        ("", "UTC", "Enter a time zone."),
        ("../etc/passwd", "UTC", "not known here"),
    ],
)
def test_a_sites_zone_is_one_that_is_known_here(typed: str, stored: str, said: str) -> None:
    site = make_site("Shop", time_zone="UTC")
    client = client_for(make_superuser(), site)
    form = client.get(f"/sites/{site.pk}/").context["form"]
    values = {field.html_name: field.value() for field in form if field.value() not in (None, False)}
    answer = client.post(f"/sites/{site.pk}/", values | {"time_zone": typed})
    site.refresh_from_db()
    assert site.time_zone == stored
    assert answer.status_code == (422 if said else 302)
    assert not said or (said in text(answer) and f'value="{typed}"' in text(answer))
