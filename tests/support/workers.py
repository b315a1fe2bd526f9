"""Which tests a worker gets."""

from typing import Any

from xdist.scheduler import LoadFileScheduling

BROWSER = "tests/browser/"


class Scheduling(LoadFileScheduling):
    """A worker gets all tests of a file, and every second one gets those that need a browser while there are any.

    Each has a demo and a Chromium of its own, so that no test meets an outage or a change that another makes at the
    same time. There are twice as many workers as cores: tests wait half of the time, for a browser or a process.
    """

    def _assign_work_unit(self, node: Any) -> None:
        browses = self.nodes.index(node) % 2 == 0
        for scope in self.workqueue:
            if scope.startswith(BROWSER) == browses:
                self.workqueue.move_to_end(scope, last=False)
                break
        super()._assign_work_unit(node)
