"""The form of a site's opening hours, its holidays, and when it is watched closely."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from livechat.forms.edit_conflicts import EditConflictForm
from livechat.forms.validators import no_control_characters
from livechat.lib import opening_hours
from livechat.lib.opening_hours import DAY_MINUTES, BadHours, Day
from livechat.models import Site

WEEKDAYS: dict[str, str | Promise] = {
    "monday": _("Monday"),
    "tuesday": _("Tuesday"),
    "wednesday": _("Wednesday"),
    "thursday": _("Thursday"),
    "friday": _("Friday"),
    "saturday": _("Saturday"),
    "sunday": _("Sunday"),
}
AS_MONDAY = ("tuesday", "wednesday", "thursday", "friday")
MAX_HOLIDAYS, MAX_NAME_CHARS = 400, 80
PROBLEMS: dict[str, str | Promise] = {
    "form": _("“%(part)s” cannot be read. Write times as in 09:00–12:30, 13:30–18:00."),
    "time": _("“%(part)s”: the clock goes from 00:00 to 24:00."),
    "empty": _("“%(part)s” ends as it begins. For the whole day write 00:00–24:00."),
    "overlap": _("%(part)s overlap."),
    "date": _("“%(part)s” does not begin with a date as in 2026-12-25."),
    "twice": _("%(part)s is there twice."),
}


def _refusal(error: BadHours) -> ValidationError:
    return ValidationError(str(PROBLEMS[error.code]), params={"part": error.part})


class DayField(forms.CharField):
    """The hours of a weekday, as they would be written: "9-17" and "09:00–17:00" are the same."""

    def to_python(self, value: Any) -> str:
        """The hours in one way to write them. Raises ValidationError."""
        try:
            return opening_hours.day_text(opening_hours.read_day(str(super().to_python(value))))
        except BadHours as error:
            raise _refusal(error) from error


class HolidaysField(forms.CharField):
    """Holidays, one a line and in order."""

    def to_python(self, value: Any) -> str:
        """The holidays in one way to write them. Raises ValidationError."""
        try:
            found = opening_hours.read_holidays(str(super().to_python(value)))
        except BadHours as error:
            raise _refusal(error) from error
        if len(found) > MAX_HOLIDAYS:
            raise ValidationError(_("At most %(most)d holidays."), params={"most": MAX_HOLIDAYS})
        for name in found.values():
            no_control_characters(name)
            if len(name) > MAX_NAME_CHARS:
                words = _("A holiday’s name can have at most %(most)d characters.")
                raise ValidationError(words, params={"most": MAX_NAME_CHARS})
        return opening_hours.holidays_text(found)


class OpeningForm(EditConflictForm):
    """A field for each weekday, the holidays, and when the site is watched closely."""

    class Meta:
        model = Site
        fields = ["holidays", "watch_closely"]
        help_texts = {
            "watch_closely": _(
                "Waits can be told only if both lists are read every 5 seconds: 120 of Comm100’s 300 calls. Otherwise "
                "they are read once a minute while nobody looks, and always so if no opening hours are entered."
            )
        }

    as_monday = forms.BooleanField(label=_("Tuesday to Friday as Monday"), required=False)
    holidays = HolidaysField(
        label=_("Holidays"),
        required=False,
        widget=forms.Textarea({"rows": 6, "placeholder": "2026-12-25 Christmas", "spellcheck": "false"}),
        help_text=_(
            "One a line, a name after the date if you like. Hours that begin the evening before end as planned."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        week = self.instance.hours.week or ((),) * len(WEEKDAYS)
        for (name, label), day in zip(WEEKDAYS.items(), week, strict=True):
            widget = forms.TextInput({"autocomplete": "off", "spellcheck": "false"})
            field = DayField(label=str(label), required=False, widget=widget)
            field.show_hidden_initial = True
            self.fields[name] = field
            self.initial[name] = opening_hours.day_text(day)
        self.fields["as_monday"].show_hidden_initial = False

    @property
    def weekdays(self) -> list[forms.BoundField]:
        """The fields of the weekdays, Monday first."""
        return [self[name] for name in WEEKDAYS]

    @property
    def week(self) -> list[Day]:
        """The hours that were entered; empty if there are none."""
        week = [opening_hours.read_day(self.cleaned_data[name]) for name in WEEKDAYS]
        return week if any(week) else []

    def clean(self) -> dict[str, Any]:
        """Give Monday's hours to other days if that was asked for, and refuse nights that reach into the next hours."""
        if self.cleaned_data.get("as_monday") and "monday" in self.cleaned_data:
            for name in AS_MONDAY:
                self.errors.pop(name, None)
                self.cleaned_data[name] = self.cleaned_data["monday"]
        data = super().clean()
        days = {name: opening_hours.read_day(data[name]) for name in WEEKDAYS if name in data}
        names = list(WEEKDAYS)
        for before, name in zip([names[-1], *names], names, strict=False):
            if _reaches_into(days.get(before, ()), days.get(name, ())):
                words = {"day": WEEKDAYS[before], "time": opening_hours.clock_text(days[before][-1][1])}
                self.add_error(name, _("The hours of %(day)s last until %(time)s and overlap these.") % words)
        return data

    def display_value(self, name: str, value: Any) -> str:
        """A choice by its name, holidays in one line."""
        if name == "watch_closely":
            return str(dict(self.fields[name].choices).get(value, value))  # type: ignore[attr-defined]
        return super().display_value(name, value.splitlines() if name == "holidays" else value)


def _reaches_into(before: Day, day: Day) -> bool:
    return bool(before and day and before[-1][1] - DAY_MINUTES > day[0][0])
