"""Sites: who makes and keeps them, and where their credentials may be sent."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from livechat import hosts
from livechat.access import CHOICE
from livechat.forms.sites import SiteForm
from livechat.models import Connection, Membership, Role, Site, Snapshot
from tests.support.pages import text
from tests.support.people import ADDRESS, client_for, make_connection, make_site, make_superuser, make_user

pytestmark = pytest.mark.django_db

OTHER = "https://api12.comm100.io"
CORPORA = settings.BASE_DIR.parent / "shared" / "corpora"
HOSTILE = [
    "https://api11.comm100.io/",
    "https://api11.comm100.io.evil.example",
    "https://api11.comm100.io@evil.example",
    "https://evil.example/https://api11.comm100.io",
    "https://api11.comm100.io:443",
    "http://api11.comm100.io",
    "HTTPS://API11.COMM100.IO",
    "https://apiN.comm100.io",
    "https://api{N}.comm100.io",
    "https://api.comm100.io",
    "https://api11xcomm100.io",
    "https://api١١.comm100.io",
    "https://api11.comm100.io\n.evil.example",
    "https://dash11.comm100.io",
    "javascript:alert(1)",
    "//api11.comm100.io",
    "http://[::1",
    "",
]


def hostile() -> list[str]:
    """Addresses from the corpora where they are present, and a short list of our own."""
    found = list(HOSTILE)
    for name in ("open_redirect.json", "wpt_url_inputs.json"):
        path: Path = CORPORA / name
        if path.exists():
            found += _strings(json.loads(path.read_text()))
    return found


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    return [text for item in value for text in _strings(item)] if isinstance(value, list) else []


def settings_of(site: Site, **changes: object) -> dict[str, object]:
    """The site's form as its page shows it, with some fields changed."""
    shared = site.shared_id or ""
    return {"name": site.name, "api_base": site.api_base, "shared": shared, "away": ""} | changes


# making


def test_a_superuser_makes_a_site_becomes_its_administrator_and_is_led_on() -> None:
    user = make_superuser()
    client = client_for(user)
    make_site("Aardvark")
    answer = client.post("/sites/", {"name": "Shop", "api_base": ADDRESS})
    site = Site.objects.get(name="Shop")
    assert answer.url == "/start/"
    assert Membership.objects.get().role == Role.ADMINISTRATOR
    assert client.session[CHOICE] == site.pk


def test_only_superusers_make_sites() -> None:
    client = client_for(make_user("ada", make_site()))
    assert "Make a site" not in text(client.get("/sites/"))
    assert client.post("/sites/", {"name": "Mine", "api_base": ADDRESS}).status_code == 403
    assert Site.objects.count() == 1


@pytest.mark.parametrize("role", [Role.VIEWER, Role.SUPERVISOR])
def test_a_member_who_is_no_administrator_manages_nothing(role: Role) -> None:
    site = make_site()
    client = client_for(make_user("sue", site, role))
    assert client.get("/sites/").status_code == 403
    assert client.get(f"/sites/{site.pk}/").status_code == 404
    assert client.post(f"/sites/{site.pk}/", settings_of(site, name="Mine")).status_code == 404
    assert Site.objects.get().name == "Shop"


def test_an_administrator_sees_the_sites_he_administers_and_no_other() -> None:
    ada = make_user("ada", make_site("Shop"))
    Membership.objects.create(user=ada, site=make_site("Second"), role=Role.VIEWER)
    make_site("Third")
    page = text(client_for(ada).get("/sites/")).split("<main")[1]
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


# the allow-list


def test_an_address_is_taken_only_where_it_is_exactly_one_of_the_patterns() -> None:
    assert hosts.allowed("https://api11.comm100.io")
    assert hosts.allowed("http://127.0.0.1:8100")
    for address in hostile():
        assert not hosts.allowed(address), address


def test_no_hostile_address_passes_the_form() -> None:
    for address in hostile():
        form = SiteForm({"name": "Shop", "api_base": address})
        # A form takes the blanks around a value off; what is left must still be one of the patterns.
        assert not form.is_valid() or hosts.allowed(address.strip()), address


