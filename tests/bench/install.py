"""Fills a house's database by the product's own code: the demo's rows, and people who are signed in.

`python -m tests.bench.install SESSIONS` prints one line of JSON: the wall's secret and the sessions' cookies.
"""

import json
import os
import sys

import django
from django.conf import settings

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

from django.contrib.auth.models import User  # noqa: E402  (models need Django to be set up)
from django.db import transaction  # noqa: E402
from django.test import Client  # noqa: E402

from livechat import demo, serving  # noqa: E402


def main(sessions: int) -> None:
    """Migrate, install, sign in."""
    serving.prepare()
    kept = demo.load_secrets(settings.DATA_DIR)
    demo.install(kept, os.environ["BENCH_CHAT"])
    user = User.objects.get(username=demo.USER)
    cookies = []
    with transaction.atomic():
        for _ in range(sessions):
            client = Client()
            client.force_login(user)
            cookies.append(client.cookies.output(header="", sep=";").split(";")[0].strip())
    print(json.dumps({"wall": kept.wall, "cookies": cookies}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
