"""What a register is to this program: its names, what it speaks of, and how long its answer counts as fresh."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Register:
    """A register that is asked about people.

    `speaks_of`: the paths of its answer, as `registry.facts` names them. `owner`: who keeps it, and answers when
    something in it is wrong. `nobody_means_none`: not knowing a person
    says that there is nothing to list (a register of jobs), rather than nothing at all (a register of people).
    """

    id: str
    name: Mapping[str, str]
    owner: Mapping[str, str]
    speaks_of: tuple[str, ...]
    fresh_for: timedelta
    nobody_means_none: bool = True
