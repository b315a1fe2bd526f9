"""Every write of the product, tried by every user who is not allowed: refused, nothing sent, nothing changed.

The writes are found by asking every address: a new view that takes a POST fails here until it is listed.
"""

import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection as database
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone

from livechat import urls
from livechat.alerts import channels
from livechat.comm100.credentials import Bearer
from livechat.control import planning
from livechat.lib.epoch import milliseconds
from livechat.live import intervals, refresh, sources
from livechat.models import (
    AgentEntry,
    Alert,
    BulkItem,
    BulkRun,
    Change,
    Channel,
    DepartmentEntry,
    Hook,
    Membership,
    Outcome,
    Plan,
    Role,
    Rule,
    Site,
    Wall,
)
from livechat.record.link_events import By
from livechat.sites import connections, invitations, read_tokens
from livechat.sites.roles import CHOSEN_SITE_KEY
from livechat.walls import links, messages, pairing
from tests.support.chatserver import ChatServer
from tests.support.pages import text
from tests.support.people import client_for, make_superuser
from tests.test_changes import change
from tests.test_variables import fields

pytestmark = pytest.mark.django_db
SUPERUSER = "superuser"
PUTS = ("PUT /v4/livechat/agents/{id}", "PUT /v4/livechat/visitors/{id}")
REFUSED = {403, 404}
# Figures and the count of calls: any look renews them.
RENEWED = {"snapshot", "budget"}


@dataclass
class World:
    """The shop with one of everything, and another site whose supervisor has no role here."""

    site: Site
    agent: str
    visitor: str
    wall: Wall
    secret: str
    link: int
    message: int
    code: str
    entry: AgentEntry
    place: DepartmentEntry
    invitation: int
    token: int
    channel: Channel
    alert: Alert
    running: BulkRun
    ended: BulkRun
    plan: Plan
    done: Change
    member: Membership
    eve: User
    second: Site
    servers: tuple[ChatServer, ChatServer]

    def puts(self) -> int:
        """How many PUTs were sent, to any site."""
        return sum(server.calls(name) for server in self.servers for name in PUTS)


@dataclass(frozen=True)
class Write:
    """One write: its address, what is sent, and the lowest role that may do it.

    `at_home`: the address names nothing of a site; it is done at the one that one looks at, one's own. `in_place`: the
    page stays, and the answer is a toast.
    """

    name: str
    least: str
    data: Callable[[World], dict[str, Any]]
    args: Callable[[World], list[Any]] = lambda w: []
    at_home: bool = False
    step: str = ""
    in_place: bool = False


def status(w: World) -> dict[str, Any]:
    return {"status": "away", "expected": "Online", "nonce": secrets.token_hex(8)}


def variables(w: World) -> dict[str, Any]:
    """The editor's form as it was shown, with another value in its first row."""
    boss = client_for(User.objects.get(username="boss"), w.site)
    form = fields(text(boss.get(reverse("visitor-variables", args=[w.visitor]))))
    return form | {"form-0-name": form["form-0-name"] or "plan", "form-0-value": "new"}


def variable(w: World) -> dict[str, Any]:
    """One variable added in its row."""
    form = variables(w)
    return {name: form[name] for name in ("expected", "nonce")} | {
        "new": "on",
        "name": secrets.token_hex(4),
        "value": "x",
    }


def settings(w: World) -> dict[str, Any]:
    return {"name": "Bazaar", "api_base": w.site.api_base, "shared": w.site.shared_id, "away": ""}


def roster(w: World) -> dict[str, Any]:
    """A file after its preview."""
    file = {"text": f"id,name\n{w.agent},Kim Park"}
    page = text(client_for(User.objects.get(username="boss"), w.site).post("/directory/upload/", file))
    mark = re.search(r'name="seen" value="(\w+)"', page)
    assert mark
    return file | {"seen": mark[1]}


def turns(w: World) -> dict[str, Any]:
    """Every wall of the site, twenty seconds each."""
    return {f"wall-{wall.pk}": "20" for wall in w.site.walls.all()}


def design(w: World) -> dict[str, Any]:
    """A wall's form as it is, with another title."""
    form = client_for(User.objects.get(username="boss"), w.site).get(f"/walls/{w.wall.pk}/").context["form"]
    values = {field.html_name: field.value() for field in form}
    sent = {name: "on" if value is True else value for name, value in values.items() if value not in (None, "", False)}
    return sent | {"title": "Night"}


