"""The forms of alerts: a rule, and the note of who takes one."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _

from livechat.alerts import checks, kinds
from livechat.boards import directory_names
from livechat.forms.edit_conflicts import EditConflictForm
from livechat.forms.validators import no_control_characters
from livechat.models import Rule

Kind = Rule.Kind
MAX_COUNT, MAX_SECONDS, MAX_HOURS, MAX_MINUTES, MAX_DAYS = 10_000, 86_400, 168, 1440, 365
PARAMS = {
    "count": (_("Rings at this many"), 1, MAX_COUNT),
    "ends": (_("Ends at this many"), 0, MAX_COUNT),
    "seconds": (_("Limit of the wait, in seconds"), 5, MAX_SECONDS),
    "shift_hours": (_("Hours online"), 1, MAX_HOURS),
    "days": (_("Days before it ends"), 1, MAX_DAYS),
    "minutes": (_("Minutes without new figures"), 1, MAX_MINUTES),
}
OF_DEPARTMENT = frozenset({Kind.WAITING, Kind.LONGEST, Kind.NOBODY, Kind.UNCOVERED, Kind.ALL_FULL})
OF_TEAM = frozenset({Kind.NOBODY, Kind.ALL_FULL, Kind.STATUS, Kind.STILL_ON})


class AcknowledgeForm(forms.Form):
    """A person who takes an alert may say what they do about it."""

    note = forms.CharField(label=_("Note"), max_length=300, required=False, validators=[no_control_characters])


class RuleForm(EditConflictForm):
    """A rule of one kind: its numbers, whom it is about, when it holds, and who is told."""

    class Meta:
        model = Rule
        fields = ["severity", "wait_seconds", "keep_seconds", "hours", "repeat_minutes", "sound", "on_walls"]
        labels = {
            "wait_seconds": _("Rings after it has lasted, in seconds"),
            "keep_seconds": _("Ends after it has been over, in seconds"),
            "repeat_minutes": _("Tell again, every so many minutes"),
        }
        help_texts = {
            "wait_seconds": _("0: at once."),
            "keep_seconds": _("A short pause is then neither an end nor a new alert."),
            "repeat_minutes": _("Until somebody takes it. 0: once is enough."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rule: Rule = self.instance
        own: dict[str, forms.Field] = {}
        for name in kinds.TYPES[rule.kind].params:
            label, least, most = PARAMS[name]
            own[name] = forms.IntegerField(label=label, min_value=least, max_value=most)
            self.initial[name] = rule.params.get(name)
        own |= self._scope(rule)
        for field in own.values():
            field.show_hidden_initial = True
        self.fields = own | self.fields
        for name in ("wait_seconds", "keep_seconds", "repeat_minutes"):
            most = MAX_MINUTES if name == "repeat_minutes" else MAX_SECONDS
            self.fields[name].validators.append(MaxValueValidator(most))
            self.fields[name].widget.attrs["max"] = most
        channels = [(str(one.pk), one.label) for one in rule.site.channels.all()]
        if channels:
            # Not compared with what the form showed: the last one who saves says who is told.
            self.fields["told"] = forms.MultipleChoiceField(
                label=_("Who is told"), choices=channels, required=False, widget=forms.CheckboxSelectMultiple
            )
            self.initial["told"] = [str(key) for key in rule.channels.values_list("pk", flat=True)] if rule.pk else []

    def _scope(self, rule: Rule) -> dict[str, forms.Field]:
        """The fields that say whom the rule is about."""
        names = directory_names.of(rule.site)
        found: dict[str, forms.Field] = {}
        if rule.kind in OF_DEPARTMENT and names.departments:
            known = sorted((names.department(key), key) for key in names.departments)
            choices = [("", _("All departments")), *((key, name) for name, key in known)]
            found["of_department"] = forms.ChoiceField(label=_("Department"), choices=choices, required=False)
            self.initial["of_department"] = str(rule.department or "")
        if rule.kind in OF_TEAM and names.teams:
            choices = [("", _("All teams")), *((team, team) for team in names.teams)]
            found["of_team"] = forms.ChoiceField(label=_("Team"), choices=choices, required=False)
            self.initial["of_team"] = rule.team
        return found

    def checked_fields(self) -> Iterable[str]:
        """All but the channels."""
        return [name for name in super().checked_fields() if name != "told"]

    def clean(self) -> dict[str, Any]:
        """Put the numbers together, and refuse a rule that can never ring or always would."""
        data = super().clean()
        if {"count", "ends"} <= data.keys() and data["ends"] >= data["count"]:
            self.add_error("ends", _("It must end at fewer than it rings at; otherwise it would never end."))
        if self.errors:
            return data
        rule: Rule = self.instance
        rule.params = {name: data[name] for name in kinds.TYPES[rule.kind].params}
        rule.department = UUID(data["of_department"]) if data.get("of_department") else None
        rule.team = data.get("of_team", "")
        rule.hours = data["hours"]
        words = checks.problem(rule)
        if words:
            raise ValidationError(words)
        return data
