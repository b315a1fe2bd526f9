"""How statuses look: a word, an icon and a tone each, so that colour is never alone."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from livechat.comm100.records import same_status, status_kind


@dataclass(frozen=True, slots=True)
class Look:
    """A status on a page. `slug` groups, `tone` is green, yellow, blue, red or neutral."""

    slug: str
    label: str | Promise
    tone: str
    icon: str


AGENT = {
    "online": Look("online", _("Online"), "green", "circle-check"),
    "away": Look("away", _("Away"), "yellow", "moon"),
    "offline": Look("offline", _("Offline"), "neutral", "circle-off"),
}

# The statuses of spec/COMM100.md, in the order a supervisor cares for them.
VISITOR = {
    "waitingForChat": Look("waiting", _("Waiting for chat"), "red", "hourglass"),
    "transferring": Look("chatting", _("Being transferred"), "yellow", "arrows-exchange"),
    "chatting": Look("chatting", _("Chatting"), "green", "messages"),
    "voiceChatting": Look("chatting", _("Voice chat"), "green", "phone"),
    "preChat": Look("opening", _("Filling in the pre-chat form"), "blue", "forms"),
    "manuallyInvited": Look("invited", _("Invited by an agent"), "blue", "send"),
    "manuallyInvitedByWindow": Look("invited", _("Invited by an agent, in a window"), "blue", "send"),
    "autoInvited": Look("invited", _("Invited automatically"), "blue", "send"),
    "offlineMessage": Look("site", _("Leaving a message"), "neutral", "mail"),
    "refusedByOperator": Look("site", _("Refused by an agent"), "neutral", "ban"),
    "refusedByVisitor": Look("site", _("Refused the invitation"), "neutral", "ban"),
    "chatEnded": Look("site", _("Chat ended"), "neutral", "message-off"),
    "inSite": Look("site", _("On site"), "neutral", "eye"),
    "outOfSite": Look("left", _("Left the site"), "neutral", "door-exit"),
    "systemProcessing": Look("site", _("Being processed"), "neutral", "refresh"),
}
WAITING = "waitingForChat"
ORDER = {status: rank for rank, status in enumerate(VISITOR)}


def agent(status: str) -> Look:
    """How an agent's status looks; a custom away status keeps its own name."""
    kind = status_kind(status)
    look = AGENT[kind]
    if kind == "away" and not same_status(status, "away"):
        return Look(look.slug, status, look.tone, "coffee")
    return look


def visitor(status: str | None) -> Look:
    """How a visitor's status looks; a value outside the list is shown as it came."""
    if not status:
        return Look("site", "–", "neutral", "help-circle")
    return VISITOR.get(status) or Look("site", status, "neutral", "help-circle")
