"""Words that name a limit which was passed. They never judge: "over 3 min", not "too long"."""

from django.utils.translation import gettext, ngettext

from livechat.walls.design import PanelType


def of_time(seconds: int) -> str:
    """The limit of a time: "over 3 min", "over 1:30 min"."""
    minutes, rest = divmod(seconds, 60)
    time = f"{minutes}:{rest:02d}" if rest else f"{minutes}"
    return gettext("over {time} min").replace("{time}", time)


def of_count(panel_type: PanelType, limit: int) -> str:
    """The limit of a figure: "3 or more", "2 or fewer", "none free"."""
    if not panel_type.low:
        return gettext("{n} or more").replace("{n}", str(limit))
    return gettext("{n} or fewer").replace("{n}", str(limit)) if limit else str(panel_type.none)


def of_places(places: int) -> str:
    """An agent has more chats than places: "over 4 chats"."""
    return ngettext("over %(n)d chat", "over %(n)d chats", places) % {"n": places}
