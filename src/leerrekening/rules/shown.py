"""Which facts a condition rests on, and their values for one person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from leerrekening.rules.decide import Frame, Slice
from leerrekening.rules.expressions import Node
from leerrekening.rules.histories import DERIVATIONS
from leerrekening.rules.histories.jobs import JOB_FILTERS, running_jobs
from leerrekening.rules.readings import UNSET
from leerrekening.rules.values import Unknown


class ShownValue(NamedTuple):
    """A known value with its unit. `derived`: the derivation that made it; empty for a fact as it was told."""

    value: Any
    unit: str
    derived: str = ""


Shown = dict[str, ShownValue]
"""By contract path."""


def leaves(slice_: Slice, node: Node, seen: frozenset[str] = frozenset()) -> Iterator[tuple[str, Node]]:
    """Every fact and derived fact below a tree, through the rules it names, with the folder it is read in."""
    owner = slice_.instrument
    for part in node.walk():
        if part.op in ("fact", "derived"):
            yield owner.id, part
        elif part.op == "rule" and part.value not in seen:
            other_id, _, local = part.value.rpartition(".")
            other = slice_.engine.law.owner(other_id) if other_id else owner
            rule = other.rules[local]
            version = rule.version_on(slice_.day) or rule.versions[-1]
            target = slice_ if other is owner else slice_.engine.slice(other.id, slice_.day)
            yield from leaves(target, version.node, seen | {part.value})


def paths_read(slice_: Slice, node: Node) -> set[str]:
    """Every contract path that a tree can look at."""
    out: set[str] = set()
    for _, leaf in leaves(slice_, node):
        if leaf.op == "fact":
            out.add(leaf.value)
        else:
            reads = DERIVATIONS[leaf.value].reads
            out.update(reads)
            filtered = {f"{reads[0].partition('.')[0]}.{key}" for key, _ in leaf.filters}
            out |= filtered & slice_.engine.law.facts.facts.keys()
    return out


def shown_facts(frame: Frame, node: Node) -> Shown:
    """The known facts behind a condition, by contract path."""
    out: Shown = {}
    found = frame.slice.leaves.get(id(node))
    if found is None:
        found = frame.slice.leaves[id(node)] = list(leaves(frame.slice, node))
    for owner, leaf in found:
        home = frame if owner == frame.slice.instrument.id else frame.person.frame(owner)
        if not isinstance(home, Frame):
            continue
        if leaf.op == "fact":
            value = home.values[frame.slice.fact_index(leaf.value)]
            if type(value) is not Unknown:
                out[leaf.value] = ShownValue(value, leaf.type.unit)
        else:
            _show_derived(home, leaf, out)
    return out


def _show_derived(frame: Frame, leaf: Node, out: Shown) -> None:
    derivation = DERIVATIONS[leaf.value]
    value = frame.slice.compile(leaf)(frame)
    if type(value) is Unknown:
        return
    if derivation.name != "works":
        out[derivation.shows] = ShownValue(value, leaf.type.unit, derivation.name)
        return
    day = frame.slice.compile(leaf.args[0])(frame)
    if type(day) is not int:
        return
    wanted = [key for key, _ in leaf.filters if key in JOB_FILTERS] or ["kind"]
    jobs = running_jobs(frame.situation, day)
    for key in wanted:
        values = [job[key] for job in jobs if job.get(key, UNSET) is not UNSET]
        out[f"jobs.{key}"] = ShownValue(values[0] if len(values) == 1 else frozenset(values), "code")
