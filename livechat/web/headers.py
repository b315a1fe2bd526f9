"""The headers of every answer, also of those that are given before Django: what a page may do, and who may frame it."""

from functools import cache

from csp.utils import build_policy
from django.conf import settings
from django.http import HttpResponse

# Screens are kept on and passkeys are used; nothing else that a browser asks people about is.
PERMISSIONS_POLICY = ", ".join(
    f"{name}=()"
    for name in (
        "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "hid", "magnetometer", "microphone",
        "midi", "payment", "serial", "usb",
    )
)  # fmt: skip
# Of what is no page: as one it would load nothing, and send nothing.
NO_PAGE = "default-src 'none'; frame-ancestors 'none'; sandbox"
# Of a few words in plain text.
TEXT_HEADERS = [
    ("Cache-Control", "private, no-store"),
    ("Content-Security-Policy", NO_PAGE),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", PERMISSIONS_POLICY),
    ("Referrer-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
]


@cache
def of_a_page(frames: str = "") -> list[tuple[str, str]]:
    """The headers of a page that only these origins, separated by blanks, may frame; none by default."""
    found = [
        ("Content-Security-Policy", build_policy(replace=_framing(frames))),
        ("Permissions-Policy", PERMISSIONS_POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("Cross-Origin-Opener-Policy", settings.SECURE_CROSS_ORIGIN_OPENER_POLICY or ""),
    ]
    return found if frames else [*found, ("X-Frame-Options", settings.X_FRAME_OPTIONS)]


def let_frame(response: HttpResponse, frames: str) -> HttpResponse:
    """Let these origins, separated by blanks, frame a page of Django's. Returns it."""
    if frames:
        # The attributes that the decorators of django-csp and Django set: here the link says which origins.
        response._csp_replace = _framing(frames)  # type: ignore[attr-defined]
        response.xframe_options_exempt = True
    return response


def _framing(frames: str) -> dict[str, list[str]]:
    return {"frame-ancestors": frames.split()} if frames else {}
