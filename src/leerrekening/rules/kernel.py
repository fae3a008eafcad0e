"""The kernel: a program as the text of one compiled function that walks a table in blocks.

Step by step over blocks of 2,048 persons, without a branch: such a block stays in the fastest memory, and simple
loops become vector instructions. Figures are arguments, so a reform of a figure compiles nothing. The text
depends only on the shape of the program; ``compile_kernel`` turns it into a function with the lock released.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, Final

from leerrekening.rules.lanes import Lanes
from leerrekening.rules.steps import BITS, FLAG, INT, RAW, Step

BLOCK: Final = 2048

FULL, TOTALS = "full", "totals"
"""What a kernel gives: results per person, or counts and sums only."""

_INLINE: Final = frozenset({"constant", "column", "widen", "figure_value", "figure_bits", "figure_state"})
_SIGNS: Final = frozenset({"&", "|", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "//"})
_TYPES: Final = {BITS: "np.uint8", FLAG: "np.bool_", INT: "np.int64"}


def source(lanes: Lanes, mode: str) -> str:
    """The text of one function ``kernel(length, columns..., values, states, results...)``.

    It stands in a module that has ``numba``, ``np`` and ``CACHE``.

    ``full``: results are the verdict (uint8) and, per output, value (int64) and existence (uint8), all as long as the
    columns. ``totals``: one int64 array is added to: persons with no, undecided and yes, then per output the sum and
    the number of persons it exists for.
    """
    return _Writer(lanes, mode).text()


def key_of(text: str) -> str:
    """The name under which a compiled kernel may be kept: a hash of its text."""
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def compile_kernel(text: str) -> Callable[..., None]:
    """Compile a kernel for this process. Needs numba."""
    import numba
    import numpy

    space: dict[str, Any] = {"np": numpy, "numba": numba, "CACHE": False}
    exec(compile(text, f"<kernel {key_of(text)}>", "exec"), space)  # noqa: S102 - text written by this module
    kernel: Callable[..., None] = space["kernel"]
    return kernel


class _Writer:
    def __init__(self, lanes: Lanes, mode: str) -> None:
        self.lanes: Final = lanes
        self.mode: Final = mode
        uses = lanes.uses()
        self.wide: Final = self._wide(uses)
        results = set(lanes.results())
        self.stored: Final = [
            s for s in lanes.steps
            if s.op not in _INLINE
            and (uses.get(s.number, 0) > 1 or s.number in results or (s.gives == BITS and s.number in self.wide))
        ]  # fmt: skip
        self.is_stored: Final = {s.number for s in self.stored}

    def _wide(self, uses: dict[int, int]) -> set[int]:
        """Steps of bits that are worked out from numbers: kept apart, so that loops over bits stay narrow."""
        out: set[int] = set()
        for s in self.lanes.steps:
            inner = [self.lanes.steps[n] for n in s.args]
            if (
                any(i.gives == INT or (i.gives == RAW and self._width(i) > 8) for i in inner)
                or s.gives == FLAG
                and any(i.number in out and i.gives == FLAG for i in inner)
                or s.gives == BITS
                and any(i.number in out and i.gives == FLAG for i in inner)
            ):
                out.add(s.number)
        return out

    def _width(self, step: Step) -> int:
        return self.lanes.columns[step.value].width if step.op == "column" else 8

    def text(self) -> str:
        lanes = self.lanes
        columns = [f"c{i}" for i in range(len(lanes.columns))]
        if self.mode == FULL:
            results = ["verdict"] + [f"o{i}{x}" for i in range(len(lanes.outputs)) for x in ("v", "e")]
        else:
            results = ["totals"]
        lines = [
            "@numba.njit(nogil=True, cache=CACHE)",
            f"def kernel({', '.join(['length', *columns, 'values', 'states', *results])}):",
        ]
        lines += [f"    t{s.number} = np.empty({BLOCK}, {_TYPES[s.gives]})" for s in self.stored]
        for s in lanes.steps:
            if s.op == "figure_value":
                lines.append(f"    f{s.number} = values[{s.value}]")
            elif s.op.startswith("figure"):
                lines.append(f"    f{s.number} = states[{s.value}]")
        lines += [f"    for low in range(0, length, {BLOCK}):", f"        n = min({BLOCK}, length - low)"]
        lines += [f"        b{i} = c{i}[low : low + n]" for i in range(len(columns))]
        for s in self.stored:
            lines += self._loop(s)
        lines += self._results()
        return "\n".join(lines) + "\n"

    def _loop(self, s: Step) -> list[str]:
        loads: dict[str, str] = {}
        text = self._inner(s, loads)
        out = ["        for i in range(n):"]
        out += [f"            {name} = {where}" for name, where in loads.items()]
        return [*out, f"            t{s.number}[i] = {text}"]

    def _expression(self, number: int, loads: dict[str, str]) -> str:
        s = self.lanes.steps[number]
        if number in self.is_stored:
            loads[f"x{number}"] = f"t{number}[i]"
            return f"x{number}"
        return self._inner(s, loads)

    def _inner(self, s: Step, loads: dict[str, str]) -> str:
        op = s.op
        if op == "constant":
            return (
                f"np.{'uint8' if s.gives == BITS else 'int64'}({s.value})"
                if s.gives == BITS
                else str(s.value)
            )
        if op == "column":
            loads[f"y{s.value}"] = f"b{s.value}[i]"
            return f"y{s.value}"
        if op.startswith("figure"):
            return f"f{s.number}"
        args = [self._expression(n, loads) for n in s.args]
        if op in _SIGNS:
            return f"({args[0]} {op} {args[1]})"
        if op == "both":
            return f"({args[0]} & {args[1]})"
        if op == "widen":
            return f"np.int64({args[0]})"
        if op == "not":
            x = args[0]
            return f"({x} ^ (7 * ((({x} ^ ({x} >> 2)) & 1) ^ 1)))"
        if op == "open":
            x = args[0]
            return f"({x} & (7 * ((({x} >> 2) & 1) ^ 1)))"
        assert op == "where"
        return f"({args[1]} if {args[0]} else {args[2]})"

    def _result(self, number: int) -> tuple[str, list[str]]:
        loads: dict[str, str] = {}
        text = self._expression(number, loads)
        return text, [f"            {name} = {where}" for name, where in loads.items()]

    def _results(self) -> list[str]:
        lanes = self.lanes
        verdict, loads = self._result(lanes.verdict)
        if self.mode == FULL:
            out = ["        for i in range(n):", *loads, f"            verdict[low + i] = {verdict}"]
            for i, lane in enumerate(lanes.outputs):
                value, some = self._result(lane.value)
                exists, more = self._result(lane.exists)
                out += ["        for i in range(n):", *some, *more]
                out += [
                    f"            o{i}v[low + i] = {value} if {exists} else 0",
                    f"            o{i}e[low + i] = {exists}",
                ]
            return out
        out = ["        a0 = 0", "        a1 = 0", "        for i in range(n):", *loads]
        out += [f"            v = {verdict}", "            a0 += v == 0", "            a1 += v == 1"]
        out += ["        totals[0] += a0", "        totals[1] += a1", "        totals[2] += n - a0 - a1"]
        for i, lane in enumerate(lanes.outputs):
            value, some = self._result(lane.value)
            exists, more = self._result(lane.exists)
            out += ["        a0 = 0", "        a1 = 0", "        for i in range(n):", *some, *more]
            out += [
                f"            e = {exists}",
                f"            a0 += {value} if e else 0",
                "            a1 += e",
            ]
            out += [f"        totals[{3 + 2 * i}] += a0", f"        totals[{4 + 2 * i}] += a1"]
        return out
