"""Figures for who operates the site, in the form of Prometheus: requests, jobs, the worker's last sign.

Shown at /_metingen only to who brings LLR_METRICS_TOKEN (`Authorization: Bearer ...`); without that setting there is no
such page. Nothing in it is about a person: routes are patterns, never addresses.
"""

from __future__ import annotations

import hmac
import os
import time
from collections.abc import Iterable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from leerrekening.jobs import state
from leerrekening.registry import post
from leerrekening.web.audience import audience
from leerrekening.web.database import AWAY, access
from leerrekening.web.errors import error_response
from leerrekening.web.gunicorn_hooks import FOLDER_VARIABLE

_own: Final = CollectorRegistry()
requests: Final = Counter(
    "llr_requests", "Requests by route, method and status", ("route", "method", "status"), registry=_own
)
seconds: Final = Histogram(
    "llr_request_seconds",
    "Time to answer, by route",
    ("route",),
    buckets=(0.005, 0.01, 0.03, 0.06, 0.12, 0.25, 0.5, 1, 2, 5),
    registry=_own,
)


def observe(route: str, method: str, status: int, elapsed: float) -> None:
    """Count one request. `elapsed` in seconds."""
    known = method if method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH") else "other"
    requests.labels(route, known, str(status)).inc()
    seconds.labels(route).observe(elapsed)


class Queue(Collector):
    """Jobs and letters by state, and how long ago a worker gave a sign; asked of the database at each reading."""

    def collect(self) -> Iterable[Metric]:
        """Nothing when the database is away, but that it is."""
        up = GaugeMetricFamily("llr_database_up", "Whether the database answers")
        jobs = GaugeMetricFamily("llr_jobs", "Jobs by task and state", labels=("task", "state"))
        sign = GaugeMetricFamily("llr_worker_seconds_since_sign", "Time since a worker last gave a sign")
        letters = GaugeMetricFamily("llr_letters", "Letters to print, by state", labels=("state",))
        stuck = GaugeMetricFamily("llr_letters_stuck", "Letters too long in a state", labels=("state",))
        oldest = GaugeMetricFamily("llr_letters_oldest_seconds", "Age of the oldest one", labels=("state",))
        try:
            with access().transaction("administrator") as connection:
                counts, seen = state.counts(connection), state.heartbeat(connection)
                waiting = post.counts(connection)
        except AWAY:
            up.add_metric((), 0)
            return (up,)
        up.add_metric((), 1)
        for (task, what), number in sorted(counts.items()):
            jobs.add_metric((task, what), number)
        for each in waiting:
            letters.add_metric((each.state,), each.letters)
            stuck.add_metric((each.state,), each.stuck)
            oldest.add_metric((each.state,), max(0.0, time.time() - each.oldest.timestamp()))
        if seen is not None:
            sign.add_metric((), max(0.0, time.time() - seen.timestamp()))
        return (up, jobs, sign, letters, stuck, oldest)


@audience("everyone")
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures, for who brings the token; for everybody else there is no such page."""
    brought = request.headers.get("Authorization", "").removeprefix("Bearer ")
    token = settings.METRICS_TOKEN
    if not token or not hmac.compare_digest(brought.encode(), token.encode()):
        return error_response(request, 404)
    shown = CollectorRegistry()
    shown.register(Queue())
    if os.environ.get(FOLDER_VARIABLE):
        multiprocess.MultiProcessCollector(shown)
        text = generate_latest(shown)
    else:
        text = generate_latest(_own) + generate_latest(shown)
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)
