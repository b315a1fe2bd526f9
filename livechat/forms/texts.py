"""What text may be that people type into any form."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def plain_text(value: str) -> None:
    """Refuse control characters: no page could show them."""
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in value):
        raise ValidationError(_("Control characters cannot be used here."))
