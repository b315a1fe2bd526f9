"""Makes one more link to a house's wall: `python -m tests.soak.install DAYS` prints its secret as JSON."""

import json
import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

from django.contrib.auth.models import User  # noqa: E402  (models need Django to be set up)

from livechat import demo  # noqa: E402
from livechat.live import walls  # noqa: E402
from livechat.models import Wall  # noqa: E402

if __name__ == "__main__":
    owner = User.objects.get(username=demo.USER)
    _, secret = walls.make_link(Wall.objects.get(), owner, "Soak", days=int(sys.argv[1]))
    sys.stdout.write(f"{json.dumps(secret)}\n")
