"""The form that saves a view."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http.request import QueryDict
from django.utils.translation import gettext_lazy as _

from livechat.boards import saved_views
from livechat.forms.validators import a_name
from livechat.models import SavedView


class SavedViewForm(forms.Form):
    """A name for a board's address. `views`: the person's own. `replaces`: the view that saving would replace."""

    name = forms.CharField(label=_("Name"), max_length=60, validators=[a_name])
    query = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, views: QuerySet[SavedView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.views = views
        self.replaces = ""

    def clean_query(self) -> str:
        """The parameters that a view keeps."""
        return saved_views.known_query(QueryDict(self.cleaned_data["query"]))

    def clean(self) -> dict[str, Any]:
        """Asks before a view is replaced. Limits the number of views, and the length of each."""
        data = super().clean() or self.cleaned_data
        if len(data.get("query", "")) > saved_views.MAX_QUERY_CHARS:
            self.add_error(None, _("This is too much for one view: choose fewer columns, or a shorter search."))
        name = data.get("name")
        if not name:
            return data
        if self.views.filter(name=name).exists():
            if self.data.get("replace") != name:
                self.replaces = name
                self.add_error(
                    "name", _("You have a view of this name. Save again to replace it, or choose another name.")
                )
        elif self.views.count() >= saved_views.MAX_VIEWS:
            full = _("You have %(most)d views here, as many as can be kept. Delete one first.")
            self.add_error(None, forms.ValidationError(full, params={"most": saved_views.MAX_VIEWS}))
        return data
