"""What a wall's page says, read from its markup, in the shape of its JSON; times in UTC or as the page's words."""

import html
import json
import re
from typing import Any


def told(page: str) -> dict[str, Any]:
    """Everything that a wall's page says to its screens."""
    figures = json.loads(html.unescape(_one(r'data-figures="(.*?)"', page)))
    state = _one(r'<body data-age="(\w+)"', page)
    return {
        "wall": _words(_one(r"<h1[^>]*>(.*?)</h1>", page)),
        "state": state,
        "age_seconds": figures["age"],
        "interval_seconds": figures["every"],
        "error": figures["text"],
        "checked": _one(r'id="age-text">.*?(\d\d:\d\d:\d\d)', page),
        "alarm": next((_alarm(*found, stale=state == "stale") for found in _all("p", "line alarm", page)), None),
        "message": next((_message(*found) for found in _all("p", "line message", page)), None),
        "figures": [_figure(*found, stale=state == "stale") for found in _all("li", "panel", page)],
        "curves": [_curve(inner) for _attributes, inner in _all("li", "curve", page)],
        "agents": [_agent(*found, stale=state == "stale") for found in _all("li", "agent", page)],
        **_head(page),
        "agents_offline": int(_one(r'class="offline">(\d+)', page) or 0) or None,
        "teams": [_team(row, stale=state == "stale") for row in re.findall(r"<tr><th scope=\"row\">.*?</tr>", page)],
        "notice": _words(_one(r'<p class="notice">(.*?)</p>', page)) or _nobody(page),
        "rotation": next((_rotation(inner) for _attributes, inner in _all("p", "turns", page)), None),
    }


def _alarm(attributes: str, inner: str, *, stale: bool) -> dict[str, Any]:
    seen = not stale or "of-figures" in attributes
    fresh = _one(r'class="on-fresh">(.*?)</span>', inner) if seen else ""
    value = _words(fresh)
    return {
        "text": _words(_one(r"<b>(.*?)</b>", inner)),
        "level": (re.findall(r"\b(amber|red)\b", attributes)[0]) if seen else "",
        "since": _one(r"since (\d\d:\d\d)", value) or None,
        "taken": value.endswith("· taken") if seen else None,
        "count": int(_one(r"· now (\d+)", value)) if "· now" in value else None,
        "began": _time(fresh)[0],
        "others": int(_one(r'class="more">\+ (\d+)', inner) or 0),
    }


def _message(attributes: str, inner: str) -> dict[str, Any]:
    return {
        "text": _words(_one(r"<b>(.*?)</b>", inner)),
        "tone": "important" if "important" in attributes else "normal",
        "until": int(_one(r'data-until="(\d+)"', attributes)),
    }


def _figure(attributes: str, inner: str, *, stale: bool) -> dict[str, Any]:
    value, (since, exact, lasts) = _one(r"data-count>(.*?)</b>", inner), _time(inner)
    level = _one(r'data-level="(\w+)"', attributes.replace("data-count-level", ""))
    shown = "" if stale else level or "words"
    return {
        "label": _words(_one(r'class="panel-label">(.*?)</p>', inner)),
        "value": lasts if since else int(value) if value.isdigit() else None,
        "since": since,
        "exact": exact if since else True,
        "level": level,
        "words": _words(_one(rf'class="on-(?:{shown}|words)">(.*?)</span>', inner)) if shown else "",
    }


def _curve(inner: str) -> dict[str, Any]:
    label, words = re.findall(r'class="curve-head"><b>(.*?)</b> <span>(.*?)</span>', inner)[0]
    times = re.findall(r"<span>(.*?)</span>", inner.partition("curve-times")[2])
    return {
        "label": label,
        "words": html.unescape(words),
        "times": times,
        "began": times[0],
        "ended": times[-1],
        "values": _one(r"(<svg.*?</svg>)", inner),
    }


def _agent(attributes: str, inner: str, *, stale: bool) -> dict[str, Any]:
    kind, level = _one(r"agent (\w+)", attributes), _one(r"\b(amber|red)\b", attributes)
    (second, *_), value = re.findall(r'class="second.*?</p>', inner) or [""], _one(r'class="value">(.*)</p>', inner)
    since, exact, _lasts = _time(second + value)
    status, *rest = re.findall(r"<span[^>]*>(.*?)</span>", second) or [""]
    if level and kind != "away":
        status, rest = "", [status]
    known = [_words(each) for each in rest if "<time" not in each and not each.startswith("until")]
    return {
        "alias": _words(_one(r"<bdi>(.*?)</bdi>", inner)),
        "kind": kind,
        "status": _words(status.partition(" until")[0]) or None,
        "since": since,
        "exact": exact,
        "until": _one(r"until (\d\d:\d\d)", second) or None,
        "load": _one(r"<b>(.*?)</b>", value) or None,
        "left": None if level or not known else known[0],
        "level": "" if stale else level,
        "reason": known[0] if level else "",
    }


def _head(page: str) -> dict[str, Any]:
    head = _words(_one(r'<p class="head">(.*?)</p>', page))
    shown = len(_all("li", "agent", page))
    return {
        "agents_who_need_a_look": int(_one(r"\d+ of (\d+)", head) or shown) if head else None,
        "agents_with_room_not_shown": int(_one(r"(\d+) others? ha", head) or 0) if head else None,
    }


def _team(row: str, *, stale: bool) -> dict[str, Any]:
    cells = re.findall(r"<td(.*?)><b>(.*?)</b>", row)
    waiting, online, free, full, away = (int(value) if value.isdigit() else None for _attributes, value in cells)
    levels = ["" if stale else _one(r"\b(amber|red)\b", attributes) for attributes, _value in cells]
    return {
        "name": _words(_one(r"<bdi>(.*?)</bdi>", row)),
        "places": _one(r'class="second">(.*?)</p>', row) or None,
        "waiting": waiting,
        "waiting_level": levels[0],
        "online": online,
        "free": free,
        "free_level": levels[2],
        "full": full,
        "away": away,
    }


def _rotation(inner: str) -> dict[str, Any]:
    walls = re.findall(r"<span( class=\"present\")?><bdi>(.*?)</bdi>(.*?)</span>", inner)
    return {
        "walls": [title for _present, title, _held in walls],
        "place": next(place for place, (present, _title, _held) in enumerate(walls) if present),
        "held": any(held for _present, _title, held in walls),
    }


def _nobody(page: str) -> str:
    """What stands in the place of agents, if it is no word for an empty list."""
    said = _words(_one(r'<li class="nobody">(.*?)</li>', page))
    return "" if said in ("No figures yet", "Nobody needs a look", "Nobody is online or away") else said


def _time(markup: str) -> tuple[str | None, bool | None, int | None]:
    """The moment of a time that ticks, whether it was seen to begin, and its seconds; None: it does not say them."""
    found = re.search(r'<time datetime="(.*?)"(.*?)>(.*?)</time>', markup)
    if found is None:
        return None, None, None
    clock = re.search(r"(\d+):(\d\d)$", found[3])
    return found[1], "data-least" not in found[2], 60 * int(clock[1]) + int(clock[2]) if clock else None


def _all(tag: str, name: str, page: str) -> list[tuple[str, str]]:
    """The attributes and the inside of every element whose class begins so."""
    return re.findall(rf'<{tag} (class="{name}[ "].*?)>(.*?)</{tag}>', page, re.DOTALL)


def _one(pattern: str, markup: str) -> str:
    found = re.search(pattern, markup, re.DOTALL)
    return found[1] if found else ""


def _words(markup: str) -> str:
    """Markup as words."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())
