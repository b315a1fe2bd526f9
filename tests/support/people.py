"""People, sites and connections for tests, as plain functions.

site = make_site()
client = client_for(make_user("ann", site, Role.SUPERVISOR))
"""

from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from livechat.comm100.credentials import Bearer
from livechat.models import AgentEntry, Connection, DepartmentEntry, Membership, Role, Site
from livechat.sites.roles import CHOSEN_SITE_KEY

PASSWORD = "correct horse battery"
ADDRESS = "https://api11.comm100.io"
KIM = "0f1e2d3c-0000-4000-8000-000000000001"
LEE = "aaaaaaaa-0000-4000-8000-000000000002"
SALES = "bbbbbbbb-0000-4000-8000-000000000003"


def make_site(name: str = "Shop", **fields: Any) -> Site:
    """A site; `api_base` is one of the default allow-list unless given."""
    return Site.objects.create(name=name, **({"api_base": ADDRESS} | fields))


def make_shop() -> Site:
    """A site with two agents, one of them nameless, and a department."""
    made = make_site()
    AgentEntry.objects.create(site=made, agent_id=KIM, name="Kim Østergård", alias="K.", team="Front", capacity=4)
    AgentEntry.objects.create(site=made, agent_id=LEE)
    DepartmentEntry.objects.create(site=made, department_id=SALES, name="Sales")
    return made


def make_user(username: str = "ann", site: Site | None = None, role: Role = Role.ADMINISTRATOR, **fields: Any) -> User:
    """A user, at a site with a role if one is given. They have a password only if `password` is given."""
    user = User.objects.create_user(username, **fields)
    if site is not None:
        Membership.objects.create(user=user, site=site, role=role)
    return user


def make_superuser(username: str = "root") -> User:
    """An Administrator of every site."""
    return make_user(username, is_superuser=True, is_staff=True)


def make_connection(site: Site, user: User, token: str = "token-of-the-test", *, shared: bool = False) -> Connection:
    """A sealed credential of a user at a site, never tried against anything."""
    connection = Connection(site=site, user=user)
    connection.store(Bearer(token))
    if shared:
        Site.objects.filter(pk=site.pk).update(shared=connection)
        site.shared = connection
    return connection


def client_for(user: User, site: Site | None = None) -> Client:
    """A signed-in browser, looking at a site if one is given."""
    client = Client()
    client.force_login(user)
    if site is not None:
        session = client.session
        session[CHOSEN_SITE_KEY] = site.pk
        session.save()
    return client
