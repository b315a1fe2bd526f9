"""What older releases stored is still what it meant after an upgrade.

Each way back and forward through the migrations takes seconds, so that one way serves all that is looked at.
"""

from collections.abc import Sequence

import pytest
from django.db import connection as database
from django.db.migrations.executor import MigrationExecutor

from livechat.live import refresh, snapshot_cache
from livechat.live.sources import Feed
from livechat.models import Snapshot, Wall


def just_before(name: str) -> Sequence[tuple[str, str]]:
    """What a migration depends on; `name` is what it is called without its number."""
    migrations = MigrationExecutor(database).loader.disk_migrations
    (own,) = (key for key in migrations if key[1].endswith(f"_{name}"))
    return migrations[own].dependencies


def old_walls(nodes: Sequence[tuple[str, str]], site: int) -> None:
    """A wall with the limits of a wait as they came, and one with limits of its own."""
    old_wall = MigrationExecutor(database).loader.project_state(nodes).apps.get_model("livechat", "Wall")
    for title, red in (("As it came", 180), ("Changed", 300)):
        panels = [{"slug": "longest", "size": "large", "amber": 60, "red": red}]
        old_wall.objects.create(site_id=site, title=title, panels=panels)


@pytest.mark.django_db(transaction=True)
def test_figures_show_again_at_the_first_refresh_and_walls_without_limits_of_their_own_follow_their_site(
    feed: Feed,
) -> None:
    assert refresh.refresh(feed, "agents")
    newest = MigrationExecutor(database).loader.graph.leaf_nodes()
    MigrationExecutor(database).migrate(just_before("snapshot_body"))
    walls_before = just_before("wall_wait_limits")
    MigrationExecutor(database).migrate(walls_before)
    old_walls(walls_before, feed.site_id)
    MigrationExecutor(database).migrate(newest)

    limits = {wall.title: (wall.panels[0]["amber"], wall.panels[0]["red"]) for wall in Wall.objects.all()}
    assert limits == {"As it came": (None, None), "Changed": (60, 300)}

    assert refresh.refresh(feed, "agents"), "nobody looks yet"
    row = Snapshot.objects.select_related("body").get()
    assert (row.version, row.body.version, row.error) == (2, 2, "")
    snapshot_cache.forget()
    assert snapshot_cache.get(feed, "agents", wait=0).data
