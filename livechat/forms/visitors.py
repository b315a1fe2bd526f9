"""Forms of the visitors' pages."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from livechat.boards import status_styles
from livechat.boards.directory_names import Names
from livechat.boards.visitor_index import Index, sortable
from livechat.comm100.names import name_key, readable
from livechat.forms.filters import SearchForm, set_filter_choices
from livechat.forms.validators import no_control_characters

STATUS_GROUPS = {
    "waiting": _("Waiting"),
    "chatting": _("Chatting"),
    "opening": _("Opening a chat"),
    "invited": _("Invited"),
    "site": _("On site"),
    "left": _("Left"),
}


class VisitorFilter(SearchForm):
    """Search and filters of the visitors' board, kept in the address. The choices are what visitors have now."""

    status = forms.ChoiceField(label=_("Status"), required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)
    department = forms.ChoiceField(label=_("Department"), required=False)
    sort = forms.CharField(required=False, widget=forms.HiddenInput)
    columns = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, index: Index | None, names: Names) -> None:
        super().__init__(data)
        statuses = sorted(index.statuses, key=status_styles.visitor_rank) if index else []
        labelled = [(status, status_styles.of_visitor(status).label) for status in statuses]
        countries = sorted(index.countries, key=name_key) if index else []
        departments = sorted(index.departments, key=lambda key: name_key(names.department(key))) if index else []
        set_filter_choices(self, "status", [("", _("Any status")), *STATUS_GROUPS.items(), (_("One status"), labelled)])
        set_filter_choices(self, "country", [("", _("All countries")), *((name, name) for name in countries)])
        named = ((key, names.department(key)) for key in departments)
        set_filter_choices(self, "department", [("", _("All departments")), *named])

    def clean_sort(self) -> str:
        """A valid sort, else the usual one."""
        sort = str(self.cleaned_data["sort"])
        return sort if sortable(sort) else "status"


class VariableForm(forms.Form):
    """One custom variable. The name of an existing variable cannot be changed: the API has no call for that.

    The formset lets only the rows for new variables be empty.
    """

    name = forms.CharField(label=_("Name"), max_length=4000, required=False, validators=[no_control_characters])
    value = forms.CharField(
        label=_("Value"), max_length=4000, required=False, strip=False, validators=[no_control_characters]
    )
    url = forms.CharField(
        label=_("URL"), max_length=4000, required=False, strip=False, validators=[no_control_characters]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = cast(forms.CharField, self.fields["name"])
        name.widget.attrs["list"] = "variable-names"
        if not self.empty_permitted:
            name.strip = False
            name.widget.attrs["readonly"] = True

    def clean(self) -> dict[str, Any]:
        """A new variable with a value or URL needs a name."""
        data = super().clean() or self.cleaned_data
        nameless = self.empty_permitted and not data.get("name") and "name" not in self.errors
        if nameless and (data.get("value") or data.get("url")):
            self.add_error("name", _("A variable needs a name."))
        return data


class VariableRowForm(VariableForm):
    """One variable, edited in its row, or (`new`) added. `names` are those that the page showed."""

    new = forms.BooleanField(required=False)

    def __init__(self, data: Any, *, names: Collection[str]) -> None:
        super().__init__(data)
        self.names = names

    def clean(self) -> dict[str, Any]:
        """A new variable needs a name, and one that is not there already."""
        data = super().clean()
        if not data.get("new") or "name" in self.errors:
            return data
        data["name"] = data["name"].strip()
        if not readable(data["name"]):
            self.add_error("name", _("A variable needs a name."))
        elif data["name"] in self.names:
            self.add_error("name", _("A variable of this name is there already: edit it in its row."))
        return data

    def asked(self) -> dict[str, str]:
        """The variable as it was typed."""
        return {key: self.cleaned_data[key] for key in ("name", "value", "url")}


if TYPE_CHECKING:
    VariableFormSetBase = forms.BaseFormSet[VariableForm]
else:  # Django's class takes no type argument at run time
    VariableFormSetBase = forms.BaseFormSet


class BaseVariables(VariableFormSetBase):
    """A visitor's custom variables, and rows for new ones."""

    def clean(self) -> None:
        """Refuses a name that stands twice: it would be unclear which of the two is meant."""
        names: set[str] = set()
        for form in self.forms:
            name = form.cleaned_data.get("name", "") if form.is_valid() else ""
            if name and name in names:
                raise ValidationError(_("The name “%(name)s” is there twice."), params={"name": name})
            names.add(name)

    def asked(self) -> list[dict[str, str]]:
        """The variables as they stand in the form, without rows for new ones that have no name."""
        rows = (form.cleaned_data for form in self.forms if not form.empty_permitted or form.cleaned_data.get("name"))
        return [{key: row.get(key, "") for key in ("name", "value", "url")} for row in rows]


VariableFormSet = cast(
    type[BaseVariables],
    forms.formset_factory(VariableForm, formset=BaseVariables, extra=1, max_num=200, absolute_max=250),
)
