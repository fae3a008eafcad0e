"""Settings of gunicorn, and what it calls: the processes of one site add their figures up in a folder of its own, and
each makes its first scenario quick.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from typing import Any

# Of prometheus_client, which reads it when the first worker loads it (web/metrics.py).
FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


def on_starting(_server: Any) -> None:
    """Before there are workers. A new folder each time: what an earlier run counted is not counted again.

    Who sets the variable says where it is made, such as a disk in memory.
    """
    inside = os.environ.get(FOLDER_VARIABLE)
    os.environ[FOLDER_VARIABLE] = tempfile.mkdtemp(prefix="llr-figures-", dir=inside)


def post_worker_init(_worker: Any) -> None:
    """Once a worker can answer."""
    from leerrekening.web.policy import scenarios

    scenarios.warm_up()


def child_exit(_server: Any, worker: Any) -> None:
    """A worker that ends takes its present figures along, and leaves what it has counted."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def on_exit(_server: Any) -> None:
    """After the last worker."""
    shutil.rmtree(os.environ[FOLDER_VARIABLE], ignore_errors=True)
