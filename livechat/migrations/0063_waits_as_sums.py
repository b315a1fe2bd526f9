import struct
import zlib
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import accumulate, groupby, islice, pairwise, zip_longest
from typing import Any, NamedTuple

import msgspec
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

BATCH = 100
NUMBER_BYTES, PARTS = 4, 100
SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
EDGES = (
    *range(0, 2 * MINUTE, SECOND),
    *range(2 * MINUTE, 10 * MINUTE, 5 * SECOND),
    *range(10 * MINUTE, HOUR, 30 * SECOND),
    *range(HOUR, DAY, 5 * MINUTE),
    *range(DAY, 61 * DAY, 6 * HOUR),
)


class Wait(NamedTuple):
    lower: int
    measured: int
    upper: int
    pace: int = 0  # releases before hints kept none


Waits = list[tuple[Wait, int]]  # and how many
Sums = tuple[int | None, int, tuple[int, int] | None, list[int], bytes]  # the last two can be added up


def add_up(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Store the waits of each department's day, and of all departments', as `reports.wait_sums` does."""
    days, together = (apps.get_model("livechat", name).objects for name in ("QueueDay", "TogetherRow"))
    rows = days.order_by("site", "day", "pk").iterator(BATCH)
    made: list[Any] = []

    def converted() -> Iterator[tuple[tuple[int, date], Sums]]:
        for row in rows:
            sums = _sums(row)
            row.sums = _packed(sums)
            made.append(row)
            if len(made) == BATCH:
                days.bulk_update(made, ["sums"])
                made.clear()
            yield (row.site_id, row.day), sums

    wholes = (
        together.model(site_id=key[0], kind="waits", day=key[1], body=_packed(_together([sums for _key, sums in group])))
        for key, group in groupby(converted(), key=lambda pair: pair[0])
    )
    while some := list(islice(wholes, BATCH)):
        together.bulk_create(some)
    days.bulk_update(made, ["sums"])


def forget(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Delete what is of all departments."""
    apps.get_model("livechat", "TogetherRow").objects.filter(kind="waits").delete()


def _packed(sums: Sums) -> bytes:
    *others, edges = sums
    numbers = struct.unpack(f"<{len(edges) // NUMBER_BYTES}I", edges)
    width = max(1, (max(numbers, default=0).bit_length() + 7) // 8)
    return msgspec.msgpack.encode([*others, width, b"".join(number.to_bytes(width, "little") for number in numbers)])


def _together(found: Sequence[Sums]) -> Sums:
    total = sum(int.from_bytes(sums[-1], "little") for sums in found)
    longest = max(((sums[0], -sums[1]) for sums in found if sums[0] is not None), default=None)
    most = [sums[2] for sums in found if sums[2] is not None]
    return (
        longest[0] if longest else None,
        -longest[1] if longest else 0,
        (max(low for low, _high in most), max(high for _low, high in most)) if most else None,
        [sum(numbers) for numbers in zip(*(sums[3] for sums in found), strict=True)],
        total.to_bytes(max(len(sums[-1]) for sums in found), "little"),
    )


def _sums(row: Any) -> Sums:
    answered, lost = msgspec.json.decode(zlib.decompress(bytes(row.waits)), type=tuple[Waits, Waits])
    both = [*answered, *lost]
    slack = sum(n * (pace or upper - measured) for (_lower, measured, upper, pace), n in both)
    sums = [sum(n * wait[end] for wait, n in answered) for end in range(3)]
    known = [sum(n for _wait, n in waits) for waits in (answered, lost)]
    columns = [
        _counted((_at_most(wait[0]), n) for wait, n in answered),
        _counted((_rounded(_nearest(*wait)), n) for wait, n in answered),
        _counted((_at_least(wait[2]), n) for wait, n in answered),
        _within(answered),
        _counted((_at_most(wait[0]), n) for wait, n in lost),
        _counted((_rounded(wait[1]), n) for wait, n in lost),
        _counted((_at_least(wait[2]), n) for wait, n in lost),
        _within(lost),
        _counted((_at_least(2 * (pace or upper - measured)), n) for (_lower, measured, upper, pace), n in both),
    ]
    head = [row.answered, row.lost, row.unknown, *known, *sums, slack]
    most = (max(wait[0] for wait, _n in both), max(wait[2] for wait, _n in both)) if both else None
    numbers = (number for edge in zip_longest(*columns, fillvalue=0) for number in edge)
    body = b"".join(number.to_bytes(NUMBER_BYTES, "little") for number in numbers)
    return row.longest_ms, row.longest_at, most, head, body


def _nearest(lower: int, measured: int, upper: int, pace: int) -> int:
    return min(max(measured, lower), upper) if pace else measured


def _at_most(ms: int) -> int:
    return max(0, bisect_right(EDGES, ms) - 1)


def _at_least(ms: int) -> int:
    return min(bisect_left(EDGES, ms), len(EDGES) - 1)


def _rounded(ms: int) -> int:
    before, after = _at_most(ms), _at_least(ms)
    return before if ms - EDGES[before] < EDGES[after] - ms else after


def _counted(places: Iterable[tuple[int, int]]) -> list[int]:
    found: Counter[int] = Counter()
    for place, n in places:
        found[place] += n
    return [found[place] for place in range(max(found, default=-1) + 1)]


def _within(waits: Waits) -> list[int]:
    surely: Counter[int] = Counter()
    likely: Counter[int] = Counter()
    for (lower, measured, upper, pace), n in waits:
        low, high = (measured - pace, measured + pace) if pace else (lower, upper)
        place = bisect_right(EDGES, low)
        while place < len(EDGES) - 1 and EDGES[place] < high:
            likely[place] += n * (EDGES[place] - low) / (high - low)  # type: ignore[assignment]
            place += 1
        surely[_at_least(high)] += n
    until = accumulate(surely[place] for place in range(max(surely, default=-1) + 1))
    parts = [round(PARTS * (n + likely[place])) for place, n in enumerate(until)]
    return [n - before for before, n in pairwise([0, *parts])]


class Migration(migrations.Migration):
    dependencies = [("livechat", "0062_sums_of_all_together")]
    operations = [
        migrations.AddField("queueday", "sums", models.BinaryField(default=bytes), preserve_default=False),
        migrations.RunPython(add_up, forget),
        # With defaults, these steps can be taken back.
        migrations.AlterField("queueday", "waits", models.BinaryField(default=bytes)),
        migrations.AlterField("queueday", "longest_at", models.BigIntegerField(default=0)),
        migrations.RemoveField("queueday", "waits"),
        migrations.RemoveField("queueday", "longest_at"),
        migrations.RemoveField("queueday", "longest_ms"),
    ]
