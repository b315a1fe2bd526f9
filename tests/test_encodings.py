"""Which encoding a browser gets: none that it refuses."""

import gzip

import brotli
import pytest

from livechat.lib.compressed import CompressedBody

BODY = b"some words that are worth compressing, " * 50
WANTED = {
    "br": "br", "gzip": "gzip", "gzip, br": "br", "gzip, deflate, br, zstd": "br", "BR": "br", " br ;q=1.0": "br",
    "br;q=0": "", "br;q=0, gzip": "gzip", "gzip, br; q=0": "gzip", "br;q=0.000": "", "gzip;q=0,br;q=0": "",
    "br;q=0.1, gzip;q=0.9": "gzip", "br;q=0.5, gzip;q=0.5": "br", "*": "br", "br;q=0, *": "gzip", "*;q=0": "",
    "gzip;q=0, *;q=0.3": "br", "identity": "", "": "", ",": "", "brotli": "", "x-gzip-not": "", "deflate": "",
    "br;q=never": "", "br;q=-1": "", "br;q=nan": "", "gzip;q=1;br": "gzip", "br;level=3": "br",
}  # fmt: skip


@pytest.mark.parametrize("accepted", WANTED)
def test_a_body_comes_in_an_encoding_that_the_browser_takes(accepted: str) -> None:
    content, encoding = CompressedBody(BODY).encoded(accepted)
    assert encoding == WANTED[accepted]
    unpacked = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[encoding](content)
    assert unpacked == BODY
