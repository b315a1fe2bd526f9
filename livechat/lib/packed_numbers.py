"""Whole numbers beside each other in bytes, the lowest byte first: as wide as they must be, and 8 bytes for sums."""

import struct

WIDE_BYTES = 8


def widened(body: bytes, width: int) -> bytearray:
    """Numbers of `width` bytes with room for sums of many."""
    wide = bytearray(len(body) // width * WIDE_BYTES)
    for place in range(width):
        wide[place::WIDE_BYTES] = body[place::width]
    return wide


def unpacked(body: bytes | bytearray, width: int = WIDE_BYTES) -> tuple[int, ...]:
    """Numbers of `width` bytes, one after the other."""
    wide = body if width == WIDE_BYTES else widened(bytes(body), width)
    return struct.unpack(f"<{len(wide) // WIDE_BYTES}Q", wide)
