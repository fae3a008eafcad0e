"""From people to columns: what a population table holds, worked out of each person's history.

Histories become facts first, by the same derivations that one person's reading uses; the fast readings never see
a history. The table is plain integers (``lanes.Layout``), one list per leaf.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from leerrekening.rules.lanes import Layout, layout_of
from leerrekening.rules.residue import Output, Program
from leerrekening.rules.situation import Situation
from leerrekening.rules.terms import Term, evaluate, leaf_of
from leerrekening.rules.values import Unknown, Value

Table = Mapping[str, Sequence[int]]
"""A population table: the stored numbers of each leaf, by the name of its column."""


def table_of(leaves: Sequence[Term], situations: Sequence[Situation]) -> dict[str, list[int]]:
    """The columns of these leaves for these people, in order. Raises Unrepresentable."""
    out: dict[str, list[int]] = {}
    for leaf in leaves:
        layout = layout_of(leaf)
        out[layout.name] = [layout.encode(leaf_of(leaf, person)) for person in situations]
    return out


def read_row(program: Program, table: Table, row: int) -> tuple[str, dict[str, Value | None]]:
    """The plain reading of one row: the verdict, and each output that exists (None: it does not)."""
    layouts = {leaf.text(): layout_of(leaf) for leaf in program.leaves()}
    leaf = _reader(layouts, table, row)
    bits = evaluate(program.verdict, leaf, program.figures)
    verdict = "no" if bits is False else "undecided" if type(bits) is Unknown and not bits.free else "yes"
    return verdict, {out.name: _amount(program, out, verdict, leaf) for out in program.outputs}


def _reader(layouts: Mapping[str, Layout], table: Table, row: int) -> Callable[[Term], Value]:
    def leaf(term: Term) -> Value:
        layout = layouts[term.text()]
        return layout.decode(table[layout.name][row])

    return leaf


def _amount(program: Program, out: Output, verdict: str, leaf: Callable[[Term], Value]) -> Value | None:
    if verdict != "yes" or (out.when is not None and evaluate(out.when, leaf, program.figures) is not True):
        return None
    value = evaluate(out.term, leaf, program.figures)
    return None if type(value) is Unknown else value
