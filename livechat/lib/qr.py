"""QR codes as images inside of a page."""

import base64
import struct
import zlib

import qrcode
from qrcode.constants import ERROR_CORRECT_L

BORDER = 4  # modules: scanners want so much white around a code
SCALE = 8  # pixels of a module
SAME_AS_ABOVE = b"\2"  # PNG's filter "Up": a row that is like the one above is a row of zeros


def png(text: str) -> bytes:
    """A text as a QR code, black on white: a PNG of one bit a pixel, an eighth of the same code in SVG.

    The lowest level of correction has the fewest and largest modules, and nothing is worn or dirty on a screen.
    """
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_L, border=BORDER)
    code.add_data(text)
    rows = code.get_matrix()
    side = len(rows) * SCALE
    above, lines = bytes(side // 8), b""
    for row in rows:
        # A module is eight pixels, so a byte.
        line = bytes(0 if dark else 255 for dark in row)
        lines += SAME_AS_ABOVE + bytes((one - other) % 256 for one, other in zip(line, above, strict=True))
        lines += (SAME_AS_ABOVE + bytes(side // 8)) * (SCALE - 1)
        above = line
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def data_uri(text: str) -> str:
    """A text as a QR code: an image in a data: address."""
    return f"data:image/png;base64,{base64.b64encode(png(text)).decode()}"


def svg(text: str) -> str:
    """The same image within an SVG, for those who ask for one."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><image width="9" height="9" '
        f'href="{data_uri(text)}"/></svg>'
    )
