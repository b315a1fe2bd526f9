"""The form of the away statuses' limits."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

MOST_MINUTES = 24 * 60
MOST = 500  # statuses


class LimitForm(forms.Form):
    """A status and its limit in minutes, none for none. `shown` is what the form showed."""

    name = forms.CharField(max_length=100, strip=False, widget=forms.HiddenInput)
    shown = forms.IntegerField(required=False, widget=forms.HiddenInput)
    minutes = forms.IntegerField(label=_("Minutes"), required=False, min_value=1, max_value=MOST_MINUTES)

    @property
    def status(self) -> str:
        """The status of the row."""
        return str(self["name"].value())

    @property
    def decided(self) -> bool:
        """Whether the person changed it."""
        data = self.cleaned_data
        return bool(data and data["minutes"] != data["shown"])

    def clash(self, now: int | None) -> str:
        """What to say where somebody else has set another limit meanwhile; empty where nobody has."""
        data = self.cleaned_data
        if not self.decided or now in (data["shown"], data["minutes"]):
            return ""
        words = {"now": gettext("none") if now is None else now}
        return gettext("Somebody else has set it to %(now)s meanwhile. Save again to set yours.") % words


class BaseLimits(forms.BaseFormSet):
    """A row for each status that is known."""

    def again(self, now: dict[str, int]) -> "BaseLimits":
        """The same rows against the limits as they are now, with what the person asked for and why it clashes."""
        data = self.data.copy()  # type: ignore[attr-defined]
        for row in self.forms:
            limit = now.get(row.status.casefold())
            data[row.add_prefix("shown")] = limit or ""
            if not row.decided:
                data[row.add_prefix("minutes")] = limit or ""
        made = type(self)(data)
        for mine, row in zip(made.forms, self.forms, strict=True):
            message = row.clash(now.get(row.status.casefold()))
            if message and mine.is_valid():
                mine.add_error("minutes", message)
        return made

    def decided(self) -> dict[str, int | None]:
        """The limits that the person changed, by status."""
        rows: list[Any] = [row for row in self.forms if row.decided]
        return {row.cleaned_data["name"]: row.cleaned_data["minutes"] for row in rows}


LimitFormSet = cast(
    type[BaseLimits], forms.formset_factory(LimitForm, formset=BaseLimits, extra=0, max_num=MOST, absolute_max=MOST)
)
