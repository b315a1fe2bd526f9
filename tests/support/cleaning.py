"""The cleanup, as the collector and the web run it."""

from livechat.ops import cleanup, rollups


def clean_up() -> None:
    """Make the sums that are due, then run each job of the cleanup once."""
    while rollups.make_next():
        pass
    for job in cleanup.jobs(0.0):
        job.do()
