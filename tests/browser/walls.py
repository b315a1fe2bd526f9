"""Makes walls and links by the product's forms without looking at their pages, for tests of something else."""

import re

from playwright.sync_api import APIResponse, Page

from tests.drills.people import Fields

ADDRESS = re.compile(r'id="wall-address" href="([^"]+)"')


def make_wall(page: Page, title: str) -> str:
    """Make a wall; the address of its page."""
    return _send(page, "/walls/", {"title": title}).url


def delete_wall(page: Page, wall: str) -> None:
    """Delete a wall by the address of its page. The page is left first: it would ask for the wall's preview."""
    page.goto("about:blank")
    _send(page, wall, {"step": "delete"})


def make_link(page: Page, wall: str) -> str:
    """Make a link to a wall, which has no end; what a TV opens."""
    found = ADDRESS.search(_send(page, f"{wall}links/", {"label": "TV", "days": "never"}).text())
    assert found
    return found[1]


def _send(page: Page, address: str, data: dict[str, str]) -> APIResponse:
    """Send a form of this address as the signed-in person. Returns the page that it leads to."""
    values = Fields(page.request.get(address).text()).values
    answer = page.request.post(address, form=data | {name: values[name] for name in ("csrfmiddlewaretoken", "seat")})
    assert answer.ok, f"{address} answered {answer.status}"
    return answer
