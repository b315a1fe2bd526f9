"""The forms that make and design a wall."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from livechat.forms.visitors import plain_text
from livechat.live.designs import KINDS, Kind
from livechat.models import Site, Wall
from livechat.models.walls import QUICKEST, SLOWEST, default_panels

SIZES = [("", _("Not shown")), ("normal", _("Normal")), ("large", _("Large")), ("double", _("Double"))]
MOST = 9999
MINUTES = re.compile(r"(\d{1,4})(?::([0-5]\d))?", re.ASCII)


class NewWallForm(forms.ModelForm):
    """A wall to begin with: its title and, where there is a choice, its site; the rest has defaults."""

    class Meta:
        model = Wall
        fields = ["title", "site"]

    def __init__(self, *args: Any, sites: list[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].validators.append(plain_text)
        if len(sites) < 2:
            del self.fields["site"]
            return
        self.fields["site"] = forms.ModelChoiceField(
            Site.objects.filter(pk__in=[each.pk for each in sites]).order_by("name"),
            label=_("Site"),
            empty_label=None,
            help_text=_("A wall stays with its site: its links never show another one."),
        )


class MinutesField(forms.Field):
    """A time as "3" (minutes) or "1:30"; gives whole seconds, none where empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def to_python(self, value: Any) -> Any:
        """Seconds. Raises ValidationError."""
        text = str(value or "").strip()
        if not text:
            return None
        found = MINUTES.fullmatch(text)
        if not found:
            raise ValidationError(_("Write minutes, or minutes and seconds: 3 or 1:30."))
        return int(found[1]) * 60 + int(found[2] or 0)

    def prepare_value(self, value: Any) -> Any:
        """Seconds as they are typed; what was typed as it is."""
        if not isinstance(value, int):
            return value
        return f"{value // 60}:{value % 60:02}" if value % 60 else str(value // 60)


@dataclass(frozen=True, slots=True)
class PanelFields:
    """The fields of one figure, as a row of the form."""

    kind: Kind
    place: BoundField
    size: BoundField
    amber: BoundField
    red: BoundField

    @property
    def wrong(self) -> bool:
        """Whether something is wrong in the row."""
        return any(field.errors for field in (self.place, self.size, self.amber, self.red))


class DesignForm(forms.ModelForm):
    """All of a wall's design. Each figure has four fields: size (none: not shown), place, and its two limits."""

    class Meta:
        model = Wall
        fields = ["title", "teams", "agents", "naming", "theme", "language", "clock", "time_zone", "every"]

    def __init__(self, *args: Any, teams: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].validators.append(plain_text)
        known = sorted({*teams, *self.instance.teams}, key=str.casefold)
        self.fields["teams"] = forms.MultipleChoiceField(
            label=_("Teams"),
            choices=[(team, team) for team in known],
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=_(
                "None chosen: all. Agents are those of these teams; visitors are the whole site’s, for Comm100 "
                "does not tell a visitor’s team."
            ),
        )
        offered = {zone for zone in available_timezones() if "/" in zone} | {"UTC", self.instance.time_zone}
        zones = [(zone, zone) for zone in sorted(offered)]
        self.fields["time_zone"] = forms.ChoiceField(label=_("Time zone"), choices=zones)
        self.fields["naming"].help_text = _(
            "Aliases are set in the directory. Without one the first name and an initial are shown, and an agent’s "
            "number where the name is an e-mail address."
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
        for place, panel in enumerate(self._stored, start=1):
            self._add(KINDS[panel["slug"]], panel, place)

    def _panels(self) -> list[dict[str, Any]]:
        """The figures in their order as stored, those that the wall does not know yet at the end."""
        stored = {panel["slug"]: panel for panel in self.instance.panels if panel["slug"] in KINDS}
        rest = [panel | {"size": ""} for panel in default_panels() if panel["slug"] not in stored]
        return [*stored.values(), *rest]

    def _add(self, kind: Kind, panel: dict[str, Any], place: int) -> None:
        def named(field: forms.Field, name: str, label: Any) -> None:
            field.widget.attrs["aria-label"] = _("%(figure)s: %(field)s") % {"figure": kind.label, "field": label}
            self.fields[f"{kind.slug}-{name}"] = field

        named(
            forms.IntegerField(
                min_value=1,
                max_value=99,
                initial=place,
            ),
            "place",
            _("place"),
        )
        named(forms.ChoiceField(choices=SIZES, required=False, initial=panel["size"]), "size", _("size"))
        for name, label in (("amber", _("amber")), ("red", _("red"))):
            limit: forms.Field = (
                MinutesField(initial=panel[name])
                if kind.seconds
                else forms.IntegerField(min_value=0, max_value=MOST, required=False, initial=panel[name])
            )
            named(limit, name, label)

    @property
    def panels(self) -> Iterator[PanelFields]:
        """The rows of figures, in the order as stored."""
        for panel in self._stored:
            slug = panel["slug"]
            place, size, amber, red = (self[f"{slug}-{name}"] for name in ("place", "size", "amber", "red"))
            yield PanelFields(KINDS[slug], place, size, amber, red)

    def clean(self) -> dict[str, Any]:
        """Put the figures in order. One that was moved stands at its new place, the others make room."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        made: list[tuple[int, int, dict[str, Any]]] = []
        for old, panel in enumerate(self._stored, start=1):
            slug = panel["slug"]
            place, size, amber, red = (data.get(f"{slug}-{name}") for name in ("place", "size", "amber", "red"))
            if amber is not None and red is not None and (red > amber if KINDS[slug].low else red < amber):
                self.add_error(f"{slug}-red", _("Red comes after amber: choose a limit that is reached later."))
            place = place or old
            moved = (place > old) - (place < old)
            made.append((place, moved, {"slug": slug, "size": size or "", "amber": amber, "red": red}))
        made.sort(key=lambda entry: entry[:2])
        self.instance.panels = [panel for _place, _moved, panel in made]
        if not self.errors and not data["agents"] and not any(panel["size"] for panel in self.instance.panels):
            raise ValidationError(_("The wall would be empty: choose a figure, or the agents."))
        return data
