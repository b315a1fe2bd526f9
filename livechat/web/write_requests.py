"""Carrying out a write that a page's form asks for: what the three pages that write have in common."""

from dataclasses import dataclass

from livechat.comm100.errors import Comm100Error, NotFound
from livechat.control import guarded
from livechat.forms.writes import WriteForm
from livechat.lib.vault import CannotOpen
from livechat.live.budget import BudgetExhausted
from livechat.models import Connection
from livechat.web import change_lines
from livechat.web.responses import Request


@dataclass(frozen=True, slots=True)
class NotSent:
    """Why nothing was sent, in a sentence, and the status code of the page that says so.

    `plain`: whether the sentence itself says that nothing was sent.
    """

    text: str
    code: int
    plain: bool = False


def carry_out(
    request: Request, connection: Connection, write: guarded.Write, form: WriteForm
) -> guarded.Conflict | NotSent | None:
    """Perform a write with a valid form's reason, nonce and override. None if it was sent, or was before."""
    given = form.cleaned_data
    asked = guarded.WriteRequest(request.user, connection, given["nonce"], given["reason"], given["override"])
    try:
        guarded.perform(write, asked)
    except guarded.Conflict as conflict:
        return conflict
    except (guarded.NotPossible, BudgetExhausted, CannotOpen, Comm100Error) as reason:
        code = 503 if isinstance(reason, guarded.NotRecorded) else 404 if isinstance(reason, NotFound) else 422
        plain = isinstance(reason, guarded.NotPossible | BudgetExhausted)
        return NotSent(change_lines.why(reason), code, plain)
    return None