WALL = {"title": "Night"}
MESSAGE = {"text": "Fire drill", "wall": "", "lasts": "60", "tone": "normal"}
LIMITS = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-name": "Away", "form-0-minutes": 15}
OPENING = {"monday": "9-17", "watch_closely": "always"}
TV = {"label": "TV", "days": "30"}
RULE = {
    "kind": "longest", "seconds": "60", "severity": "red", "wait_seconds": "0", "keep_seconds": "30", "hours": "always",
    "repeat_minutes": "0",
}  # fmt: skip
MAIL = {"kind": "mail", "label": "Lea", "address": "lea@example.org", "version": "1"}
MEMBER = {"username": "vic", "role": Role.ADMINISTRATOR, "password": ""}
WRITES = [
    Write("agent-status", Role.SUPERVISOR, status, lambda w: [w.agent]),
    Write("agent-set", Role.SUPERVISOR, status, lambda w: [w.agent], in_place=True),
    Write("visitor-variables", Role.SUPERVISOR, variables, lambda w: [w.visitor], step="send"),
    Write("visitor-variable", Role.SUPERVISOR, variable, lambda w: [w.visitor], in_place=True),
    Write(
        "bulk",
        Role.SUPERVISOR,
        lambda w: {"pick": f"{w.agent} Online", "status": "away", "previewed": "away", "nonce": "n"},
        at_home=True,
        step="start",
    ),
    Write("bulk-run", Role.SUPERVISOR, lambda w: {}, lambda w: [w.running.pk], step="cancel"),
    Write("bulk-run", Role.SUPERVISOR, lambda w: {}, lambda w: [w.ended.pk], step="undo"),
    Write("plan", Role.SUPERVISOR, lambda w: {}, lambda w: [w.plan.pk]),
    Write(
        "change-undo",
        Role.SUPERVISOR,
        lambda w: {"expected": '"Online"', "nonce": secrets.token_hex(8)},
        lambda w: [w.done.pk],
    ),
    Write(
        "change-undo-set",
        Role.SUPERVISOR,
        lambda w: {"expected": "Online", "nonce": secrets.token_hex(8)},
        lambda w: [w.done.pk],
        in_place=True,
    ),
    Write("walls", Role.SUPERVISOR, lambda w: WALL, at_home=True),
    Write("wall-messages", Role.SUPERVISOR, lambda w: MESSAGE, at_home=True),
    Write("wall-message", Role.SUPERVISOR, lambda w: {}, lambda w: [w.message]),
    Write("wall-edit", Role.SUPERVISOR, design, lambda w: [w.wall.pk], step="save"),
    Write("wall-edit", Role.SUPERVISOR, design, lambda w: [w.wall.pk], step="copy"),
    Write("link-make", Role.SUPERVISOR, lambda w: TV, lambda w: [w.wall.pk]),
    *(
        Write("link", Role.SUPERVISOR, lambda w: TV | turns(w), lambda w: [w.wall.pk, w.link], step=step)
        for step in ("pause", "rotate", "extend", "turns")
    ),
    Write("link", Role.SUPERVISOR, lambda w: {"label": "Hall"}, lambda w: [w.wall.pk, w.link], step="rename"),
    Write("link", Role.SUPERVISOR, lambda w: {}, lambda w: [w.wall.pk, w.link], step="revoke"),
    Write("pair", Role.SUPERVISOR, lambda w: TV | {"code": w.code, "wall": w.wall.pk}, at_home=True),
    Write("wall-edit", Role.SUPERVISOR, lambda w: {}, lambda w: [w.wall.pk], step="delete"),
    Write("directory-import", Role.ADMINISTRATOR, lambda w: {}),
    Write("directory-agent", Role.ADMINISTRATOR, lambda w: {"name": "Kim"}, lambda w: [w.entry.pk]),
    Write("directory-team", Role.ADMINISTRATOR, lambda w: {"name": "Front", "departments": [w.place.department_id]}),
    Write("directory-upload", Role.ADMINISTRATOR, roster, at_home=True, step="import"),
    Write("away-limits", Role.ADMINISTRATOR, lambda w: LIMITS, lambda w: [w.site.pk]),
    Write("site-opening", Role.ADMINISTRATOR, lambda w: OPENING, lambda w: [w.site.pk]),
    Write("directory-department", Role.ADMINISTRATOR, lambda w: {"name": "Sales"}, lambda w: [w.place.pk]),
    Write("site-edit", Role.ADMINISTRATOR, settings, lambda w: [w.site.pk]),
    Write("member-add", Role.ADMINISTRATOR, lambda w: MEMBER | {"username": "eve"}, lambda w: [w.site.pk]),
    Write("member-edit", Role.ADMINISTRATOR, lambda w: MEMBER, lambda w: [w.site.pk, w.member.pk]),
    Write("member-edit", Role.ADMINISTRATOR, lambda w: {}, lambda w: [w.site.pk, w.member.pk], step="remove"),
    Write("invitation-make", Role.ADMINISTRATOR, lambda w: {"role": Role.VIEWER, "days": "7"}, lambda w: [w.site.pk]),
    Write("invitation-revoke", Role.ADMINISTRATOR, lambda w: {}, lambda w: [w.site.pk, w.invitation]),
    Write("read-tokens", Role.ADMINISTRATOR, lambda w: {"label": "Grafana", "days": "90"}, lambda w: [w.site.pk]),
    *(
        Write("read-token", Role.ADMINISTRATOR, lambda w: {"label": "Bar"}, lambda w: [w.site.pk, w.token], step=step)
        for step in ("rename", "revoke")
    ),
    Write("alert-acknowledge", Role.SUPERVISOR, lambda w: {}, lambda w: [w.alert.pk]),
    Write("alert-snooze", Role.SUPERVISOR, lambda w: {"minutes": "15"}, lambda w: [w.alert.pk]),
    Write("alert-rule-new", Role.ADMINISTRATOR, lambda w: RULE, at_home=True),
    Write("alert-rule", Role.ADMINISTRATOR, lambda w: RULE, lambda w: [w.alert.rule_id]),
    *(
        Write("alert-rule-switch", Role.ADMINISTRATOR, lambda w: {}, lambda w: [w.alert.rule_id], step=step)
        for step in ("off", "on", "remove")
    ),
    Write("alert-channel-new", Role.ADMINISTRATOR, lambda w: MAIL, at_home=True),
    *(
        Write("alert-channel", Role.ADMINISTRATOR, lambda w: MAIL, lambda w: [w.channel.pk], step=step)
        for step in ("save", "test", "off", "remove")
    ),
    *(
        Write("site-hooks", Role.ADMINISTRATOR, lambda w: {}, lambda w: [w.site.pk], step=step)
        for step in ("register", "make", "remove")
    ),
    Write("connection", Role.ADMINISTRATOR, lambda w: {}, step="unshare", at_home=True),
    Write("sites", SUPERUSER, lambda w: {"name": "Third", "api_base": w.site.api_base}),
    Write("site-edit", SUPERUSER, lambda w: {"typed": w.site.name}, lambda w: [w.site.pk], step="delete"),
    Write("member-edit", SUPERUSER, lambda w: {}, lambda w: [w.site.pk, w.member.pk], step="close"),
]
# What takes a POST and belongs to each user.
OWN = {
    "connection": "one's own credential, stored and removed; sharing it is an Administrator's, above",
    "wall-preview": "shows a wall as its form stands, and writes nothing",
    "site-switch": "which of one's own sites one looks at, kept in one's session",
    "display": "how pages look for oneself",
    "board-view": "how the agents' board opens for oneself",
    "agent-pin": "who is pinned on one's own board",
    "digest": "one's own mails about one's own sites",
    "digest-end": "anyone who has the mail can end its digest, and nothing else",
    "saved-views": "one's own views of the visitors' board",
    "saved-view": "the same, deleted; another's is a 404",
    "invite": "anyone who has an invitation can accept it, and gets its role",
}
PEOPLE: dict[str, str] = {Role.VIEWER: "vic", Role.SUPERVISOR: "sue", Role.ADMINISTRATOR: "ada", SUPERUSER: "boss"}


