"""The WSGI application for gunicorn and runserver. Each of their processes also does the upkeep."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
_django = get_wsgi_application()

from livechat.lib.postgresql import limits  # noqa: E402
from livechat.ops import upkeep  # noqa: E402  (needs Django to be set up)
from livechat.web.body_limits import BodyLimits  # noqa: E402
from livechat.web.fast_path import FastPath  # noqa: E402

limits.bind()
application = BodyLimits(FastPath(_django))
upkeep.begin()
