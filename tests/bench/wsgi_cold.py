"""The product with nothing kept between two requests but the figures: every order is sorted, every fragment rendered.

The figures are refreshed seldom, so that a refresh does not fall into what is measured.
"""

from config.wsgi import application
from livechat.boards import visitor_index
from livechat.boards.directory_names import Names
from livechat.lib import compressed
from livechat.live import intervals

_order = visitor_index.order


def order(index: visitor_index.Index, sort: str, names: Names) -> list[int]:
    """An order sorted anew."""
    index.orders.forget()
    return _order(index, sort, names)


def keep(key: str, body: bytes) -> compressed.CompressedBody:
    """A fragment for this answer alone."""
    return compressed.CompressedBody(body)


visitor_index.order, compressed.keep = order, keep
intervals.BASE_SECONDS["visitors"] = 600.0

__all__ = ["application"]
