"""What older releases stored is still what it meant after an upgrade.

Each way back and forward through the migrations takes seconds, so that one way serves all that is looked at.
"""

from collections.abc import Sequence

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection as database
from django.db.migrations.executor import MigrationExecutor

from livechat.lib.database import mismatch
from livechat.live import refresh, snapshot_cache
from livechat.live.sources import Feed
from livechat.models import Snapshot, Wall
from tests.support import steps

Table = tuple[set[tuple[str, str, bool]], set[str]]
INDEXES = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND tbl_name LIKE 'livechat%'",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE tablename LIKE 'livechat%'",
}


def just_before(name: str) -> Sequence[tuple[str, str]]:
    """What a migration depends on; `name` is what it is called without its number."""
    migrations = steps.executor().loader.disk_migrations
    (own,) = (key for key in migrations if key[1].endswith(f"_{name}"))
    return migrations[own].dependencies


def old_walls(nodes: Sequence[tuple[str, str]], site: int) -> None:
    """A wall with the limits of a wait as they came, and one with limits of its own."""
    old_wall = steps.executor().loader.project_state(nodes).apps.get_model("livechat", "Wall")
    for title, red in (("As it came", 180), ("Changed", 300)):
        panels = [{"slug": "longest", "size": "large", "amber": 60, "red": red}]
        old_wall.objects.create(site_id=site, title=title, panels=panels)


def tables() -> dict[str, Table | set[tuple[str, str]]]:
    """Our tables: columns with types and whether they may be null, keys and checks; and all indexes and triggers."""
    found: dict[str, Table | set[tuple[str, str]]] = {}
    with database.cursor() as cursor:
        for model in apps.get_app_config("livechat").get_models():
            name = model._meta.db_table
            columns = database.introspection.get_table_description(cursor, name)
            rules = database.introspection.get_constraints(cursor, name)
            found[name] = (
                {(column.name, str(column.type_code), column.null_ok) for column in columns},
                {repr(sorted(rule.items(), key=str)) for rule in rules.values()},
            )
        cursor.execute(INDEXES[database.vendor])
        found["indexes"] = {(name, " ".join(sql.split())) for name, sql in cursor.fetchall() if sql}
    return found


@pytest.mark.django_db(transaction=True)
def test_who_took_some_steps_takes_the_others_and_figures_and_walls_go_on(feed: Feed) -> None:
    assert refresh.refresh(feed, "agents")
    new = tables()
    steps.migrate(just_before("snapshot_body"))
    walls_before = just_before("wall_wait_limits")
    steps.migrate(walls_before)
    old_walls(walls_before, feed.site_id)
    call_command("migrate", verbosity=0)  # who has taken some of the steps takes the others
    assert mismatch() == ""
    assert tables() == new

    limits = {wall.title: (wall.panels[0]["amber"], wall.panels[0]["red"]) for wall in Wall.objects.all()}
    assert limits == {"As it came": (None, None), "Changed": (60, 300)}

    assert refresh.refresh(feed, "agents"), "nobody looks yet"
    row = Snapshot.objects.select_related("body").get()
    assert (row.version, row.body.version, row.error) == (2, 2, "")
    snapshot_cache.forget()
    assert snapshot_cache.get(feed, "agents", wait=0).data


@pytest.mark.long(sibling="test_who_took_some_steps_takes_the_others_and_figures_and_walls_go_on")
@pytest.mark.django_db(transaction=True)
def test_a_new_installation_has_the_tables_of_one_that_took_every_step() -> None:
    MigrationExecutor(database).migrate([("livechat", None)])
    call_command("migrate", verbosity=0)
    new = tables()
    MigrationExecutor(database).migrate([("livechat", None)])
    executor = steps.executor()
    executor.migrate(executor.loader.graph.leaf_nodes())
    call_command("migrate", verbosity=0)  # which makes the triggers of the record
    assert tables() == new
