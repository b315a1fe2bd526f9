"""The demo's installation: a site over the chat server, a user, a directory and a wall. Made once, then reused."""

import os
import secrets
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import environ
from django.contrib.auth.models import User
from django.core.management import CommandError

from livechat.alerts import rules
from livechat.comm100.credentials import Bearer
from livechat.lib import saving
from livechat.lib.files import write_once
from livechat.models import Connection, Membership, Role, Rule, Site, Wall, WallLink
from livechat.models.walls import default_panels
from livechat.record.link_events import By
from livechat.sites import connections, directory_import, webhooks
from livechat.sites.webhooks import NotRegistered
from livechat.walls import links

USER = "demo"
SITE = "Demo"
RINGING = (Rule.Kind.WAITING, Rule.Kind.LONGEST, Rule.Kind.STATUS, Rule.Kind.STALE)
CAPACITIES = (3, 4, 4, 5, 6)
SECRET_NAMES = ("DEMO_PASSWORD", "CHATSERVER_TOKEN", "DEMO_WALL_SECRET")


@dataclass(frozen=True)
class Secrets:
    """The demo's secrets in DATA_DIR/demo.env, so that a second start prints the same ones."""

    password: str
    token: str
    wall: str


def load_secrets(data_dir: Path) -> Secrets:
    """Read the demo's secrets, made at its first start. The environment has precedence. Raises CommandError."""
    path = data_dir / "demo.env"
    made = {name: secrets.token_urlsafe(9 if name == "DEMO_PASSWORD" else 32) for name in SECRET_NAMES}
    write_once(path, "".join(f"{name}={value}\n" for name, value in made.items()))
    kept = environ.Env()
    kept.ENVIRON = dict(os.environ)
    kept.read_env(path)
    found = [os.environ.get(name) or kept.ENVIRON.get(name, "") for name in SECRET_NAMES]
    if not all(found):
        raise CommandError(f"{path} is incomplete; remove it and start again.")
    return Secrets(*found)


def install(kept: Secrets, chatserver: str, here: str, *, rings: bool) -> None:
    """Make or repair the demo's rows, and let the chat server, which must be running, send hints to `here`, if given.

    `rings`: some rules of alerts are on.
    """
    user = _user(kept.password)
    site, _made = Site.objects.get_or_create(name=SITE, defaults={"api_base": chatserver})
    if site.api_base != chatserver:
        site.api_base = chatserver
        site.save(update_fields=["api_base"])
    Membership.objects.update_or_create(user=user, site=site, defaults={"role": Role.ADMINISTRATOR})
    connection = _connection(site, user, kept.token)
    if not site.agents.exclude(name="").exists():
        result = directory_import.import_names(site, connection)
        if result.problems:
            raise CommandError(f"The chat server gave no names: {result.problems[0]}")
        _people(site)
    if rings and not Rule.objects.filter(site=site).exists():
        rules.make_standard()
        Rule.objects.filter(site=site, kind__in=RINGING).update(enabled=True)
    wall, _made = Wall.objects.get_or_create(site=site, title="Support", defaults={"panels": _panels()})
    if not WallLink.objects.filter(secret_hash=links.hash_secret(kept.wall)).exists():
        links.make_link(wall, user, "Demo", days=None, secret=kept.wall)
    if here:
        with suppress(NotRegistered):  # the call limit is used up if it was started again and again
            webhooks.register(site, connection, here, By(user))


def _panels() -> list[dict[str, object]]:
    """The panels of a new wall, and the free places too, because the demo knows capacities."""
    return [
        panel | {"size": panel["size"] or ("normal" if panel["slug"] == "free" else "")} for panel in default_panels()
    ]


def _user(password: str) -> User:
    user, _made = User.objects.get_or_create(username=USER)
    if not user.check_password(password):
        user.set_password(password)
        user.save()
    return user


def _connection(site: Site, user: User, token: str) -> Connection:
    connection = Connection.objects.filter(site=site, user=user).first()
    if connection is None or connection.credential() != Bearer(token):
        connection = connections.store(site, user, Bearer(token))
    if site.shared_id != connection.pk and not site.shared_chosen:
        connections.share(site, connection)
    return connection


def _people(site: Site) -> None:
    """Set capacities and aliases, which the API does not have."""
    entries = list(site.agents.order_by("agent_id"))
    first = Counter(entry.name.split()[0] for entry in entries if entry.name)
    for place, entry in enumerate(entries):
        entry.capacity = CAPACITIES[place % len(CAPACITIES)]
        word, *rest = entry.name.split() or [""]
        entry.alias = f"{word} {rest[-1][0]}." if first[word] > 1 and rest else word
    saving.update_each(entries, ["capacity", "alias"])
    site.bump_version()
