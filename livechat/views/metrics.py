"""The metrics for Prometheus. `web/metrics_access.py` decides who reads them."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from livechat.web import metrics as page


@login_not_required
@never_cache
@require_safe
def metrics(_request: HttpRequest) -> HttpResponse:
    """Counts of every site, of this server, and sums since it was installed: nothing of a single person.

    While the database fails, it tells what this process knows by itself.
    """
    return HttpResponse(page.as_text(), content_type=CONTENT_TYPE_LATEST)
