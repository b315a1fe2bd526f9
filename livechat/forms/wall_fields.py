"""Fields of a wall's form: a time in minutes, teams, and the size of a figure."""

import json
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MAX_LIMIT = 9999  # of a count, and of minutes
ALWAYS_REACHED = _("This limit would always be reached. Leave it empty for no limit.")
ALWAYS_OVER = _("This limit would always be reached. Leave it empty for the site’s limit.")
MINUTES = re.compile(r"0*(\d+)(?::([0-5]\d))?", re.ASCII)


class MinutesField(forms.Field):
    """A time as "3" (minutes) or "1:30". Gives whole seconds, or None if empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def to_python(self, value: Any) -> Any:
        """The seconds to store. Raises ValidationError."""
        if isinstance(value, int):
            return value
        text = str(value or "").strip()
        if not text:
            return None
        match = MINUTES.fullmatch(text)
        if not match:
            raise ValidationError(_("Write minutes, or minutes and seconds: 3 or 1:30."))
        if len(match[1]) > len(str(MAX_LIMIT)):
            raise ValidationError(_("At most %(most)d minutes."), params={"most": MAX_LIMIT})
        seconds = int(match[1]) * 60 + int(match[2] or 0)
        if not seconds:
            raise ValidationError(ALWAYS_OVER)
        return seconds

    def prepare_value(self, value: Any) -> Any:
        """Seconds as a person types them; text that a person typed stays as it is."""
        if not isinstance(value, int):
            return value
        return f"{value // 60}:{value % 60:02}" if value % 60 else str(value // 60)


class _ListInput(forms.HiddenInput):
    """A list in one hidden field, which is sent even if the list is empty."""

    def format_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else json.dumps(value or [])


class TeamsField(forms.MultipleChoiceField):
    """Teams, each with a checkbox. A hidden field carries the list that the form showed."""

    widget = forms.CheckboxSelectMultiple
    hidden_widget = _ListInput

    def to_python(self, value: Any) -> list[str]:
        """The names of the teams. Raises ValidationError."""
        if not isinstance(value, str):
            return list(super().to_python(value))
        try:
            return list(super().to_python(json.loads(value)))
        except (ValueError, RecursionError) as error:
            raise ValidationError(self.error_messages["invalid_list"], code="invalid_list") from error


class SizeSelect(forms.Select):
    """The sizes of a figure. The empty one, "not shown", is what removing a figure sets: the list does not offer it."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """An option of the list."""
        option = super().create_option(name, value, *args, **kwargs)
        option["attrs"] |= {} if value else {"hidden": True}
        return option
