"""QR codes as images inside of a page."""

import base64
from io import BytesIO

import qrcode
from qrcode.image.svg import SvgPathImage


def data_uri(text: str) -> str:
    """A text as a QR code: an SVG in a data: address. It needs a white background."""
    image = BytesIO()
    qrcode.make(text, image_factory=SvgPathImage).save(image)
    return f"data:image/svg+xml;base64,{base64.b64encode(image.getvalue()).decode()}"
