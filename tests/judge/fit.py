"""A page fits every width: nothing scrolls sideways, names have room, and words are not cut."""

from playwright.sync_api import Page

from tests.browser.test_fit import LEAST, NAMES, OUTSIDE, SIDEWAYS, WIDTHS

QUICK = (320, 390, 724, 768, 1024, 1440, 2560)


def look(page: Page, widths: tuple[int, ...] = WIDTHS) -> list[str]:
    """What does not fit, by width."""
    found: list[str] = page.evaluate("judge.undrawn()")
    for width in widths:
        page.set_viewport_size({"width": width, "height": 844})
        wide = page.evaluate(SIDEWAYS)
        narrow = [room for room in page.evaluate(NAMES) if room < LEAST]
        found += [f"{width}: {wide} px too wide"] if wide > 0 else []
        found += [f"{width}: a name has {min(narrow):.0f} px"] if narrow else []
        found += [f"{width}: outside its card: {one}" for one in page.evaluate(OUTSIDE)[:2]]
        found += [f"{width}: {text}" for text in page.evaluate("judge.cut()")[:2]]
    return found
