"""How law is read: pure functions from a situation and dated law to a decision with its reasons.

Nothing in this package reads a file, a clock, a network or a database. Days are proleptic ordinals
(``datetime.date.toordinal``), money is integer cents, time is integer minutes; where the law divides,
values are exact ``fractions.Fraction``.
"""

from typing import Final

ENGINE_VERSION: Final = "1.0.0"
"""Raised whenever the same law and situation could give other bytes."""
