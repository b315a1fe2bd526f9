"""Forms of the sites' pages."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from livechat.forms.clashes import GuardedForm
from livechat.forms.texts import plain_text
from livechat.lib import allowed_hosts
from livechat.models import AwayStatus, Connection, Site

STANDARD = {"online", "away", "offline"}
MOST_STATUSES = 100
LONGEST_STATUS = 100


def api_address(value: str) -> None:
    """Refuse an address outside the allow-list: credentials are sent there."""
    if not allowed_hosts.allowed(value):
        raise ValidationError(
            _("This address is not allowed. Give one exactly like %(patterns)s, with nothing after it."),
            params={"patterns": _patterns()},
        )


def _patterns() -> str:
    return ", ".join(api for api, _renewal in allowed_hosts.pairs())


class SiteForm(forms.ModelForm):
    """A site's name and the address of its API."""

    api_base = forms.CharField(
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
        self.fields["api_base"].help_text = gettext(
            "{N} is the number in the address where you sign in to Comm100, dash{N}.comm100.io. Allowed: %(patterns)s"
        ) % {"patterns": _patterns()}


class SettingsForm(GuardedForm, SiteForm):
    """What an administrator changes of a site: name, address, shared connection, the statuses he adds.

    A credential is never sent to an address its owner did not agree to: the address changes only
    together with the removal of every connection stored for the old one (`forget`).
    """

    class Meta(SiteForm.Meta):
        fields = [*SiteForm.Meta.fields, "shared_writes"]

    forget = forms.BooleanField(label=_("Remove the stored connections"), required=False)
    shared = forms.ModelChoiceField(
        label=_("Shared connection"),
        queryset=Connection.objects.none(),
        required=False,
        empty_label=_("None: each member sees by a connection of his own"),
        help_text=_("It feeds everybody's boards, the history and the walls, with what its agent may see."),
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
        self.was = site.api_base
        self.initial["shared"] = site.shared_id
        self.initial["away"] = "\n".join(site.away_statuses.filter(imported=False).values_list("name", flat=True))
        self.imported = list(site.away_statuses.filter(imported=True).values_list("name", flat=True))
        shared = self.fields["shared"]
        shared.queryset = site.connections.select_related("user")  # type: ignore[attr-defined]
        shared.label_from_instance = str  # type: ignore[attr-defined]
        if not site.connections.exists():
            del self.fields["forget"]

    @property
    def moves(self) -> bool:
        """Whether the address changes."""
        return bool(self.cleaned_data["api_base"] != self.was)

    def read(self, name: str, text: Any) -> Any:
        """The away statuses as a list of names."""
        value = super().read(name, text)
        return self._names(value) if name == "away" else value

    def clean_away(self) -> list[str]:
        """The names added by hand."""
        return self._names(self.cleaned_data["away"])

    def _names(self, text: str) -> list[str]:
        """Each once, without the standard ones and those that Comm100 has itself."""
        known = {name.casefold() for name in self.imported} | STANDARD
        found: dict[str, str] = {}
        for line in text.splitlines():
            name = line.strip()
            plain_text(name)
            if len(name) > LONGEST_STATUS:
                raise ValidationError(_("A status has at most %(most)d characters."), params={"most": LONGEST_STATUS})
            if name and name.casefold() not in known:
                found.setdefault(name.casefold(), name)
        if len(found) > MOST_STATUSES:
            raise ValidationError(_("At most %(most)d statuses."), params={"most": MOST_STATUSES})
        return list(found.values())

    def clean(self) -> dict[str, Any]:
        """Hold the address unless its connections go."""
        data = super().clean()
        if "api_base" in data and self.moves and "forget" in self.fields and not data.get("forget"):
            self.add_error(
                "forget",
                _(
                    "The stored connections were made for %(address)s and are not sent anywhere else. "
                    "To change the address, remove them."
                )
                % {"address": self.was},
            )
        return data


def keep_statuses(site: Site, names: Iterable[str]) -> None:
    """Make these the away statuses added by hand, in this order."""
    wanted = list(names)
    site.away_statuses.filter(imported=False).exclude(name__in=wanted).delete()
    AwayStatus.objects.bulk_create(
        [AwayStatus(site=site, name=name, order=order) for order, name in enumerate(wanted)],
        update_conflicts=True,
        unique_fields=["site", "name"],
        update_fields=["order"],
    )


class DeleteForm(forms.Form):
    """The site's name, typed again."""

    typed = forms.CharField(label=_("Type the site's name to delete it"), max_length=200)

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = site

    def clean_typed(self) -> str:
        """Nothing but the very name."""
        typed = str(self.cleaned_data["typed"])
        if typed != self.site.name:
            raise ValidationError(_("This is not the site's name."))
        return typed
