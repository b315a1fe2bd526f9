"""Every table, one file a subject."""

from livechat.models import append_only, emails, notes, search
from livechat.models.audit import Change, Outcome
from livechat.models.bulk import BulkItem, BulkRun
from livechat.models.connections import Connection
from livechat.models.contacts import Contact, Watch
from livechat.models.directory import AgentEntry, DepartmentEntry, TeamEntry, VariableName
from livechat.models.frames import Frame, FrameDay, Roster
from livechat.models.heartbeats import Heartbeat
from livechat.models.history import Span, StatusName
from livechat.models.invitations import Invitation
from livechat.models.links import LinkEvent, LinkScreen, LinkTurn, Pairing, SpentSecret, WallLink
from livechat.models.old_history import AgentSpan, Gap, Wait
from livechat.models.preferences import Density, Preferences, Theme
from livechat.models.read_tokens import ReadToken
from livechat.models.rollups import QueueDay, QueueHour, RolledDay, TeamHour, TimeCell
from livechat.models.saved_views import SavedView
from livechat.models.sites import AwayLimit, AwayStatus, Membership, Role, Site
from livechat.models.snapshots import Budget, Snapshot, SnapshotBody
from livechat.models.wall_messages import WallMessage
from livechat.models.walls import Wall

__all__ = [
    "AgentEntry",
    "AgentSpan",
    "AwayLimit",
    "AwayStatus",
    "Budget",
    "BulkItem",
    "BulkRun",
    "Change",
    "Connection",
    "Contact",
    "Density",
    "DepartmentEntry",
    "Frame",
    "FrameDay",
    "Gap",
    "Heartbeat",
    "Invitation",
    "LinkEvent",
    "LinkScreen",
    "LinkTurn",
    "Membership",
    "Outcome",
    "Pairing",
    "Preferences",
    "QueueDay",
    "QueueHour",
    "ReadToken",
    "Role",
    "RolledDay",
    "Roster",
    "SavedView",
    "Site",
    "Snapshot",
    "SnapshotBody",
    "Span",
    "SpentSecret",
    "StatusName",
    "TeamEntry",
    "TeamHour",
    "Theme",
    "TimeCell",
    "VariableName",
    "Wait",
    "Wall",
    "WallLink",
    "WallMessage",
    "Watch",
    "append_only",
    "emails",
    "notes",
    "search",
]
