"""`manage.py demo`: the whole product with a chat server and simulated people."""

import os
import time
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from livechat.ops import demo, serving
from livechat.ops.supervisor import Child, Supervisor

HOST = "127.0.0.1"


class Command(BaseCommand):
    """Serves the dashboard, the collector and a chat server with sample people."""

    help = "Serve the dashboard with a chat server, sample people and a sign-in; prints the addresses."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Prepare, start everything, print the addresses, and keep it running until SIGTERM or Ctrl-C."""
        port, chat_port = serving.port("PORT", 8000), serving.port("CHATSERVER_PORT", 8100)
        serving.check_port(HOST, port, "PORT")
        serving.check_port(HOST, chat_port, "CHATSERVER_PORT")
        chatserver, days = f"http://{HOST}:{chat_port}", serving.number("DEMO_PAST", 14)
        settings.COMM100_HOSTS = [*settings.COMM100_HOSTS, chatserver]
        kept = demo.load_secrets(settings.DATA_DIR)
        supervisor = Supervisor()
        supervisor.watch_signals()
        try:
            supervisor.add(self._chatserver(chat_port, kept))
            serving.prepare_database()
            if not serving.wait_for(f"{chatserver}/stats", supervisor):
                return
            here = f"http://{HOST}:{port}{settings.PUBLIC_PATH}" if serving.number("DEMO_HINTS", 1) else ""
            demo.install(kept, chatserver, here, rings=bool(serving.number("DEMO_ALERTS", 1)))
            env = os.environ | {"COMM100_HOSTS": ",".join(settings.COMM100_HOSTS)}
            if days:
                supervisor.add(self._past(days, env))
            serving.collect_static()
            supervisor.add(serving.web(port, env))
            supervisor.add(serving.collector(env))
            if not serving.wait_for(f"http://{HOST}:{port}/healthz", supervisor):
                return
            self._print(port, chatserver, kept)
            supervisor.run()
        finally:
            supervisor.end()

    def _chatserver(self, port: int, kept: demo.Secrets) -> Child:
        argv = [*serving.MANAGE, "chatserver", "--host", HOST, "--port", str(port)]
        argv += ["--agents", str(serving.number("DEMO_AGENTS", 24))]
        argv += ["--visitors", str(serving.number("DEMO_VISITORS", 180))]
        if os.environ.get("DEMO_SEED"):
            argv += ["--seed", os.environ["DEMO_SEED"]]
        for name, option in (("DEMO_FREEZE", "--freeze"), ("DEMO_HOSTILE", "--hostile")):
            if os.environ.get(name, "").lower() not in {"", "0", "no", "false", "off"}:
                argv += [option]
        return Child("chatserver", argv, os.environ | {"CHATSERVER_TOKEN": kept.token}, quiet=True)

    def _past(self, days: int, env: Mapping[str, str]) -> Child:
        """What makes the past, beside the web. It ends before the first look, which comes later than now."""
        until = str(round(time.time()))
        return Child("past", [*serving.MANAGE, "demo_past", "--days", str(days), "--until", until], env, once=True)

    def _print(self, port: int, chatserver: str, kept: demo.Secrets) -> None:
        here = settings.PUBLIC_URL or f"http://{HOST}:{port}{settings.PUBLIC_PATH}"
        for line in (
            f"Dashboard: {here}/",
            f"Sign in: {demo.USER} / {kept.password}",
            f"Wall: {here}/wall/{kept.wall}/",
            f"Chat server: {chatserver}/v4",
            f"Token: {kept.token}",
        ):
            self.stdout.write(line)
        self.stdout.flush()
