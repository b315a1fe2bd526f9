"""Sends the digests that are due, on a thread of its own: a mail server that hangs holds up nothing else."""

import logging
import smtplib
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.core import mail
from django.utils import timezone, translation

from livechat.alerts import digests
from livechat.alerts.digests import Period
from livechat.lib import background
from livechat.lib.epoch import moment_of
from livechat.models import Digest
from livechat.ops import rollups
from livechat.reports import ranges
from livechat.reports.ranges import Range
from livechat.sites import members, roles
from livechat.web import digest_letter, digest_report
from livechat.web.digest_letter import Reader
from livechat.web.digest_report import Content

EVERY_SECONDS = 20.0
SMTP_SECONDS = 15.0  # for which the mail server may be silent
log = logging.getLogger(__name__)


def send_due() -> None:
    """Start to send the digests that are due, if there are any and this server sends mail."""
    if settings.HAS_MAIL and digests.due(timezone.now()):
        background.start("digests", _Round().send_all)


@dataclass
class _Round:
    """One round of sending. Readers who may see the same get the same content, which is made once."""

    made: dict[tuple[int, date, date, bool], Content] = field(default_factory=dict)

    def send_all(self) -> None:
        """Send what is due. A period waits until the sums of its days are made."""
        for digest, period in digests.due(timezone.now()):
            end = moment_of(ranges.midnight(period.last, digest.site.zone))
            if rollups.are_made_until(end, digest.site):
                claimed = digests.claim(digest, period, timezone.now())
                if claimed is not None:
                    self.send(claimed, period)

    def send(self, digest: Digest, period: Period) -> None:
        """Send a digest that this process has claimed, and mark the result. A person who may not read it gets none."""
        held = roles.roles_of(digest.user)
        role = held.get(digest.site)
        if role is None or not digest.user.is_active:
            digest.delete()
            return
        address = members.mail_address(digest.user)
        if not address:
            digests.finish(digest, period, timezone.now(), sent=False)
            return
        content = self._content(digest, period, single_agents=roles.sees_agent_times(digest.site, role))
        letter = digest_letter.write(digest, period, content, Reader(address, len(held) > 1))
        if not digests.is_claimed(digest):
            return
        try:
            letter.connection = mail.get_connection(timeout=SMTP_SECONDS)
            letter.send()
        except (smtplib.SMTPException, OSError) as error:  # OSError: the mail server is not there, or is silent
            log.warning("a digest could not be sent: %s", type(error).__name__)
            digests.again(digest, period, timezone.now())
            return
        digests.finish(digest, period, timezone.now(), sent=True)

    def _content(self, digest: Digest, period: Period, *, single_agents: bool) -> Content:
        site = digest.site
        key = (site.pk, period.first, period.last, single_agents)
        if key not in self.made:
            days = Range(period.first, period.last, site.zone, timezone.now())
            with translation.override(settings.LANGUAGE_CODE):
                self.made[key] = digest_report.of(site, days, single_agents=single_agents)
        return self.made[key]
