"""A page in a browser that runs no script: the same content, and every form can be sent."""

from playwright.sync_api import Page

from tests.judge import tools


def look(page: Page, address: str, status: int, title: str) -> list[str]:
    """What is wrong with a page without scripts; `title` is its heading with them."""
    answer = page.goto(address)
    page.evaluate(tools.LOOKS.read_text())
    found: list[str] = page.evaluate("judge.plain()")
    if not answer or answer.status != status:
        found.append(f"answered {answer and answer.status}")
    heading = page.locator("h1").first.inner_text() if page.locator("h1").count() else ""
    if heading.split() != title.split():
        found.append(f"its heading is {heading!r}, with scripts {title!r}")
    return found
