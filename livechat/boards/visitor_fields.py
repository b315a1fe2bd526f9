"""The labels of the fields of a visitor's record, in groups. Pure."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Labels = dict[str, str | Promise]

FIELDS: dict[str | Promise, Labels] = {
    _("Who"): {
        "name": _("Name"),
        "email": _("E-mail"),
        "phone": _("Phone"),
        "company": _("Company"),
        "product_service": _("Product or service"),
        "id": _("Id"),
    },
    _("Where from"): {
        "country": _("Country"),
        "state": _("State"),
        "city": _("City"),
        "language": _("Language"),
        "time_zone": _("Time zone"),
        "ip": _("IP address"),
    },
    _("This visit"): {
        "department": _("Department"),
        "current_browsing": _("Page now"),
        "landing_page": _("Landing page"),
        "referrer_url": _("Came from"),
        "search_engine": _("Search engine"),
        "search_keywords": _("Searched for"),
        "visit_time": _("Visit began"),
        "page_views": _("Pages viewed"),
    },
    _("Before"): {
        "first_visit_time": _("First visit"),
        "visits": _("Visits"),
        "chats": _("Chats"),
    },
    _("Device"): {
        "browser": _("Browser"),
        "operating_system": _("Operating system"),
        "screen_resolution": _("Screen"),
        "flash_version": _("Flash"),
    },
}
