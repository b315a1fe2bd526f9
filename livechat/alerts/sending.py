"""Sends one message to one channel, once, and says what the caller does next.

No outcome holds words of the answer: a receiver that names the address it was asked for would put a secret there.
"""

import ssl

from livechat.alerts import mail, transport
from livechat.alerts.bodies import outgoing
from livechat.alerts.messages import Message
from livechat.alerts.outcomes import SENT, Sent
from livechat.comm100.errors import Malformed, TimedOut, Unreachable
from livechat.comm100.refusals import retry_after
from livechat.comm100.timed import NotAccepted
from livechat.comm100.wire import Answer
from livechat.lib import vault
from livechat.models import Channel, SendCode

MAX_WAIT_SECONDS = 6 * 3600.0  # a longer Retry-After is cut to this
# Statuses in 4xx by which something on the way fails, and not the message: 404 too, which proxies answer while the
# receiver behind them is started anew.
PASSING = frozenset({404, 408, 421, 423, 425})
ASK_TO_WAIT = frozenset({429, 503})


def send(channel: Channel, message: Message) -> Sent:
    """Try once, for at most 8 seconds by HTTP. It reads and writes no row, and raises nothing for what may go wrong."""
    try:
        address, secret = channel.address, channel.secret
    except vault.CannotOpen:
        return Sent("again", SendCode.SEALED)  # the key may be put back into SEALING_KEYS
    if channel.kind == Channel.Kind.MAIL:
        return mail.send(address, message)
    made = outgoing(channel.kind, address, secret, message)
    try:
        answer = transport.post(made.url, made.headers, made.body)
    except NotAccepted:
        return Sent("refused", SendCode.PRIVATE)
    except (Unreachable, Malformed) as error:
        return _no_answer(error)
    return _of(answer, channel.kind)


def _no_answer(error: Unreachable | Malformed) -> Sent:
    """All of these pass, or may be mended by the receiver. The message may have arrived: its id tells."""
    if isinstance(error, TimedOut):
        return Sent("again", SendCode.LATE, {"seconds": round(transport.DEADLINE_SECONDS)})
    if isinstance(error, Malformed):
        return Sent("again", SendCode.NOT_HTTP)
    if error.sent:
        return Sent("again", SendCode.BROKEN)
    return Sent("again", SendCode.CERTIFICATE if _is_of_certificate(error) else SendCode.UNREACHED)


def _is_of_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _of(answer: Answer, kind: str) -> Sent:
    """What an answer means. Its status alone counts: a body that breaks off takes nothing back."""
    status = {"status": answer.status}
    if 200 <= answer.status < 300:
        return SENT
    # Discord answers 404 for a webhook that was deleted, and shuts out a sender that goes on.
    if answer.status == 410 or (answer.status == 404 and kind == Channel.Kind.DISCORD):
        return Sent("gone", SendCode.GONE, status)
    if answer.status in ASK_TO_WAIT:
        return Sent("again", SendCode.BUSY, status, retry_after(answer.headers, MAX_WAIT_SECONDS))
    if answer.status >= 500 or answer.status in PASSING:
        return Sent("again", SendCode.FAILING, status)
    # The credential does not belong to another address, and a receiver that has moved stays moved.
    return Sent("refused", SendCode.REDIRECT if 300 <= answer.status < 400 else SendCode.REFUSED, status)
