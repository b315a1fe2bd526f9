"""The chat server under gunicorn. One process with threads serves it, because one process holds all its state."""

import socket
from types import FrameType
from typing import Any

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from livechat.chatserver.api import App, make_app
from livechat.chatserver.options import Options
from livechat.chatserver.world import World


class _Worker(ThreadWorker):
    """Ends at once. gunicorn's own worker waits 2 s for kept connections, and the world ends here anyway."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.handle_quit(sig, frame)


SETTINGS: dict[str, Any] = {
    "workers": 1,
    "worker_class": _Worker,
    "threads": 16,
    "worker_connections": 1000,
    "keepalive": 75,  # seconds; longer than any poll interval, so that no poll is sent over a closing connection
    "timeout": 60,
    "graceful_timeout": 1,
    "preload_app": True,
    "control_socket_disable": True,
    "accesslog": None,
    "errorlog": "-",
    "loglevel": "warning",
    "proc_name": "chatserver",
}


class _Gunicorn(BaseApplication):
    """gunicorn with these settings alone: it reads no file, no command line and no environment."""

    def __init__(self, app: App, settings: dict[str, Any]) -> None:
        self._app = app
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> App:
        return self._app


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on `host` and `port` (0: any free one). Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    listener.set_inheritable(True)
    return listener


def address_of(listener: socket.socket) -> str:
    """The address of the API on `listener`; it ends in `/v4`."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/v4" if ":" in host else f"http://{host}:{port}/v4"


def serve(listener: socket.socket, options: Options) -> None:
    """Serve a new world on `listener` until SIGTERM or SIGINT, then raise SystemExit."""
    app = make_app(World(options), options)
    _Gunicorn(app, SETTINGS | {"bind": f"fd://{listener.detach()}"}).run()
