"""Writes visitors' contacts from the difference of two lists: who began to wait, was answered, or left."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from livechat.lib import saving
from livechat.models import Contact, DepartmentEntry, Site, append_only
from livechat.record import contact_sums
from livechat.record.watches import Look

WAITING, MOVED, CHATTING = "waitingForChat", "transferring", ("chatting", "voiceChatting")
IN_CONTACT = {WAITING, MOVED, *CHATTING}
GONE, UNSEEN = "gone", "unseen"  # outcomes beside the statuses
CHANGING = [
    "began_slack", "answered", "answered_slack", "ended", "ended_slack", "end_steady", "pace", "outcome", "visitor",
    "department",
]  # fmt: skip
PURGE_BATCH = 500  # rows deleted in one transaction


@dataclass(frozen=True, slots=True)
class Seen:
    """What a list says of a visitor."""

    status: str
    department: str | None


@dataclass(frozen=True, slots=True)
class Diff:
    """What two lists change: the contacts that go on in another way or end, and new ones.

    `asked`: the departments that contacts belong to, by their GUIDs.
    """

    site_id: int
    look: Look
    changed: list[Contact]
    new: list[Contact]
    asked: list[tuple[Contact, str]]

    def write(self) -> None:
        """Write it, in the transaction that stores the list, after the departments that are new in the directory."""
        if self.asked:
            keys = department_keys(self.site_id, (UUID(department) for _row, department in self.asked))
            for row, department in self.asked:
                row.department_id = keys.get(UUID(department))
        saving.update_each(self.changed, CHANGING)
        Contact.objects.bulk_create(self.new)
        contact_sums.note(self.site_id, self.look.now, (*self.changed, *self.new), UNSEEN)
        if self.look.last is not None and self.look.now < self.look.last:
            _cut(self.site_id, self.look.now)


def department_keys(site_id: int, departments: Iterable[UUID]) -> dict[UUID, int]:
    """The number of each of these departments."""
    rows = DepartmentEntry.objects.filter(site_id=site_id, department_id__in=set(departments)).order_by()
    return dict(rows.values_list("department_id", "pk"))


def diff(site_id: int, before: Mapping[str, Seen] | None, after: Mapping[str, Seen], look: Look) -> Diff:
    """The changes between two lists. `before` is None if there is no earlier list.

    Only the rows of visitors whose status changed are read.
    """
    seen_before = before or {}
    touched = {key for key in seen_before.keys() | after.keys() if _differs(seen_before.get(key), after.get(key))}
    gap = before is None or look.slack is None
    found = {row.visitor: row for row in _open(site_id, None if gap else touched)}
    if gap:  # what went on meanwhile is not known, of those who look unchanged either
        touched |= {str(key) for key in found} | {key for key, seen in after.items() if seen.status in IN_CONTACT}
    changed, new, asked = [], [], []
    for key in touched:
        row, seen = found.get(UUID(key)), after.get(key)
        if row is not None and _follow(row, seen, look):
            changed.append(row)
        elif row is None and seen is not None and seen.status in IN_CONTACT:
            earlier = seen_before.get(key)
            in_contact = earlier is not None and earlier.status in IN_CONTACT
            row = _begin(site_id, key, seen, look, in_contact=in_contact)
            new.append(row)
        if row is not None and row.department_id is None and seen is not None and seen.department:
            asked.append((row, seen.department))
    return Diff(site_id, look, changed, new, asked)


def _differs(before: Seen | None, after: Seen | None) -> bool:
    """Whether a change concerns a contact."""
    one, other = before.status if before else "", after.status if after else ""
    return one != other and (one in IN_CONTACT or other in IN_CONTACT)


def _open(site_id: int, visitors: Iterable[str] | None) -> Iterable[Contact]:
    """The contacts that last, of some visitors or of all."""
    rows = Contact.objects.filter(site_id=site_id, visitor__isnull=False)
    return rows if visitors is None else rows.filter(visitor__in=list(visitors)) if visitors else ()


def _begin(site_id: int, key: str, seen: Seen, look: Look, *, in_contact: bool) -> Contact:
    """A contact that is seen for the first time. Somebody who chats already was answered since the last look.

    `in_contact`: the visitor was in contact at the last look, although no row says so: the beginning was not seen.
    """
    slack = None if in_contact else look.slack
    row = Contact(site_id=site_id, visitor=key, began=look.now, began_slack=slack)
    row.began_steady, row.pace = look.steady, look.pace
    if seen.status in CHATTING:
        _answer(row, look)
    return row


def _answer(row: Contact, look: Look) -> None:
    row.answered, row.answered_slack = look.now, look.slack
    _end_wait(row, look)


def _end_wait(row: Contact, look: Look) -> None:
    row.end_steady, row.pace = look.steady, row.pace or look.pace


def _follow(row: Contact, seen: Seen | None, look: Look) -> bool:
    """Let a contact go on, be answered or end. Whether the row has changed."""
    if seen is not None and seen.status in IN_CONTACT:
        answers = seen.status in CHATTING and row.answered is None
        if answers:
            _answer(row, look)
        crossed = look.slack is None and row.began_slack is not None and (row.answered is None or answers)
        if crossed:  # nobody knows how this wait went
            row.began_slack = None
        return answers or crossed
    watched = look.slack is not None
    row.ended = max(row.began, row.answered or 0, look.now if watched or look.last is None else look.last)
    row.outcome = (seen.status if seen else GONE) if watched else UNSEEN
    if row.answered is None:
        row.ended_slack = look.slack
        _end_wait(row, look)
    row.visitor = None
    return True


def _cut(site_id: int, now: int) -> None:
    """The clock was set back: take away what lies beyond now, which is an unseen end."""
    rows = Contact.objects.filter(site_id=site_id)
    rows.filter(began__gt=now).delete()
    rows.filter(answered__gt=now).update(answered=now, answered_slack=None)
    rows.filter(ended__gt=now).update(ended=now, outcome=UNSEEN, visitor=None)


def expire(site: Site, before: int) -> int:
    """Delete some contacts of a site that ended before a moment (epoch ms). Returns how many."""
    return append_only.delete_oldest(site.contacts.filter(began__lt=before, ended__lt=before), "began", PURGE_BATCH)
