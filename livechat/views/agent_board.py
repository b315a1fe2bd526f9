"""The agents' board: who needs a look first, then teams; or one list, sorted by a column."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from livechat.boards import agent_groups, agents, departments, directory_names, needs, plans, status_styles
from livechat.boards.agent_groups import BY_NEED, COLUMNS, LARGEST_FIRST, Column, Group
from livechat.boards.agents import AgentRow
from livechat.boards.departments import Department
from livechat.boards.needs import Needs
from livechat.control import bulk
from livechat.forms.agents import AgentFilter
from livechat.live import snapshot_cache
from livechat.live.freshness import soonest
from livechat.live.snapshot_data import SnapshotData
from livechat.models import Preferences, Site
from livechat.sites.roles import site_required
from livechat.web import board_lines, board_strips, row_undo, today_counts, write_blocks
from livechat.web.counts import Chip, Count, SortLink, sort_link
from livechat.web.responses import Request, freshness, is_partial, page, ready_answer

FILTERS = ("q", "status", "team", "department")
NEED_COLUMN = Column(BY_NEED, "need", _("Need"))
MEANINGS = {
    "online": _("Agents who are online, as far as the filters let them through. Hidden agents are not counted."),
    "away": _("Agents in any away status, as far as the filters let them through."),
    "offline": _("Agents who are offline, as far as the filters let them through."),
    "chats": _("The ongoing chats of these agents together, also of those who are away."),
}
NEED_CHIPS = {needs.PAST: "alert-triangle", needs.FULL: "messages", needs.LONG: "moon"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for: the form, the values of the filters, and the order; and who is pinned.

    `lines`: the file of what draws the counts' last hour.
    """

    form: AgentFilter
    filters: dict[str, str]
    need: str
    sort: str
    pinned: list[str]
    lines: str

    @property
    def narrowed(self) -> bool:
        """Whether the counts are of some agents only."""
        return any(self.filters[name] for name in ("q", "team", "department"))

    @property
    def filtered(self) -> bool:
        """Whether a filter is in force."""
        return bool(self.need or any(self.filters.values()))


@require_safe
@site_required
def agent_list(request: Request, site: Site) -> HttpResponse:
    """The board: who is online, for how long, with how many chats, and who needs a look."""
    own = Preferences.of(request.user)
    if own.board and not request.META["QUERY_STRING"] and not is_partial(request):
        return redirect(f"{request.path}?{own.board}")
    feed = request.seat.feed
    snapshot = snapshot_cache.get(feed, "agents")
    waiting = snapshot_cache.get(feed, "visitors", wait=0)
    write_block = write_blocks.of(request)
    known = directory_names.of(site)
    everyone = agents.visible(snapshot.data, known)
    needed = needs.of_rows(everyone, snapshot.data, known.version, snapshot.moment)
    short = [one for one in departments.busy(waiting.data, everyone, known) if one.level]
    waits = departments.waits(waiting.data)
    today, today_until = today_counts.of(site, waiting)
    strips = board_strips.current(site) if request.seat.sees_agent_times else None
    shown = freshness(
        request,
        snapshot,
        key=(snapshot.key, write_block, needed.key, sorted(waits.items()), own.pinned, own.board, strips, today.key),
        snapshots=(snapshot, waiting),
        until=soonest(needed.until, today_until, strips.until if strips else None),
    )
    answer = ready_answer(request, shown)
    if answer:
        return answer
    asked = _asked(AgentFilter(request.GET, **_choices(site, snapshot.data)), own.pinned, board_lines.url(site))
    context = _board(asked, everyone, needed, short, snapshot.data, waiting.data)
    context |= {
        "nav": "agents",
        "freshness": shown,
        "write_block": write_block,
        "undos": {} if write_block else row_undo.of_rows(site, everyone),
        "plans": plans.of_rows(site, everyone),
        "strips": strips,
        "today": today.words,
        "bulk_changes": bulk.running(site),
        "own": own,
        "clear_url": _clear_url(request, own),
    }
    return page(request, "agents/list.html", context, fragment="board", shown=shown)


def _clear_url(request: Request, own: Preferences) -> str:
    """The board in the same order without filters, also if it opens with some."""
    query = request.GET.copy()
    for name in (*FILTERS, "need", "page"):
        query.pop(name, None)
    if own.board and not query:
        query["all"] = "1"
    return f"{request.path}?{query.urlencode()}" if query else request.path