def called(write: Write) -> str:
    return f"{write.name} {write.step}".strip()


@pytest.fixture
def elsewhere() -> Iterator[ChatServer]:
    """The other site's chat server."""
    with ChatServer(seed="elsewhere", agents=3, visitors=3) as server:
        yield server


@pytest.fixture
def world(
    site: Site,
    chatserver: ChatServer,
    elsewhere: ChatServer,
    supervisor: User,
    make_user: Callable[..., User],
    renew: Callable[[], None],
) -> World:
    """One of everything."""
    agent = chatserver.world.agent_ids()[3]
    chatserver.world.set_agent(agent, status="Online")
    renew()
    site.refresh_from_db()
    member = Membership.objects.get(user=make_user("vic", Role.VIEWER))
    make_user("ada", Role.ADMINISTRATOR)
    boss = make_superuser("boss")
    connections.store(site, boss, Bearer(chatserver.token))
    wall = Wall.objects.create(site=site, title="Support")
    link, secret = links.make_link(wall, supervisor, "TV", days=None)
    message = messages.show(site, wall, "Lunch", tone="normal", lasts=timedelta(hours=1), by=By(supervisor))
    Wall.objects.create(site=site, title="Sales")
    invitation, _ = invitations.create(site, supervisor, Role.VIEWER, "", days=7)
    token, _ = read_tokens.make(site, "Script", days=90, agents=False, by=By(boss))
    rule = Rule.objects.create(site=site, kind="longest", params={"seconds": 60}, enabled=True)
    now = timezone.now()
    alert = Alert.objects.create(rule=rule, state="firing", since=now, fired=now, value=milliseconds(now))
    channel = channels.make(site, "mail", "Ops", address="ops@example.org", secret="", by=By(boss))
    Hook.objects.create(site=site, secret_hash="x")
    second = Site.objects.create(name="Second", api_base=elsewhere.root)
    eve = User.objects.create_user("eve")
    Membership.objects.create(site=second, user=eve, role=Role.SUPERVISOR)
    theirs = sources.of(second, connections.store(second, eve, Bearer(elsewhere.token)))
    for kind in intervals.LISTS:
        refresh.refresh(theirs, kind)
    DepartmentEntry.objects.get_or_create(site=site, department_id=agent)
    AgentEntry.objects.filter(site=site, agent_id=agent).update(team="Front")
    site.bump_version()
    waiting = pairing.find_waiting(pairing.begin())
    assert waiting
    return World(
        site, agent, chatserver.world.visitor_ids()[3], wall, secret, link.pk, message.pk, waiting.code,
        site.agents.all()[0], site.departments.all()[0], invitation.pk, token.pk, channel, alert,
        bulk_change(site, supervisor, agent), bulk_change(site, supervisor, agent, True),
        plan(site, supervisor, agent),
        change(site, Outcome.Result.CONFIRMED, target=agent, before={"status": "Away"}, asked={"status": "online"}),
        member, eve, second, (chatserver, elsewhere),
    )  # fmt: skip


