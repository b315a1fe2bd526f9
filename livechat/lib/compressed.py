"""Ready answers: a fragment is rendered and compressed once per version and view, not once per viewer.

The key of a fragment is its version tag, which covers everything the fragment is made of. Polled fragments hold no
secrets and no form tokens, so their compressed size tells nothing.
"""

import gzip
from dataclasses import dataclass, field

import brotli

from livechat.lib.ttl_cache import TtlCache

MAX_BODIES = 256  # in one process
MIN_COMPRESSED_BYTES = 400  # compressing less does not pay


@dataclass(slots=True)
class CompressedBody:
    """A body. Each compressed form is made when a client first asks for it."""

    plain: bytes
    packed: dict[str, bytes] = field(default_factory=dict)

    def encoded(self, accepted: str) -> tuple[bytes, str]:
        """The body for a client that sends this Accept-Encoding, and the name of its encoding, "" for none."""
        name = "br" if "br" in accepted else "gzip" if "gzip" in accepted else ""
        if not name or len(self.plain) < MIN_COMPRESSED_BYTES:
            return self.plain, ""
        if name not in self.packed:
            self.packed[name] = (
                brotli.compress(self.plain, quality=5) if name == "br" else gzip.compress(self.plain, 6, mtime=0)
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
