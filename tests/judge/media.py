"""What a page is to those who hear it, press it with a shaky hand, force colours, or print it."""

from playwright.sync_api import Page


def look(page: Page) -> list[str]:
    """What is wrong with a page's tables, boxes, forced colours and print."""
    page.set_viewport_size({"width": 1280, "height": 900})
    found: list[str] = [*page.evaluate("judge.nameless()"), *page.evaluate("judge.small()")]
    page.emulate_media(forced_colors="active")
    found += [f"forced colours: {text}" for text in page.evaluate("judge.forced()")]
    page.emulate_media(forced_colors="none", media="print")
    page.set_viewport_size({"width": 720, "height": 1000})
    found += [f"print: {text}" for text in page.evaluate("judge.printed()")]
    page.emulate_media(media="screen")
    return found
