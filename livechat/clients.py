"""Who is at the other end of a request: the address, and the browser in short words."""

import ipaddress
import re
from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

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
_LONGEST = 400  # characters of a browser's own words that are looked at


def address(environ: Mapping[str, Any]) -> str:
    """The client's address, by the same rule as the sign-in throttle's; empty where there is none (a Unix socket).

    Takes a WSGI environment, as it is before Django and as a request's META is.
    """
    request = HttpRequest()
    request.META = dict(environ)
    try:
        return str(get_adapter(request).get_client_ip(request))
    except PermissionDenied:
        return ""


def network(ip: str) -> str:
    """What tells one place from another: an IPv4 address, the /64 of an IPv6 address, for those change by the day."""
    if ":" not in ip:
        return ip
    return str(ipaddress.ip_network(f"{ip.partition('%')[0]}/64", strict=False))


def browser(agent: str) -> str:
    """A browser in short words, such as "Chrome 108 on Tizen"; empty where its own words say nothing known."""
    agent = agent[:_LONGEST]
    named = next(((name, hit[1]) for name, how in _BROWSERS if (hit := re.search(how, agent))), None)
    system = next((name for name, how in _SYSTEMS if re.search(how, agent)), "")
    words = f"{named[0]} {named[1][:4]}" if named else ""
    return " on ".join(part for part in (words, system) if part)
