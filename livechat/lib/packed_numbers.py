"""Whole numbers beside each other in bytes, the lowest byte first: as wide as they must be, and 8 bytes for sums."""

import struct
from collections.abc import Sequence

WIDE_BYTES = 8


def packed(numbers: Sequence[int]) -> tuple[int, bytes]:
    """How many bytes the largest of these numbers takes, and each of them in so many."""
    width = max(1, (max(numbers, default=0).bit_length() + 7) // 8)
    wide = struct.pack(f"<{len(numbers)}Q", *numbers)
    body = bytearray(len(numbers) * width)
    for place in range(width):
        body[place::width] = wide[place::WIDE_BYTES]
    return width, bytes(body)


def widened(body: bytes, width: int, room: int = WIDE_BYTES) -> bytearray:
    """Numbers of `width` bytes with room for sums of many: in `room` bytes each."""
    wide = bytearray(len(body) // width * room)
    for place in range(width):
        wide[place::room] = body[place::width]
    return wide


def unpacked(body: bytes | bytearray, width: int = WIDE_BYTES) -> tuple[int, ...]:
    """Numbers of `width` bytes, one after the other."""
    wide = body if width == WIDE_BYTES else widened(bytes(body), width)
    return struct.unpack(f"<{len(wide) // WIDE_BYTES}Q", wide)
