"""The fields that plan what comes after a status: until when it holds, what comes then, and how late that may be."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from livechat.boards import status_styles
from livechat.comm100.records import same_status
from livechat.control.planning import MAX_AHEAD, Until
from livechat.lib import local_times, time_zones

LATE = [(5, _("5 minutes")), (15, _("15 minutes")), (30, _("30 minutes")), (60, _("1 hour")), (240, _("4 hours"))]
LATE_MINUTES = 15
PLAN_FIELDS = ("until", "then", "late")


class PlanForm(forms.Form):
    """A form of a status with a plan. Without a time nothing is planned, whatever the other two fields say.

    `zone` is the site's, in which the time is. After validation `plan` is what was planned, or None.
    """

    until = forms.CharField(
        label=_("Until"),
        required=False,
        validators=[MaxLengthValidator(20)],  # max_length would write an attribute that a time may not have
        widget=forms.TextInput(attrs={"type": "time"}),
    )
    then = forms.ChoiceField(
        label=_("Then"),
        required=False,
        error_messages={"invalid_choice": _("This status cannot be set here. Choose one of these.")},
    )
    late = forms.TypedChoiceField(
        label=_("If it is late, then by at most"),
        choices=LATE,
        coerce=int,
        required=False,
        initial=LATE_MINUTES,
        empty_value=str(LATE_MINUTES),
    )

    def __init__(self, *args: Any, choices: Iterable[str], zone: str, **kwargs: Any) -> None:
        choices = list(choices)
        super().__init__(*args, **kwargs)
        self.zone = time_zones.known_or_default(zone)
        self.plan: Until | None = None
        self.fields["then"].choices = [(name, status_styles.of_agent(name).label) for name in choices]  # type: ignore[attr-defined]
        self.fields["until"].help_text = _("At most 24 hours ahead, by the clocks of %(zone)s.") % {"zone": zone}

    @property
    def plan_fields(self) -> list[forms.BoundField]:
        """The fields of the plan, which pages fold away."""
        return [self[name] for name in PLAN_FIELDS]

    @property
    def own_fields(self) -> list[forms.BoundField]:
        """The other fields that are shown."""
        return [field for field in self.visible_fields() if field.name not in PLAN_FIELDS]

    @property
    def plans(self) -> bool:
        """Whether something stands in the field of the time, right or wrong."""
        return bool(self["until"].value())

    def clean(self) -> dict[str, Any]:
        """Make the plan of its three fields."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        typed = cleaned.get("until")
        if not typed:
            return cleaned
        clock = local_times.read(typed)
        if clock is None:
            self.add_error("until", _("This is no time of day. Write it as 13:00."))
            return cleaned
        now = timezone.now()
        try:
            due = local_times.next_at(clock, self.zone, now)
        except local_times.NoSuchMoment as error:
            words = {"time": f"{error.day:%H:%M}", "day": date_format(error.day, "j F"), "zone": self.zone}
            sentence = _("There is no %(time)s on %(day)s in %(zone)s: clocks are put forward. Choose another time.")
            self.add_error("until", sentence % words)
            return cleaned
        if due - now > MAX_AHEAD:
            self.add_error("until", _("That is more than 24 hours ahead. Choose an earlier time."))
        self._plan(cleaned, due)
        return cleaned

    def _plan(self, cleaned: dict[str, Any], due: Any) -> None:
        then = cleaned.get("then")
        if "then" not in self.errors and not then:
            self.add_error("then", _("Choose the status that comes then."))
        elif then and same_status(then, cleaned.get("status", "")):
            self.add_error("then", _("This is the same status. Choose another one for then."))
        if not self.errors:
            self.plan = Until(due, then or "", due + timedelta(minutes=int(cleaned["late"])))
