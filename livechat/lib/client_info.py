"""Who is at the other end of a request: the address, and the browser in short words."""

import ipaddress
import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address

# The first that fits names it: most browsers claim to be others as well.
_BROWSERS = (
    ("Edge", r"\bEdgA?/(\d+)"),
    ("Opera", r"\bOPR/(\d+)"),
    ("Samsung Internet", r"\bSamsungBrowser/(\d+)"),
    ("Silk", r"\bSilk/(\d+)"),
    ("Firefox", r"\b(?:Firefox|FxiOS)/(\d+)"),
    ("Chrome", r"\b(?:Chrome|Chromium|CriOS|HeadlessChrome)/(\d+)"),
    ("Safari", r"\bVersion/(\d+)\S* .*Safari/"),
    ("Internet Explorer", r"\b(?:MSIE |Trident/.*rv:)(\d+)"),
)
_SYSTEMS = (
    ("Tizen", r"\bTizen\b"),
    ("webOS", r"\bWeb0S\b|\bwebOS\b"),
    ("Fire TV", r"\bAFT\w+"),
    ("Android", r"\bAndroid\b"),
    ("ChromeOS", r"\bCrOS\b"),
    ("iPad", r"\biPad\b"),
    ("iPhone", r"\biPhone\b"),
    ("Windows", r"\bWindows\b"),
    ("macOS", r"\bMac OS X\b|\bMacintosh\b"),
    ("Linux", r"\bLinux\b|\bX11\b"),
)
# Stands for "no address" in columns of addresses, which cannot be empty. Nothing is bound to it.
NO_ADDRESS = "0.0.0.0"  # noqa: S104
_WITH_PORT = re.compile(r"^(?:\[(.*)\](?::\d+)?|([^:]*):\d+)$")
_LONGEST = 400  # characters of a browser's own words that are looked at


def address(environ: Mapping[str, Any]) -> str:
    """The client's address, out of a WSGI environment or a request's META; empty where there is none to believe.

    X-Forwarded-For counts where one of TRUSTED_PROXIES connects, or, if there are any, a Unix socket. Each proxy adds
    at its right end whom it saw: the first from there that is none of them is the client. What stands left of it, or
    of anything that is no address, anybody may have written.
    """
    peer = environ.get("REMOTE_ADDR") or ""
    seen = _ip(peer)
    believed = _is_proxy(seen) if peer else bool(settings.TRUSTED_PROXIES)
    if believed:
        for entry in reversed(environ.get("HTTP_X_FORWARDED_FOR", "").split(",")):
            told = _ip(entry)
            seen = told or seen
            if not _is_proxy(told):
                break
    return str(_plain(seen)) if seen else ""


def _ip(text: str) -> Ip | None:
    """An address as sockets and proxies write it: some in brackets, some with a port, some with an interface."""
    bare = _WITH_PORT.sub(r"\1\2", text.strip()).partition("%")[0]
    try:
        return ipaddress.ip_address(bare)
    except ValueError:
        return None


def _plain(ip: Ip) -> Ip:
    """An address; out of an IPv6 one such as ::ffff:192.0.2.1, which a socket for both kinds tells, the IPv4 one."""
    return (isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped) or ip


def _is_proxy(ip: Ip | None) -> bool:
    return ip is not None and any(ip in known or _plain(ip) in known for known in settings.TRUSTED_PROXIES)


def network(ip: str) -> str:
    """What tells one place from another: an IPv4 address, the /64 of an IPv6 address, for those change by the day."""
    return str(ipaddress.ip_network(f"{ip}/64", strict=False)) if ":" in ip else ip


def browser(agent: str) -> str:
    """A browser in short words, such as "Chrome 108 on Tizen"; empty where its own words say nothing known."""
    agent = agent[:_LONGEST]
    named = next(((name, hit[1]) for name, how in _BROWSERS if (hit := re.search(how, agent))), None)
    system = next((name for name, how in _SYSTEMS if re.search(how, agent)), "")
    words = f"{named[0]} {named[1][:4]}" if named else ""
    return " on ".join(part for part in (words, system) if part)
