"""Validators for text that people type into forms."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from livechat.comm100.names import readable


def no_control_characters(value: str) -> None:
    """Refuse control characters: pages cannot show them."""
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in value):
        raise ValidationError(_("Control characters are not allowed."))


def a_name(value: str) -> None:
    """The same for a name, by which something is opened: it must also show something."""
    no_control_characters(value)
    if not readable(value):
        raise ValidationError(_("Nothing can be seen of this name. Write one that shows something."))
