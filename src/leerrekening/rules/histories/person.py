"""Facts at a day from residence and benefits."""

from __future__ import annotations

from leerrekening.rules import days
from leerrekening.rules.histories.derivation import Codes, derived
from leerrekening.rules.situation import Situation
from leerrekening.rules.values import Truth, Unknown, either, missing


@derived("code", "date", reads=("person.residence",), codes_of="person.residence")
def residence(s: Situation, day: int) -> str | Unknown:
    """The region lived in on ``day``; ``other`` where a complete list names none."""
    periods = s.fact("person.residence")
    if type(periods) is Unknown:
        return missing("person.residence", days.iso(day))
    found: str | Unknown = "other"
    latest = 0
    for start, end, region in periods:
        if end < day or (start is not None and start > day):
            continue
        if start is None or region is None:
            return missing("person.residence", days.iso(day))
        if start >= latest:
            found, latest = region, start
    return found


@derived("boolean", "date", reads=("person.benefits",), filters=("kind",))
def receives(s: Situation, day: int, kind: Codes) -> Truth:
    """A benefit of one of the kinds is paid on ``day``."""
    periods = s.fact("person.benefits")
    if type(periods) is Unknown:
        return missing("person.benefits", days.iso(day))
    out: Truth = False
    for start, end, paid in periods:
        if end < day or (start is not None and start > day) or (paid is not None and paid not in kind):
            continue
        if start is None or paid is None:
            out = either(out, missing("person.benefits", days.iso(day)))
        else:
            return True
    return out
