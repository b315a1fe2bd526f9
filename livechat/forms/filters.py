"""What the boards' filter forms share."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _


class SearchForm(forms.Form):
    """A filter form with a search field."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"type": "search", "placeholder": _("Search")}),
    )


def set_filter_choices(form: forms.Form, name: str, choices: Iterable[Any]) -> None:
    """Set a field's choices, and add the value in the address if it is not among them.

    So a filter stays in force after the last row it matched has left.
    """
    field = cast(forms.ChoiceField, form.fields[name])
    asked, field.choices = form.data.get(name, ""), list(choices)
    if asked and not field.valid_value(asked):
        field.choices = [*field.choices, (asked, asked)]
