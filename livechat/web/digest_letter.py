"""A digest as a mail: its texts, and the headers by which mail programs offer to end it."""

from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from livechat.alerts import digests
from livechat.alerts.digests import Period
from livechat.lib.public_urls import public_url
from livechat.models import Digest
from livechat.web.digest_report import Content


@dataclass(frozen=True, slots=True)
class Reader:
    """The person who gets it. `several`: whether they have other sites too."""

    address: str
    several: bool


def write(digest: Digest, period: Period, content: Content, reader: Reader) -> EmailMultiAlternatives:
    """The mail, not sent yet. Mails about the same period have the same Message-ID."""
    end_url = public_url("digest-end", digests.token(digest))
    context = {"content": content, "several": reader.several, "end_url": end_url}
    with translation.override(settings.LANGUAGE_CODE):
        text = render_to_string("digest/mail.txt", context)
        page = render_to_string("digest/mail.html", context)
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    headers = {
        "Message-ID": f"<{digests.message_key(digest, period)}@{host}>",
        "Auto-Submitted": "auto-generated",
    }
    if end_url:
        headers |= {"List-Unsubscribe": f"<{end_url}>", "List-Unsubscribe-Post": digests.ONE_CLICK}
    mail = EmailMultiAlternatives(f"{content.site}: {content.days}", text, to=[reader.address], headers=headers)
    mail.attach_alternative(page, "text/html")
    return mail
