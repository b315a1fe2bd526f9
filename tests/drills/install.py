"""Makes more of a house: `python -m tests.drills.install WHAT NUMBER` prints what was made as JSON.

`link DAYS`: one more link to the wall, its secret. `supervisors COUNT`: people with connections of their own, their
sessions' cookies.
"""

import json
import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

from django.contrib.auth.models import User  # noqa: E402  (models need Django to be set up)
from django.test import Client  # noqa: E402

from livechat.comm100.credentials import Bearer  # noqa: E402
from livechat.models import Membership, Role, Site, Wall  # noqa: E402
from livechat.ops import demo  # noqa: E402
from livechat.sites import connections  # noqa: E402
from livechat.walls import links  # noqa: E402


def link(days: int) -> str:
    """The secret of one more link."""
    _, secret = links.make_link(Wall.objects.get(), User.objects.get(username=demo.USER), "Drill", days=days)
    return secret


def supervisors(count: int) -> list[str]:
    """The cookies of so many people."""
    site, cookies = Site.objects.get(), []
    for number in range(count):
        user = User.objects.create_user(f"person-{number}")
        Membership.objects.create(user=user, site=site, role=Role.SUPERVISOR)
        connections.store(site, user, Bearer(os.environ["CHATSERVER_TOKEN"]))
        client = Client()
        client.force_login(user)
        cookies.append(client.cookies.output(header="", sep=";").split(";")[0].strip())
    return cookies


if __name__ == "__main__":
    made = {"link": link, "supervisors": supervisors}[sys.argv[1]](int(sys.argv[2]))
    sys.stdout.write(f"{json.dumps(made)}\n")
