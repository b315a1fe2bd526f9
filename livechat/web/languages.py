"""The language of a page for a TV that shows no wall yet."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

from livechat.models import Wall


def asked_by(request: HttpRequest) -> str:
    """The language that a TV asks for, if walls speak it: the next page that the TV shows is a wall."""
    asked = (
        code.partition("-")[0] for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    )
    return next((language for language in asked if language in Wall.Language.values), settings.LANGUAGE_CODE)
