"""The values a rule can have: known, unknown, or free; and the logic that joins them.

A truth value is one of four, in this order::

    False  <  Unknown  <  free  <  True

*Unknown* carries what is missing: facts of the person (with the day they are asked on), or points of law
that no source settles. *Free* (an ``Unknown`` whose ``free`` is set) stands for a fact of a course that has
not been chosen: whichever way the person's unknown facts turn out, a course can be chosen to meet it. So
``and`` takes the lower and ``or`` the higher of the order: an open fact and a free one stay open, an open
fact or a free one can be met by choosing the course. Kleene's three-valued logic is the case without free.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final, TypeAlias, final

FactAt: TypeAlias = tuple[str, str | None]
"""A contract path without indexes, and the day or month it is asked on (ISO 8601) or None."""


@final
class Unknown:
    """A value that is not known, with the facts and the points of law that would settle it."""

    __slots__ = ("facts", "law", "free")

    def __init__(
        self,
        facts: frozenset[FactAt] = frozenset(),
        law: frozenset[str] = frozenset(),
        free: bool = False,
    ) -> None:
        self.facts: Final = facts
        self.law: Final = law
        self.free: Final = free

    def __repr__(self) -> str:
        return f"Unknown(facts={sorted(self.facts, key=str)}, law={sorted(self.law)}, free={self.free})"

    def __bool__(self) -> bool:
        raise TypeError("an unknown value was read as yes or no; use the logic of leerrekening.rules.values")


Number: TypeAlias = int | Fraction
Value: TypeAlias = bool | int | Fraction | str | frozenset[str] | Unknown
Truth: TypeAlias = bool | Unknown


def missing(path: str, at: str | None = None) -> Unknown:
    """The fact at ``path`` (on ``at``) is not known."""
    return Unknown(facts=frozenset(((path, at),)))


def unsettled(*references: str) -> Unknown:
    """The law itself is not known on this point: ids of figures, conflicts or gaps."""
    return Unknown(law=frozenset(references))


def free_choice(path: str) -> Unknown:
    """A fact of a course that has not been chosen yet."""
    return Unknown(facts=frozenset(((path, None),)), free=True)


def join(a: Value, b: Value) -> Unknown:
    """What is missing to compute something from two values of which at least one is unknown."""
    if type(a) is not Unknown:
        assert type(b) is Unknown
        return b
    if type(b) is not Unknown:
        return a
    if a.free != b.free:
        return a if a.free else b
    return Unknown(a.facts | b.facts, a.law | b.law, a.free)


def both(a: Truth, b: Truth) -> Truth:
    """``a and b``: the lower of the two in the order of this module."""
    if a is False or b is False:
        return False
    if a is True:
        return b
    if b is True:
        return a
    assert type(a) is Unknown and type(b) is Unknown
    if a.free != b.free:
        return b if a.free else a
    return Unknown(a.facts | b.facts, a.law | b.law, a.free)


def either(a: Truth, b: Truth) -> Truth:
    """``a or b``: the higher of the two in the order of this module."""
    if a is True or b is True:
        return True
    if a is False:
        return b
    if b is False:
        return a
    assert type(a) is Unknown and type(b) is Unknown
    if a.free != b.free:
        return a if a.free else b
    return Unknown(a.facts | b.facts, a.law | b.law, a.free)


def negate(a: Truth) -> Truth:
    """``not a``: unknown stays unknown and free stays free."""
    if a is True:
        return False
    if a is False:
        return True
    return a


def choose(condition: Truth, yes: Value, no: Value) -> Value:
    """``yes if condition else no``; an open condition matters only when the branches differ.

    Free only where the choice of a course meets it on both branches, or chooses the branch: an open fact of the
    person that may lead to a known branch keeps the outcome open.
    """
    if condition is True:
        return yes
    if condition is False:
        return no
    if type(yes) is not Unknown and type(no) is not Unknown and yes == no:
        return yes
    if (type(yes) is bool or type(yes) is Unknown) and (type(no) is bool or type(no) is Unknown):
        chosen = either(both(condition, yes), both(negate(condition), no))
        return either(chosen, both(yes, no))
    out: Truth = condition
    for branch in (yes, no):
        if type(branch) is Unknown:
            out = both(out, branch)
    return out
