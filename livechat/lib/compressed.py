"""Answers kept ready: a fragment is rendered and compressed once per version and view state, not once per viewer.

What is kept is found by its version tag, which covers everything the fragment is made of. Polled fragments hold no
secrets and no form tokens, so compressing them gives nothing away.
"""

import gzip
from dataclasses import dataclass, field

import brotli

from livechat.lib.ttl_cache import TtlCache

KEEP = 256  # fragments per process
SMALL = 400  # bytes under which compression does not pay


@dataclass(slots=True)
class CompressedBody:
    """One body, with its compressed forms as they are first asked for."""

    plain: bytes
    packed: dict[str, bytes] = field(default_factory=dict)

    def encoded(self, accepted: str) -> tuple[bytes, str]:
        """The body for a client that sends this Accept-Encoding, and the encoding's name ("" for none)."""
        name = "br" if "br" in accepted else "gzip" if "gzip" in accepted else ""
        if not name or len(self.plain) < SMALL:
            return self.plain, ""
        if name not in self.packed:
            self.packed[name] = (
                brotli.compress(self.plain, quality=5) if name == "br" else gzip.compress(self.plain, 6, mtime=0)
            )
        return self.packed[name], name


_kept: TtlCache[str, CompressedBody] = TtlCache(KEEP)


def find(key: str) -> CompressedBody | None:
    """What is kept under a key."""
    return _kept.get(key)


def keep(key: str, body: bytes) -> CompressedBody:
    """Keep a body; the least recently used makes room."""
    made = CompressedBody(body)
    _kept.put(key, made)
    return made
