"""The jobs that both web processes and collectors run, besides their own.

Any number of processes may run them. A bulk change has a lease, and so have a site's unfinished changes. A plan and a
message are claimed. An alert's step is taken once, and a link ends once. No PUT that may have arrived is sent again.
"""

from livechat.alerts import delivery, watchers
from livechat.control import bulk, plan_worker, recovery
from livechat.lib.scheduler import Job
from livechat.live import metric_sums
from livechat.ops import cleanup, digests, rollups
from livechat.record import old_rows

CLEANUP_SECONDS = 60.0
SUMS_SECONDS = 3.0
CONVERT_SECONDS = 1.0


def make() -> list[Job]:
    """The jobs, each with its own pace."""
    return [
        Job(bulk.go_on_with_all),
        Job(plan_worker.carry_out_due),
        Job(recovery.settle_left, recovery.EVERY_SECONDS),
        Job(old_rows.convert_some, CONVERT_SECONDS),
        Job(rollups.make_next, SUMS_SECONDS),
        Job(watchers.look, watchers.EVERY_SECONDS),
        Job(delivery.deliver_due, delivery.EVERY_SECONDS),
        Job(digests.send_due, digests.EVERY_SECONDS),
        Job(metric_sums.add, metric_sums.ADD_SECONDS),
        *cleanup.jobs(CLEANUP_SECONDS),
    ]
