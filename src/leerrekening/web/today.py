"""The day it is for the site: the only place of the pages that reads a clock for a day."""

from __future__ import annotations

import os
from datetime import date, datetime
from zoneinfo import ZoneInfo

VARIABLE = "LLR_TODAY"  # for demonstrations and tests
HERE = ZoneInfo("Europe/Brussels")


def today() -> date:
    """Today in Belgium, or the day of LLR_TODAY (ISO 8601). Errors: ValueError when that is no date."""
    given = os.environ.get(VARIABLE)
    return date.fromisoformat(given) if given else datetime.now(HERE).date()
