"""Charts as plain values, drawn by `templates/policy/*_chart.html` as SVG in the page: no script, no style attribute.

Coordinates are texts in units of the view box, ready to be written; sizes suit a screen of 320 pixels. Series differ in
the shape of their marks and in their dashes, never in colour alone. Below each chart stands a table with its figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from leerrekening.web.components import Text

WIDTH, HEIGHT = 360, 300
LEFT, RIGHT, TOP, BOTTOM = 36, 14, 24, 30
BAR_WIDTH = 300
BAR_STEP = 44
# Shapes of marks around 0,0; the class of a line says which colour and dashes it has.
MARKS = ("M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z", "M-4-4h8v8h-8z", "M0-5L5 4H-5z", "M0-5.5L5.5 0 0 5.5-5.5 0z")


@dataclass(frozen=True)
class Point:
    """A figure at a year; both in the units of their axis."""

    x: int
    y: Fraction


@dataclass(frozen=True)
class Line:
    """One series: pieces that may be drawn as a line, and how it is called."""

    label: Text
    pieces: tuple[tuple[Point, ...], ...]
    route: tuple[Point, ...] = ()


@dataclass(frozen=True)
class Tick:
    """A place on an axis with what stands there."""

    at: str
    label: Text


@dataclass(frozen=True)
class DrawnLine:
    """A line in the units of the view box. `kind` 1 to 4 chooses mark, colour and dashes."""

    kind: int
    label: Text
    mark: str
    paths: tuple[str, ...]
    marks: tuple[tuple[str, str], ...]
    route: str


@dataclass(frozen=True)
class LineChart:
    """Everything the template needs."""

    id: str
    title: Text
    description: Text
    lines: tuple[DrawnLine, ...]
    years: tuple[Tick, ...]
    levels: tuple[Tick, ...]
    breaks: tuple[Tick, ...]
    target: tuple[str, str] | None
    target_label: Text
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM

    @property
    def has_route(self) -> bool:
        """Whether a way to the target is drawn."""
        return any(line.route for line in self.lines)


@dataclass(frozen=True)
class Bar:
    """One group: its width in units of the view box, and what is written. No width: not shown, which is not zero."""

    label: Text
    value: Text
    width: str
    top: int


@dataclass(frozen=True)
class BarChart:
    """Bars below each other, from the first group to the last; 0 to 100 per cent."""

    id: str
    title: Text
    description: Text
    bars: tuple[Bar, ...]
    height: int
    width: int = WIDTH
    full: int = BAR_WIDTH


def line_chart(
    identity: str,
    title: Text,
    description: Text,
    lines: Sequence[Line],
    *,
    highest: int,
    breaks: Sequence[tuple[int, str]] = (),
    target: tuple[Point, Text] | None = None,
) -> LineChart:
    """Place lines on a plane from the first to the last year and from 0 to `highest` per cent.

    `breaks`: a year and the letter that stands at the cut before it. `target`: a point with its label.
    """
    points = [point for line in lines for piece in (*line.pieces, line.route) for point in piece]
    if target:
        points.append(target[0])
    first, last = min(point.x for point in points), max(point.x for point in points)

    def across(year: Fraction | int) -> str:
        return _unit(LEFT + Fraction(WIDTH - LEFT - RIGHT) * (year - first) / max(last - first, 1))

    def up(level: Fraction | int) -> str:
        return _unit(HEIGHT - BOTTOM - Fraction(HEIGHT - TOP - BOTTOM) * level / highest)

    def path(piece: Sequence[Point]) -> str:
        return "M" + "L".join(f"{across(point.x)} {up(point.y)}" for point in piece)

    step = 20 if highest > 40 else 5 if highest <= 20 else 10
    return LineChart(
        id=identity,
        title=title,
        description=description,
        lines=tuple(
            DrawnLine(
                kind=kind,
                label=line.label,
                mark=MARKS[kind - 1],
                paths=tuple(path(piece) for piece in line.pieces if len(piece) > 1),
                marks=tuple((across(point.x), up(point.y)) for piece in line.pieces for point in piece),
                route=path(line.route) if line.route else "",
            )
            for kind, line in enumerate(lines, start=1)
        ),
        years=tuple(
            Tick(across(year), str(year)) for year in range(first, last + 1) if (year - first) % 5 == 0
        ),
        levels=tuple(Tick(up(level), str(level)) for level in range(0, highest + 1, step)),
        breaks=tuple(Tick(across(year - Fraction(1, 2)), letter) for year, letter in breaks),
        target=(across(target[0].x), up(target[0].y)) if target else None,
        target_label=target[1] if target else "",
    )


def bar_chart(
    identity: str, title: Text, description: Text, bars: Sequence[tuple[Text, Text, Fraction | None]]
) -> BarChart:
    """Bars of a label, a written value and a share of one (None: not shown)."""
    return BarChart(
        id=identity,
        title=title,
        description=description,
        bars=tuple(
            Bar(label, value, "" if share is None else _unit(BAR_WIDTH * share), number * BAR_STEP)
            for number, (label, value, share) in enumerate(bars)
        ),
        height=len(bars) * BAR_STEP,
    )


def _unit(value: Fraction | int) -> str:
    return f"{float(value):.1f}"
