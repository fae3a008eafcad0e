"""Balances of rights: what is granted, reserved, used, released, expired, carried over and corrected.

The database holds the line (see `sql/`); this face gives it typed requests and typed answers. `Ledger` writes and
reads, `requests` says what can be asked, `auditor` checks everything again without using any of it.
"""

from leerrekening.ledger.installation import install
from leerrekening.ledger.ledger import Ledger
from leerrekening.ledger.requests import Code, Op, Reason, Request, Result

__all__ = ["Code", "Ledger", "Op", "Reason", "Request", "Result", "install"]
