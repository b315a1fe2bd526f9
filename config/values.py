"""Settings that need more than a type: addresses, networks, times, and the id of the build."""

import hashlib
import ipaddress
import logging
import os
import re
import zoneinfo
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from livechat.lib.files import keep_private, make_private_folder


def env_file(base: Path) -> str | Path:
    """The file with more of the environment: ENV_FILE, or else .env beside manage.py. An empty ENV_FILE means none."""
    return os.environ.get("ENV_FILE", base / ".env") or os.devnull


def in_private_folder(file: str) -> Path:
    """The path of a database file. Its folder is made if it is missing, and what is there of it becomes private.

    Raises ImproperlyConfigured if the folder cannot be made.
    """
    path = Path(file)
    make_private_folder(path.parent)
    for suffix in ("", "-wal", "-shm"):
        keep_private(path.with_name(path.name + suffix))
    return path


def public_url(name: str, url: str) -> tuple[str, str]:
    """An address in two parts: scheme://host[:port], and a path such as "/board", "" for none.

    Raises ImproperlyConfigured for anything more or less.
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {url!r} is not an address: {error}.") from error
    more = parts.query or parts.fragment or parts.username is not None
    if parts.scheme not in {"http", "https"} or not parts.hostname or more:
        raise ImproperlyConfigured(
            f"{name}: {url!r} is not an address like https://board.example.org or https://tools.example.org/board"
        )
    return f"{parts.scheme}://{parts.netloc}", public_path(name, parts.path)


def reached(url: str, script_name: str) -> tuple[str, str]:
    """PUBLIC_URL in the same two parts, "" each if it is not set. Its path may be in SCRIPT_NAME, which WSGI calls it.

    Raises ImproperlyConfigured, also if the two differ.
    """
    origin, path = public_url("PUBLIC_URL", url) if url else ("", "")
    other = public_path("SCRIPT_NAME", script_name)
    if path and other and path != other:
        raise ImproperlyConfigured(f"SCRIPT_NAME: {other!r} is not the path of PUBLIC_URL, which is enough by itself.")
    return origin, path or other


def public_path(name: str, path: str) -> str:
    """The path under which people reach every page: "/board", or "" for the whole host. Raises ImproperlyConfigured."""
    bare = path.strip().rstrip("/")
    if not re.fullmatch(r"(/(?!\.{1,2}(/|$))[A-Za-z0-9._~-]+)*", bare):
        raise ImproperlyConfigured(f"{name}: {path!r} is not a path like /board of letters, digits and -._~")
    return bare


def networks(name: str, items: list[str]) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """IP addresses and networks. Like gunicorn it refuses bits beyond a network's length (ImproperlyConfigured)."""
    found = []
    for item in items:
        try:
            found.append(ipaddress.ip_network(item.strip()))
        except ValueError as error:
            raise ImproperlyConfigured(f"{name}: {item!r} is neither an IP address nor a network: {error}.") from error
    return found


def metrics_token(name: str, text: str) -> str:
    """A token of 16 or more visible ASCII characters; "" if none is set. Raises ImproperlyConfigured without the value.

    No one is held back from trying tokens, so a short one could be found.
    """
    bare = text.strip()
    if bare and not re.fullmatch(r"[!-~]{16,}", bare):
        raise ImproperlyConfigured(
            f"{name} must have 16 or more characters: ASCII letters, digits and signs, no blanks."
        )
    return bare


def watcher(name: str, url: str) -> str:
    """An https address, or an http one of this machine's loopback; "" if none is set.

    Raises ImproperlyConfigured without the value, which is often a secret.
    """
    bare = url.strip()
    try:
        parts = urlsplit(bare)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    allowed = parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))
    if bare and not (allowed and host and re.fullmatch("[!-~]+", bare)):
        raise ImproperlyConfigured(
            f"{name} is not an address like https://watch.example.org/…; http may only name this machine's loopback."
        )
    return bare


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def seconds(name: str, text: str, *, most: float) -> float:
    """A number of seconds, more than 0 and at most `most`. Raises ImproperlyConfigured."""
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0 < found <= most:
        raise ImproperlyConfigured(f"{name}: {text!r} is not a number of seconds, more than 0 and at most {most:g}.")
    return found


def days(name: str, text: str) -> int:
    """A whole number of days, 0 or more. Raises ImproperlyConfigured."""
    if not re.fullmatch("[0-9]{1,6}", text.strip()):
        raise ImproperlyConfigured(f"{name}: {text!r} is not a whole number of days, 0 or more.")
    return int(text)


def zone(name: str, text: str) -> str:
    """The name of a time zone that this machine knows. Raises ImproperlyConfigured."""
    if text not in zoneinfo.available_timezones():
        raise ImproperlyConfigured(f"{name}: {text!r} is not a time zone like Europe/Berlin.")
    return text


def level(name: str, text: str) -> str:
    """The name of a log level, in capitals. Raises ImproperlyConfigured."""
    found = text.strip().upper()
    if found not in logging.getLevelNamesMapping():
        raise ImproperlyConfigured(f"{name}: {text!r} is not a level like DEBUG, INFO, WARNING or ERROR.")
    return found


def build_id(base: Path) -> str:
    """Twelve hex digits that change with code, templates and static files. Pages reload when they change."""
    digest = hashlib.sha256()
    for folder in ("livechat", "templates", "static", "config"):
        for path in sorted((base / folder).rglob("*")):
            if path.is_file() and re.fullmatch(r"\.(py|html|css|js|svg|mo)", path.suffix):
                digest.update(path.relative_to(base).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:12]
