"""Forms of walls' links: a new one, another end, and a screen that is paired."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from livechat.forms.validators import no_control_characters
from livechat.models import Site, Wall

DAYS = [("30", _("30 days")), ("90", _("90 days")), ("365", _("a year")), ("never", _("never"))]


def _days(value: str) -> int | None:
    return None if value == "never" else int(value)


class EndForm(forms.Form):
    """When a link ends; none: never."""

    days = forms.TypedChoiceField(label=_("Ends after"), choices=DAYS, coerce=_days, initial="30")


class LabelForm(forms.Form):
    """What a link is called."""

    label = forms.CharField(label=_("Which screen?"), max_length=80, validators=[no_control_characters])


class LinkForm(LabelForm, EndForm):
    """A link: one per screen, so that each can be ended by itself."""

    field_order = ["label", "days"]


class PairForm(LinkForm):
    """The code that a screen shows, and what it shall become."""

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
        if len(sites) > 1:  # a TV's own QR code leads here, whichever site was looked at last
            self.fields["wall"].label_from_instance = _at_its_site  # type: ignore[attr-defined]


def _at_its_site(wall: Wall) -> str:
    return f"{wall.site.name}: {wall.title}"
