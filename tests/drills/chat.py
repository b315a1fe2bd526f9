"""The bench's chat server, which also writes down each agent whose status it is told to set (DRILL_PUTS: where)."""

import os
import sys
from pathlib import Path

from django.core.management import execute_from_command_line

from livechat.chatserver import server
from livechat.chatserver.api import App
from livechat.chatserver.wire import Call
from tests.bench.chat import THREADS

_put_agent = App._put_agent


def noted(self: App, call: Call, target: str) -> bytes:
    """Answer as ever, and note the agent."""
    with Path(os.environ["DRILL_PUTS"]).open("a") as file:
        file.write(f"{target}\n")
    return _put_agent(self, call, target)


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    server.SETTINGS["threads"] = THREADS
    App._put_agent = noted  # type: ignore[method-assign]
    execute_from_command_line(sys.argv)
