"""The forms that make and design a wall."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Self

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from livechat.boards import levels
from livechat.comm100.names import name_key
from livechat.forms import zones
from livechat.forms.edit_conflicts import EditConflictForm
from livechat.forms.panel_rows import PanelFields, arranged
from livechat.forms.validators import a_name
from livechat.forms.wall_fields import ALWAYS_REACHED, MAX_LIMIT, MinutesField, SizeSelect, TeamsField
from livechat.models import Site, Wall
from livechat.models.walls import MAX_POLL_SECONDS, MIN_POLL_SECONDS, default_panels
from livechat.walls.design import CURVES, PANEL_TYPES, PanelType, may_have_curve

SIZE_CHOICES = [("", _("Not shown")), ("normal", _("Normal")), ("large", _("Large")), ("double", _("Double"))]
LIMITS = ("amber", "red")


if TYPE_CHECKING:
    WallModelForm = forms.ModelForm[Wall]
else:  # Django's class takes no type argument at run time
    WallModelForm = forms.ModelForm


class NewWallForm(WallModelForm):
    """A new wall: its title, the time zone of the browser, and its site if there are several to choose from."""

    time_zone = forms.CharField(required=False, widget=forms.HiddenInput({"data-own-zone": True}))

    class Meta:
        model = Wall
        fields = ["title", "site", "time_zone"]

    def __init__(self, *args: Any, sites: list[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].validators.append(a_name)
        if len(sites) < 2:
            del self.fields["site"]
            return
        self.fields["site"] = forms.ModelChoiceField(
            Site.objects.filter(pk__in=[site.pk for site in sites]).order_by("name"),
            label=_("Site"),
            empty_label=None,
            help_text=_("A wall stays with its site: its links never show another one."),
        )

    def clean_time_zone(self) -> str:
        """The browser's zone, if it is known here. The wall's own page offers all zones."""
        return zones.offered_name(self.cleaned_data["time_zone"]) or settings.TIME_ZONE


class DesignForm(EditConflictForm):
    """A wall's whole design. Each panel has four fields: size (empty: not shown), place, and its two limits."""

    class Meta:
        model = Wall
        fields = [
            "title",
            *(f"curve_{slug}" for slug in CURVES),
            "teams",
            "agents",
            "agents_place",
            "agents_size",
            "naming",
        ]
        fields += ["theme", "language", "clock", "time_zone", "every", "sound"]

    def __init__(self, *args: Any, teams: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._teams = teams
        self.fields["title"].validators.append(a_name)
        gone = _("%(team)s (not in the directory any more)")
        there = {name_key(team) for team in teams}
        spelled = {name_key(team): team for team in (*teams, *self.instance.teams)}
        known = [spelled[key] for key in sorted(spelled)]
        self.initial["teams"] = [team for team in known if team in self.instance.teams]
        self.fields["teams"] = TeamsField(
            label=_("Teams"),
            choices=[(team, team if name_key(team) in there else gone % {"team": team}) for team in known],
            required=False,
            show_hidden_initial=True,
            help_text=_("Without a choice all teams are shown; visitors are always those of the whole site."),
        )
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("Time zone"), choices=zones.choices(self.instance.time_zone), show_hidden_initial=True
        )
        self.fields["naming"].help_text = _("An agent without an alias is shown by first name and initial, or number.")
        every = self.fields["every"]
        every.widget.attrs |= {"min": MIN_POLL_SECONDS, "max": MAX_POLL_SECONDS}
        self._stored = self._stored_panels()
        self._rows = list(self._stored)
        for place, panel in enumerate(self._stored.values(), start=1):
            self._add_fields(PANEL_TYPES[panel["slug"]], panel | {"place": place})
        panels = [f"{slug}-{name}" for slug in self._stored for name in ("place", "size", *LIMITS)]
        self.order_fields(["title", *panels, "teams"])  # as the page shows them

    def _stored_panels(self) -> dict[str, dict[str, Any]]:
        """The panels as stored, by slug in their order. Types that the stored design does not have come last."""
        stored = {panel["slug"]: panel for panel in self.instance.panels if panel["slug"] in PANEL_TYPES}
        rest = {panel["slug"]: panel | {"size": ""} for panel in default_panels() if panel["slug"] not in stored}
        return stored | rest

    def _add_fields(self, panel_type: PanelType, panel: dict[str, Any]) -> None:
        def limit(name: str) -> forms.Field:
            if panel_type.is_time:
                return MinutesField(widget=forms.TextInput({"placeholder": self._site_limit(name)}))
            minimum = 0 if panel_type.low else 1
            messages = {} if panel_type.low else {"min_value": ALWAYS_REACHED}
            return forms.IntegerField(min_value=minimum, max_value=MAX_LIMIT, required=False, error_messages=messages)

        for name, label, field in (
            ("place", _("place"), forms.IntegerField(min_value=1, max_value=99)),
            ("size", _("size"), forms.ChoiceField(choices=SIZE_CHOICES, required=False, widget=SizeSelect)),
            ("amber", _("amber"), limit("amber")),
            ("red", _("red"), limit("red")),
        ):
            field.label = _("%(figure)s: %(field)s") % {"figure": panel_type.label, "field": label}
            field.widget.attrs["aria-label"] = field.label
            field.show_hidden_initial = True
            self.fields[f"{panel_type.slug}-{name}"] = field
            self.initial[f"{panel_type.slug}-{name}"] = panel[name]
        self.fields[f"{panel_type.slug}-place"].widget.attrs["hidden"] = True  # buttons move the row

    def _site_limit(self, name: str) -> str:
        """The site's limit of a wait as a person types it; a wall without one of its own has it."""
        return str(MinutesField().prepare_value(getattr(self.instance.site, f"wait_{name}")))

    @property
    def panels(self) -> Iterator[PanelFields]:
        """The panels' rows in their order as stored; if the form was sent, in the order that it asks for."""
        if self.is_bound:
            self.is_valid()
        for slug in self._rows:
            place, size, amber, red = (self[f"{slug}-{name}"] for name in ("place", "size", *LIMITS))
            yield PanelFields(PANEL_TYPES[slug], place, size, amber, red)

    def arranged(self, data: QueryDict, step: str) -> Self:
        """The form as it was sent, after a step of panel_rows. It is not saved, so it has no conflicts yet."""
        form = type(self)(arranged(data, step, self._stored), teams=self._teams, instance=self.instance)
        form.is_valid()
        form.edit_conflicts = []
        return form

    @property
    def fields_with_errors(self) -> list[BoundField]:
        """The fields that have errors, from the top of the page down."""
        return [field for field in self if field.errors]

    def clean(self) -> dict[str, Any]:
        """Compare what was asked for with what is stored now, and put the panels in order."""
        self._let_hidden_limits_be()
        asked = dict(self.cleaned_data)
        data = super().clean()
        for slug in self._stored:
            if self._reversed(slug, asked):
                self.add_error(f"{slug}-red", _("Red comes after amber: choose a limit that is reached later."))
            elif self._reversed(slug, data):
                self._add_limits_conflict(slug, asked)
        order = self._order(data)
        self.instance.panels = [
            {"slug": slug, "size": data.get(f"{slug}-size") or ""}
            | {name: data.get(f"{slug}-{name}") for name in LIMITS}
            for slug in order
        ]
        data |= {f"{slug}-place": place for place, slug in enumerate(order, start=1)}
        self._refuse_curves_alone(data)
        if not self.errors and not data["agents"] and not any(panel["size"] for panel in self.instance.panels):
            raise ValidationError(_("The wall would be empty: choose a figure, or the agents."))
        return data

    def _refuse_curves_alone(self, data: dict[str, Any]) -> None:
        """A curve tells no more than the wall shows anyway."""
        shown = {panel["slug"] for panel in self.instance.panels if panel["size"]}
        for slug in CURVES:
            if data.get(f"curve_{slug}") and not may_have_curve(slug, shown, agents=data["agents"]):
                words = _("Add the figure “%(figure)s” too: a wall has curves of what it shows.")
                self.add_error(f"curve_{slug}", str(words) % {"figure": PANEL_TYPES[slug].label})

    def _let_hidden_limits_be(self) -> None:
        """If the limits of a figure that is not shown are wrong, leave them as they are now: nobody could mend them."""
        for slug in self._stored:
            names = [f"{slug}-{name}" for name in LIMITS]
            wrong = any(name in self.errors for name in names) or self._reversed(slug, self.cleaned_data)
            if wrong and self.cleaned_data.get(f"{slug}-size") == "":
                for name in names:
                    self.errors.pop(name, None)
                    self.cleaned_data[name] = self._now(name)

    def checked_fields(self) -> list[str]:
        """All values but the places: moving one panel changes the places of others."""
        return [name for name in self.cleaned_data if not name.endswith("-place")]

    def _reversed(self, slug: str, data: dict[str, Any]) -> bool:
        """Whether red would be reached before amber."""
        amber, red = (data.get(f"{slug}-{name}") for name in LIMITS)
        if PANEL_TYPES[slug].is_time and (amber or red):
            amber, red = amber or self.instance.site.wait_amber, red or self.instance.site.wait_red
        return levels.reversed_limits(amber, red, low=PANEL_TYPES[slug].low)

    def _add_limits_conflict(self, slug: str, asked: dict[str, Any]) -> None:
        """Two people changed one limit each, and together the limits are in the wrong order."""
        names = [f"{slug}-{name}" for name in LIMITS]
        rows = ([read(name) for name in names] for read in (self._shown, self._now, asked.__getitem__))
        words = [" / ".join(map(self.display_value, names, row)) for row in rows]
        self.add_conflict(str(_("%(figure)s: amber / red") % {"figure": PANEL_TYPES[slug].label}), *words)

    def _order(self, data: dict[str, Any]) -> list[str]:
        """The slugs of the panels in order. A panel that was moved gets its new place, and the others make room."""
        now = list(self._stored)
        shown = {slug: self._shown(f"{slug}-place") or place for place, slug in enumerate(now, start=1)}
        typed = {slug: data.get(f"{slug}-place") or shown[slug] for slug in now}

        def sort_key(slug: str) -> tuple[int, int, int]:
            new, old = typed[slug], shown[slug]
            return new, (new > old) - (new < old), old

        saw, self._rows = sorted(now, key=shown.__getitem__), sorted(now, key=sort_key)
        if self._rows == saw:
            return now
        if now not in (saw, self._rows):
            words = (", ".join(str(PANEL_TYPES[slug].label) for slug in order) for order in (saw, now, self._rows))
            self.add_conflict(str(_("Order of the figures")), *words)
        return self._rows

    def display_value(self, name: str, value: Any) -> str:
        """A value in the words of the form."""
        field = self.fields[name]
        if name == "teams":
            return ", ".join(value) or str(_("All teams"))
        if isinstance(field, forms.ChoiceField):
            return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
        return super().display_value(name, field.prepare_value(value))

    def bound_to(self, data: Any, instance: Model) -> Self:
        """The same form with the places that the asked order gives."""
        for slug in self._stored:
            data[f"{slug}-place"] = str(self.cleaned_data[f"{slug}-place"])
        return type(self)(data, teams=self._teams, instance=instance)
