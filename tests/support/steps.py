"""The migrations one by one, as an installation of long ago takes them: without those that stand for many at once."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

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
