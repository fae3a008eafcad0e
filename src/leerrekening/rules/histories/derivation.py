"""What a derived fact is, and the catalogue of all of them.

A derivation is a function of the situation and of days that gives a value, or ``Unknown`` naming the fact that
is missing. The modules beside this one add theirs to the catalogue with ``derived``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from inspect import signature
from typing import Any, Final

from leerrekening.rules.situation import Item
from leerrekening.rules.values import Unknown

Codes = frozenset[str]


@dataclass(frozen=True, slots=True)
class Derivation:
    """A derived fact: its function, the units of its arguments and result, and what it reads."""

    name: str
    function: Callable[..., Any]
    arguments: tuple[str, ...]
    filters: tuple[str, ...]
    needed: tuple[str, ...]
    unit: str
    codes_of: str | None
    reads: tuple[str, ...]
    shows: str


DERIVATIONS: Final[dict[str, Derivation]] = {}


def derived(
    unit: str,
    *arguments: str,
    reads: tuple[str, ...],
    shows: str = "",
    filters: tuple[str, ...] = (),
    codes_of: str | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function as a derived fact.

    ``unit`` and ``arguments`` are units of rule expressions; ``reads`` the contract paths it looks at;
    ``shows`` the path under which its value is shown; ``filters`` the keyword filters it accepts, of which it
    needs those that stand by name in its signature.
    """

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        name = function.__name__
        named = signature(function).parameters
        needed = tuple(key for key in filters if key in named)
        DERIVATIONS[name] = Derivation(
            name, function, arguments, filters, needed, unit, codes_of, reads, shows or reads[0]
        )
        return function

    return register


def absent(item: Item, group: str, *keys: str) -> Unknown | None:
    """All of these facts that an object lacks: any of them may settle what is asked. None when it has them all."""
    facts = frozenset((f"{group}.{key}", None) for key in keys if item.get(key) is None)
    return Unknown(facts) if facts else None
