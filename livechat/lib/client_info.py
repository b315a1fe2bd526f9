"""The client of a request: its address, and its browser in a few words."""

import ipaddress
import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address

# The first pattern that matches names the browser: most browsers claim to be others as well.
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
NO_ADDRESS = "0.0.0.0"  # noqa: S104  # nosec B104
_WITH_PORT = re.compile(r"^(?:\[(.*)\](?::\d+)?|([^:]*):\d+)$")
_MAX_AGENT_CHARS = 400  # of a User-Agent that are searched


def address(environ: Mapping[str, Any]) -> str:
    """The client's address, from a WSGI environment or a request's META; empty if no address can be trusted.

    X-Forwarded-For counts only if one of TRUSTED_PROXIES connects, or a Unix socket while TRUSTED_PROXIES is set.
    Proxies append the address they saw. Read from the right; the first address that is no proxy of ours is the client.
    Anyone may have written what stands left of it, or left of a text that is no address.
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
    """Read an address as sockets and proxies write it, with brackets, a port or an interface. None if it is none."""
    bare = _WITH_PORT.sub(r"\1\2", text.strip()).partition("%")[0]
    try:
        return ipaddress.ip_address(bare)
    except ValueError:
        return None


def _plain(ip: Ip) -> Ip:
    """The IPv4 address inside an IPv6 one such as ::ffff:192.0.2.1, as a socket for both gives it; else the address."""
    return (isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped) or ip


def _is_proxy(ip: Ip | None) -> bool:
    return ip is not None and any(ip in known or _plain(ip) in known for known in settings.TRUSTED_PROXIES)


def network(ip: str) -> str:
    """The place of a client: its IPv4 address, or the /64 of its IPv6 address, because the rest changes by the day."""
    return str(ipaddress.ip_network(f"{ip}/64", strict=False)) if ":" in ip else ip


def browser(agent: str) -> str:
    """The browser in a few words, such as "Chrome 108 on Tizen"; empty if its User-Agent names nothing known."""
    agent = agent[:_MAX_AGENT_CHARS]
    named = next(((name, hit[1]) for name, how in _BROWSERS if (hit := re.search(how, agent))), None)
    system = next((name for name, how in _SYSTEMS if re.search(how, agent)), "")
    words = f"{named[0]} {named[1][:4]}" if named else ""
    return " on ".join(part for part in (words, system) if part)
