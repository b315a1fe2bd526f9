"""Evaluates a site's rules at every good look at a list, in the transaction that stores it.

The process that read the list evaluates, web or collector. Each step is a conditional update: if two processes read the
two lists at the same moment, one of them takes it. A step is taken under the lock of its rule, by what is seen then. It
is taken only if the rule has not changed since it was evaluated: a rule that was just switched off begins nothing.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from operator import itemgetter

from django.db import transaction

from livechat.alerts import kinds, observation, outbox, rules, states
from livechat.alerts.kinds import Found, Holding
from livechat.alerts.observation import Observation
from livechat.alerts.rules import Rules
from livechat.alerts.states import OpenAlert, Step
from livechat.lib.epoch import milliseconds
from livechat.live.observers import Looked
from livechat.models import Alert, AlertEvent, Rule, Site

State, What = Alert.State, AlertEvent.What
EVENTS = {Step.FIRE: What.FIRED, Step.REMIND: What.REMINDED, Step.WAKE: What.WOKEN, Step.END: What.ENDED}
Open = Mapping[str, OpenAlert]
Due = tuple[str, OpenAlert | None, Found | None, Step]


def looked(seen: Looked) -> None:
    """Evaluate the rules of the site whose list was looked at."""
    known = rules.of_site(seen.row.site_id)
    if known.rules:
        evaluate(known, partial(observation.of, seen, known.names))


def evaluate(known: Rules, observe: Callable[[], Observation]) -> None:
    """Evaluate a site's rules in what is observed."""
    seen_now, open_alerts = observe(), known.open_alerts()
    moved = False
    for rule in known.rules:
        found = _found(known, rule, seen_now, open_alerts)
        moved |= settle(rule, known.site, found, partial(_found_anew, known, rule, observe), seen_now.now)
    if moved:
        known.site.bump_version()


def _found(known: Rules, rule: Rule, seen_now: Observation, open_alerts: rules.ByRule) -> tuple[Open, Holding]:
    by_subject = open_alerts.get(rule.pk, rules.NO_ALERTS)
    holding = kinds.find(rule, seen_now, [key for key, alert in by_subject.items() if alert.rings])
    if holding and not rules.holds_now(rule, known.hours, seen_now.now_ms):
        holding = kinds.NOWHERE
    return by_subject, holding


def _found_anew(known: Rules, rule: Rule, observe: Callable[[], Observation]) -> tuple[Open, Holding]:
    return _found(known, rule, observe(), known.open_alerts())


def settle(
    rule: Rule,
    site: Site,
    found: tuple[Open, Holding],
    find_anew: Callable[[], tuple[Open, Holding]],
    now: datetime,
) -> bool:
    """Take the steps of a rule's alerts. Returns whether boards have to show something else.

    `found`: its open alerts, and where it holds. If there is a step to take, both are read anew under the lock: another
    process may have looked at the other list meanwhile, and have taken this step or ended what it would begin.

    Locks are taken in one order everywhere: the rules by their keys, and after a rule its alerts by their subjects.
    """
    if not _due(rule, *found, now) or not rules.lock(rule):
        return False
    moved = False
    for subject, alert, held, step in _due(rule, *find_anew(), now):
        if alert is None:
            moved |= held is not None and _begin(rule, site, subject, held, now)
            continue
        if held is not None and _is_other(alert, held):
            alert, moved = _measure(rule, alert, held, now), True
        if step is not Step.STAY:
            moved |= _take(step, rule, site, alert, now)
    return moved and (rule.enabled or rule.kind in kinds.RECORDED)


def _due(rule: Rule, by_subject: Open, holding: Holding, now: datetime) -> list[Due]:
    """The steps to write, in order of subjects: each with the open alert and with what was found."""
    if holding is None or not (by_subject or holding):
        return []
    due = []
    for subject in by_subject.keys() | holding.keys():
        alert, found = by_subject.get(subject), holding.get(subject)
        step = states.next_step(alert, rule, now, holds=found is not None)
        if step is not Step.STAY or (alert is not None and found is not None and _is_other(alert, found)):
            due.append((subject, alert, found, step))
    return sorted(due, key=itemgetter(0))


def _is_other(alert: OpenAlert, found: Found) -> bool:
    """Whether another value is to be noted."""
    return alert.rings and found.value is not None and found.value != alert.value


def _begin(rule: Rule, site: Site, subject: str, found: Found, now: datetime) -> bool:
    value = milliseconds(now) if found.value is None else found.value
    count = value if kinds.TYPES[rule.kind].count else 0
    fresh = Alert(rule=rule, subject=subject, detail=found.detail[:100], since=now, value=value, worst=count)
    Alert.objects.bulk_create([fresh], ignore_conflicts=True)
    if rule.wait_seconds:
        return False
    rows = Alert.objects.filter(rule=rule, subject=subject, state=State.PENDING).values_list(*OpenAlert._fields)
    return any(_take(Step.FIRE, rule, site, OpenAlert._make(row), now) for row in rows)


def _measure(rule: Rule, alert: OpenAlert, found: Found, now: datetime) -> OpenAlert:
    """Note another value, and the worst one so far."""
    value = alert.value if found.value is None else found.value
    worst = max(alert.worst, value if kinds.TYPES[rule.kind].count else milliseconds(now) - alert.value)
    Alert.objects.filter(pk=alert.pk, ended=None).update(value=value, worst=worst, detail=found.detail[:100])
    return alert._replace(value=value, worst=worst)


def _take(step: Step, rule: Rule, site: Site, alert: OpenAlert, now: datetime) -> bool:
    """Take a step, unless another process did. Returns whether it was taken and shows."""
    rows = Alert.objects.filter(pk=alert.pk, state=alert.state)
    if step is Step.DROP:
        rows.delete()
        return False
    if step is Step.RECOVER and not rule.keep_seconds:
        step = Step.END
    changes = _changes(step, rule, alert, now)
    if step in (Step.REMIND, Step.WAKE):
        rows = rows.filter(told=alert.told, snoozed_until=alert.snoozed_until)
    with transaction.atomic():
        if not rows.update(**changes):
            return False
        if step in EVENTS:
            event = AlertEvent.objects.create(alert_id=alert.pk, what=EVENTS[step], value=alert.value, at=now)
            outbox.tell(event, rule, site)
    return True


def _changes(step: Step, rule: Rule, alert: OpenAlert, now: datetime) -> dict[str, object]:
    """What a step changes in the row."""
    if step is Step.FIRE:
        return {"state": State.FIRING, "fired": now, "told": now}
    if step is Step.RECOVER:
        return {"state": State.RECOVERING, "cleared": now}
    if step is Step.RELAPSE:
        return {"state": State.FIRING, "cleared": None}
    if step is Step.END:
        return {"state": State.ENDED, "ended": now, "cleared": alert.cleared or now, "worst": _worst(rule, alert, now)}
    if step is Step.WAKE:
        return {"snoozed_until": None, "told": now}
    return {"told": now}


def _worst(rule: Rule, alert: OpenAlert, now: datetime) -> int:
    """The worst value when it has ended."""
    if kinds.TYPES[rule.kind].count:
        return alert.worst
    return max(alert.worst, milliseconds(alert.cleared or now) - alert.value)
