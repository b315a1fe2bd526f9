"""`manage.py rotate_keys`: the step before a key can be retired."""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from livechat.ops import key_rotation


class Command(BaseCommand):
    """Seals again with the first of SEALING_KEYS what another of them sealed."""

    help = "Seal again with the first of SEALING_KEYS what another of them sealed, also while the board is served."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print how many rows of each kind were sealed again, and which ones no key opens."""
        done, left = Counter[str](), []
        for row in key_rotation.rotate():
            done[row.what] += row.opened
            if not row.opened:
                left.append(row)
        told = ", ".join(f"{what}s {done[what]}" for what in ("connection", "second factor", "snapshot", "channel"))
        self.stdout.write(f"Sealed again with the first key: {told}.")
        for row in left:
            self.stderr.write(f"Cannot be opened and was left as it is: {row.what} of {row.name}")
        if left:
            raise CommandError("The keys that sealed these are not in SEALING_KEYS.")
        self.stdout.write("The other keys are not needed any more.")
