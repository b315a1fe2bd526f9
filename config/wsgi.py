"""The WSGI application for gunicorn and runserver. Each of their processes also does the upkeep."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.umask(0o077)  # files of DATA_DIR are private, also if the folder was there before and is not
_django = get_wsgi_application()
os.environ.pop("SCRIPT_NAME", None)  # gunicorn would refuse every address without it; settings.py has read it

from livechat.lib.postgresql import limits  # noqa: E402
from livechat.ops import upkeep  # noqa: E402  (needs Django to be set up)
from livechat.web.body_limits import BodyLimits  # noqa: E402
from livechat.web.fast_path import FastPath  # noqa: E402
from livechat.web.hook_path import HookPath  # noqa: E402
from livechat.web.public_path import PublicPath  # noqa: E402

limits.bind()
application = PublicPath(HookPath(BodyLimits(FastPath(_django))))
upkeep.begin()
