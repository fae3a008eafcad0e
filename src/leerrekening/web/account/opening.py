"""Opening an account for a page: read it, and have the ledger brought in line when that is due."""

from __future__ import annotations

from django.http import HttpRequest

from leerrekening import jobs
from leerrekening.account.overview import Overview, overview
from leerrekening.lawtext.keeper import HeldLaw, the_keeper
from leerrekening.rules.situation import SituationError
from leerrekening.web import database
from leerrekening.web.today import today
from leerrekening.web.visitor import Holder


class Unreadable(RuntimeError):
    """What is known of the person breaks the contract, so nothing can be decided."""


def opened(request: HttpRequest) -> tuple[HeldLaw, Overview]:
    """The account on the screen, with the law it was read with. Errors: Unreadable, database.AWAY.

    Who looks at an account can grant nothing: what is due is left to a worker, and the page says so meanwhile.
    """
    held = the_keeper().held()
    holder: Holder = request.holder
    with database.transaction(request) as connection:
        try:
            found = overview(connection, held, holder.party, today())
        except SituationError as error:
            raise Unreadable from error
        if found.due is not None:
            jobs.defer(connection, "bring_in_line", key=f"party-{holder.party}", party=holder.party)
    return held, found
