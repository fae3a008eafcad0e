"""What gunicorn calls: a process that ends takes its present figures along, and leaves what it has counted."""

from typing import Any


def child_exit(_server: Any, worker: Any) -> None:
    """Called by gunicorn when one of its workers has ended."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)
