"""What "set liam to lunch" asks for: an agent, and a status to set. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import pgettext

from livechat.boards import status_styles
from livechat.boards.agents import AgentRow
from livechat.boards.ranking import MIDDLE, rank
from livechat.comm100.names import search_key, search_words
from livechat.comm100.records import same_status

MAX_WORDS = 12  # of a name and a status together: each place between two of them may be where the name ends


@dataclass(frozen=True, slots=True)
class Command:
    """An agent as the board shows them, and the status that is asked for."""

    row: AgentRow
    status: str

    @property
    def done(self) -> bool:
        """Whether the agent has this status already."""
        return same_status(self.row.raw_status, self.status)


def words_of(q: str) -> list[str] | None:
    """The words after "set"; None if a search does not begin with it."""
    first, *rest = search_words(q) or [""]
    return rest[:MAX_WORDS] if first in {"set", search_key(pgettext("set Ann to Lunch", "set"))} else None


def read(words: list[str], rows: list[AgentRow], statuses: list[str], *, most: int) -> list[Command]:
    """The commands that these words may mean, the likeliest first. Without a status: every status of one agent.

    The name ends at "to" if there is one; otherwise each place where it could end is tried.
    """
    link = {"to", search_key(pgettext("set Ann to Lunch", "to"))}
    for splits in (_at_link(words, link), _anywhere(words)):
        ranked = sorted(
            (command for split in splits for command in _commands(*split, rows, statuses)), key=lambda pair: pair[0]
        )
        if ranked:
            return list(dict.fromkeys(command for _rank, command in ranked))[:most]
    who = words[:-1] if words and words[-1] in link else words
    one = [row for _rank, row in _agents(who, rows)]
    return [Command(one[0], status) for status in statuses][:most] if len(one) == 1 else []


def agents_of(words: list[str], rows: list[AgentRow]) -> list[AgentRow]:
    """The agents whom a command may mean, whatever follows their name: those that most of its first words name."""
    for end in range(len(words), 0, -1):
        found = [row for _rank, row in sorted(_agents(words[:end], rows), key=lambda pair: pair[0])]
        if found:
            return found
    return []


Split = tuple[list[str], list[str]]


def _at_link(words: list[str], link: set[str]) -> Iterator[Split]:
    for at in range(len(words) - 2, 0, -1):
        if words[at] in link:
            yield words[:at], words[at + 1 :]


def _anywhere(words: list[str]) -> Iterator[Split]:
    for at in range(1, len(words)):
        yield words[:at], words[at:]


def _commands(
    who: list[str], what: list[str], rows: list[AgentRow], statuses: Iterable[str]
) -> Iterator[tuple[tuple[int, int], Command]]:
    """The commands of one split, each with how well status and agent fit it."""
    fitting = [(min(rank(text, what) for text in _texts(status)), status) for status in statuses]
    fitting = [pair for pair in fitting if pair[0] < MIDDLE]
    if not fitting:
        return
    for agent_rank, row in _agents(who, rows):
        for status_rank, status in fitting:
            yield (status_rank, agent_rank), Command(row, status)


def _texts(status: str) -> tuple[str, str]:
    """A status as it is sent, and as pages call it."""
    return status, str(status_styles.of_agent(status).label)


def _agents(who: list[str], rows: list[AgentRow]) -> Iterator[tuple[int, AgentRow]]:
    """The agents in whose name or alias these words are, each with how well it fits."""
    for row in rows:
        found = rank(f"{row.name} {row.alias}", who)
        if who and found <= MIDDLE:
            yield found, row
