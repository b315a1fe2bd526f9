"""Forms of walls' links: a new link, another expiry, another label, who may frame it, and a screen that is paired."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from livechat.forms.origins import OriginsField
from livechat.forms.validators import a_name
from livechat.models import Site, Wall, WallLink

MIN_TURN_SECONDS, MAX_TURN_SECONDS = 5, 3600
DAYS = [("30", _("30 days")), ("90", _("90 days")), ("365", _("a year")), ("never", _("never"))]


def _days(value: str) -> int | None:
    return None if value == "never" else int(value)


class ExpiryForm(forms.Form):
    """When a link expires: `days` from now, or None for never."""

    days = forms.TypedChoiceField(label=_("Ends after"), choices=DAYS, coerce=_days, initial="30")


class LabelForm(forms.Form):
    """A link's label."""

    label = forms.CharField(label=_("Which screen?"), max_length=80, validators=[a_name])


class FramesForm(forms.Form):
    """Which other sites may show a link's wall in a frame: `frames` is a list of origins."""

    frames = OriginsField(
        label=_("Addresses of the sites"),
        help_text=_("One a line, such as https://intranet.example.org. None may by default."),
    )


class TurnsForm(forms.Form):
    """How long a link shows each of its site's walls in turn, in seconds; an empty field leaves a wall out.

    `seconds` are the values by wall, the link's own wall first.
    """

    def __init__(self, data: Any = None, *, link: WallLink) -> None:
        super().__init__(data)
        now = {turn.wall_id: turn.seconds for turn in link.turns.all()}
        walls = Wall.objects.filter(site=link.wall.site_id)
        self.walls = sorted(walls, key=lambda wall: (wall.pk != link.wall_id, wall.title, wall.pk))
        for wall in self.walls:
            self.fields[f"wall-{wall.pk}"] = forms.IntegerField(
                label=wall.title, required=False, min_value=MIN_TURN_SECONDS, max_value=MAX_TURN_SECONDS,
                initial=now.get(wall.pk), widget=forms.NumberInput({"placeholder": _("not shown")}),
            )  # fmt: skip

    @property
    def seconds(self) -> dict[Wall, int]:
        """What was asked for, once the form is valid."""
        asked = {wall: self.cleaned_data[f"wall-{wall.pk}"] for wall in self.walls}
        return {wall: seconds for wall, seconds in asked.items() if seconds}


class LinkForm(LabelForm, ExpiryForm):
    """A new link. There is one per screen, so that each can be ended on its own."""

    field_order = ["label", "days"]


class PairForm(LinkForm):
    """The code that a screen shows, and the wall and link that it is to get."""

    code = forms.CharField(
        label=_("Code on the screen"),
        max_length=20,
        widget=forms.TextInput({"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}),
    )
    wall = forms.ModelChoiceField(Wall.objects.none(), label=_("Wall"), empty_label=None)
    field_order = ["code", "wall", "label", "days"]

    def __init__(self, *args: Any, sites: list[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        walls = Wall.objects.filter(site__in=sites).select_related("site")
        self.fields["wall"].queryset = walls.order_by("site__name", "title", "pk")  # type: ignore[attr-defined]
        if len(sites) > 1:  # the QR code on a TV leads here, whatever site the user saw last
            self.fields["wall"].label_from_instance = _title_with_site  # type: ignore[attr-defined]


def _title_with_site(wall: Wall) -> str:
    return f"{wall.site.name}: {wall.title}"
