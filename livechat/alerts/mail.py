"""Sends a message by mail."""

import re
import smtplib
from email.utils import parseaddr

from django.conf import settings
from django.core import mail

from livechat.alerts import escapes
from livechat.alerts.bodies import cleaned, fitted, headline
from livechat.alerts.messages import Message
from livechat.alerts.outcomes import SENT, Sent
from livechat.models import SendCode

STEP_SECONDS = 8  # that each answer of the mail server may take
MAX_SUBJECT_CHARS = 180
MAX_BODY_CHARS = 100_000


def send(address: str, message: Message) -> Sent:
    """Send one mail. Its Message-ID is made of the message's id, so that a mail that comes twice is known."""
    if not settings.HAS_MAIL:
        return Sent("refused", SendCode.NO_MAIL_SERVER)
    try:
        with mail.get_connection(timeout=STEP_SECONDS) as connection:
            connection.send_messages([_mail(address, cleaned(message))])
    except (OSError, ValueError) as error:  # all of smtplib are OSErrors; a ValueError: our own address is none
        status = _final_status(error)
        if status:
            return Sent("refused", SendCode.MAIL_REFUSED, {"status": status})
        return Sent("again", SendCode.MAIL_FAILING)
    return SENT


def _mail(address: str, message: Message) -> mail.EmailMessage:
    subject = escapes.unlinked(f"[{message.site}] {headline(message)}")[:MAX_SUBJECT_CHARS]
    lines = fitted(map(escapes.unlinked, message.lines), MAX_BODY_CHARS)
    body = "\n".join([escapes.unlinked(headline(message)), *lines, *(["", message.url] if message.url else []), ""])
    headers = {"Message-ID": f"<{message.id}@{_domain()}>", "Auto-Submitted": "auto-generated"}
    return mail.EmailMessage(subject, body, to=[address], headers=headers)


def _domain() -> str:
    """The domain of our own address: the same in every process, as the Message-ID must be."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return domain if re.fullmatch(r"[A-Za-z0-9.-]+", domain) else "livechat-board"


def _final_status(error: Exception) -> int:
    """The status by which the server refuses this address or this message for good, 0 if another try may help.

    A refused sign-in or sender is a fault of the settings, which somebody may mend.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        status = max((code for code, _words in error.recipients.values()), default=0)
    else:
        status = error.smtp_code if isinstance(error, smtplib.SMTPDataError) else 0
    return status if status >= 500 else 0