def plan(site: Site, actor: User, agent: str) -> Plan:
    """A plan that is due in an hour."""
    connection = sources.own(site, actor)
    assert connection
    due = timezone.now() + timedelta(hours=1)
    until = planning.Until(due, "online", due)
    planning.make(actor, connection, [planning.For(agent, "", "away")], until, nonce=secrets.token_hex(8))
    return site.plans.get()


def bulk_change(site: Site, actor: User, agent: str, ended: bool = False) -> BulkRun:
    """A bulk change, whose agent is queued still or was left out."""
    run = BulkRun.objects.create(
        site=site, actor=actor, actor_name="sue", connection=sources.own(site, actor), nonce=secrets.token_hex(8),
        ended=timezone.now() if ended else None, holder="" if ended else "somebody",
    )  # fmt: skip
    state = BulkItem.State.SKIPPED if ended else BulkItem.State.WAITING
    BulkItem.objects.create(run=run, agent_id=agent, name="", expected="Online", status="away", state=state)
    return run


def rows() -> dict[tuple[str, Any], dict[str, Any]]:
    """Every row of the project's tables and every user."""
    models = [model for model in apps.get_app_config("livechat").get_models() if model._meta.model_name not in RENEWED]
    return {
        (model._meta.label, row[model._meta.pk.column]): row | ({"site_id": row["id"]} if model is Site else {})
        for model in (*models, User)
        for row in stored(model._meta.db_table)
    }


