"""The next step of one visitor: look at pages, get an invitation, fill in the form, wait, chat, leave."""

from collections.abc import Callable

from livechat.chatserver import shop
from livechat.chatserver.crowd import Crowd, Visitor
from livechat.chatserver.people import fill_in_form

INVITATION_STATUSES = ("autoInvited", "autoInvited", "autoInvited", "manuallyInvited", "manuallyInvitedByWindow")


def step(crowd: Crowd, visitor: Visitor) -> None:
    """Let `visitor` take the step that is due now, and schedule the next one."""
    _STEPS.get(visitor.status, _browse)(crowd, visitor)


def ask_for_chat(crowd: Crowd, visitor: Visitor) -> None:
    """The visitor opens the chat window and begins with the form."""
    crowd.set_status(visitor, "preChat")
    crowd.schedule(visitor, crowd.rng.uniform(8, 45))


def queue_up(crowd: Crowd, visitor: Visitor) -> None:
    """The visitor has sent the form and waits until their patience ends."""
    fill_in_form(crowd, visitor)
    crowd.set_status(visitor, "waitingForChat")
    crowd.schedule(visitor, crowd.rng.triangular(30, 900, 240))


def begin_chat(crowd: Crowd, visitor: Visitor) -> None:
    """An agent has taken the visitor, and the chat begins."""
    rng = crowd.rng
    visitor.record["chats"] = (visitor.record["chats"] or 0) + 1
    crowd.set_status(visitor, "voiceChatting" if rng.random() < 0.06 else "chatting")
    visitor.leaves_at = crowd.now + rng.uniform(300, 1200)
    crowd.schedule(visitor, rng.triangular(90, 900, 300))


def come_back(crowd: Crowd, visitor: Visitor) -> None:
    """The visitor goes back to the shop's pages."""
    crowd.set_status(visitor, "inSite")
    crowd.schedule(visitor, crowd.rng.uniform(10, 60))


def _browse(crowd: Crowd, visitor: Visitor) -> None:
    rng = crowd.rng
    if crowd.now >= visitor.leaves_at:
        crowd.set_status(visitor, "outOfSite")
        crowd.schedule(visitor, rng.uniform(10, 40))
        return
    if rng.random() < 0.05:
        crowd.set_status(visitor, rng.choice(INVITATION_STATUSES))
        crowd.schedule(visitor, rng.uniform(10, 40))
        return
    visitor.record["pageViews"] = (visitor.record["pageViews"] or 0) + 1
    visitor.record["currentBrowsing"] = shop.SITE_URL + rng.choice(shop.PAGES)
    crowd.mark_changed(visitor)
    crowd.schedule(visitor, rng.uniform(15, 90))


def _answer_invitation(crowd: Crowd, visitor: Visitor) -> None:
    if crowd.rng.random() < 0.3:
        ask_for_chat(crowd, visitor)
    else:
        crowd.set_status(visitor, "refusedByVisitor")
        crowd.schedule(visitor, crowd.rng.uniform(20, 60))


def _send_form(crowd: Crowd, visitor: Visitor) -> None:
    if crowd.rng.random() < 0.15:
        come_back(crowd, visitor)
    else:
        crowd.set_status(visitor, "systemProcessing")
        crowd.schedule(visitor, crowd.rng.uniform(2, 6))


def _lose_patience(crowd: Crowd, visitor: Visitor) -> None:
    chance = crowd.rng.random()
    if chance < 0.6:
        crowd.set_status(visitor, "offlineMessage")
        crowd.schedule(visitor, crowd.rng.uniform(40, 120))
    elif chance < 0.7:
        crowd.set_status(visitor, "refusedByOperator")
        crowd.schedule(visitor, crowd.rng.uniform(20, 40))
    else:
        crowd.set_status(visitor, "outOfSite")
        crowd.schedule(visitor, crowd.rng.uniform(10, 40))


def _end_chat(crowd: Crowd, visitor: Visitor) -> None:
    if crowd.rng.random() < 0.06:
        crowd.set_status(visitor, "transferring")
        crowd.schedule(visitor, crowd.rng.uniform(5, 25))
    else:
        crowd.set_status(visitor, "chatEnded")
        crowd.schedule(visitor, crowd.rng.uniform(20, 90))


def _change_agent(crowd: Crowd, visitor: Visitor) -> None:
    """Another agent takes the chat over. If none has room, the same agent continues."""
    others = [
        agent
        for agent in crowd.agents.values()
        if agent is not visitor.agent and agent.status == "Online" and agent.chats < agent.capacity
    ]
    if others:
        crowd.assign(visitor, crowd.rng.choice(others))
    elif visitor.agent is None or visitor.agent.status == "Offline":
        crowd.set_status(visitor, "chatEnded")
        crowd.schedule(visitor, crowd.rng.uniform(20, 90))
        return
    crowd.set_status(visitor, "chatting")
    crowd.schedule(visitor, crowd.rng.uniform(60, 300))


def _leave(crowd: Crowd, visitor: Visitor) -> None:
    crowd.remove(visitor)


_STEPS: dict[str, Callable[[Crowd, Visitor], None]] = {
    "inSite": _browse,
    "autoInvited": _answer_invitation,
    "manuallyInvited": _answer_invitation,
    "manuallyInvitedByWindow": _answer_invitation,
    "refusedByVisitor": come_back,
    "refusedByOperator": come_back,
    "preChat": _send_form,
    "systemProcessing": queue_up,
    "waitingForChat": _lose_patience,
    "offlineMessage": come_back,
    "chatting": _end_chat,
    "voiceChatting": _end_chat,
    "transferring": _change_agent,
    "chatEnded": come_back,
    "outOfSite": _leave,
}
