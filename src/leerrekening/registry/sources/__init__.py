"""Registers that are asked about people, one folder each: the real client and the demo beside it.

A folder in here with a `SOURCE` is a register; adding one touches nothing else.

    refresh(access, party)                                        ask all that are connected
    refresh(access, party, sources=["employment"], seconds=2)     ask one, and wait no longer than that
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from leerrekening.registry.sources.register import Register
from leerrekening.registry.sources.source import Source

if TYPE_CHECKING:
    from leerrekening.database.access import Access
    from leerrekening.registry.sources.refreshing import Refreshed


def _found() -> dict[str, Source]:
    sources = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        if module.ispkg:
            source: Source = importlib.import_module(f"{__name__}.{module.name}").SOURCE
            assert source.register.id == module.name, f"the folder {module.name} holds {source.register.id}"
            sources[module.name] = source
    return sources


SOURCES: Final = _found()
"""Every register by its id."""

REGISTERS: Final[tuple[Register, ...]] = tuple(source.register for source in SOURCES.values())


def refresh(
    access: Access,
    party: int,
    *,
    sources: Collection[str] | None = None,
    seconds: float = 4.0,
    today: date | None = None,
) -> Refreshed:
    """Ask registers about a person, all at once, and keep what they answer. Takes at most `seconds` and a moment.

    `sources`: ids of the registers; None: all. `today`: until when to ask; None: this day.
    Errors: LookupError (no such person), KeyProblem.
    """
    from leerrekening.registry.sources import refreshing

    asked = [source for name, source in SOURCES.items() if sources is None or name in sources]
    until = today or datetime.now(UTC).date()
    return refreshing.refresh(access, party, asked, until, seconds=seconds)
