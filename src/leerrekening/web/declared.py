"""What a view says of itself: for whom, under which scope of a mandate, how sure they must be who they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from leerrekening.web.visitor import Scope

Audience = Literal[
    "everyone",
    "visitor",
    "holder",
    "citizen",
    "helper",
    "caseworker",
    "analyst",
    "auditor",
    "administrator",
    "mailroom",
]
Strength = Literal["look", "act", "act_on_post"]


@dataclass(frozen=True, slots=True)
class Declared:
    """Made by `audience`, obeyed by its middleware, listed in the authorisation matrix."""

    names: frozenset[str]
    methods: tuple[str, ...]
    scope: Scope = "look"
    level: Strength = "look"
    keeps_nothing: bool = False
