"""What every page shows around its content: the queue, the user's sites, and what the user's role allows."""

import shlex
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from livechat.boards import agents, departments, directory_names, visitors
from livechat.boards.departments import Department
from livechat.boards.levels import NO_LIMITS, Limits
from livechat.forms.connection import ConnectionForm
from livechat.live import heartbeats, snapshot_cache
from livechat.live.freshness import Freshness
from livechat.live.snapshot_view import NOTHING
from livechat.models import Density, Preferences, Site, Theme
from livechat.walls import links
from livechat.web import alert_cards, first_steps, status_menu, write_blocks
from livechat.web.alert_cards import Card
from livechat.web.compression import shows_secret
from livechat.web.responses import Request, freshness

MAX_DEPARTMENTS = 4  # in the line of every page; the visitors' board has them all


@dataclass(frozen=True, slots=True)
class QueueBox:
    """The queue with its freshness, as the templates read it. `limits` are those of a wait. `alarms`: what rings."""

    waiting: int
    since: datetime | None
    since_exact: bool
    limits: Limits
    departments: list[Department]
    freshness: Freshness
    alarms: list[Card]

    @property
    def alarm(self) -> Card | None:
        """The worst of what rings and nobody has taken; None if there is nothing of that."""
        return next((card for card in self.alarms if card.is_loud), None)

    @property
    def others(self) -> int:
        """How many ring besides."""
        return len(self.alarms) - 1

    @property
    def sounds(self) -> bool:
        """Whether something of that rings with a sound."""
        return any(card.is_loud and card.rule.sound for card in self.alarms)


def queue_box(request: Request, site: Site | None) -> QueueBox:
    """The waiting visitors of a site. `freshness.checked` is None if they are not known."""
    if site is None:
        return QueueBox(0, None, False, NO_LIMITS, [], freshness(request, NOTHING, path="queue"), [])
    feed = request.seat.feed
    snapshot = snapshot_cache.get(feed, "visitors", wait=0)
    staff = snapshot_cache.get(feed, "agents", wait=0)
    known = directory_names.of(site)
    found = visitors.queue(snapshot.data)
    short = departments.busy(snapshot.data, agents.visible(staff.data, known), known)[:MAX_DEPARTMENTS]
    # The tag depends on the queue alone: it stays the same while other visitors come and go.
    key = (
        found,
        [(one.id, one.waiting, one.free, one.online) for one in short],
        snapshot.checked is None,
        snapshot.state,
    )
    shown = freshness(request, snapshot, key=key, path="queue", snapshots=(snapshot, staff))
    return QueueBox(found.waiting, found.since, found.since_exact, known.wait, short, shown, alert_cards.ringing(site))


def _degraded() -> dict[str, bool]:
    """What does not work although pages are shown; empty if all does."""
    found = {"write": bool(heartbeats.write_failure()), "collector": heartbeats.collector_stopped()}
    return found if any(found.values()) else {}


def _first_account_command() -> str:
    """The command that makes the first account in this server's data folder; empty if there is an account."""
    if User.objects.exists():
        return ""
    return f"DATA_DIR={shlex.quote(str(settings.DATA_DIR))} .venv/bin/python manage.py createsuperuser"


def _status_menu(request: Request, site: Site | None) -> list[status_menu.Choice]:
    """The statuses that can be set from any page; empty if the user cannot write."""
    return status_menu.of(request, site, write_blocks.of(request)) if site else []


def _connect_form(request: Request, site: Site | None) -> ConnectionForm | None:
    """The form that stores the user's connection, if their boards need one; a viewer gets none."""
    if site is None or not request.seat.can_write or request.seat.feed:
        return None
    return ConnectionForm(address=site.api_base)


def page_chrome(request: HttpRequest) -> dict[str, Any]:
    """The context of every page; if no one is signed in, only what the sign-in page needs."""
    base = {"build": settings.BUILD, "has_mail": settings.HAS_MAIL}
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return base | {"first_account": SimpleLazyObject(_first_account_command)}
    seat = request.seat  # type: ignore[attr-defined]
    return base | {
        "site": seat.site,
        "sites": seat.others,
        "role_label": seat.role.label if seat.role else "",
        "can_write": seat.can_write,
        "can_admin": seat.can_admin,
        "agent_times": seat.sees_agent_times,
        "preferences": SimpleLazyObject(lambda: Preferences.of(request.user)),  # type: ignore[arg-type]
        "display_choices": (("theme", _("Theme"), Theme.choices), ("density", _("Rows"), Density.choices)),
        "status_menu": SimpleLazyObject(lambda: _status_menu(request, seat.site)),  # type: ignore[arg-type]
        "shows_secret": SimpleLazyObject(lambda: shows_secret(request)),
        "open_steps": SimpleLazyObject(lambda: first_steps.open_steps(request)),  # type: ignore[arg-type]
        "connect_form": SimpleLazyObject(lambda: _connect_form(request, seat.site)),  # type: ignore[arg-type]
        "degraded": SimpleLazyObject(_degraded),
        "ending": SimpleLazyObject(lambda: list(links.ending_soon(request.user))),  # type: ignore[arg-type]
        "queue": SimpleLazyObject(lambda: queue_box(request, seat.site)),  # type: ignore[arg-type]
    }
