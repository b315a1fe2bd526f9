"""gunicorn's settings: `gunicorn -c config/gunicorn.py`.

keepalive outlives every poll interval: at gunicorn's default of 2 s polls meet closing connections.
worker_connections and backlog leave room for a few thousand displays.
"""

import os

wsgi_app = "config.wsgi:application"
bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
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
