"""Ready answers: a fragment is rendered and compressed once per version and view, not once per viewer.

The key of a fragment is its version tag, which covers everything the fragment is made of. Polled fragments hold no
secrets and no form tokens, so their compressed size tells nothing.
"""

import gzip
import re
from dataclasses import dataclass, field
from functools import lru_cache

import brotli

from livechat.lib.ttl_cache import TtlCache

ENCODINGS = ("br", "gzip")
MAX_BODIES = 256  # in one process
QUALITY = 6  # of both. Brotli takes five times as long at 7, and makes a hundredth less of it
MIN_COMPRESSED_BYTES = 400  # compressing less does not pay


@lru_cache(maxsize=256)
def best(accepted: str) -> str:
    """The encoding that an Accept-Encoding likes best of Brotli and gzip; "" for none. Of equals Brotli is smaller."""
    weights = dict(map(_weighed, accepted.lower().split(",")))
    liked = {name: weights.get(name, weights.get("*", 0.0)) for name in ENCODINGS}
    name = max(ENCODINGS, key=lambda each: liked[each])
    return name if liked[name] > 0 else ""


def _weighed(part: str) -> tuple[str, float]:
    """An entry's name and its q-value: 1 if it has none, 0 if that is no number."""
    name, *parameters = (piece.strip() for piece in part.split(";"))
    given = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
    return name, float(given) if re.fullmatch(r"[01](\.[0-9]{0,3})?", given) else 0.0


@dataclass(slots=True)
class CompressedBody:
    """A body. Each compressed form is made when a client first asks for it."""

    plain: bytes
    packed: dict[str, bytes] = field(default_factory=dict)

    def encoded(self, accepted: str) -> tuple[bytes, str]:
        """The body for a client that sends this Accept-Encoding, and the name of its encoding, "" for none."""
        name = "" if len(self.plain) < MIN_COMPRESSED_BYTES else best(accepted)
        if not name:
            return self.plain, ""
        if name not in self.packed:
            self.packed[name] = (
                brotli.compress(self.plain, quality=QUALITY)
                if name == "br"
                else gzip.compress(self.plain, QUALITY, mtime=0)
            )
        return self.packed[name], name


_kept: TtlCache[str, CompressedBody] = TtlCache(MAX_BODIES)


def find(key: str) -> CompressedBody | None:
    """The body of a key; None if it is not kept."""
    return _kept.get(key)


def keep(key: str, body: bytes) -> CompressedBody:
    """Keep a body. The one that was not used for longest makes room."""
    made = CompressedBody(body)
    _kept.put(key, made)
    return made
