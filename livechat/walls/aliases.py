"""What walls call agents: by alias, initials or number; never by a whole name or an id."""

from collections import Counter

from livechat.boards.agents import AgentRow
from livechat.boards.directory_names import Names
from livechat.boards.given_names import given_and_initial, parts
from livechat.comm100.names import name_key
from livechat.lib import short_ids


def of_rows(naming: str, rows: list[AgentRow]) -> dict[str, str]:
    """What each agent is called, by id: the alias, its initials, or the number.

    The number is added if two agents would be called the same. An agent without an alias and without a name that may
    be shown is called by the number alone.
    """
    words = {row.id: "" if naming == "number" else row.alias or short_name(row.id, row.name) for row in rows}
    if naming == "initials":
        words = {key: word and _initials(word) for key, word in words.items()}
    frequency = Counter(name_key(word) for word in words.values())
    alike = {key for key, word in words.items() if frequency[name_key(word)] > 1 or not word}
    numbers = {row.id: row.number for row in rows}
    return {key: f"{word} #{numbers[key]}".strip() if key in alike else word for key, word in words.items()}


def of_person(naming: str, names: Names, key: str) -> str:
    """What an agent of the directory is called alone, as if nobody else were called the same."""
    person = names.person(key)
    word = "" if naming == "number" else person.alias or short_name(key, names.agent(key))
    if naming == "initials":
        word = word and _initials(word)
    return word or f"#{person.number}"


def short_name(key: str, name: str) -> str:
    """An agent's first name and an initial. Empty if the name is only a part of the GUID, or an e-mail address."""
    if short_ids.means(name, key) or "@" in name:
        return ""
    return given_and_initial(name)


def _initials(name: str) -> str:
    """ "Ada Lovelace" gives "AL"; a single word gives its first two letters."""
    first, *others = parts(name) or name.split()
    return (first[0] + others[-1][0] if others else first[:2]).upper()
