"""The running demo with one of everything, and browsers that are signed in as each kind of person."""

import base64
import hashlib
import hmac
import re
import struct
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect

from tests.support.demo import Demo
from tests.support.every_page import MADE, SECURED, SIGNED_IN, STRANGERS

DEMO = {"COMM100_DEADLINE": "3", "DEMO_FREEZE": "1", "DEMO_HOSTILE": "1", "DEMO_AGENTS": "48", "DEMO_VISITORS": "204"}
NOT_THERE = re.compile("no-such-")
# The pages of the list that lead on to a page with another address.
LEADS_ON = {"tv"}
NAME, PASSWORD = "secured", "correct horse battery"
SECURE = f"""
from django.contrib.auth.models import User
from livechat.models import Membership, Role, Site
user = User.objects.create_user("{NAME}", "secured@example.org", "{PASSWORD}")
Membership.objects.create(user=user, site=Site.objects.get(), role=Role.ADMINISTRATOR)
"""
AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A page to be judged: its name, its address, who sees it, and the status of its answer."""

    name: str
    address: str
    who: str
    status: int


@dataclass(frozen=True)
class World:
    """What the judge's browsers need: where, which pages, and the cookies of each person."""

    url: str
    places: tuple[Place, ...]
    states: dict[str, StorageState]

    def context(self, browser: Browser, who: str, **options: Any) -> BrowserContext:
        """A browser's window of that person."""
        calm: dict[str, Any] = {
            "base_url": self.url,
            "reduced_motion": "reduce",
            "locale": "en-GB",
            "timezone_id": "UTC",
        }
        return browser.new_context(**(calm | options), storage_state=self.states[who])


def prepare(browser: Browser, demo: Demo) -> World:
    """Sign everybody in and make what pages show. The host has a name: passkeys belong to names."""
    demo.shell(SECURE)
    url = demo.url.replace("127.0.0.1", "localhost")
    states: dict[str, StorageState] = {"stranger": {"cookies": [], "origins": []}}
    with browser.new_context(base_url=url) as context:
        found = _made(context.new_page(), demo)
        states["user"] = context.storage_state()
    with browser.new_context(base_url=url) as context:
        page = context.new_page()
        _sign_in(page, NAME, PASSWORD)
        _second_factor(page)
        _passkey(page)
        states["secured"] = context.storage_state()
    with browser.new_context(base_url=url) as context:
        page = context.new_page()
        _sign_in(page, NAME, PASSWORD, onward="**/2fa/authenticate/")
        states["half in"] = context.storage_state()
    found["passkey"] = demo.query("SELECT id FROM mfa_authenticator WHERE type = 'webauthn'")[0][0]
    return World(url, tuple(_places(found)), states)


def _places(found: dict[str, Any]) -> list[Place]:
    # Five minutes after the sign-in some pages of an account ask for the password again: these come first.
    people = [(SECURED, "secured"), (SIGNED_IN | MADE, "user"), (STRANGERS, "stranger")]
    return [
        Place(
            name,
            path.format(**found),
            "half in" if name == "two-step-ask" else who,
            404 if NOT_THERE.match(name) else 200,
        )
        for pages, who in people
        for name, path in pages.items()
    ]


def _sign_in(page: Page, name: str, password: str, onward: str = "**/agents/") -> None:
    page.goto("/agents/")
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(onward)


def _reauthenticate(page: Page, password: str) -> None:
    """Give the password again: the pages of second factors ask for it."""
    page.goto("/accounts/2fa/webauthn/add/")
    if "/reauthenticate/" in page.url:
        page.locator("main input[type=password]").fill(password)
        page.locator("main button[type=submit]").first.click()
        page.wait_for_url("**/webauthn/add/")


def _second_factor(page: Page) -> None:
    """Turn on an app's codes as a person does."""
    page.goto("/accounts/2fa/totp/activate/")
    if "/reauthenticate/" in page.url:
        page.locator("main input[type=password]").fill(PASSWORD)
        page.locator("main button[type=submit]").first.click()
        page.wait_for_url("**/totp/activate/")
    secret = page.locator("#authenticator_secret").input_value()
    page.locator("main input[name=code]").fill(_code(secret))
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/recovery-codes/")


def _passkey(page: Page) -> None:
    """Add a passkey, with an authenticator that Chromium simulates."""
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    page.goto("/accounts/2fa/webauthn/add/")
    page.locator("main input[name=name]").fill("A key")
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/accounts/2fa/")


def _code(secret: str) -> str:
    """The code of an app at this moment (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def _made(page: Page, demo: Demo) -> dict[str, Any]:
    """What stands in addresses: an agent, a visitor, an invitation, a channel, an alert, a bulk change, a plan, …"""
    _sign_in(page, demo.user, demo.password)
    _reauthenticate(page, demo.password)
    agents = demo.agents()
    found: dict[str, Any] = {
        "agent": agents[0]["id"],
        "visitor": demo.visitors()[0]["id"],
        "wall": urlsplit(demo.wall).path,
    }
    page.goto("/sites/1/invitations/")
    page.get_by_label("For whom?").fill("somebody@example.org")
    page.get_by_role("button", name="Make the link").click()
    found["invite"] = urlsplit(page.locator("#invite-address").inner_text()).path
    page.goto("/alerts/channels/new/?kind=mail")
    page.get_by_label("Who or what is told?").fill("The team")
    page.locator("main input[name=address]").fill("team@example.org")
    page.get_by_role("button", name="Make the channel").click()
    channel = page.get_by_role("link", name="The team").get_attribute("href")
    found["channel"] = (channel or "").rstrip("/").rpartition("/")[2]
    page.goto("/alerts/rules/new/?kind=waiting")
    page.get_by_label("Rings at this many").fill("1")
    page.get_by_label("Ends at this many").fill("0")
    page.get_by_label("Rings after it has lasted").fill("0")
    page.get_by_role("button", name="Save").click()
    page.goto("/alerts/")
    ring = page.locator(".ring h2 a")
    expect(ring).to_be_visible(timeout=30_000)  # the demo's visitors wait: the next look finds it
    found["alert"] = (ring.get_attribute("href") or "").rstrip("/").rpartition("/")[2]
    rule = page.locator(".on-rules a").get_attribute("href")
    found["rule"] = (rule or "").rstrip("/").rpartition("/")[2]
    picked = [agent["id"] for agent in agents[1:] if agent["status"] == "Online"][:2]
    page.goto("/agents/bulk/?boxes=1&" + "&".join(f"agent={each}" for each in picked))
    page.get_by_label("Training").check()
    page.locator("main").get_by_text("Until…").click()
    page.get_by_label("Until", exact=True).fill("23:59")
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Start").click()
    expect(page.locator("#progress")).to_contain_text("Done", timeout=60_000)
    found["run"] = page.url.rstrip("/").rpartition("/")[2]
    found["plan"] = demo.query("SELECT id FROM livechat_plan")[0][0]
    page.goto("/changes/")
    undo = page.get_by_role("link", name=re.compile("^Undo: ")).first.get_attribute("href")
    found["change"] = re.findall(r"/changes/([^/]+)/undo/", undo or "")[0]
    page.goto("/visitors/?sort=-visits")
    expect(page.locator("[data-row]").first).to_be_visible()
    return found


def run_demo(folder: Path) -> Demo:
    """The demo as it is judged; to be entered."""
    return Demo(folder, ready=True, **DEMO)
