"""gunicorn's settings: `gunicorn -c config/gunicorn.py`.

keepalive is longer than every poll interval: at gunicorn's default of 2 s polls meet connections that are closing.
A write waits for Comm100 in its thread, up to 8 s. 16 threads in each process leave room for everyone's pages, and a
thread that is not needed is never made. worker_connections and backlog leave room for a few thousand screens.
"""

import gc
import os
import sys
from pathlib import Path
from typing import Any

import environ

BASE_DIR = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BASE_DIR))  # gunicorn reads this file before it heeds --chdir

from livechat.lib import listening  # noqa: E402


class _Env(environ.Env):
    """A copy of the environment with the lines of .env that settings.py reads. A reload (HUP) reads the file again."""

    ENVIRON = dict(os.environ)


_Env.read_env(os.environ.get("ENV_FILE", BASE_DIR / ".env") or os.devnull)
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


def on_starting(arbiter: Any) -> None:
    """Refuse to face clients without a proxy, wherever the address comes from: HOST, or --bind.

    gunicorn prints a RuntimeError as one sentence. Unix sockets and inherited ones are no addresses.
    """
    for address in arbiter.cfg.address:
        reason = listening.refusal(address[0], told.get("BEHIND_PROXY", "")) if isinstance(address, tuple) else ""
        if reason:
            raise RuntimeError(reason)


def post_worker_init(_worker: Any) -> None:
    """Take what was loaded at the start out of the garbage collection. Measured: a tenth of a poll's CPU."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
