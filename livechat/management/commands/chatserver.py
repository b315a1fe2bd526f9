"""`manage.py chatserver`: a stand-in for Comm100 with simulated people, for the demo and for tests."""

import os
import secrets
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from livechat.chatserver import past_lines
from livechat.chatserver.options import Options
from livechat.chatserver.server import address_of, listen, serve


class Command(BaseCommand):
    """Serves the chat server until SIGTERM or SIGINT. Needs no database."""

    help = "Serve a stand-in for Comm100 Live Chat with simulated agents and visitors."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options. Each has a default, so that the command alone serves a plausible demo."""
        add = parser.add_argument
        add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
        add("--port", type=_port, default=8100, help="port, 0 for a free one (default: %(default)s)")
        add("--agents", type=_at_least_one, default=24, help="agents (default: %(default)s)")
        add("--visitors", type=_at_least_one, default=180, help="visitors on site (default: %(default)s)")
        add("--seed", default="livechat", help="decides who is who and what happens")
        add("--freeze", action="store_true", help="nothing changes by itself")
        add("--hostile", action="store_true", help="some visitors' names and values are meant to break pages")
        add("--visitor-put", choices=("merge", "replace"), default="merge", help="what a visitor PUT does")
        add("--visibility-delay", type=_seconds, default=0.0, help="seconds until a write shows in reads")
        add("--list-cache", type=_seconds, default=0.0, help="seconds that both lists may be old")
        add("--past", type=_at_least_one, metavar="DAYS", help="serve nothing: print the truth of simulated days")
        add("--past-from", type=_count, help="when they begin, seconds since 1970 (default: they end at last midnight)")
        add("--past-file", help="write it there (default: print it)")
        add("--past-looks", action="store_true", help="add what both lists answer at each look")
        add("--latency", type=_seconds, default=0.0, help="seconds that every call takes at least")
        add("--rate-limit", type=_count, default=0, help="calls per 5 minutes and address, 0 for no limit")
        add("--no-directory", action="store_true", help="refuse names, departments and away statuses (403)")
        add("--token", help="access token that never expires (default: CHATSERVER_TOKEN, else a new one)")
        add("--token-lifetime", type=_seconds, default=43199.0, help="seconds a token of /oauth/token lasts")
        add("--client-id", default="livechat-demo", help="OAuth client id (default: %(default)s)")
        add("--client-secret", default="demo-client-secret", help="OAuth client secret")
        add("--api-key", default="demo-api-key", help="API key for HTTP Basic with an agent's e-mail")
        add("--site-id", default="10000", help="site id for HTTP Basic (default: %(default)s)")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Listen, say where, and serve."""
        os.environ.pop("SCRIPT_NAME", None)  # the dashboard's: this gunicorn would refuse every address without it
        if options["past"]:
            days, began, file = (options[name] for name in ("past", "past_from", "past_file"))
            past_lines.write(_options(options, ""), days, began, file, looks=options["past_looks"])
            return
        token = options["token"] or os.environ.get("CHATSERVER_TOKEN", "")
        made = "" if token else secrets.token_urlsafe(24)
        try:
            listener = listen(options["host"], options["port"])
        except OSError as error:
            where = f"{options['host']}:{options['port']}"
            raise CommandError(f"The chat server cannot listen on {where}: {error.strerror}.") from error
        self.stdout.write(f"Chat server: {address_of(listener)}")
        if made:
            self.stdout.write(f"Token: {made}")
        self.stdout.flush()
        serve(listener, _options(options, token or made))


def _options(given: dict[str, Any], token: str) -> Options:
    same = (
        "agents visitors seed freeze hostile visitor_put visibility_delay list_cache latency rate_limit token_lifetime "
        "client_id client_secret api_key site_id"
    )
    chosen = {name: given[name] for name in same.split()}
    return Options(token=token, directory=not given["no_directory"], **chosen)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ArgumentTypeError(f"{text!r} is not a whole number from 0")
    return int(text)


def _at_least_one(text: str) -> int:
    if not _count(text):
        raise ArgumentTypeError("at least 1: the sample agent and visitor are always there")
    return int(text)


def _port(text: str) -> int:
    if _count(text) > 65535:
        raise ArgumentTypeError(f"{text!r} is not a port")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a number of seconds") from error
    if not 0 <= seconds < float("inf"):
        raise ArgumentTypeError(f"{text!r} is not a number of seconds from 0")
    return seconds
