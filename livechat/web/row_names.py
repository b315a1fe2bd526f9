"""The names of rows in tables of sums, as HTML: a day leads to all agents on that day, an agent to their days."""

from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString

from livechat.lib.markup import fill

_DAY, _AGENT, _PLAIN = '<a href="{}?day={}{}">{}</a>', '<a href="{}"><bdi>{}</bdi></a>', "<bdi>{}</bdi>"
_OF_A_RANGE = ("day", "from", "to", "by", "sort", "page", "format")


class RowNames:
    """The names of a table's rows. `asked`: the page's own query. `agent_times`: whether days lead to their agents."""

    def __init__(self, asked: QueryDict, *, agent_times: bool) -> None:
        query = asked.copy()
        for name in _OF_A_RANGE:
            query.pop(name, None)
        self._others = f"&{query.urlencode()}" if query else ""
        self._page = reverse("history-day" if agent_times else "history")

    def of_day(self, key: str, name: str) -> SafeString:
        """A day's; its key is the date."""
        return fill(_DAY, self._page, key, self._others, name)

    def of(self, name: str, url: str) -> SafeString:
        """An agent's, if there is an address; else that of anything else."""
        return fill(_AGENT, url, name) if url else fill(_PLAIN, name)
