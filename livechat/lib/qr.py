"""QR codes, as snapshots that stand in a page."""

import base64
from io import BytesIO

import qrcode
from qrcode.image.svg import SvgPathImage


def data_uri(text: str) -> str:
    """A text as a QR code: an SVG in a data: address. Needs a white ground."""
    picture = BytesIO()
    qrcode.make(text, image_factory=SvgPathImage).save(picture)
    return f"data:image/svg+xml;base64,{base64.b64encode(picture.getvalue()).decode()}"
