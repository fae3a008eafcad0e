"""Asking the registers when somebody arrives, so that the account they open is as fresh as it can be."""

from __future__ import annotations

import logging
from typing import Final

from leerrekening.registry.keys import KeyProblem
from leerrekening.registry.sources import REGISTERS, refresh
from leerrekening.registry.sources.refreshing import due
from leerrekening.web import database

log: Final = logging.getLogger(__name__)
SECONDS: Final = 2.5
"""The longest that arriving may take longer. A register that needs more is asked again at the next visit."""


def freshen(party: int) -> None:
    """Ask the registers whose answer about a person is old or missing. Whatever goes wrong, the person goes on."""
    try:
        access = database.access()
        with access.transaction("batch", party=party) as connection:
            sources = due(connection, party, REGISTERS)
        if sources:
            refresh(access, party, sources=sources, seconds=SECONDS)
    except (KeyProblem, LookupError, *database.AWAY) as problem:
        log.error("registers not asked: %s", type(problem).__name__)
