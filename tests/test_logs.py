"""The log: what may not stand in it."""

import io
import logging

import pytest


@pytest.mark.parametrize("page", ["wall", "invite", "tv"])
def test_no_secret_reaches_the_log_in_any_of_its_forms(page: str) -> None:
    stream = io.StringIO()
    handlers = [*logging.getLogger().handlers, *logging.getLogger("django.server").handlers]
    ours = {handler.formatter for handler in handlers if type(handler.formatter).__module__ == "livechat.logs"}
    assert len(ours) == 2, "one for the log, one for runserver"
    for formatter in ours:
        handler = logging.StreamHandler(stream)
        handler.setFormatter(formatter)
        logger = logging.Logger("test")
        logger.addHandler(handler)
        path = f"/{page}/SECRET-secret_1/"
        logger.warning("Not Found: %s", path, extra={"request": f"<WSGIRequest: GET '{path}'>"})
        logger.warning('"GET %s HTTP/1.1" 404', path)
        logger.warning("/accounts/login/?next=%s", path.replace("/", "%2F"))
        try:
            raise ValueError(path)
        except ValueError:
            logger.exception("broken")
    assert stream.getvalue().count("***") == 9
    assert "SECRET" not in stream.getvalue()
