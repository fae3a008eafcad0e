"""Opening an account for a page: read it, bring the ledger in line first when that is due, and note who looked."""

from __future__ import annotations

import logging
from typing import Final

from django.http import HttpRequest

from leerrekening.account import grants
from leerrekening.account.decisions import Cause
from leerrekening.account.overview import Overview, overview
from leerrekening.lawtext.keeper import HeldLaw, the_keeper
from leerrekening.rules.situation import SituationError
from leerrekening.web import database
from leerrekening.web.today import today
from leerrekening.web.visitor import Holder

faults: Final = logging.getLogger("leerrekening.web.faults")


class Unreadable(RuntimeError):
    """What is known of the person breaks the contract, so nothing can be decided."""


def opened(request: HttpRequest) -> tuple[HeldLaw, Overview]:
    """The account on the screen, with the law it was read with. Errors: Unreadable, database.AWAY."""
    held = the_keeper().held()
    holder: Holder = request.holder
    found = _read(request, held, holder.party)
    cause = found.due()
    if cause is not None and _brought_in_line(held, holder.party, cause):
        found = _read(request, held, holder.party)
    return held, found


def _read(request: HttpRequest, held: HeldLaw, party: int) -> Overview:
    with database.transaction(request) as connection:
        try:
            return overview(connection, held, party, today())
        except SituationError as error:
            raise Unreadable from error


def _brought_in_line(held: HeldLaw, party: int, cause: Cause) -> bool:
    """Decide and grant what is due. When that fails the page opens all the same, with what is there."""
    try:
        with database.access().transaction("batch") as connection:
            grants.settle(connection, held, [party], today(), cause)
    except (grants.GrantRefused, *database.AWAY) as error:
        faults.error("an account could not be brought in line: %s", type(error).__name__)
        return False
    return True
