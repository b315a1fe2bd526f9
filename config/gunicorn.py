"""gunicorn's settings: `gunicorn -c config/gunicorn.py`.

keepalive outlives every poll interval: at gunicorn's default of 2 s polls meet closing connections.
A write waits for Comm100 in its thread, 8 s where it hangs: 32 of them leave room for everybody's pages, and a thread
that is not needed is never made. worker_connections and backlog leave room for a few thousand displays.
"""

import gc
import os
from typing import Any

wsgi_app = "config.wsgi:application"
bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 16
keepalive = 75
worker_connections = 3000
backlog = 4096
timeout = 60
graceful_timeout = 3
control_socket_disable = True
forwarded_allow_ips = os.environ.get("TRUSTED_PROXIES", "127.0.0.1")
accesslog = None
errorlog = "-"
loglevel = "warning"


def post_worker_init(worker: Any) -> None:
    """Take what was loaded at the start out of the garbage collector's rounds: a tenth of a poll's CPU, measured."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
