"""The pages' addresses; names are noun-verb."""

from django.urls import path, re_path, register_converter

from livechat.lib.path_converters import KeyConverter
from livechat.views import (
    agent_board,
    agents,
    away_limits,
    board_files,
    bulk,
    changes,
    connection,
    directory,
    directory_csv,
    directory_entries,
    directory_teams,
    display,
    find,
    health,
    history,
    history_coverage,
    history_day,
    history_today,
    home,
    in_place,
    invitations,
    links,
    members,
    opening_hours,
    pairing,
    queue,
    replay,
    saved_views,
    sites,
    stray,
    undo,
    variable_rows,
    variables,
    visitors,
    wall,
    wall_messages,
    wall_preview,
    walls,
)

register_converter(KeyConverter, "key")

urlpatterns = [
    # an address with a secret that has a full stop after it
    re_path(stray.PATTERN, stray.stray, name="stray"),
    # where people start
    path("", home.home, name="home"),
    path("start/", home.start, name="start"),
    path("queue/", queue.queue, name="queue"),
    path("find/", find.find, name="find"),
    # agents
    path("agents/", agent_board.agent_list, name="agents"),
    path("agents/strips/<key:site_id>/<key:step>/<key:roster>.svg", board_files.strips, name="agent-strips"),
    path("agents/lines/<key:site_id>/<key:minute>.svg", board_files.lines, name="board-lines"),
    path("agents/bulk/", bulk.new, name="bulk"),
    path("agents/bulk/<key:run_id>/", bulk.run, name="bulk-run"),
    path("agents/<uuid:agent_id>/", agents.detail, name="agent-detail"),
    path("agents/<uuid:agent_id>/status/", agents.status, name="agent-status"),
    path("agents/<uuid:agent_id>/status/set/", in_place.set_status, name="agent-set"),
    # visitors
    path("visitors/", visitors.visitor_list, name="visitors"),
    path("visitors/csv/", visitors.visitors_csv, name="visitors-csv"),
    path("visitors/views/", saved_views.views, name="saved-views"),
    path("visitors/views/<key:view_id>/", saved_views.view, name="saved-view"),
    path("visitors/<uuid:visitor_id>/", visitors.detail, name="visitor-detail"),
    path("visitors/<uuid:visitor_id>/variables/", variables.variables, name="visitor-variables"),
    path("visitors/<uuid:visitor_id>/variables/row/", variable_rows.variable, name="visitor-variable"),
    # the past
    path("history/", history_today.today, name="history"),
    path("history/day/", history_day.day_history, name="history-day"),
    path("history/replay/", replay.replay, name="history-replay"),
    path("history/queue/", history.queue_history, name="history-queue"),
    path("history/coverage/", history_coverage.coverage, name="history-coverage"),
    path("history/about/", history.about, name="history-about"),
    # walls
    path("walls/", walls.walls, name="walls"),
    path("walls/messages/", wall_messages.wall_messages, name="wall-messages"),
    path("walls/messages/<key:message_id>/", wall_messages.end, name="wall-message"),
    path("walls/zones/", walls.all_zones, name="wall-zones"),
    path("walls/<key:wall_id>/", walls.edit, name="wall-edit"),
    path("walls/<key:wall_id>/preview/", wall_preview.preview, name="wall-preview"),
    path("walls/<key:wall_id>/thumbnail/", wall_preview.thumbnail, name="wall-thumbnail"),
    path("walls/<key:wall_id>/links/", links.make, name="link-make"),
    path("walls/<key:wall_id>/links/<key:link_id>/", links.link, name="link"),
    path("wall/<str:secret>/", wall.wall, name="wall"),
    # a TV becomes a wall
    path("pair/", pairing.pair, name="pair"),
    path("tv/", pairing.tv, name="tv"),
    path("tv/<str:token>/", pairing.code, name="tv-code"),
    # the record
    path("changes/", changes.changes, name="changes"),
    path("changes/csv/", changes.changes_csv, name="changes-csv"),
    path("changes/<uuid:change_id>/undo/", undo.undo, name="change-undo"),
    path("changes/<uuid:change_id>/undo/set/", in_place.undo, name="change-undo-set"),
    path("changes/<uuid:change_id>/outcome/", in_place.outcome, name="change-outcome"),
    # the user's credential and the site's names
    path("connection/", connection.connection, name="connection"),
    path("directory/", directory.directory, name="directory"),
    path("directory/import/", directory.import_names, name="directory-import"),
    path("directory/csv/", directory_csv.export, name="directory-csv"),
    path("directory/upload/", directory_csv.upload, name="directory-upload"),
    path("directory/team/", directory_teams.team, name="directory-team"),
    path("directory/agents/<key:entry_id>/", directory_entries.agent, name="directory-agent"),
    path("directory/agents/<key:entry_id>/row/", directory_entries.agent_row, name="directory-agent-row"),
    path("directory/departments/<key:entry_id>/", directory_entries.department, name="directory-department"),
    path(
        "directory/departments/<key:entry_id>/row/", directory_entries.department_row, name="directory-department-row"
    ),
    # how pages look for the user
    path("account/display/", display.display, name="display"),
    path("account/board/", display.board, name="board-view"),
    path("agents/<uuid:agent_id>/pin/", display.pin, name="agent-pin"),
    # sites
    path("sites/", sites.sites, name="sites"),
    path("sites/switch/", sites.switch, name="site-switch"),
    path("sites/<key:site_id>/", sites.edit, name="site-edit"),
    path("sites/<key:site_id>/away/", away_limits.limits, name="away-limits"),
    path("sites/<key:site_id>/opening/", opening_hours.opening, name="site-opening"),
    path("sites/<key:site_id>/members/", members.add, name="member-add"),
    path("sites/<key:site_id>/members/<key:member_id>/", members.edit, name="member-edit"),
    path("sites/<key:site_id>/invitations/", invitations.make, name="invitation-make"),
    path("sites/<key:site_id>/invitations/<key:invitation_id>/", invitations.revoke, name="invitation-revoke"),
    path("invite/<str:secret>/", invitations.invite, name="invite"),
    # machines
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]
