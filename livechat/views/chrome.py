"""What every page shows around its content: who waits, where one can go."""

import shlex
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from livechat.boards import visitors
from livechat.live import snapshot_cache, sources
from livechat.live.freshness import Freshness
from livechat.live.snapshot_view import NOTHING
from livechat.models import Site
from livechat.sites.roles import site_required
from livechat.walls import links
from livechat.web.responses import Request, freshness, page, ready_answer


class QueueBox:
    """The queue with its figures, as the templates read it."""

    def __init__(self, found: visitors.Queue, shown: Freshness) -> None:
        self.waiting, self.since, self.since_exact = found.waiting, found.since, found.since_exact
        self.freshness = shown


def queue_box(request: Request, site: Site | None) -> QueueBox:
    """Who waits at a site; `figures.checked` is none where that is not known."""
    snapshot = NOTHING if site is None else snapshot_cache.get(sources.board(site, request.user), "visitors", wait=0)
    found = visitors.queue(snapshot.data)
    # Only who waits matters here: other visitors' coming and going leaves the tag alone.
    return QueueBox(
        found, freshness(request, snapshot, key=(found, snapshot.state), path="queue", rests_on=(snapshot,))
    )


def _first_account() -> str:
    """The command that makes the first account, in this server's data folder; empty where there is an account."""
    if User.objects.exists():
        return ""
    return f"DATA_DIR={shlex.quote(str(settings.DATA_DIR))} .venv/bin/python manage.py createsuperuser"


def chrome(request: HttpRequest) -> dict[str, Any]:
    """Context of every page of a signed-in person; what the sign-in needs for everybody else."""
    base = {"build": settings.BUILD, "has_mail": settings.HAS_MAIL}
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return base | {"first_account": SimpleLazyObject(_first_account)}
    seat = request.seat  # type: ignore[attr-defined]
    return base | {
        "site": seat.site,
        "sites": seat.others,
        "role_label": seat.role.label if seat.role else "",
        "can_write": seat.can_write,
        "can_admin": seat.can_admin,
        "ending": SimpleLazyObject(lambda: list(links.ending_soon(request.user))),  # type: ignore[arg-type]
        "queue": SimpleLazyObject(lambda: queue_box(request, seat.site)),  # type: ignore[arg-type]
    }


@require_safe
@site_required
def queue(request: Request, site: Site) -> HttpResponse:
    """The queue by itself, polled by every page."""
    box = queue_box(request, site)
    return ready_answer(request, box.freshness) or page(
        request, "components/queue.html", {"queue": box}, fragment="queue", shown=box.freshness
    )