def _choices(site: Site, data: SnapshotData | None) -> dict[str, Any]:
    known = directory_names.of(site)
    return {"custom": agents.settable_statuses(known, data)[2:], "teams": known.teams}


def _asked(form: AgentFilter, pinned: list[str], lines: str) -> Asked:
    """The filters in force, and the order. An invalid one is left out."""
    form.is_valid()
    filters = {name: str(form.cleaned_data.get(name) or "") for name in FILTERS}
    need, sort = form.cleaned_data.get("need", ""), form.cleaned_data.get("sort") or BY_NEED
    return Asked(form, filters, need, sort, pinned, lines)


def _board(
    asked: Asked,
    everyone: list[AgentRow],
    needed: Needs,
    short: list[Department],
    data: SnapshotData | None,
    visitor_data: SnapshotData | None,
) -> dict[str, Any]:
    """What the board shows of these agents."""
    filters = asked.filters
    within = agents.filtered(everyone, **filters | {"status": ""})
    chosen = agents.filtered(within, status=filters["status"])
    if asked.need:
        chosen = [row for row in chosen if row.id in needed.by_id and needed.by_id[row.id].kind == asked.need]
    folded = {"offline"} if not asked.filtered else set()  # a filter's results are all shown
    rows = [row for row in chosen if row.slug not in folded]
    offline = [row for row in chosen if row.slug in folded]
    if asked.sort == BY_NEED:
        groups = agent_groups.by_need(rows, everyone, needed, visitor_data, asked.pinned)
    else:
        groups = [Group("all", "", agent_groups.by_column(rows, asked.sort))] if rows else []
        offline = agent_groups.by_column(offline, asked.sort)
    return {
        "form": asked.form,
        "counts": _counts(within if data else None, filters["status"], "" if asked.narrowed else asked.lines),
        "chips": _chips(asked, within, needed, short),
        "groups": groups,
        "offline": offline,
        "offline_groups": [Group("offline", "", offline)],
        "sorts": _sorts(asked.sort),
        "by_need": asked.sort == BY_NEED,
        "total": len(everyone),
        "hidden": len(data.rows) - len(everyone) if data else 0,
        "shown": len(chosen),
        "filtered": asked.filtered,
    }


def _counts(within: list[AgentRow] | None, active: str, lines: str) -> list[Count]:
    """How many rows each status would leave, so that a number leads to as many rows. None: no rows are known."""
    tally = agents.counts(within or ())

    def known(slug: str) -> int | None:
        return None if within is None else tally[slug]

    kinds = [
        Count(
            slug,
            style.label,
            known(slug),
            style.tone,
            style.icon,
            active == slug,
            meaning=MEANINGS[slug],
            line=f"{lines}#online" if lines and slug == "online" else "",
        )
        for slug, style in status_styles.AGENT_STYLES.items()
    ]
    chats = Count(
        "chats", _("Ongoing chats"), known("chats"), "neutral", "messages", is_filter=False, meaning=MEANINGS["chats"]
    )
    return [*kinds, chats]


def _chips(asked: Asked, within: list[AgentRow], needed: Needs, short: list[Department]) -> list[Chip]:
    """What is wrong, in words. A chip that is in force stays, also if nobody is left."""
    tally = needed.counts(within)
    labels = {needs.PAST: _("past their limit"), needs.FULL: _("full"), needs.LONG: _("away long")}
    chips = [
        Chip("need", kind, tally[kind], labels[kind], "", needed.level(kind, within), icon, asked.need == kind)
        for kind, icon in NEED_CHIPS.items()
        if tally[kind] or asked.need == kind
    ]
    return chips + [
        Chip("department", one.id, 0, _("free in"), one.name, "red", "ban", asked.filters["department"] == one.id)
        for one in short
    ]


def _sorts(sort: str) -> list[SortLink]:
    """The links that sort, for the heads of the table; the first one is the order by need."""
    links = [sort_link(column, sort, largest_first=column.key in LARGEST_FIRST) for column in COLUMNS]
    return [SortLink(NEED_COLUMN, BY_NEED, "descending" if sort == BY_NEED else ""), *links]
