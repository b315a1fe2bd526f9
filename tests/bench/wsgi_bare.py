"""The yardstick: a bare Django view that answers 204 with no middleware."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import re_path

settings.configure(ROOT_URLCONF=__name__, MIDDLEWARE=[], ALLOWED_HOSTS=["127.0.0.1"], SECRET_KEY="bench")


def nothing(request: HttpRequest) -> HttpResponse:
    """204."""
    return HttpResponse(status=204)


urlpatterns = [re_path("", nothing)]
application = get_wsgi_application()
