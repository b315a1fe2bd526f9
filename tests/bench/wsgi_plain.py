"""The plain way: a view that calls Comm100 and renders the wall's template, at every request.

It is spared what a real one would have besides: nearly all middleware, a check of the link, names from a database.
"""

import os
from collections import Counter
from typing import Any

import requests
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import re_path

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
settings.ROOT_URLCONF = __name__
settings.MIDDLEWARE = ["allauth.account.middleware.AccountMiddleware"]  # allauth does not start without it
BASE = f"{os.environ['BENCH_CHAT']}/v4/livechat"
BEARER = {"Authorization": f"Bearer {os.environ['CHATSERVER_TOKEN']}"}
TONES = {"online": ("green", "circle-check"), "away": ("violet", "moon")}


def wall(request: HttpRequest) -> HttpResponse:
    """The wall, from two calls."""
    agents = requests.get(f"{BASE}/agents", headers=BEARER, timeout=8).json()
    visitors = requests.get(f"{BASE}/visitors", headers=BEARER, timeout=8).json()
    kinds = Counter(agent["status"].lower() for agent in agents)
    groups = Counter(visitor["status"] for visitor in visitors)
    rows = [_row(agent) for agent in agents if agent["status"].lower() != "offline"]
    figures = {
        "Waiting": groups["waitingForChat"],
        "Longest wait": None,
        "Chatting": groups["chatting"],
        "Online": kinds["online"],
        "Away": len(rows) - kinds["online"],
        "On the site": len(visitors),
    }
    panels = [{"label": name, "value": value, "tone": "green", "icon": "eye"} for name, value in figures.items()]
    context = {"panels": panels, "rows": rows, "offline_count": kinds["offline"], "figures": {}, "wall": {}}
    response = HttpResponse(render_to_string("wall/wall.html#wall", context))
    response["Content-Length"] = len(response.content)
    return response


def _row(agent: dict[str, Any]) -> dict[str, Any]:
    tone, icon = TONES.get(agent["status"].lower(), TONES["away"])
    return {
        "alias": agent["id"][:8],
        "status": agent["status"],
        "tone": tone,
        "icon": icon,
        "since": None,
        "chats": agent.get("ongoingChats"),
        "capacity": 4,
    }


urlpatterns = [re_path("", wall)]
application = get_wsgi_application()
