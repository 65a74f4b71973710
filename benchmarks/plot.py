"""Curves as a small SVG: both axes logarithmic, a whisker from the least to the most, each curve named at its end."""

import math
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise

from benchmarks.figures import Figure, short

WIDTH, HEIGHT = 760, 340
LEFT, RIGHT, TOP, BOTTOM = 70, 540, 50, 290
_COLOURS = ("#0969da", "#bf3989", "#1a7f37", "#bc4c00", "#8250df", "#57606a")
_INK, _QUIET, _GRID, _PAPER = "#1f2328", "#57606a", "#d8dee4", "#ffffff"
"""Paper of its own, so that the ink reads on a light page and on a dark one."""
_LINE_OF_TEXT = 18
_SMALLEST = 1e-3
"""What is nearly nothing is drawn here: a logarithm has no place for 0."""


def plot_of(title: str, figures: Sequence[Figure]) -> str:
    """Draw the curves of one chart, one for each name."""
    plane = _Plane(figures)
    names = list(dict.fromkeys(figure.name for figure in figures))
    curves = [sorted((one for one in figures if one.name == name), key=_size) for name in names]
    colours = [_COLOURS[number % len(_COLOURS)] for number in range(len(curves))]
    drawn = [line for curve, colour in zip(curves, colours, strict=True) for line in _curve(plane, curve, colour)]
    box = f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {box}>'
    paper = f'<rect width="{WIDTH}" height="{HEIGHT}" rx="8" fill="{_PAPER}" stroke="{_GRID}"/>'
    named = _text(LEFT, 28, title, _INK, extra=' font-size="15" font-weight="bold"')
    return "\n".join(
        [head, paper, named, *_grid(plane, figures), *drawn, *_names(plane, curves, colours), "</svg>", ""]
    )


class _Plane:
    """Where a size and a value stand on the paper."""

    def __init__(self, figures: Sequence[Figure]) -> None:
        sizes = [_size(figure) for figure in figures]
        self.lowest = max(_SMALLEST, min(figure.least for figure in figures)) / 1.3
        self.highest = max(_SMALLEST, *(figure.most for figure in figures)) * 1.3
        self._first, self._last = min(sizes), max(*sizes, min(sizes) + 1)

    def x(self, size: float) -> float:
        share = math.log(size / self._first) / math.log(self._last / self._first)
        return round(LEFT + 20 + share * (RIGHT - LEFT - 40), 1)

    def y(self, value: float) -> float:
        share = math.log(max(value, self.lowest) / self.lowest) / math.log(self.highest / self.lowest)
        return round(BOTTOM - share * (BOTTOM - TOP), 1)

    def steps(self) -> list[float]:
        """Return the 1, 2, 5, 10 .. between lowest and highest; only the tens when those are very many."""
        tens = range(math.floor(math.log10(self.lowest)), math.ceil(math.log10(self.highest)) + 1)
        leading = (1, 2, 5) if len(tens) < 5 else (1,)  # noqa: PLR2004  # lines must not crowd
        return [step for ten in tens for lead in leading if self.lowest <= (step := lead * 10.0**ten) <= self.highest]


def _grid(plane: _Plane, figures: Sequence[Figure]) -> Iterator[str]:
    unit = figures[0].unit
    for step in plane.steps():
        y = plane.y(step)
        yield f'<path d="M{LEFT} {y}H{RIGHT}" stroke="{_GRID}"/>'
        yield _text(LEFT - 8, y + 4, f"{short(step)} {unit}".strip(), _QUIET, extra=' text-anchor="end"')
    for size, words in {figure.point.size: figure.point.words for figure in figures if figure.point}.items():
        yield _text(plane.x(size), BOTTOM + 22, words, _QUIET, extra=' text-anchor="middle"')


def _curve(plane: _Plane, curve: Sequence[Figure], colour: str) -> Iterator[str]:
    for one, other in pairwise(curve):
        ends = f"M{plane.x(_size(one))} {plane.y(one.value)}L{plane.x(_size(other))} {plane.y(other.value)}"
        yield f'<path d="{ends}" stroke="{colour}" stroke-width="2"/>'
    for one in curve:
        x = plane.x(_size(one))
        yield f'<path d="M{x} {plane.y(one.least)}V{plane.y(one.most)}" stroke="{colour}" stroke-opacity="0.5"/>'
        said = f"{one.name}, {one.point.words if one.point else ''}: {short(one.value)} {one.unit}".strip()
        yield f'<circle cx="{x}" cy="{plane.y(one.value)}" r="4" fill="{colour}"><title>{escape(said)}</title></circle>'


def _names(plane: _Plane, curves: Sequence[Sequence[Figure]], colours: Sequence[str]) -> Iterator[str]:
    """Name each curve at its end, from the top down, none upon another."""
    free = float(TOP)
    ends = sorted(
        (plane.y(curve[-1].value), curve[-1].name, colour) for curve, colour in zip(curves, colours, strict=True)
    )
    for number, (y, name, colour) in enumerate(ends):
        lowest = BOTTOM - _LINE_OF_TEXT * (len(ends) - 1 - number)
        at = max(min(y, lowest), free)
        free = at + _LINE_OF_TEXT
        yield _text(RIGHT + 10, at + 4, name, colour, extra="")


def _text(x: float, y: float, words: str, colour: str, *, extra: str) -> str:
    return f'<text x="{x}" y="{round(y, 1)}" fill="{colour}"{extra}>{escape(words)}</text>'


def _size(figure: Figure) -> int:
    return figure.point.size if figure.point else 1
