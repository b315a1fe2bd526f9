"""Whether work that a person began may still be sent: they, their role and their credential must still be there."""

from django.contrib.auth.models import User

from livechat.live import sources
from livechat.models import Connection, Site
from livechat.models.notes import Code, Note, note
from livechat.sites import roles


def why_not(site: Site, actor_id: int | None, connection: Connection | None) -> Note | None:
    """Why nothing may be sent for this person by this connection, which may be renewed; None if it may."""
    actor = User.objects.filter(pk=actor_id or 0, is_active=True).first()
    seat = roles.seat(actor, site.pk) if actor else roles.NO_SEAT
    if actor is None or seat.site is None or seat.site != site or not seat.can_write:
        return note(Code.NO_RIGHT)
    writer = sources.writer(seat.site, actor)
    if writer is None or connection is None:
        return note(Code.CREDENTIAL_REPLACED)
    if (writer.pk, writer.fingerprint) != (connection.pk, connection.fingerprint):
        return note(Code.CREDENTIAL_REPLACED)
    return None
