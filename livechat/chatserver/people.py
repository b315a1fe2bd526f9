"""Makes the simulated people: agents with names, teams and shifts, and visitors with all their fields."""

import re
import unicodedata
from collections.abc import Iterator
from random import Random
from typing import Any

from livechat.chatserver import shop
from livechat.chatserver.crowd import Agent, Crowd, Department, Visitor, iso_time
from livechat.chatserver.oddities import HOSTILE, ODDITIES
from livechat.chatserver.places import PLACES, Place
from livechat.chatserver.samples import NO_GUID, SAMPLE_AGENT, SAMPLE_VISITOR, sample_visitor

# Three teams begin two hours apart. Half of each works by day, half by night, so there is always an agent.
TEAMS = (("Sales", 6.0), ("Support", 8.0), ("Billing", 10.0))
NIGHT_SHIFT_OFFSET_HOURS = 12.0  # from the day shift to the night shift
PLACE_WEIGHTS = tuple(place.weight for place in PLACES)
DOCUMENTATION_NETWORKS = ("192.0.2", "198.51.100", "203.0.113")  # reserved for documentation, RFC 5737


def hire(crowd: Crowd, count: int) -> None:
    """Add the departments and `count` agents to the crowd, the sample agent first."""
    crowd.departments = [Department(crowd.new_id(), name, starts) for name, starts in TEAMS]
    names = _staff_names(crowd.rng)
    for number in range(count):
        name = next(names)
        team = crowd.departments[number % 3]
        night = NIGHT_SHIFT_OFFSET_HOURS * (number // 3 % 2)
        agent = Agent(
            id=crowd.new_id() if number else SAMPLE_AGENT,
            name=name,
            email=f"{_mailbox(name)}@shop.example",
            department=team,
            capacity=crowd.rng.choice((3, 4, 4, 5, 6)),
            shift_hour=(team.first_shift_hour + night) % 24 + crowd.rng.random() / 4 if number else None,
        )
        crowd.agents[agent.id] = agent


def place_sample(crowd: Crowd) -> None:
    """Add the sample visitor, who stays for ever."""
    crowd.visitors[SAMPLE_VISITOR] = Visitor(SAMPLE_VISITOR, sample_visitor(), fixed=True)


def new_visitor(crowd: Crowd, age: float = 0.0) -> Visitor:
    """A visitor who came `age` seconds ago and has only looked at the shop's pages since then."""
    rng = crowd.rng
    place = rng.choices(PLACES, PLACE_WEIGHTS)[0]
    crowd.visitors_made += 1
    contact = _contact(rng, place)
    ip = f"{rng.choice(DOCUMENTATION_NETWORKS)}.{rng.randrange(1, 255)}"
    if rng.random() < 0.06:
        ip = f"2001:db8:{rng.getrandbits(16):x}::{rng.getrandbits(16):x}"
    record = _record(crowd, place, ip, age)
    visitor = Visitor(record["id"], record, record["status"], contact)
    if rng.random() < 0.3:
        record["customVariableResults"] = _variables(rng)
        record.update(_signed_in(contact))  # the shop's page says who is signed in
    odd = ODDITIES[crowd.visitors_made // 4 % len(ODDITIES)]
    is_odd = crowd.visitors_made % 4 == 3 and (crowd.visitors_made < 4 * len(ODDITIES) or rng.random() < 0.1)
    if is_odd and (crowd.hostile or odd not in HOSTILE):
        odd(record, contact)
    visitor.leaves_at = crowd.now + rng.uniform(60, 900)
    visitor.status_since = crowd.now - age
    return visitor


def fill_in_form(crowd: Crowd, visitor: Visitor) -> None:
    """Show in the record what the visitor typed into the form before the chat."""
    rng = crowd.rng
    record = visitor.record
    record.update(visitor.contact)
    record["departmentId"] = rng.choice(crowd.departments).id
    if not record["customFields"] and rng.random() < 0.5:
        record["customFields"] = _fields(rng, record["language"])


def _record(crowd: Crowd, place: Place, ip: str, age: float) -> dict[str, Any]:
    """All fields of a visitor without a known name; the vendor shows the IP address in its place."""
    rng = crowd.rng
    state, city = rng.choice(place.cities)
    browser, system, screen = rng.choice(shop.DEVICES)
    engine, referrer, keywords = _origin(rng)
    landing = shop.SITE_URL + rng.choice(shop.PAGES[:12])
    visits = rng.choice((1, 1, 1, 2, 3, 5, 8, 21))
    came = crowd.now - age
    first = came if visits == 1 else came - visits * rng.uniform(20_000, 900_000)
    record = {
        "id": crowd.new_id(),
        "status": "inSite",
        "browser": browser,
        "operatingSystem": system,
        "screenResolution": screen,
        "language": place.language,
        "ip": ip,
        "country": place.country,
        "state": state,
        "city": city,
        "timeZone": place.time_zone,
        "visitTime": iso_time(came),
        "firstVisitTime": iso_time(first),
        "visits": visits,
        "chats": rng.choice((0, 0, 1, 2)) if visits > 2 else 0,
        "pageViews": 1 + int(age // 60),
        "currentBrowsing": landing if age < 60 else shop.SITE_URL + rng.choice(shop.PAGES),
        "referrerUrl": referrer,
        "name": ip,
        "email": "",
        "phone": "",
        "company": "",
        "productService": rng.choice(shop.PRODUCT_SERVICES) if rng.random() < 0.4 else "",
        "departmentId": NO_GUID,
        "searchEngine": engine,
        "searchKeywords": keywords,
        "landingPage": landing,
        "customFields": [],
        "customVariableResults": [],
    }
    if rng.random() < 0.1:
        record["flashVersion"] = rng.choice(("", "32.0.0"))
    return record


def _origin(rng: Random) -> tuple[str, str, str]:
    """Search engine, referrer and keywords; many engines do not pass the keywords on."""
    if rng.random() < 0.45:
        engine, referrer = rng.choice(shop.SEARCH_ENGINES)
        return engine, referrer, rng.choice(shop.SEARCH_KEYWORDS) if rng.random() < 0.6 else ""
    return "", rng.choice(shop.REFERRERS), ""


def _contact(rng: Random, place: Place) -> dict[str, Any]:
    name = f"{rng.choice(place.given_names)} {rng.choice(place.family_names)}"
    domain = rng.choice(("example.com", "example.org", "example.net"))
    phone = re.sub("#", lambda _: str(rng.randrange(10)), place.phone)
    return {
        "name": name,
        "email": f"{_mailbox(name)}@{domain}",
        "phone": phone if rng.random() < 0.5 else "",
        "company": rng.choice(shop.COMPANIES) if rng.random() < 0.35 else "",
    }


def _signed_in(contact: dict[str, Any]) -> dict[str, Any]:
    return {"name": contact["name"], "email": contact["email"]}


def _variables(rng: Random) -> list[dict[str, str]]:
    number = rng.randrange(10_000, 99_999)
    order = f"{rng.randrange(100_000, 999_999)}"
    every = [
        ("Customer number", str(number), f"https://crm.example/customers/{number}"),
        ("Plan", rng.choice(shop.PLANS), ""),
        ("Cart value", f"{rng.randrange(900, 450_000) / 100:.2f}", ""),
        ("Last order", order, f"https://shop.example/orders/{order}"),
        ("Signed in", rng.choice(("true", "false")), ""),
    ]
    chosen = rng.sample(every, rng.randrange(1, len(every) + 1))
    return [{"name": name, "value": value, "url": url} for name, value, url in sorted(chosen)]


def _fields(rng: Random, language: str) -> list[dict[str, str]]:
    values = (str(rng.randrange(100_000, 999_999)), rng.choice(shop.CONTACT_REASONS), language)
    pairs = zip(shop.CUSTOM_FIELD_NAMES, values, strict=True)
    return [{"name": name, "value": value, "url": ""} for name, value in pairs]


def _staff_names(rng: Random) -> Iterator[str]:
    """Names that do not repeat: a pair from the pools, with a number if the pair was used before."""
    given = sorted({name for place in PLACES for name in place.given_names})
    family = sorted({name for place in PLACES for name in place.family_names})
    number = 0
    seen = set()
    while True:
        name = f"{rng.choice(given)} {rng.choice(family)}"
        if name in seen:
            number += 1
            name = f"{name} {number}"
        seen.add(name)
        yield name


def _mailbox(name: str) -> str:
    """A name as the part of an e-mail address before the `@`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", ".", plain.lower()).strip(".") or "someone"
