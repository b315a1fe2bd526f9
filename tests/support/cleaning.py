"""The cleanup, as the collector and the web run it."""

from livechat.ops import cleanup, rollups


def clean_up(*, sums: bool = True) -> None:
    """Make the sums that are due, then run each job of the cleanup once.

    Without `sums` the details of days stay, which wait for them: for tests of what waits for none, after weeks.
    """
    while sums and rollups.make_next():
        pass
    for job in cleanup.jobs(0.0):
        job.do()
