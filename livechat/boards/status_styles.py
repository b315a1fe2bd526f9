"""How statuses look: each has a word, an icon and a tone, so that colour is never the only sign."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from livechat.comm100.records import same_status, status_kind


@dataclass(frozen=True, slots=True)
class StatusStyle:
    """A status on a page. `slug` is its group; `tone` is green, violet, blue or neutral.

    Amber and red are kept for limits that are passed.
    """

    slug: str
    label: str | Promise
    tone: str
    icon: str


AGENT_STYLES = {
    "online": StatusStyle("online", _("Online"), "green", "circle-check"),
    "away": StatusStyle("away", _("Away"), "violet", "moon"),
    "offline": StatusStyle("offline", _("Offline"), "neutral", "circle-off"),
}

# Every status that the API names, in the order in which a supervisor cares about them.
VISITOR_STYLES = {
    "waitingForChat": StatusStyle("waiting", _("Waiting for chat"), "blue", "hourglass"),
    "transferring": StatusStyle("chatting", _("Being transferred"), "blue", "arrows-exchange"),
    "chatting": StatusStyle("chatting", _("Chatting"), "green", "messages"),
    "voiceChatting": StatusStyle("chatting", _("Voice chat"), "green", "phone"),
    "preChat": StatusStyle("opening", _("Filling in the pre-chat form"), "blue", "forms"),
    "manuallyInvited": StatusStyle("invited", _("Invited by an agent"), "blue", "send"),
    "manuallyInvitedByWindow": StatusStyle("invited", _("Invited by an agent, in a window"), "blue", "send"),
    "autoInvited": StatusStyle("invited", _("Invited automatically"), "blue", "send"),
    "offlineMessage": StatusStyle("site", _("Leaving a message"), "neutral", "mail"),
    "refusedByOperator": StatusStyle("site", _("Refused by an agent"), "neutral", "ban"),
    "refusedByVisitor": StatusStyle("site", _("Refused the invitation"), "neutral", "ban"),
    "chatEnded": StatusStyle("site", _("Chat ended"), "neutral", "message-off"),
    "inSite": StatusStyle("site", _("On site"), "neutral", "eye"),
    "outOfSite": StatusStyle("left", _("Left the site"), "neutral", "door-exit"),
    "systemProcessing": StatusStyle("site", _("Being processed"), "neutral", "refresh"),
}
WAITING_STATUS = "waitingForChat"
_VISITOR_RANKS = {status: rank for rank, status in enumerate(VISITOR_STYLES)}


def of_agent(status: str) -> StatusStyle:
    """How an agent's status looks. A custom away status keeps its own name."""
    kind = status_kind(status)
    style = AGENT_STYLES[kind]
    if kind == "away" and not same_status(status, "away"):
        return StatusStyle(style.slug, status, style.tone, "coffee")
    return style


def of_visitor(status: str | None) -> StatusStyle:
    """How a visitor's status looks. A value that the API does not name is shown as it came."""
    if not status:
        return StatusStyle("site", "–", "neutral", "help-circle")
    return VISITOR_STYLES.get(status) or StatusStyle("site", status, "neutral", "help-circle")


def visitor_rank(status: str | None) -> int:
    """Where a visitor's status stands in the order of `VISITOR_STYLES`. Any other value is last."""
    return _VISITOR_RANKS.get(status or "", len(_VISITOR_RANKS))
