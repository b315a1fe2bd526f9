"""The cleanup, as the collector and the web run it."""

from livechat.ops import cleanup


def clean_up() -> None:
    """Run each job of the cleanup once."""
    for job in cleanup.jobs(0.0):
        job.do()
