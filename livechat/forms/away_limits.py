"""The form for the limits of away statuses."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from livechat.comm100.names import name_key

MAX_MINUTES = 24 * 60
MAX_STATUSES = 500


class LimitForm(forms.Form):
    """A status and its limit in minutes; empty for no limit. `shown` is the limit that the form showed."""

    name = forms.CharField(max_length=100, strip=False, widget=forms.HiddenInput)
    shown = forms.IntegerField(required=False, widget=forms.HiddenInput)
    minutes = forms.IntegerField(label=_("Minutes"), required=False, min_value=1, max_value=MAX_MINUTES)

    @property
    def status(self) -> str:
        """The name of the status."""
        return str(self["name"].value())

    @property
    def is_changed(self) -> bool:
        """Whether the user changed the limit."""
        data = self.cleaned_data
        return bool(data and data["minutes"] != data["shown"])

    def conflict_message(self, now: int | None) -> str:
        """The message if someone else has set another limit meanwhile, or empty."""
        data = self.cleaned_data
        if not self.is_changed or now in (data["shown"], data["minutes"]):
            return ""
        words = {"now": gettext("none") if now is None else now}
        return gettext("Someone else has set it to %(now)s meanwhile. Save again to set yours.") % words


class BaseLimits(forms.BaseFormSet):  # type: ignore[type-arg,unused-ignore]
    """One row for each known status."""

    def rebased(self, now: dict[str, int]) -> "BaseLimits":
        """The same rows against the current limits, with what the user asked for and the conflicts as errors."""
        data = self.data.copy()  # type: ignore[attr-defined]
        for row in self.forms:
            limit = now.get(name_key(row.status))
            data[row.add_prefix("shown")] = limit or ""
            if not row.is_changed:
                data[row.add_prefix("minutes")] = limit or ""
        rebased = type(self)(data)
        for new, row in zip(rebased.forms, self.forms, strict=True):
            message = row.conflict_message(now.get(name_key(row.status)))
            if message and new.is_valid():
                new.add_error("minutes", message)
        return rebased

    def changed_limits(self) -> dict[str, int | None]:
        """The limits that the user changed, by status."""
        rows: list[Any] = [row for row in self.forms if row.is_changed]
        return {row.cleaned_data["name"]: row.cleaned_data["minutes"] for row in rows}


LimitFormSet = cast(
    type[BaseLimits],
    forms.formset_factory(LimitForm, formset=BaseLimits, extra=0, max_num=MAX_STATUSES, absolute_max=MAX_STATUSES),
)
