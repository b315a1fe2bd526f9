"""How Django renders every form's fields."""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import SafeString


class ValidBoundField(forms.BoundField):
    """A field whose hidden inputs have no aria-* attribute, which HTML forbids there, and no id, which nothing uses."""

    def as_hidden(self, attrs: dict[str, Any] | None = None, **kwargs: Any) -> SafeString:
        """The field as a hidden input."""
        return super().as_hidden({"id": False} | (attrs or {}), **kwargs)

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        """The attributes of the field's input, or of the hidden one beside it."""
        found = super().build_widget_attrs(attrs, widget)
        if widget is not None and widget.is_hidden:
            found.pop("aria-describedby", None)
        return found


class Renderer(TemplatesSetting):
    """Django's renderer that also finds widgets in templates/."""

    bound_field_class = ValidBoundField
