"""The project's addresses: ours, and allauth's sign-in under /accounts/."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("", include("livechat.urls")),
]

handler400 = "livechat.views.errors.bad_request"
handler403 = "livechat.views.errors.forbidden"
handler404 = "livechat.views.errors.not_found"
handler500 = "livechat.views.errors.server_error"
