"""Every table, one file a subject."""

from livechat.models import append_only, emails, notes, rollup_triggers, search
from livechat.models.alerts import Alert, AlertEvent, Delivery, Rule
from livechat.models.audit import Change, Outcome
from livechat.models.bulk import BulkItem, BulkRun
from livechat.models.channels import Channel, SendCode
from livechat.models.connections import Connection
from livechat.models.contacts import Contact, Watch
from livechat.models.digests import Digest
from livechat.models.directory import AgentEntry, DepartmentEntry, TeamEntry, VariableName
from livechat.models.frames import Frame, FrameDay, Roster
from livechat.models.heartbeats import Heartbeat
from livechat.models.history import Span, StatusName
from livechat.models.hooks import Hook
from livechat.models.invitations import Invitation
from livechat.models.links import LinkEvent, LinkScreen, LinkTurn, Pairing, SpentSecret, WallLink
from livechat.models.metric_sums import MetricSum
from livechat.models.old_history import AgentSpan, Gap, Wait
from livechat.models.plans import Plan, PlanEvent
from livechat.models.preferences import Density, Preferences, Theme
from livechat.models.read_tokens import ReadToken
from livechat.models.rollups import HourRow, QueueDay, RolledDay, RolledMonth, TimeCell, TogetherRow
from livechat.models.saved_views import SavedView
from livechat.models.sites import AgentTimes, AwayLimit, AwayStatus, Membership, Role, Site
from livechat.models.snapshots import Budget, Snapshot, SnapshotBody
from livechat.models.wall_messages import WallMessage
from livechat.models.walls import Wall

__all__ = [
    "AgentEntry",
    "AgentSpan",
    "AgentTimes",
    "Alert",
    "AlertEvent",
    "AwayLimit",
    "AwayStatus",
    "Budget",
    "BulkItem",
    "BulkRun",
    "Change",
    "Channel",
    "Connection",
    "Contact",
    "Delivery",
    "Density",
    "DepartmentEntry",
    "Digest",
    "Frame",
    "FrameDay",
    "Gap",
    "Heartbeat",
    "Hook",
    "HourRow",
    "Invitation",
    "LinkEvent",
    "LinkScreen",
    "LinkTurn",
    "Membership",
    "MetricSum",
    "Outcome",
    "Pairing",
    "Plan",
    "PlanEvent",
    "Preferences",
    "QueueDay",
    "ReadToken",
    "Role",
    "RolledDay",
    "RolledMonth",
    "Roster",
    "Rule",
    "SavedView",
    "SendCode",
    "Site",
    "Snapshot",
    "SnapshotBody",
    "Span",
    "SpentSecret",
    "StatusName",
    "TeamEntry",
    "Theme",
    "TimeCell",
    "TogetherRow",
    "VariableName",
    "Wait",
    "Wall",
    "WallLink",
    "WallMessage",
    "Watch",
    "append_only",
    "emails",
    "notes",
    "rollup_triggers",
    "search",
]
