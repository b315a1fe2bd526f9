"""What the boards' filter forms share."""

from collections.abc import Iterable, Iterator
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from livechat.comm100.names import same_name


class SearchForm(forms.Form):
    """A filter form with a search field."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"type": "search", "placeholder": _("Search")}),
    )


def set_filter_choices(form: forms.Form, name: str, choices: Iterable[Any]) -> None:
    """Set a field's choices. A value in the address that is the same as one in another spelling becomes that one.

    Any other value is added, so that a filter stays in force after the last row it matched has left. But for one with a
    NUL character, which is refused: no row has it, and PostgreSQL does not take it.
    """
    field = cast(forms.ChoiceField, form.fields[name])
    asked, field.choices = form.data.get(name, ""), list(choices)
    if not asked or "\0" in asked or field.valid_value(asked):
        return
    same = next((value for value in _values(field.choices) if same_name(value, asked)), None)
    if same is None:
        field.choices = [*field.choices, (asked, asked)]
    else:
        data = form.data.copy()  # type: ignore[attr-defined]
        data[name] = same
        form.data = data


def _values(choices: Iterable[Any]) -> Iterator[str]:
    """The values of choices, also of those in groups."""
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _values(label)
        else:
            yield str(value)
