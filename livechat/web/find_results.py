"""What one search finds at a site: statuses to set, agents, visitors, walls and pages, each as a link.

It reads what the boards read, the cached snapshots and the directory's names.
"""

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livechat.boards import agents, commands, directory_names, status_styles, visitor_index, visitors
from livechat.boards.agents import AgentRow
from livechat.boards.commands import Command
from livechat.boards.directory_names import Names
from livechat.boards.ranking import ABSENT, best, rank
from livechat.boards.visitors import VisitorRow
from livechat.comm100.names import search_words
from livechat.comm100.records import Visitor
from livechat.live import snapshot_cache
from livechat.live.snapshot_view import SnapshotView
from livechat.models import Site, Wall
from livechat.sites.roles import Seat
from livechat.web import status_menu, write_blocks
from livechat.web.responses import Request

MAX_OF_A_KIND = 8
MAX_CHARS = 200  # of a search, as on the boards


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found: a link, a line beside its name, how it looks. `command`: what choosing it sets."""

    name: str | Promise
    url: str
    icon: str
    line: str | Promise = ""
    tone: str = ""
    command: Command | None = None

    @property
    def set_url(self) -> str:
        """Where the command is sent."""
        return reverse("agent-set", args=[self.command.row.id]) if self.command else ""

    @property
    def asked(self) -> str | Promise:
        """The status that the command sets, in words."""
        return status_styles.of_agent(self.command.status).label if self.command else ""


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind."""

    slug: str
    title: str
    hits: list[Hit]


@dataclass(slots=True)
class Results:
    """All that was found. `notes`: sentences on why something may be missing."""

    q: str
    groups: list[Group] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many things were found."""
        return sum(len(group.hits) for group in self.groups)

    def add(self, slug: str, title: str, hits: list[Hit]) -> None:
        """Add a group if something was found, and a sentence if it is."""
        if hits:
            self.groups.append(Group(slug, title, hits))

    def note(self, text: str | Promise) -> None:
        """Add a sentence, once."""
        if text and str(text) not in self.notes:
            self.notes.append(str(text))


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the navigation. `for_admins`: only who manages sites may open it."""

    name: str
    label: Promise
    icon: str
    for_admins: bool = False


PAGES = (
    Page("agents", gettext_lazy("Agents"), "users"),
    Page("visitors", gettext_lazy("Visitors"), "messages"),
    Page("history", gettext_lazy("History"), "history"),
    Page("walls", gettext_lazy("Walls"), "device-tv"),
    Page("alerts", gettext_lazy("Alerts"), "bell"),
    Page("changes", gettext_lazy("Changes"), "arrows-exchange"),
    Page("directory", gettext_lazy("Directory"), "address-book"),
    Page("connection", gettext_lazy("My connection"), "plug"),
    Page("start", gettext_lazy("First steps"), "check"),
    Page("account_change_password", gettext_lazy("My account"), "user"),
    Page("usersessions_list", gettext_lazy("My sessions"), "device-tv"),
    Page("digest", gettext_lazy("My digests"), "mail"),
    Page("sites", gettext_lazy("Sites and members"), "building", for_admins=True),
)


def of(request: Request, site: Site, q: str) -> Results:
    """What a search finds. Without a search: the pages."""
    results = Results(q[:MAX_CHARS])
    words = search_words(results.q)
    if not words:
        results.add("pages", _("Pages"), _pages(request.seat, words))
        return results
    names = directory_names.of(site)
    feed = request.seat.feed
    listed = snapshot_cache.get(feed, "agents")
    rows = agents.visible(listed.data, names)
    command = commands.words_of(results.q)
    if command:
        _add_commands(results, request, site, command, rows)
    found = agents.filtered(rows, q=results.q) or (commands.agents_of(command, rows) if command else [])
    results.add("agents", _("Agents"), [_agent(row) for row in best(found, words, _agent_name, most=MAX_OF_A_KIND)])
    present = snapshot_cache.get(feed, "visitors")
    results.add("visitors", _("Visitors"), _visitors(present, names, results.q, words))
    results.add("walls", _("Walls"), _walls(request.seat, site, words))
    results.add("pages", _("Pages"), _pages(request.seat, words))
    for snapshot in (listed, present):
        results.note(snapshot.text)
    return results


def _add_commands(results: Results, request: Request, site: Site, words: list[str], rows: list[AgentRow]) -> None:
    """What "set … to …" can set, or why it sets nothing."""
    block = write_blocks.of(request)
    if block:
        results.note(block.text)
        return
    read = commands.read(words, rows, status_menu.settable(request, site), most=MAX_OF_A_KIND)
    results.add("set", _("Set a status"), [_command(command) for command in read if not command.done])
    if read and all(command.done for command in read):
        results.note(_("%(name)s is %(status)s already.") % {"name": read[0].row.name, "status": read[0].row.status})


def _command(command: Command) -> Hit:
    row, style = command.row, status_styles.of_agent(command.status)
    url = f"{row.status_url}?{urlencode({'status': command.status})}"
    return Hit(row.name, url, style.icon, row.status, style.tone, command)


def _agent_name(row: AgentRow) -> str:
    return f"{row.name} {row.alias}"


def _agent(row: AgentRow) -> Hit:
    line = f"{row.status} · {row.team}" if row.team else row.status
    return Hit(row.name, row.url, row.icon, line, row.tone)


def _visitors(present: SnapshotView, names: Names, q: str, words: list[str]) -> list[Hit]:
    """The visitors that the visitors' board finds, by name and e-mail first."""
    if present.data is None:
        return []
    data, index = present.data, visitor_index.of(present.data)
    known = names.including(departments=index.departments)
    found = (index.records[place] for place in visitor_index.filtered(index, known, q=q))
    closest = best(found, words, _visitor_name, most=MAX_OF_A_KIND)
    return [_visitor(visitors.row(data, record, known)) for record in closest]


def _visitor_name(record: Visitor) -> str:
    return f"{record.name or ''} {record.email or ''}"


def _visitor(row: VisitorRow) -> Hit:
    parts = (row.status, row.department, row.record.email)
    return Hit(row.name, row.url, row.icon, " · ".join(filter(None, parts)), row.tone)


def _walls(seat: Seat, site: Site, words: list[str]) -> list[Hit]:
    """The site's walls. A hit leads to the wall's design for people who may write, and to the list for others."""
    found = [wall for wall in site.walls.all() if rank(wall.title, words) < ABSENT]

    def url(wall: Wall) -> str:
        return reverse("wall-edit", args=[wall.pk]) if seat.can_write else reverse("walls")

    closest = best(found, words, lambda wall: wall.title, most=MAX_OF_A_KIND)
    return [Hit(wall.title, url(wall), "device-tv") for wall in closest]


def _pages(seat: Seat, words: list[str]) -> list[Hit]:
    """The pages of the navigation that this seat may open."""
    found = [
        page for page in PAGES if (seat.can_admin or not page.for_admins) and rank(str(page.label), words) < ABSENT
    ]
    most = MAX_OF_A_KIND if words else len(PAGES)
    return [
        Hit(page.label, reverse(page.name), page.icon)
        for page in best(found, words, lambda page: str(page.label), most=most)
    ]
