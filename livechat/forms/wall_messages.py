"""The form of a message on walls."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from livechat.forms.validators import a_name
from livechat.models import Site, Wall, WallMessage

LASTS = [
    ("15", _("15 minutes")), ("30", _("30 minutes")), ("60", _("1 hour")), ("120", _("2 hours")),
    ("240", _("4 hours")), ("480", _("8 hours")), ("1440", _("24 hours")),
]  # fmt: skip


class MessageForm(forms.Form):
    """A text, the wall or all walls that show it, for how long, and how it looks."""

    text = forms.CharField(
        label=_("Message"),
        max_length=WallMessage._meta.get_field("text").max_length,
        validators=[a_name],
        help_text=_("One line. Anyone who sees the screen can read it."),
    )
    wall = forms.ModelChoiceField(Wall.objects.none(), label=_("Where"), required=False, empty_label=_("All walls"))
    lasts = forms.TypedChoiceField(
        label=_("How long"), choices=LASTS, coerce=lambda minutes: timedelta(minutes=int(minutes)), initial="60"
    )
    tone = forms.ChoiceField(label=_("Looks"), choices=WallMessage.Tone.choices, initial=WallMessage.Tone.NORMAL)

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wall"].queryset = site.walls.all()  # type: ignore[attr-defined]
