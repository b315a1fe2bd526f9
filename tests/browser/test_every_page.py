"""Every page, on a desk and on a phone, light and dark: no complaint, nothing inaccessible, nothing too wide."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, StorageState

from tests.browser.watch import Complaints
from tests.support.demo import Demo

pytestmark = pytest.mark.xdist_group("browser")

AXE = (Path(__file__).resolve().parents[1] / "vendor" / "axe.min.js").read_text()
CHECK = """async () => {
  const { violations } = await axe.run({ resultTypes: ["violations"] });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 150)).join(" | ")}`);
}"""
WIDTHS = {"desk": 1440, "phone": 390}
LOOKS = [f"{width}-{scheme}" for width in WIDTHS for scheme in ("light", "dark")]
# The demo's own rows are the first of their tables; {agent}, {visitor} and {wall} are filled in.
SIGNED_IN = {
    "agents": "/agents/",
    "agents-none": "/agents/?q=nobody+has+this+name",
    "agent": "/agents/{agent}/",
    "agent-status": "/agents/{agent}/status/",
    "visitors": "/visitors/",
    "visitors-sorted": "/visitors/?sort=-visits&page=2",
    "visitor": "/visitors/{visitor}/",
    "visitor-variables": "/visitors/{visitor}/variables/",
    "walls": "/walls/",
    "wall-edit": "/walls/1/",
    "changes": "/changes/",
    "connection": "/connection/",
    "directory": "/directory/",
    "directory-agent": "/directory/agents/1/",
    "directory-department": "/directory/departments/1/",
    "sites": "/sites/",
    "site": "/sites/1/",
    "member-add": "/sites/1/members/",
    "member": "/sites/1/members/1/",
    "start": "/start/",
    "password": "/accounts/password/change/",
    "two-step": "/accounts/2fa/",
    "two-step-app": "/accounts/2fa/totp/activate/",
    "passkeys": "/accounts/2fa/webauthn/",
    "reauthenticate": "/accounts/reauthenticate/",
    "sign-out": "/accounts/logout/",
    "no-such-page": "/no/such/page/",
    "no-such-agent": "/agents/00000000-0000-4000-8000-000000000000/",
}
STRANGERS = {
    "sign-in": "/accounts/login/",
    "sign-up": "/accounts/signup/",
    "password-reset": "/accounts/password/reset/",
    "wall": "{wall}",
}

Visit = Callable[[str, str, bool], Page]


@pytest.fixture(scope="module")
def listener() -> Complaints:
    """What the pages of all looks complain of; each test empties it first."""
    return Complaints()


@pytest.fixture(scope="module")
def visit(browser: Browser, demo: Demo, signed_in: StorageState, listener: Complaints) -> Iterator[Visit]:
    """Opens an address in the one page of a look and of who is looking."""
    pages: dict[tuple[str, bool], Page] = {}

    def open_page(look: str, address: str, known: bool) -> Page:
        if (look, known) not in pages:
            width, _, scheme = look.partition("-")
            options: dict[str, Any] = {"storage_state": signed_in} if known else {}
            viewport = {"width": WIDTHS[width], "height": 900}
            context = browser.new_context(base_url=demo.url, viewport=viewport, color_scheme=scheme, **options)
            listener.listen(context)
            pages[look, known] = context.new_page()
        listener.texts.clear()
        place = {"agent": demo.agents()[0]["id"], "visitor": demo.visitors()[0]["id"], "wall": demo.wall}
        pages[look, known].goto(address.format(**place))
        return pages[look, known]

    yield open_page
    for page in pages.values():
        page.context.close()


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", [*SIGNED_IN, *STRANGERS])
def test_a_page_is_quiet_accessible_and_fits(visit: Visit, listener: Complaints, name: str, look: str) -> None:
    page = visit(look, (SIGNED_IN | STRANGERS)[name], name in SIGNED_IN)
    wanted = [text for text in listener.texts if name.startswith("no-such") and " 404 " in text]
    page.evaluate(AXE)
    assert page.evaluate(CHECK) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert [text for text in listener.texts if text not in wanted] == []
