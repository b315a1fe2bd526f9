"""What a row of the record says besides its result: a code with parameters, turned into words when it is shown.

A row outlives the language and the time zone it was written in, so no sentence is stored. The codes are a closed list
with their words beside them. Rows that were written before there were codes keep their text.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from livechat.comm100.errors import Comm100Error
from livechat.comm100.names import search_key
from livechat.comm100.sentences import WORDS, Sentence

Note = dict[str, Any]  # {"code": a Code, and each parameter of its words by name}
Said = str | dict[str, str | int]  # an error's own words, or {"why": the code of its sentence, and its parameters}
_PARAMETER = re.compile(r"%\((\w+)\)s")


class Coded(TextChoices):
    """A closed list of codes with their words."""

    @property
    def parameters(self) -> set[str]:
        """The names of the parameters in its words."""
        return set(_PARAMETER.findall(str(self.label)))


class Code(Coded):
    """Every note of the record, with its words. Parameters: `error` is what an error said (see `said`), `status`
    and `planned` are statuses as Comm100 spells them, `seconds` a whole number, `until` a moment, `text` a message's;
    the others are names."""

    # A write and its outcome.
    ERROR = "error", _("%(error)s")
    NOTHING_SENT = "nothing-sent", _("Nothing was sent. %(error)s")
    FOUND_SENT = "found-sent", _("The server stopped before it could note this; Comm100 shows it.")
    NOT_SHOWN = "not-shown", _("Comm100 does not show it yet.")
    NOT_VERIFIED_ERROR = "not-verified-error", _("Not verified: %(error)s")
    NOT_VERIFIED_LIMIT = (
        "not-verified-limit",
        _("Not verified: the call limit is used up; the next call can leave in %(seconds)s s."),
    )
    NOT_VERIFIED_SEALED = (
        "not-verified-sealed",
        _("Not verified: the stored credential cannot be opened with this server’s keys."),
    )
    # A write that a stopped process left open.
    STOPPED_UNCONNECTED = "stopped-unconnected", _("The server stopped, and there is no connection to look with.")
    STOPPED_ERROR = "stopped-error", _("The server stopped before this was verified. %(error)s")
    STOPPED_SEALED = (
        "stopped-sealed",
        _("The server stopped before this was verified. The credential cannot be opened with this server’s keys."),
    )
    STOPPED_NOT_SHOWN = (
        "stopped-not-shown",
        _("The server stopped while this was sent, and Comm100 does not show it."),
    )
    # An agent that a bulk change leaves alone.
    GONE = "gone", _("Not at this site any more.")
    OFFLINE = "offline", _("Offline cannot be set: Comm100 does not take it.")
    WAS_OFFLINE = "was-offline", _("Was offline before, and Comm100 lets no one set that.")
    SAME_STATUS = "same-status", _("In that status already.")
    CHANGED_MEANWHILE = "changed-meanwhile", _("Changed meanwhile: %(status)s.")
    # What ends a bulk change.
    NO_ANSWER = "no-answer", _("Comm100 did not answer, so nothing was sent. %(error)s")
    NO_RIGHT = "no-right", _("The person who started this may not write here any more.")
    CREDENTIAL_REMOVED = "credential-removed", _("The credential was removed.")
    CREDENTIAL_REPLACED = (
        "credential-replaced",
        _("The credential this was started with was removed or replaced, or may not be used for it any more."),
    )
    CREDENTIAL_REFUSED = "credential-refused", _("The stored credential cannot be used: %(error)s")
    CREDENTIAL_SEALED = "credential-sealed", _("The stored credential cannot be opened with this server’s keys.")
    # A planned status that was not sent, or that was cancelled.
    PLAN_MOVED = "plan-moved", _("The agent was no longer in %(planned)s: %(status)s. Nothing was sent.")
    PLAN_TOO_LATE = (
        "plan-too-late",
        _("No server was there to send it in time, and it may be sent until %(until)s only. Nothing was sent."),
    )
    PLAN_NO_ANSWER = "plan-no-answer", _("It could not be sent until %(until)s. Nothing was sent. %(error)s")
    PLAN_CALL_LIMIT = (
        "plan-call-limit",
        _("It could not be sent until %(until)s: the call limit was used up. Nothing was sent."),
    )
    PLAN_NOT_BEGUN = "plan-not-begun", _("The status before it was never set. Nothing was sent.")
    PLAN_REPLACED = "plan-replaced", _("A later plan took its place.")
    # What happened to a wall's link.
    UNTIL = "until", _("until %(until)s")
    NO_EXPIRY = "no-expiry", _("without end")
    RENAMED = "renamed", _("from “%(old)s” to “%(new)s”")
    FRAMES = "frames", _("%(origins)s")
    NO_FRAMES = "no-frames", _("none any more")
    OWNER = "owner", _("%(owner)s")
    BROWSER = "browser", _("%(browser)s")
    TURNS = "turns", _("%(walls)s")
    NO_TURNS = "no-turns", _("its own wall alone")
    # What happened to a wall's message.
    MESSAGE = "message", _("“%(text)s”, until %(until)s")
    MESSAGE_ENDED = "message-ended", _("“%(text)s”")
    # What happened to a read token.
    UNTIL_WITH_AGENTS = "until-with-agents", _("until %(until)s, single agents’ times too")
    # What happened to a channel of alerts.
    LEADS_TO = "leads-to", _("to %(host)s")


def said(error: Comm100Error) -> Said:
    """What an error said, as a note keeps it: Comm100's own words, or the code of a sentence of ours."""
    message = error.message
    return {"why": message.why.value, **message.parameters} if isinstance(message, Sentence) else message


def note(code: Coded, **parameters: Said | int | datetime) -> Note:
    """A note as a row stores it. Raises TypeError if the parameters are not those of the code's words."""
    if parameters.keys() != code.parameters:
        raise TypeError(f"{code!r} takes {sorted(code.parameters)}, not {sorted(parameters)}")
    return {"code": code.value} | {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in parameters.items()
    }


def in_words(stored: Note | None, text: str = "", codes: type[Coded] = Code) -> str:
    """A note in the reader's language, its times in the reader's zone. `text` is what an old row has instead.

    `codes`: the list that it was written with.
    """
    if stored is None:
        return text
    if stored["code"] not in codes.values:
        return str(stored["code"])  # written by a newer version
    return str(codes(stored["code"]).label) % dict(_shown(stored))


def with_word(word: str) -> list[str]:
    """The codes in whose words a word occurs, as this reader sees them; case and accents do not matter."""
    key = search_key(word)
    return [code.value for code in Code if key in search_key(_PARAMETER.sub("", str(code.label)))]


def _shown(stored: Note) -> Iterator[tuple[str, Any]]:
    for name, value in stored.items():
        if name == "until":
            yield name, date_format(timezone.localtime(datetime.fromisoformat(value)), "j M Y H:i")
        elif name == "error" and isinstance(value, dict):
            words = WORDS.get(value["why"])
            yield name, gettext(words) % value if words else value["why"]  # a newer version may have more of them
        else:
            yield name, value
