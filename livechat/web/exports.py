"""The forms in which scripts and spreadsheets get a page's own rows: `?format=csv` and `?format=json`."""

from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

from django.forms import Form
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from livechat.lib import csv_tables
from livechat.web.responses import Request

FORMATS = ("csv", "json")


def wanted(request: HttpRequest) -> str:
    """The format that is asked for, "csv" or "json"; empty for the page."""
    asked = request.GET.get("format", "")
    return asked if asked in FORMATS else ""


def of(
    request: HttpRequest, name: str, lines: Callable[[], Iterable[Iterable[Any]]], told: Callable[[], dict[str, Any]]
) -> HttpResponseBase | None:
    """The rows in the format that is asked for; None for the page. `lines` makes the CSV's lines, `told` the JSON."""
    asked = wanted(request)
    if asked == "csv":
        head, *rows = lines()
        return csv_tables.answer(name, head, rows)
    return JsonResponse(told()) if asked else None


def reads_page(request: Request) -> bool:
    """Whether the page says what is wrong: to a person who did not ask for JSON. A file that fails opens it too."""
    return request.user.is_authenticated and wanted(request) != "json"


def refused(request: Request, form: Form) -> JsonResponse | None:
    """422 with what is wrong with each parameter, for a script and whoever asks for JSON; None if the page says it."""
    if reads_page(request):
        return None
    wrong = {field: [str(error) for error in errors] for field, errors in form.errors.items()}
    return JsonResponse({"error": " ".join(chain.from_iterable(wrong.values())), "fields": wrong}, status=422)
