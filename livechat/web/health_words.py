"""Words for the parts of the server that may fail while it serves, for /readyz and the metrics."""

from django.db import Error

from livechat.live import heartbeats, readiness


def degraded() -> dict[str, str]:
    """A word for writing and one for the collector: "ok", or a text that says what does not work."""
    failure = heartbeats.write_failure()
    return {"write": f"degraded: {failure}" if failure else readiness.OK, "collector": _collector()}


def _collector() -> str:
    try:
        age = heartbeats.collector_age()
        stopped = heartbeats.collector_stopped()
    except Error:
        return "not known while the database fails"
    if age is None:
        return "degraded: none has run"
    return f"degraded: not heard of for {age:.0f} s" if stopped else readiness.OK
