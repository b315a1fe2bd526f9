"""`manage.py rotate_keys`: what a key must have before it can be retired."""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from livechat.ops import key_rotation


class Command(BaseCommand):
    """Seals by the first of SEALING_KEYS what another of them sealed."""

    help = "Seal by the first of SEALING_KEYS whatever another of them sealed, also while the board is served."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many rows of what were sealed anew, and which ones no key opens."""
        done, left = Counter[str](), []
        for row in key_rotation.rotate():
            done[row.what] += row.opened
            if not row.opened:
                left.append(row)
        told = ", ".join(f"{what}s {done[what]}" for what in ("connection", "second factor", "snapshot"))
        self.stdout.write(f"Sealed anew by the first key: {told}.")
        for row in left:
            self.stderr.write(f"Cannot be opened and was left as it is: {row.what} of {row.name}")
        if left:
            raise CommandError("The keys that sealed these are not in SEALING_KEYS.")
        self.stdout.write("The other keys are not needed any more.")
