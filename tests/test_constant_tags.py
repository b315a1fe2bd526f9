"""Tags that take only what the template says are kept, and say something else as soon as what they depend on does."""

from typing import Any

import pytest
from django.template import Context, Template
from django.urls import get_script_prefix, set_script_prefix
from django.utils import translation


def said(template: Template, **values: str) -> str:
    """What a template says."""
    return str(template.render(Context(values)))


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ('{% translate "Delete" %}', "Delete"),
        ("{% translate 's m h d' context 'seconds minutes hours days' %}", "s m h d"),
        ("{% url 'agents' %}", "/agents/"),
        ('{% static "css/app.css" %}', "/static/css/app.css"),
        ('{% translate "Delete" as words %}{{ words }}', "Delete"),
    ],
)
def test_a_tag_says_the_same_on_each_page(tag: str, words: str) -> None:
    template = Template(tag)
    assert [said(template), said(template)] == [words, words]


def test_each_language_has_its_own_words() -> None:
    template, found = Template('{% translate "Delete" %}'), []
    for language in ("en", "de", "en"):
        with translation.override(language):
            found.append(said(template))
    assert found == ["Delete", "Löschen", "Delete"]


def test_addresses_are_below_the_path_of_all_pages() -> None:
    template, before = Template("{% url 'agents' %}"), get_script_prefix()
    assert said(template) == "/agents/"
    set_script_prefix("/board/")
    try:
        assert said(template) == "/board/agents/"
    finally:
        set_script_prefix(before)


@pytest.mark.parametrize("tag", ['{% static "icons.svg" %}', '{% icon "users" %}'])
def test_static_files_are_where_the_settings_say(tag: str, settings: Any) -> None:
    template = Template(tag)
    assert "/static/icons.svg" in said(template)
    settings.STATIC_URL = "/elsewhere/"
    assert "/elsewhere/icons.svg" in said(template)


@pytest.mark.parametrize(
    ("tag", "first", "second"),
    [
        ("{% translate words %}", "one", "two"),
        ("{% static words %}", "/static/one", "/static/two"),
        ('{% translate ""|default:words %}', "one", "two"),
    ],
)
def test_what_takes_a_variable_is_said_anew_on_each_page(tag: str, first: str, second: str) -> None:
    template = Template(tag)
    assert [said(template, words="one"), said(template, words="two")] == [first, second]
