"""A field for the origins of other sites, as browsers write them: scheme, host and port."""

import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MAX_ORIGINS = 20
MAX_CHARS = 4000
_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_ORIGIN = re.compile(rf"https?://(?=[^:/]{{1,253}}(:|$)){_LABEL}(\.{_LABEL})*(:[0-9]{{1,5}})?")
_USUAL_PORTS = {"http": ":80", "https": ":443"}


class OriginsField(forms.CharField):
    """Origins, one a line. Gives each once, in small letters and without its scheme's usual port."""

    widget = forms.Textarea({"rows": 3, "spellcheck": "false", "autocapitalize": "off"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=MAX_CHARS, **kwargs)

    def clean(self, value: Any) -> list[str]:
        """The origins. Raises ValidationError, which names the first text that is none."""
        found = dict.fromkeys(_origin(text) for text in super().clean(value).split())
        if len(found) > MAX_ORIGINS:
            raise ValidationError(_("At most %(most)d addresses."), params={"most": MAX_ORIGINS})
        return list(found)

    def prepare_value(self, value: Any) -> Any:
        """Stored origins as a person types them: one a line."""
        return "\n".join(value.split(" ")) if isinstance(value, str) and "\n" not in value else value


def _origin(text: str) -> str:
    bare = text.lower().removesuffix("/")
    if not _ORIGIN.fullmatch(bare) or not _has_a_port_that_can_be(bare):
        raise ValidationError(
            _("“%(text)s” is not an address like https://intranet.example.org, with nothing after the host."),
            params={"text": text[:100]},
        )
    return bare.removesuffix(_USUAL_PORTS[urlsplit(bare).scheme])


def _has_a_port_that_can_be(origin: str) -> bool:
    port = origin.rpartition(":")[2]
    return not port.isdigit() or 0 < int(port) < 65536
