"""Runs many jobs at once: in one box on this machine, or on a Dask cluster (see `cluster`)."""

import sys
from concurrent.futures import ThreadPoolExecutor

from .box import make_box
from .run import BoxGone, run

# A thread that drives a child should not wait long for the one that judges: its child waits too.
SWITCH_SECONDS = 0.0005


class Farm:
    """Takes jobs; as each ends, calls `done(key, outcomes or exception)` from another thread."""

    def __init__(self, done, workers):
        self.done, self.workers = done, workers

    @property
    def capacity(self):
        """How many jobs to have handed in at a time; a few wait so that no worker does."""
        return 2 * self.workers


class LocalFarm(Farm):
    """Threads that each drive one child of the same box; the work is done in the children."""

    def __init__(self, done, settings, workers):
        super().__init__(done, workers)
        self.box = make_box(settings)
        self.stopping = False

    def __enter__(self):
        sys.setswitchinterval(SWITCH_SECONDS)
        self.box.launch()
        self.threads = ThreadPoolExecutor(self.workers, thread_name_prefix="grader")
        return self

    def __exit__(self, *exception):
        self.stopping = True
        self.threads.shutdown(wait=False, cancel_futures=True)
        self.box.__exit__(*exception)
        self.threads.shutdown(wait=True)

    def submit(self, key, job):
        self.threads.submit(self._work, key, job)

    def _work(self, key, job):
        try:
            outcomes = run_safely(self.box, job, lambda: self.stopping)
        except BaseException as error:
            outcomes = error
        self.done(key, outcomes)


def run_safely(box, job, stopping=lambda: False):
    """Run a job. If the box dies meanwhile, whoever did it: run it again, alone in a box."""
    try:
        return run(box, job)
    except BoxGone:
        if stopping():
            raise
        with make_box(box.settings) as alone:
            return run(alone, job)
