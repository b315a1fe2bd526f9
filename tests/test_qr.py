"""QR codes: small images that hold what they were asked for."""

import struct
import zlib

import qrcode
from qrcode.constants import ERROR_CORRECT_L

from livechat.lib import qr

TEXT = "otpauth://totp/board.example.org:ann?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=board.example.org"


def modules(png: bytes) -> list[list[bool]]:
    """The dark modules of an image, read as a viewer reads it; its check sums are right."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, chunks = 8, {}
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        name, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        assert struct.unpack(">I", png[at + 8 + size : at + 12 + size]) == (zlib.crc32(name + data),)
        chunks[name], at = data, at + 12 + size
    side, height, *kind = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert (height, kind) == (side, [1, 0, 0, 0, 0])
    pixels, wide = zlib.decompress(chunks[b"IDAT"]), side // 8 + 1
    rows, above = [], bytes(side // 8)
    for start in range(0, len(pixels), wide):
        assert pixels[start] == 2
        above = bytes((one + other) % 256 for one, other in zip(pixels[start + 1 : start + wide], above, strict=True))
        rows.append(above)
    assert len(rows) == side
    return [[byte == 0 for byte in row] for row in rows[:: qr.SCALE]]


def test_the_image_is_the_code_with_its_white_border() -> None:
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_L, border=4)
    code.add_data(TEXT)
    assert modules(qr.png(TEXT)) == code.get_matrix()


def test_the_image_is_small_in_a_page_too() -> None:
    assert len(qr.data_uri(TEXT)) < 1500
    assert len(qr.svg(TEXT)) < 1700
