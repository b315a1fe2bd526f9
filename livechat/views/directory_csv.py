"""The directory as CSV: export, and import after a preview. An import does all or nothing."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from livechat.forms.directory_csv import COLUMNS, MAX_LINES, DepartmentNames, DirectoryCsvForm, cell_text, preview_of
from livechat.lib import csv_tables
from livechat.models import Role, Site
from livechat.sites import directory_csv
from livechat.sites.directory_csv import AGENT, FIELDS, Entry, ImportPreview, Key
from livechat.sites.roles import role_required
from livechat.web.responses import Request, page


@require_safe
@role_required(Role.ADMINISTRATOR)
def export(_request: Request, site: Site) -> StreamingHttpResponse:
    """The whole directory as a CSV that `upload` accepts. Uploaded unchanged, it changes nothing."""
    return csv_tables.answer("directory", COLUMNS, _rows(directory_csv.entries(site)))


def _rows(known: dict[Key, Entry]) -> Iterator[tuple[Any, ...]]:
    departments = DepartmentNames(known)
    for (kind, key), entry in known.items():
        values = {name: getattr(entry, name) for name in FIELDS[kind]}
        if kind == AGENT:
            values["departments"] = departments.text(values["departments"])
        yield kind, key, *(cell_text(values.get(name)) for name in COLUMNS[2:])


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMINISTRATOR)
def upload(request: Request, site: Site) -> HttpResponse:
    """Take a CSV. First preview what it would do, line by line; a second request does it."""
    if request.method != "POST":
        return _show(request, DirectoryCsvForm())
    form = DirectoryCsvForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, form.with_file_as_text(), code=422)
    if request.POST.get("step") == "import":
        return _import(request, site, form)
    preview = preview_of(form.cleaned_data["table"], directory_csv.entries(site))
    return _preview(request, form, preview, code=422 if preview.problems else 200)


def _import(request: Request, site: Site, form: DirectoryCsvForm) -> HttpResponse:
    """Do what was previewed. Text and directory are read again, and the preview must still be the same."""
    with transaction.atomic():
        known = directory_csv.entries(site, locked=True)
        preview = preview_of(form.cleaned_data["table"], known)
        unchanged = not preview.problems and preview.fingerprint == form.cleaned_data["seen"]
        if unchanged:
            directory_csv.apply_rows(site, known, preview.rows)
    if not unchanged:
        return _preview(request, form, preview, code=422 if preview.problems else 409)
    counts = {state: preview.counts[state] for state in ("new", "changed", "unchanged")}
    messages.success(request, _("Imported: %(new)d new, %(changed)d changed, %(unchanged)d unchanged.") % counts)
    return redirect("directory")


def _preview(request: Request, form: DirectoryCsvForm, preview: ImportPreview, *, code: int = 200) -> HttpResponse:
    """The form with the file's text in it, beside what it would do."""
    filled = DirectoryCsvForm(initial={"text": form.cleaned_data["text"], "seen": preview.fingerprint})
    return _show(request, filled, preview, code=code)


def _show(
    request: Request, form: DirectoryCsvForm, preview: ImportPreview | None = None, *, code: int = 200
) -> HttpResponse:
    rows = preview.rows if preview else []
    context = {
        "nav": "directory",
        "form": form,
        "preview": preview,
        "acting": [row for row in rows if row.state != "unchanged"],
        "unchanged": [row for row in rows if row.state == "unchanged"],
        "stale": code == 409,
        "columns": COLUMNS,
        "max_lines": MAX_LINES,
    }
    return page(request, "directory/upload.html", context, status=code)
