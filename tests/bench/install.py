"""Fills a house's database by the product's own code: the demo's rows, and people who are signed in.

`python -m tests.bench.install SESSIONS [on]` prints one line of JSON: the secrets of the wall and of
the address for hints, and the sessions' cookies. With `on` every agent is on, each since another moment.
"""

import json
import os
import sys
from datetime import timedelta

import django
import requests
from django.conf import settings

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

from django.contrib.auth.models import User  # noqa: E402  (models need Django to be set up)
from django.db import transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from livechat.models import Site  # noqa: E402
from livechat.ops import demo, serving  # noqa: E402
from livechat.record.link_events import By  # noqa: E402
from livechat.sites import hooks  # noqa: E402
from tests.support.spans import make_span  # noqa: E402

STATUSES = ("Online", "Online", "Online", "Away", "Meeting", "Short break")


def everybody_on(kept: demo.Secrets) -> None:
    """Set every agent to some status at the chat server, and note since when, as if all had been watched for hours."""
    base = f"{os.environ['BENCH_CHAT']}/v4/livechat/agents"
    bearer = {"Authorization": f"Bearer {kept.token}"}
    site, now = Site.objects.get(), timezone.now()
    for place, agent in enumerate(requests.get(base, headers=bearer, timeout=20).json()):
        status = STATUSES[place % len(STATUSES)]
        requests.put(f"{base}/{agent['id']}", json={"status": status}, headers=bearer, timeout=20).raise_for_status()
        began = now - timedelta(seconds=97 * place)
        make_span(site, agent["id"], status, began)


def main(sessions: int, *, on: bool) -> None:
    """Migrate, install, sign in."""
    serving.prepare()
    kept = demo.load_secrets(settings.DATA_DIR)
    demo.install(kept, os.environ["BENCH_CHAT"], "http://127.0.0.1:9", rings=False)
    if on:
        everybody_on(kept)
    user = User.objects.get(username=demo.USER)
    cookies = []
    with transaction.atomic():
        for _ in range(sessions):
            client = Client()
            client.force_login(user)
            cookies.append(client.cookies.output(header="", sep=";").split(";")[0].strip())
    hook = hooks.new_secret()
    hooks.make(Site.objects.get(), hook, By())
    print(json.dumps({"wall": kept.wall, "hook": hook, "cookies": cookies}))


if __name__ == "__main__":
    main(int(sys.argv[1]), on="on" in sys.argv[2:])