def stored(table: str) -> list[dict[str, Any]]:
    """The rows of a table as the database has them: Django's own objects of all tables take a third of this file."""
    with database.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def addresses() -> list[URLPattern]:
    """All of our addresses."""
    for pattern in urls.urlpatterns:
        assert isinstance(pattern, URLPattern), f"{pattern} holds further addresses: walk them here"
    return urls.urlpatterns


def test_every_view_that_takes_a_post_is_listed_and_none_takes_anything_else(world: World) -> None:
    client, taken = client_for(make_superuser()), set()
    for pattern in addresses():
        values = {"uuid": world.agent, "key": 0, "str": "none"}
        kinds = re.findall(r"<(\w+):", str(pattern.pattern))
        url = f"{reverse('wall', args=['none'])}." if pattern.name == "stray" else ""
        url = url or reverse(pattern.name or "", args=[values[kind] for kind in kinds])
        for method in ("put", "patch", "delete"):
            assert getattr(client, method)(url).status_code == 405, f"{pattern.name} takes {method}"
        if client.post(url).status_code != 405:
            taken.add(pattern.name)
    assert taken == {write.name for write in WRITES} | set(OWN)


@pytest.mark.parametrize("write", WRITES, ids=called)
def test_each_write_works_for_those_who_are_allowed(write: Write, world: World) -> None:
    """Each form that others are refused below works for those who are allowed."""
    user = User.objects.get(username=PEOPLE[write.least])
    answer, happened = send(write, client_for(user, world.site), world)
    assert answer.status_code == (200 if write.in_place else 302), text(answer)[-3000:]
    assert happened


@pytest.mark.parametrize("role", list(Role))
def test_members_of_a_lesser_role_are_refused(role: Role, world: World) -> None:
    client = client_for(User.objects.get(username=PEOPLE[role]), world.site)
    ranks = list(PEOPLE)
    above = [write for write in WRITES if ranks.index(write.least) > ranks.index(role)]
    assert above
    assert let_in(above, client, world, lambda answer: answer.status_code in REFUSED) == []


def test_another_sites_supervisor_is_refused(world: World) -> None:
    client = client_for(world.eve, world.site)
    assert client.session[CHOSEN_SITE_KEY] == world.site.pk, "as if the supervisor had been a member before"
    writes = [write for write in WRITES if not write.at_home]
    assert let_in(writes, client, world, lambda answer: answer.status_code in REFUSED) == []


def test_a_supervisor_of_another_site_changes_nothing_here(world: World) -> None:
    for write in WRITES:
        if write.at_home:
            _, happened = send(write, client_for(world.eve, world.site), world)
            assert {row["site_id"] for row in happened if "site_id" in row} <= {world.second.pk}, called(write)
    assert world.puts() == 0


@pytest.mark.parametrize("who", ["signed out", "a wall's link"])
def test_without_a_session_every_write_leads_to_the_sign_in_page(who: str, world: World) -> None:
    client = Client()
    if who == "a wall's link":
        assert client.get(f"/wall/{world.secret}/").status_code == 200
        assert client.post(f"/wall/{world.secret}/").status_code == 405
    assert client.cookies == {}
    assert let_in(WRITES, client, world, lambda answer: answer.get("Location", "").startswith("/accounts/login/")) == []


def let_in(writes: list[Write], client: Client, world: World, refused: Callable[[HttpResponse], bool]) -> list[str]:
    """The writes that were not refused, or that changed something anyway."""
    found = []
    for write in writes:
        puts = world.puts()
        answer, happened = send(write, client, world)
        if not refused(answer) or happened or world.puts() != puts:
            found.append(f"{called(write)}: {answer.status_code}, {len(happened)} rows, {world.puts() - puts} PUTs")
    return found


def send(write: Write, client: Client, world: World) -> tuple[HttpResponse, list[dict[str, Any]]]:
    """The answer to a write, and the rows that are new, gone or changed."""
    url, data, before = reverse(write.name, args=write.args(world)), write.data(world), rows()
    answer = client.post(url, {"step": write.step, **data})
    after = rows()
    changed = [key for key in before.keys() | after.keys() if before.get(key) != after.get(key)]
    return answer, [after.get(key, before.get(key, {})) for key in changed]
