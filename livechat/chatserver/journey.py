"""What one visitor does next: look at pages, be invited, fill in the form, wait, chat, leave."""

from collections.abc import Callable

from livechat.chatserver import shop
from livechat.chatserver.crowd import Crowd, Visitor
from livechat.chatserver.people import introduce

INVITATIONS = ("autoInvited", "autoInvited", "autoInvited", "manuallyInvited", "manuallyInvitedByWindow")


def step(crowd: Crowd, visitor: Visitor) -> None:
    """Let ``visitor`` take the step that is due now and make the next appointment."""
    _STEPS.get(visitor.status, _browse)(crowd, visitor)


def ask_for_chat(crowd: Crowd, visitor: Visitor) -> None:
    """The visitor opens the chat window and begins with the form."""
    crowd.set_status(visitor, "preChat")
    crowd.wake(visitor, crowd.rng.uniform(8, 45))


def queue_up(crowd: Crowd, visitor: Visitor) -> None:
    """The form is sent: the visitor waits, for as long as patience lasts."""
    introduce(crowd, visitor)
    crowd.set_status(visitor, "waitingForChat")
    crowd.wake(visitor, crowd.rng.triangular(30, 900, 240))


def begin_chat(crowd: Crowd, visitor: Visitor) -> None:
    """An agent has taken the visitor: the chat begins."""
    rng = crowd.rng
    visitor.record["chats"] = (visitor.record["chats"] or 0) + 1
    crowd.set_status(visitor, "voiceChatting" if rng.random() < 0.06 else "chatting")
    visitor.leaves = crowd.now + rng.uniform(300, 1200)
    crowd.wake(visitor, rng.triangular(90, 900, 300))


def come_back(crowd: Crowd, visitor: Visitor) -> None:
    """The visitor looks at the shop again."""
    crowd.set_status(visitor, "inSite")
    crowd.wake(visitor, crowd.rng.uniform(10, 60))


def _browse(crowd: Crowd, visitor: Visitor) -> None:
    rng = crowd.rng
    if crowd.now >= visitor.leaves:
        crowd.set_status(visitor, "outOfSite")
        crowd.wake(visitor, rng.uniform(10, 40))
        return
    if rng.random() < 0.05:
        crowd.set_status(visitor, rng.choice(INVITATIONS))
        crowd.wake(visitor, rng.uniform(10, 40))
        return
    visitor.record["pageViews"] = (visitor.record["pageViews"] or 0) + 1
    visitor.record["currentBrowsing"] = shop.SITE + rng.choice(shop.PAGES)
    crowd.changed(visitor)
    crowd.wake(visitor, rng.uniform(15, 90))


def _answer_invitation(crowd: Crowd, visitor: Visitor) -> None:
    if crowd.rng.random() < 0.3:
        ask_for_chat(crowd, visitor)
    else:
        crowd.set_status(visitor, "refusedByVisitor")
        crowd.wake(visitor, crowd.rng.uniform(20, 60))


def _send_form(crowd: Crowd, visitor: Visitor) -> None:
    if crowd.rng.random() < 0.15:
        come_back(crowd, visitor)
    else:
        crowd.set_status(visitor, "systemProcessing")
        crowd.wake(visitor, crowd.rng.uniform(2, 6))


def _lose_patience(crowd: Crowd, visitor: Visitor) -> None:
    chance = crowd.rng.random()
    if chance < 0.6:
        crowd.set_status(visitor, "offlineMessage")
        crowd.wake(visitor, crowd.rng.uniform(40, 120))
    elif chance < 0.7:
        crowd.set_status(visitor, "refusedByOperator")
        crowd.wake(visitor, crowd.rng.uniform(20, 40))
    else:
        crowd.set_status(visitor, "outOfSite")
        crowd.wake(visitor, crowd.rng.uniform(10, 40))


def _end_chat(crowd: Crowd, visitor: Visitor) -> None:
    if crowd.rng.random() < 0.06:
        crowd.set_status(visitor, "transferring")
        crowd.wake(visitor, crowd.rng.uniform(5, 25))
    else:
        crowd.set_status(visitor, "chatEnded")
        crowd.wake(visitor, crowd.rng.uniform(20, 90))


def _change_agent(crowd: Crowd, visitor: Visitor) -> None:
    """Another agent takes the chat over, or the same one goes on where nobody has room."""
    others = [
        agent
        for agent in crowd.agents.values()
        if agent is not visitor.agent and agent.status == "Online" and agent.chats < agent.capacity
    ]
    if others:
        crowd.take(visitor, crowd.rng.choice(others))
    elif visitor.agent is None or visitor.agent.status == "Offline":
        crowd.set_status(visitor, "chatEnded")
        crowd.wake(visitor, crowd.rng.uniform(20, 90))
        return
    crowd.set_status(visitor, "chatting")
    crowd.wake(visitor, crowd.rng.uniform(60, 300))


def _go(crowd: Crowd, visitor: Visitor) -> None:
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
    "outOfSite": _go,
}
