"""What the filters of the boards share."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _


class SearchForm(forms.Form):
    """A filter that can be searched in."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"type": "search", "placeholder": _("Search")}),
    )


def offer(form: forms.Form, name: str, choices: Iterable[Any]) -> None:
    """Let a field choose among what is there, and what the address asks for.

    A filter neither fails nor falls away because the last row that it fits has left.
    """
    field = cast(forms.ChoiceField, form.fields[name])
    asked, field.choices = form.data.get(name, ""), list(choices)
    if asked and not field.valid_value(asked):
        field.choices = [*field.choices, (asked, asked)]
