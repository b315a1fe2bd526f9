"""The directory as CSV: exported, and imported after a preview, all of it or nothing."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from livechat.forms.directory_csv import COLUMNS, MOST_LINES, RosterForm, plan, written
from livechat.lib import csv_tables
from livechat.models import Role, Site
from livechat.sites import directory_csv
from livechat.sites.directory_csv import FIELDS, Entry, Key, Plan
from livechat.sites.roles import role_required
from livechat.web.responses import Request, page


@require_safe
@role_required(Role.ADMINISTRATOR)
def export(request: Request, site: Site) -> StreamingHttpResponse:
    """All of the directory as the CSV that `upload` takes: taken as it is, it changes nothing."""
    return csv_tables.answer("directory", COLUMNS, _rows(directory_csv.entries(site)))


def _rows(known: dict[Key, Entry]) -> Iterator[tuple[Any, ...]]:
    for (kind, key), entry in known.items():
        own = FIELDS[kind]
        yield kind, key, *(written(getattr(entry, name)) if name in own else "" for name in COLUMNS[2:])


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMINISTRATOR)
def upload(request: Request, site: Site) -> HttpResponse:
    """Take a CSV: first what it would do, line by line, then, asked again, do it."""
    if request.method != "POST":
        return _show(request, RosterForm())
    form = RosterForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, form.kept(), code=422)
    if request.POST.get("step") == "import":
        return _import(request, site, form)
    made = plan(form.cleaned_data["table"], directory_csv.entries(site))
    return _preview(request, form, made, code=422 if made.problems else 200)


def _import(request: Request, site: Site, form: RosterForm) -> HttpResponse:
    """Do what was looked at: the text and the directory are read anew, and must still come to the same."""
    with transaction.atomic():
        known = directory_csv.entries(site, held=True)
        made = plan(form.cleaned_data["table"], known)
        same = not made.problems and made.mark == form.cleaned_data["seen"]
        if same:
            directory_csv.carry_out(site, known, made.steps)
    if not same:
        return _preview(request, form, made, code=422 if made.problems else 409)
    counts = {state: made.counts[state] for state in ("new", "changed", "unchanged")}
    messages.success(request, _("Imported: %(new)d new, %(changed)d changed, %(unchanged)d unchanged.") % counts)
    return redirect("directory")


def _preview(request: Request, form: RosterForm, made: Plan, *, code: int = 200) -> HttpResponse:
    """The form again with the file's text in it, beside what it would do."""
    again = RosterForm(initial={"text": form.cleaned_data["text"], "seen": made.mark})
    return _show(request, again, made, code=code)


def _show(request: Request, form: RosterForm, made: Plan | None = None, *, code: int = 200) -> HttpResponse:
    steps = made.steps if made else []
    context = {
        "nav": "directory",
        "form": form,
        "plan": made,
        "acting": [step for step in steps if step.state != "unchanged"],
        "unchanged": [step for step in steps if step.state == "unchanged"],
        "stale": code == 409,
        "columns": COLUMNS,
        "most": MOST_LINES,
    }
    return page(request, "directory/upload.html", context, status=code)
