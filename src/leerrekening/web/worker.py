"""What each worker process of the site does by itself; gunicorn reads this module as its settings."""

from __future__ import annotations

from typing import Any


def post_worker_init(worker: Any) -> None:
    """Once the site can answer: make its first scenario quick."""
    from leerrekening.web.policy import scenarios

    scenarios.warm_up()
