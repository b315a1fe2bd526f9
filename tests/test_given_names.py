"""Full names as walls shorten them."""

import pytest

from livechat.boards.given_names import given_and_initial, parts

NAMES = {
    "Ada Lovelace": "Ada L.",
    "Surname, Given (Team)": "Given S.",
    "Lovelace, Ada": "Ada L.",
    "Lovelace,Ada": "Ada L.",
    "Lovelace , Ada King (Sales) [DE]": "Ada L.",
    "Lovelace, Ada, Dr.": "Ada L.",
    "van der Berg, Jan": "Jan B.",
    "Ada Lovelace (Sales, Zürich)": "Ada L.",
    "Ada Lovelace (Sales": "Ada L.",
    "Ada Lovelace ((Sales))": "Ada L.",
    "(Sales) Ada Lovelace": "Ada L.",
    "Ada Lovelace - Sales": "Ada S.",
    "Ada Lovelace -": "Ada L.",
    "Ada Lovelace 2": "Ada L.",
    "Martin King, Jr.": "Martin K.",
    "Ada (Sales)": "Ada",
    "Lovelace, (Sales)": "Lovelace",
    "Lovelace,": "Lovelace",
    "Ada": "Ada",
    "Agent 7": "Agent 7",
    "(Sales)": "(Sales)",
    ",": ",",
    "Ada （営業） Lovelace": "Ada L.",
    "Zoe\u0308 E\u0301mile": "Zoë É.",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_becomes_the_given_name_and_the_initial_of_the_surname(name: str) -> None:
    assert given_and_initial(name) == NAMES[name]


def test_the_parts_of_a_name_begin_with_the_given_name() -> None:
    assert parts("Lovelace, Ada (Sales)") == ["Ada", "Lovelace"]
