"""Forms of the sites' pages."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from livechat.boards import levels
from livechat.comm100.names import name_key, readable
from livechat.comm100.text import MAX_STATUS_CHARS
from livechat.forms import zones
from livechat.forms.edit_conflicts import EditConflictForm
from livechat.forms.validators import a_name, no_control_characters
from livechat.lib import allowed_hosts
from livechat.models import AgentTimes, AwayStatus, Connection, Site

STANDARD_STATUSES = {"online", "away", "offline"}
MAX_STATUSES = 100
LIMITS = ["wait_amber", "wait_red", "away_minutes", "level_seconds", "list_age"]  # numbers, all of them limits
EMPTY = {"time_zone": _("Enter a time zone."), "agent_times": _("Choose one.")}  # what is said if it was left empty
MAX_WAIT_SECONDS, MAX_AWAY_MINUTES, MAX_LEVEL_SECONDS, MAX_LIST_AGE = 24 * 3600, 7 * 24 * 60, 3600, 60


def api_address(value: str) -> None:
    """Refuse an address that is not allowed: credentials would be sent there."""
    if not allowed_hosts.allowed(value):
        raise ValidationError(
            _("This address is not allowed. Enter one exactly like %(patterns)s, with nothing after it."),
            params={"patterns": _patterns()},
        )


def _patterns() -> str:
    return ", ".join(api for api, _renewal in allowed_hosts.pairs())


class ApiAddressField(forms.CharField):
    """The address of an API. One that was pasted with more at its ends, or of the page to sign in, is corrected."""

    def to_python(self, value: Any) -> str:
        """The address as sites store it."""
        return allowed_hosts.corrected(str(super().to_python(value)))


class SiteForm(forms.ModelForm):  # type: ignore[type-arg,unused-ignore]
    """A site's name and the address of its API."""

    api_base = ApiAddressField(
        label=_("API address"),
        max_length=200,
        validators=[api_address],
        widget=forms.TextInput({"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )

    class Meta:
        model = Site
        fields = ["name", "api_base"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].validators.append(a_name)
        self.fields["api_base"].help_text = gettext(
            "{N} is the number in the address where you sign in to Comm100, dash{N}.comm100.io. Allowed: %(patterns)s"
        ) % {"patterns": _patterns()}


class SettingsForm(EditConflictForm, SiteForm):
    """The settings of a site: name, address, shared connection and the away statuses added by hand.

    A credential is never sent to an address its owner did not agree to. So the address can change only if every
    connection stored for the old one is removed (`forget`).
    """

    class Meta(SiteForm.Meta):
        fields = [*SiteForm.Meta.fields, "shared_writes", *LIMITS, "time_zone", "agent_times"]

    time_zone = forms.CharField(
        label=_("Time zone"),
        max_length=60,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("As in Europe/Berlin. The days and hours of the past are those of this zone."),
    )

    agent_times = forms.ChoiceField(
        label=_("Who sees single agents’ times of the past?"),
        choices=AgentTimes.choices,
        required=False,
        help_text=_(
            "On pages of the past and of an agent, in strips, digests, ended alerts, the record, and by read tokens."
        ),
    )
    level_seconds = forms.IntegerField(
        label=_("An answer is in time within, in seconds"),
        min_value=1,
        max_value=MAX_LEVEL_SECONDS,
        required=False,
        help_text=_("The limit of the service level on the pages of the past."),
    )
    list_age = forms.IntegerField(
        label=_("Comm100’s lists can be old by, in seconds"),
        min_value=0,
        max_value=MAX_LIST_AGE,
        required=False,
        help_text=_("What follows ± on the pages of the past is larger by it."),
    )
    wait_amber = forms.IntegerField(
        label=_("A wait is amber after, in seconds"),
        min_value=1,
        max_value=MAX_WAIT_SECONDS,
        required=False,
        help_text=_("How long a visitor waits for an agent. Walls can have limits of their own."),
    )
    wait_red = forms.IntegerField(
        label=_("A wait is red after, in seconds"), min_value=1, max_value=MAX_WAIT_SECONDS, required=False
    )
    away_minutes = forms.IntegerField(
        label=_("Away is amber after, in minutes"),
        min_value=0,
        max_value=MAX_AWAY_MINUTES,
        required=False,
        help_text=_("For away statuses without a limit of their own. 0: never."),
    )
    forget = forms.BooleanField(label=_("Remove the stored connections"), required=False)
    shared = forms.ModelChoiceField(
        label=_("Shared connection"),
        queryset=Connection.objects.none(),
        required=False,
        empty_label=_("None: each member needs a connection of their own"),
        help_text=_("Boards, history and walls use it. They show what its agent has permission to see."),
    )
    away = forms.CharField(
        label=_("Away statuses"),
        required=False,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("One per line, spelled as in Comm100."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        site = self.instance
        self.stored_api_base = site.api_base
        self.initial["shared"] = site.shared_id
        self.initial["away"] = "\n".join(site.away_statuses.filter(imported=False).values_list("name", flat=True))
        self.imported = list(site.away_statuses.filter(imported=True).values_list("name", flat=True))
        shared = self.fields["shared"]
        shared.queryset = site.connections.select_related("user")  # type: ignore[attr-defined]
        shared.label_from_instance = str  # type: ignore[attr-defined]
        if not site.connections.exists():
            del self.fields["forget"]

    @property
    def changes_address(self) -> bool:
        """Whether the address changes."""
        return bool(self.cleaned_data["api_base"] != self.stored_api_base)

    def to_python(self, name: str, text: Any) -> Any:
        """The away statuses as a list of names, other values as their field reads them."""
        value = super().to_python(name, text)
        return self._names(value) if name == "away" else value

    def display_value(self, name: str, value: Any) -> str:
        """A value as the page shows it: of a choice its label."""
        if name == "agent_times" and value in AgentTimes.values:
            return str(AgentTimes(value).label)
        return super().display_value(name, value)

    def clean_time_zone(self) -> str:
        """The zone by the name used here."""
        asked = str(self.cleaned_data["time_zone"])
        zone = zones.offered_name(asked)
        if asked and not zone:
            raise ValidationError(_("This time zone is not known here. Write it as in Europe/Berlin."))
        return zone

    def clean_away(self) -> list[str]:
        """The names added by hand."""
        return self._names(self.cleaned_data["away"])

    def _names(self, text: str) -> list[str]:
        """Each name once, without the standard statuses and the imported ones."""
        known = {name_key(name) for name in self.imported} | STANDARD_STATUSES
        names: dict[str, str] = {}
        for line in text.splitlines():
            name = line.strip()
            no_control_characters(name)
            if len(name) > MAX_STATUS_CHARS:
                raise ValidationError(
                    _("A status can have at most %(most)d characters."), params={"most": MAX_STATUS_CHARS}
                )
            if readable(name) and name_key(name) not in known:
                names.setdefault(name_key(name), name)
        if len(names) > MAX_STATUSES:
            raise ValidationError(_("At most %(most)d statuses."), params={"most": MAX_STATUSES})
        return list(names.values())

    def clean(self) -> dict[str, Any]:
        """Refuse red before amber, and a new address unless the connections of the old one are removed."""
        data = super().clean()
        for name in (*LIMITS, *EMPTY):
            if name not in self.data:  # the page was opened before an upgrade
                data[name] = self.initial[name]
            elif data.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, EMPTY.get(name) or _("Enter a number."))
        if levels.reversed_limits(data.get("wait_amber"), data.get("wait_red")):
            self.add_error("wait_red", _("Red must not come before amber."))
        if "api_base" in data and self.changes_address and "forget" in self.fields and not data.get("forget"):
            self.add_error(
                "forget",
                _(
                    "The stored connections were made for %(address)s and are never sent to another address. "
                    "To change the address, remove them."
                )
                % {"address": self.stored_api_base},
            )
        return data


def keep_statuses(site: Site, names: Iterable[str]) -> None:
    """Store these as the away statuses added by hand, in this order."""
    ordered = list(names)
    site.away_statuses.filter(imported=False).exclude(name__in=ordered).delete()
    AwayStatus.objects.bulk_create(
        [AwayStatus(site=site, name=name, order=order) for order, name in enumerate(ordered)],
        update_conflicts=True,
        unique_fields=["site", "name"],
        update_fields=["order"],
    )


class DeleteForm(forms.Form):
    """Confirms a deletion: the user types the site's name."""

    typed = forms.CharField(label=_("Type the site's name to delete it"), max_length=200)

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = site

    def clean_typed(self) -> str:
        """Accept only the exact name."""
        typed = str(self.cleaned_data["typed"])
        if typed != self.site.name:
            raise ValidationError(_("This is not the name of the site."))
        return typed
