"""Setting a status that a plan may follow: the status is sent, and then what comes after it is stored."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from livechat.comm100.records import same_status
from livechat.control import guarded, planning
from livechat.control.statuses import StatusWrite
from livechat.forms.agents import StatusForm
from livechat.lib import outages
from livechat.models import Change, Connection, Outcome, Site
from livechat.record import audit
from livechat.web.responses import Request
from livechat.web.write_requests import NotSent, carry_out


def refusal(site: Site, connection: Connection, until: planning.Until | None) -> str:
    """Why a plan cannot be made with this connection; empty if it can, or if there is no plan."""
    end = planning.token_end(connection) if until else None
    if until is None or end is None or end >= until.due:
        return ""
    local = end.astimezone(site.zone)
    return _(
        "Nothing was planned or sent: your access token ends before that, on %(day)s at %(time)s. Choose an earlier "
        "time, or store another credential."
    ) % {"day": date_format(local, "j F"), "time": date_format(local, "H:i")}


def set_status(
    request: Request, site: Site, connection: Connection, write: StatusWrite, form: StatusForm
) -> guarded.Conflict | NotSent | None:
    """Send a status with a valid form, and store its plan. None if all of that was done.

    An agent who has the status already keeps it, and only the plan is stored. If Comm100 refuses the status, nothing
    is planned. A form that is sent again sends once and plans once.
    """
    why = refusal(site, connection, form.plan)
    if why:
        return NotSent(why, 422, plain=True)
    first = None
    if form.plan is None or not same_status(write.status, write.expected):
        met = carry_out(request, connection, write, form)
        if met is not None or form.plan is None:
            return met
        first = Change.objects.filter(nonce=form.cleaned_data["nonce"], actor=request.user).first()
        if first is not None and audit.standing(first)[0] == Outcome.Result.REFUSED:
            return None
    given = form.cleaned_data
    agent = planning.For(write.agent_id, write.target_name, write.status)
    try:
        planning.make(
            request.user, connection, [agent], form.plan, nonce=given["nonce"], reason=given["reason"], first=first
        )
    except outages.UNAVAILABLE as error:
        outages.note(error, "to record a plan, which was not made")
        return NotSent(
            _("The status was sent, but this server’s database could not store the plan. Try again."), 503, plain=True
        )
    site.refresh_from_db(fields=["version"])  # the answer shows the plan
    return None