@pytest.mark.parametrize("address", HOSTILE)
def test_no_hostile_address_makes_a_site(address: str) -> None:
    answer = client_for(make_superuser()).post("/sites/", {"name": "Shop", "api_base": address})
    assert answer.status_code == 422
    assert not Site.objects.exists()


def test_tokens_are_renewed_at_the_partner_of_the_address() -> None:
    assert hosts.renewal("https://api15.comm100.io") == "https://dash15.comm100.io"
    assert hosts.renewal("http://127.0.0.1:8100") == "http://127.0.0.1:8100"
    with pytest.raises(ValueError, match="not in COMM100_HOSTS"):
        hosts.renewal("https://evil.example")


# settings


def test_a_changed_name_is_saved_and_every_viewer_is_told() -> None:
    site = make_site()
    answer = client_for(make_user("ada", site)).post(f"/sites/{site.pk}/", settings_of(site, name="Bazaar"))
    saved = Site.objects.get()
    assert answer.url == f"/sites/{site.pk}/"
    assert saved.name == "Bazaar"
    assert saved.stamp > site.stamp


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
    assert f"were made for {ADDRESS} and are not sent anywhere else" in text(answer)
    assert Site.objects.get().api_base == ADDRESS


def test_a_new_address_takes_no_credential_and_no_figures_along() -> None:
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


def test_away_statuses_are_kept_one_a_line_beside_the_imported_ones() -> None:
    site = make_site()
    site.away_statuses.create(name="Meeting", imported=True)
    site.away_statuses.create(name="Old")
    client = client_for(make_user("ada", site))
    client.post(f"/sites/{site.pk}/", settings_of(site, away=" Pause \n\nLunch\nmeeting\nlunch\nOnline"))
    found = {row.name: row.imported for row in site.away_statuses.all()}
    assert found == {"Meeting": True, "Pause": False, "Lunch": False}
    page = text(client.get(f"/sites/{site.pk}/"))
    assert "Imported from Comm100" in page
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
    assert "This is not the site&#x27;s name." in text(refused)
    assert client.post(f"/sites/{site.pk}/", {"step": "delete", "typed": "Shop"}).url == "/sites/"
    assert not Site.objects.exists()


def test_an_administrator_does_not_delete_a_site() -> None:
    site = make_site()
    client = client_for(make_user("ada", site))
    assert "Delete for good" not in text(client.get(f"/sites/{site.pk}/"))
    assert client.post(f"/sites/{site.pk}/", {"step": "delete", "typed": "Shop"}).status_code == 403
    assert Site.objects.exists()


# switching


def two_sites() -> tuple[Client, Site]:
    user = make_user("ada", make_site("First"))
    second = make_site("Second")
    Membership.objects.create(user=user, site=second, role=Role.VIEWER)
    return client_for(user), second


def test_switching_shows_the_other_site_from_then_on() -> None:
    client, second = two_sites()
    assert client.post("/sites/switch/", {"site": second.pk}).url == "/agents/"
    assert '<bdi class="menu-site">Second</bdi>' in text(client.get("/directory/"))


def test_switching_goes_back_to_the_page_it_came_from() -> None:
    client, second = two_sites()
    assert client.post("/sites/switch/", {"site": second.pk, "next": "/changes/?q=a"}).url == "/changes/?q=a"


def test_switching_never_leads_to_another_host() -> None:
    client, second = two_sites()
    for address in hostile():
        target = client.post("/sites/switch/", {"site": second.pk, "next": address}).url
        # A browser takes tabs and line ends out of an address, and reads "/\\" as "//".
        assert re.fullmatch(r"/([^/\\\s][^\s]*)?", target), address


@pytest.mark.parametrize("asked", ["", "0", "x", "9" * 40, "²"])
def test_a_site_that_is_not_ones_own_cannot_be_switched_to(asked: str) -> None:
    client, _second = two_sites()
    make_site("Third")
    assert client.post("/sites/switch/", {"site": asked}).status_code == 404


def test_switching_is_not_done_by_a_link() -> None:
    client, second = two_sites()
    assert client.get(f"/sites/switch/?site={second.pk}").status_code == 405
