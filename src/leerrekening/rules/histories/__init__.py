"""Facts at a day, derived from what is known over time: jobs, residence, benefits, guidance, use of rights.

Rules see only facts; these small functions turn a person's histories into facts on a day. Each takes the
situation and days, and gives a value, or ``Unknown`` naming the fact that is missing. A list that is given is
complete; a list that is not given is unknown. ``DERIVATIONS`` holds all of them by name.

Readings that no source settles are marked *reading* and are ours; they are listed in ``docs/readings.md``.
"""

from leerrekening.rules.histories import career, course, development_plan, guidance, jobs, person, used
from leerrekening.rules.histories.derivation import DERIVATIONS, Derivation

__all__ = [
    "DERIVATIONS",
    "Derivation",
    "career",
    "course",
    "development_plan",
    "guidance",
    "jobs",
    "person",
    "used",
]
