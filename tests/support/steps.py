"""The migrations one by one, as an installation of long ago takes them: without those that stand for many at once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.apps.registry import Apps
from django.core.management.sql import emit_pre_migrate_signal
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from livechat import migrations

OWN = "livechat"


class Loader(MigrationLoader):
    """Knows no migration of ours that replaces others."""

    def load_disk(self) -> None:
        """Read them, and forget those."""
        super().load_disk()
        for key in [key for key, migration in self.disk_migrations.items() if key[0] == OWN and migration.replaces]:
            del self.disk_migrations[key]


def executor() -> MigrationExecutor:
    """What goes from step to step, with the migrations as they are now."""
    found = MigrationExecutor(connection)
    found.loader = Loader(connection)
    return found


def migrate(targets: Sequence[tuple[str, str]]) -> None:
    """Go to these steps. What listens for the beginning of a `migrate` hears it."""
    found = executor()
    emit_pre_migrate_signal(0, False, connection.alias, plan=found.migration_plan(targets))
    found.migrate(targets)


class Upgrade:
    """A migration alone, on tables as they were before it; and later ones that its tables need.

    `names` are what they are called without their numbers, in order.
    """

    def __init__(self, *names: str) -> None:
        loader, self._steps = Loader(connection), []
        for name in names:
            (file,) = Path(migrations.__path__[0]).glob(f"*_{name}.py")
            before = loader.project_state((OWN, file.stem), at_end=False)
            self._steps.append((loader.get_migration(OWN, file.stem), before))
        self.is_done = True

    def undo(self) -> Apps:
        """Make the tables of before. Returns their models."""
        for migration, before in reversed(self._steps):
            with connection.schema_editor(atomic=True) as editor:
                migration.unapply(before.clone(), editor)
        self.is_done = False
        return self._steps[0][1].apps

    def run(self) -> None:
        """Make the tables of today, of the rows of before."""
        for migration, before in self._steps:
            with connection.schema_editor(atomic=True) as editor:
                migration.apply(before.clone(), editor)
        self.is_done = True


@contextmanager
def upgrade(*names: str) -> Iterator[Upgrade]:
    """An `Upgrade`, which has run in the end, whatever the test does."""
    made = Upgrade(*names)
    yield made
    if not made.is_done:
        made.run()
