"""Is the site well? For load balancers and for who watches: words, no figures, nothing of a person.

/gezondheid        this process answers
/gezondheid/klaar  it can do its work: 200 with "ready" or "degraded" (pages work, background work waits), else 503
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from typing import Final

import psycopg
from django.http import HttpRequest, JsonResponse

from leerrekening.jobs import state
from leerrekening.lawtext.keeper import the_keeper
from leerrekening.lawtext.reader import LawError
from leerrekening.web.audience import audience
from leerrekening.web.database import AWAY, access

SECONDS_BETWEEN_LOOKS: Final = 2.0  # however often somebody asks
SECONDS_WITHOUT_SIGN: Final = 60

_lock: Final = threading.Lock()
_last: tuple[float, dict[str, str]] = (float("-inf"), {})


@audience("everyone")
def alive(_request: HttpRequest) -> JsonResponse:
    """This process answers."""
    return JsonResponse({"status": "alive"})


@audience("everyone")
def ready(_request: HttpRequest) -> JsonResponse:
    """Whether the parts work: law, database, worker."""
    parts = look()
    status = (
        "down"
        if "down" in (parts["law"], parts["database"])
        else "degraded"
        if "down" in parts.values()
        else "ready"
    )
    return JsonResponse({"status": status, "parts": parts}, status=503 if status == "down" else 200)


def look() -> dict[str, str]:
    """The parts, each "up" or "down"; looked at once in two seconds."""
    global _last  # noqa: PLW0603 - one answer for the process
    with _lock:
        if time.monotonic() - _last[0] > SECONDS_BETWEEN_LOOKS:
            _last = (time.monotonic(), {"law": law(), **database_and_worker()})
        return _last[1]


def law() -> str:
    """Whether the law is there and can be read."""
    try:
        the_keeper().held()
    except (LawError, OSError):
        return "down"
    return "up"


def database_and_worker() -> dict[str, str]:
    """Whether the database answers, and whether a worker gave a sign in the last minute."""
    try:
        with access().transaction("gate") as connection:
            seen = state.heartbeat(connection)
    except (*AWAY, psycopg.Error):
        return {"database": "down", "worker": "down"}
    fresh = seen is not None and (datetime.now(UTC) - seen).total_seconds() < SECONDS_WITHOUT_SIGN
    return {"database": "up", "worker": "up" if fresh else "down"}


def forget() -> None:
    """Look again at the next question, for tests."""
    global _last  # noqa: PLW0603
    _last = (float("-inf"), {})
