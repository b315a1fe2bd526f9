"""gunicorn's settings: `gunicorn -c config/gunicorn.py`.

keepalive outlives every poll interval: at gunicorn's default of 2 s polls meet closing connections.
A write waits for Comm100 in its thread, 8 s where it hangs: 32 of them leave room for everybody's pages, and a thread
that is not needed is never made. worker_connections and backlog leave room for a few thousand displays.
"""

import gc
import os
from pathlib import Path
from typing import Any

import environ


class _Env(environ.Env):
    """The environment with the lines of .env that settings.py reads, in a copy: a reload (HUP) reads the file anew."""

    ENVIRON = dict(os.environ)


_Env.read_env(os.environ.get("ENV_FILE", Path(__file__).resolve().parent.parent / ".env") or os.devnull)
told = _Env.ENVIRON

wsgi_app = "config.wsgi:application"
_host = (told.get("HOST") or "127.0.0.1").strip("[]")
bind = f"{f'[{_host}]' if ':' in _host else _host}:{told.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(told.get("WEB_CONCURRENCY", "2"))
threads = 16
keepalive = 75
worker_connections = 3000
backlog = 4096
timeout = 60
graceful_timeout = 3
control_socket_disable = True
forwarded_allow_ips = told.get("TRUSTED_PROXIES", "127.0.0.1")
accesslog = None
errorlog = "-"
logger_class = "config.gunicornlog.MaskedLogger"
loglevel = "warning"


def post_worker_init(worker: Any) -> None:
    """Take what was loaded at the start out of the garbage collector's rounds: a tenth of a poll's CPU, measured."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
