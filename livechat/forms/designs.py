"""The forms that make and design a wall."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from livechat.forms import zones
from livechat.forms.edit_conflicts import EditConflictForm
from livechat.forms.validators import no_control_characters
from livechat.forms.wall_fields import ALWAYS, MOST, MinutesField, TeamsField
from livechat.models import Site, Wall
from livechat.models.walls import QUICKEST, SLOWEST, default_panels
from livechat.walls.design import KINDS, Kind

SIZES = [("", _("Not shown")), ("normal", _("Normal")), ("large", _("Large")), ("double", _("Double"))]
LIMITS = ("amber", "red")


class NewWallForm(forms.ModelForm):
    """A wall to begin with: its title, where there is a choice its site, and the time zone of who makes it."""

    time_zone = forms.CharField(required=False, widget=forms.HiddenInput({"data-own-zone": True}))

    class Meta:
        model = Wall
        fields = ["title", "site", "time_zone"]

    def __init__(self, *args: Any, sites: list[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].validators.append(no_control_characters)
        if len(sites) < 2:
            del self.fields["site"]
            return
        self.fields["site"] = forms.ModelChoiceField(
            Site.objects.filter(pk__in=[each.pk for each in sites]).order_by("name"),
            label=_("Site"),
            empty_label=None,
            help_text=_("A wall stays with its site: its links never show another one."),
        )

    def clean_time_zone(self) -> str:
        """What the browser says, as far as it is known here; the page that follows offers all of them."""
        return zones.named(self.cleaned_data["time_zone"]) or settings.TIME_ZONE


@dataclass(frozen=True, slots=True)
class PanelFields:
    """The fields of one figure, as a row of the form."""

    kind: Kind
    place: BoundField
    size: BoundField
    amber: BoundField
    red: BoundField

    @property
    def wrong(self) -> list[BoundField]:
        """The fields in which something is wrong."""
        return [field for field in (self.place, self.size, self.amber, self.red) if field.errors]


class DesignForm(EditConflictForm):
    """All of a wall's design. Each figure has four fields: size (none: not shown), place, and its two limits."""

    class Meta:
        model = Wall
        fields = ["title", "teams", "agents", "agents_place", "agents_size", "naming"]
        fields += ["theme", "language", "clock", "time_zone", "every"]

    def __init__(self, *args: Any, teams: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._teams = teams
        self.fields["title"].validators.append(no_control_characters)
        gone = _("%(team)s (not in the directory any more)")
        known = sorted({*teams, *self.instance.teams}, key=str.casefold)
        self.initial["teams"] = [team for team in known if team in self.instance.teams]
        self.fields["teams"] = TeamsField(
            label=_("Teams"),
            choices=[(team, team if team in teams else gone % {"team": team}) for team in known],
            required=False,
            show_hidden_initial=True,
            help_text=_(
                "None chosen: all. Agents are those of these teams; visitors are the whole site’s, for Comm100 "
                "does not tell a visitor’s team."
            ),
        )
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("Time zone"), choices=zones.choices(self.instance.time_zone), show_hidden_initial=True
        )
        self.fields["naming"].help_text = _(
            "Aliases are set in the directory, where everybody’s number stands too. Without an alias the first name "
            "and an initial are shown, and the number where the name is an e-mail address. Two who would look alike "
            "have their numbers added."
        )
        self.fields["agents"].help_text = _(
            "Those who do not fit at once are shown in turn, three rows of them at least: beside many figures on an "
            "upright screen the figures become smaller for that."
        )
        every = self.fields["every"]
        every.help_text = _(
            "%(least)d to %(most)d. Comm100 itself is asked every 5 seconds at most, so a shorter time shows "
            "a change sooner, but no more of them."
        ) % {"least": QUICKEST, "most": SLOWEST}
        every.widget.attrs |= {"min": QUICKEST, "max": SLOWEST}
        self._stored = self._panels()
        self._rows = list(self._stored)
        for place, panel in enumerate(self._stored.values(), start=1):
            self._add(KINDS[panel["slug"]], panel | {"place": place})
        panels = [f"{slug}-{name}" for slug in self._stored for name in ("place", "size", *LIMITS)]
        self.order_fields(["title", "teams", *panels])  # as the page shows them

    def _panels(self) -> dict[str, dict[str, Any]]:
        """The figures in their order as stored, those that the wall does not know yet at the end."""
        stored = {panel["slug"]: panel for panel in self.instance.panels if panel["slug"] in KINDS}
        rest = {panel["slug"]: panel | {"size": ""} for panel in default_panels() if panel["slug"] not in stored}
        return stored | rest

    def _add(self, kind: Kind, panel: dict[str, Any]) -> None:
        def limit() -> forms.Field:
            if kind.seconds:
                return MinutesField()
            least = 0 if kind.low else 1
            told = {} if kind.low else {"min_value": ALWAYS}
            return forms.IntegerField(min_value=least, max_value=MOST, required=False, error_messages=told)

        for name, label, field in (
            ("place", _("place"), forms.IntegerField(min_value=1, max_value=99)),
            ("size", _("size"), forms.ChoiceField(choices=SIZES, required=False)),
            ("amber", _("amber"), limit()),
            ("red", _("red"), limit()),
        ):
            field.label = _("%(figure)s: %(field)s") % {"figure": kind.label, "field": label}
            field.widget.attrs["aria-label"] = field.label
            field.show_hidden_initial = True
            self.fields[f"{kind.slug}-{name}"] = field
            self.initial[f"{kind.slug}-{name}"] = panel[name]

    @property
    def panels(self) -> Iterator[PanelFields]:
        """The rows of figures in their order as stored; of a form that was sent, in the order that it asks for."""
        if self.is_bound:
            self.is_valid()
        for slug in self._rows:
            place, size, amber, red = (self[f"{slug}-{name}"] for name in ("place", "size", *LIMITS))
            yield PanelFields(KINDS[slug], place, size, amber, red)

    @property
    def mistakes(self) -> list[BoundField]:
        """The fields in which something is wrong, from the top of the page down."""
        return [field for field in self if field.errors]

    def clean(self) -> dict[str, Any]:
        """Hold what was asked for against what there is now, and put the figures in order."""
        asked = dict(self.cleaned_data)
        data = super().clean()
        for slug in self._stored:
            if self._reversed(slug, asked):
                self.add_error(f"{slug}-red", _("Red comes after amber: choose a limit that is reached later."))
            elif self._reversed(slug, data):
                self._clash_limits(slug, asked)
        order = self._order(data)
        self.instance.panels = [
            {"slug": slug, "size": data.get(f"{slug}-size") or ""}
            | {name: data.get(f"{slug}-{name}") for name in LIMITS}
            for slug in order
        ]
        data |= {f"{slug}-place": place for place, slug in enumerate(order, start=1)}
        if not self.errors and not data["agents"] and not any(panel["size"] for panel in self.instance.panels):
            raise ValidationError(_("The wall would be empty: choose a figure, or the agents."))
        return data

    def checked_fields(self) -> list[str]:
        """All but the places: what one person moves changes the places of others."""
        return [name for name in self.cleaned_data if not name.endswith("-place")]

    def _reversed(self, slug: str, data: dict[str, Any]) -> bool:
        """Whether red would come before amber."""
        amber, red = (data.get(f"{slug}-{name}") for name in LIMITS)
        return amber is not None and red is not None and bool(red > amber if KINDS[slug].low else red < amber)

    def _clash_limits(self, slug: str, asked: dict[str, Any]) -> None:
        """One person changed amber and another red, and the two together are in the wrong order."""
        names = [f"{slug}-{name}" for name in LIMITS]
        rows = ([read(name) for name in names] for read in (self._shown, self._now, asked.__getitem__))
        words = [" / ".join(map(self.display_value, names, row)) for row in rows]
        self.add_conflict(str(_("%(figure)s: amber / red") % {"figure": KINDS[slug].label}), *words)

    def _order(self, data: dict[str, Any]) -> list[str]:
        """The figures in order. One that was moved stands at its new place, the others make room."""
        now = list(self._stored)
        shown = {slug: self._shown(f"{slug}-place") or place for place, slug in enumerate(now, start=1)}
        typed = {slug: data.get(f"{slug}-place") or shown[slug] for slug in now}

        def place(slug: str) -> tuple[int, int, int]:
            new, old = typed[slug], shown[slug]
            return new, (new > old) - (new < old), old

        saw, self._rows = sorted(now, key=shown.__getitem__), sorted(now, key=place)
        if self._rows == saw:
            return now
        if now not in (saw, self._rows):
            words = (", ".join(str(KINDS[slug].label) for slug in order) for order in (saw, now, self._rows))
            self.add_conflict(str(_("Order of the figures")), *words)
        return self._rows

    def display_value(self, name: str, value: Any) -> str:
        """A value as the form's own words."""
        field = self.fields[name]
        if name == "teams":
            return ", ".join(value) or str(_("All teams"))
        if isinstance(field, forms.ChoiceField):
            return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
        return super().display_value(name, field.prepare_value(value))

    def bound_to(self, data: Any, instance: Model) -> Self:
        """The same with the places that came of what was asked for."""
        for slug in self._stored:
            data[f"{slug}-place"] = str(self.cleaned_data[f"{slug}-place"])
        return type(self)(data, teams=self._teams, instance=instance)
