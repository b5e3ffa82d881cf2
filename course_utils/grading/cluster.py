"""The same jobs on a Dask cluster: workers run boxes, the client judges and writes.

A worker gets cells without oracles and sends back published values, both as JSON text, so it needs
neither solutions nor gradebook. Each worker process keeps one box per kind of unit. A worker that
dies loses nothing: Dask gives its jobs to another, and only the client writes.
"""

import json
import os
from dataclasses import asdict

from .box import BoxError, Settings, make_box
from .farm import Farm, run_safely
from .run import BoxGone, CellOutcome, Job

RETRIES = 3  # of a job whose worker died

_boxes = {}


def run_on_worker(settings, job):
    """Run a job in this process's box; both arguments and the result are JSON text."""
    key = os.getpid(), settings
    if key not in _boxes:
        fields = json.loads(settings)
        fields |= {name: tuple(fields[name]) for name in ("modules", "hidden")}
        _boxes[key] = make_box(Settings(**fields)).__enter__()
    try:
        outcomes = run_safely(_boxes[key], Job(**json.loads(job)))
    except BoxGone as error:
        return json.dumps({"gone": str(error)})
    return json.dumps([asdict(outcome) for outcome in outcomes])


class DaskFarm(Farm):
    """Hands jobs to the workers of a Dask scheduler."""

    def __init__(self, done, settings, scheduler):
        super().__init__(done, workers=1)
        self.settings = json.dumps(asdict(settings))
        self.scheduler = scheduler

    def __enter__(self):
        try:
            from distributed import Client
        except ImportError:
            raise BoxError(
                "--scheduler needs Dask: pip install 'neural-networks-course[cluster]'."
            ) from None
        try:
            self.client = Client(self.scheduler, set_as_default=False, timeout=20)
        except (OSError, ValueError) as error:
            raise BoxError(f"no Dask scheduler at {self.scheduler}: {error}.") from None
        return self

    def __exit__(self, *exception):
        self.client.close()

    @property
    def capacity(self):
        return max(2 * sum(self.client.nthreads().values()), 2)

    def submit(self, key, job):
        text = json.dumps(asdict(job))
        future = self.client.submit(run_on_worker, self.settings, text, pure=False, retries=RETRIES)
        future.add_done_callback(lambda ended: self.done(key, self._outcome(ended)))

    def _outcome(self, future):
        """The outcomes of a job, or why there are none, as `Farm` hands them on."""
        if future.status != "finished":
            error = future.exception()
            return error if isinstance(error, BoxError) else BoxGone(f"the cluster: {error}")
        answer = future.result()
        if isinstance(data := json.loads(answer), dict):
            return BoxGone(data["gone"])
        return [CellOutcome(**fields) for fields in data]
