"""The picture of the widget ``GatedCell``, and its numbers in NumPy."""

from typing import NamedTuple

import numpy as np

from softrecall.plots.pictures._draw import (
    NARROW,
    SPACE,
    Picture,
    digits,
    group,
    line,
    number,
    percent,
    plate,
    tag,
    tone,
    words,
)
from softrecall.plots.pictures._random import stream
from softrecall.plots.pictures.gradient_scaling import apart

GATES = ("see the marker", "constant")
CEILINGS = ((1, 0.25), (2, 0.5), (3, 0.5), (5, 1), (10, 2), (20, 5), (50, 10), (100, 20))
ALWAYS_ONE = 1 / 6
QUESTION = (
    "The cell should end with the sum of the two marked numbers. Which gates manage that, and can a gate that never"
    " changes?"
)
LEFT, ROOF = 30.0, 34.0
RAISE = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Held(NamedTuple):
    """The stream, and what the cell holds of it: see ``compute`` in the widget's script."""

    numbers: np.ndarray
    marks: list[int]
    wanted: float
    cell: np.ndarray
    first: np.ndarray
    second: np.ndarray
    others: np.ndarray
    kept: list[float]
    bias: float
    error: float


def over_streams(forget: float, gate: float, other: float, n_steps: int) -> tuple[float, float]:
    """Give the mean of the cell's miss and of its square, over all numbers and every pair of marked steps."""
    left = forget ** np.arange(n_steps - 1, -1, -1.0)
    half = n_steps // 2
    pairs = [(i, j) for i in range(half) for j in range(half, n_steps)]
    rows = np.tile(left * other, (len(pairs), 1))  # (n_pairs, n_steps): the factors of the numbers in the miss
    for side in (0, 1):
        places = np.array([pair[side] for pair in pairs])
        rows[np.arange(len(pairs)), places] = left[places] * gate - 1
    means = rows.sum(axis=1) / 2
    return float(means.mean()), float(((rows**2).sum(axis=1) / 12 + means**2).mean())


def held(forget: float, marked: float, other: float, n_steps: int, gates: str, seed: int) -> Held:
    """Let the cell read a stream of `n_steps` numbers."""
    drawn = (stream(seed, n_steps + 2).astype(float) + 0.5) / 2**32
    numbers, half = drawn[2:], n_steps // 2
    marks = [int(half * drawn[0]), half + int((n_steps - half) * drawn[1])]
    gate = other if gates == "constant" else marked
    inputs = np.zeros((3, n_steps))  # of the first marked number, of the second, of all others
    inputs[2] = other * numbers
    for row, place in enumerate(marks):
        inputs[row, place], inputs[2, place] = gate * numbers[place], 0.0
    parts = np.zeros((3, n_steps))
    for t in range(n_steps):
        parts[:, t] = inputs[:, t] + (forget * parts[:, t - 1] if t else 0)
    kept = [forget ** (n_steps - 1 - place) for place in marks]
    return Held(
        numbers, marks, float(numbers[marks].sum()), parts.sum(axis=0), *parts, kept,
        *over_streams(forget, gate, other, n_steps),
    )  # fmt: skip


class Axes:
    """Where steps and sizes stand in a drawing of this width; the axis of the cell ends at a round number."""

    def __init__(self, room: float, got: Held) -> None:
        self.steps, self.is_wide = len(got.numbers), room >= 480
        self.wide = room - LEFT - (104 if self.is_wide else 88)
        self.floor = 98.0 if self.is_wide else 88.0
        self.top, self.base = self.floor + 44, self.floor + (264 if self.is_wide else 224)
        most = 1.04 * max(got.wanted, got.cell.max())
        self.ceiling, self.gap = next(pair for pair in CEILINGS if pair[0] >= most)

    def x(self, t: float) -> float:
        return LEFT + t / self.steps * self.wide

    def y(self, size: float) -> float:
        return self.base - (self.base - self.top) * size / self.ceiling

    def up(self, share: float) -> float:
        """Height of a number of the stream."""
        return self.floor - (self.floor - ROOF) * share

    def stops(self) -> range:
        """Steps that have a tick."""
        pace = next(one for one in (1, 2, 5, 10, 20, 25) if self.steps / one <= (10 if self.is_wide else 5))
        return range(pace, self.steps + 1, pace)

    def stairs(self, sizes: np.ndarray, start: int = 0) -> str:
        steps = (f"{number(self.y(v))}H{number(self.x(start + i + 1))}" for i, v in enumerate(sizes[start:]))
        return "V".join(steps)

    def back(self, sizes: np.ndarray) -> str:
        return "V".join(f"{number(self.y(sizes[t]))}H{number(self.x(t))}" for t in range(self.steps)[::-1])


def gated_cell(
    forget: float, marked: float, other: float, n_steps: int, gates: str, seed: int, question: str, width: int
) -> Picture:
    """Draw the stream, what the cell holds after each step, its parts, and the sum that it should end with."""
    got = held(forget, marked, other, n_steps, gates, seed)
    room = width - (44 if width >= NARROW else 28)
    axes = Axes(room, got)
    keys, rows = _keys(room)
    drop = 24 + 24 * rows
    finding, alt = _finding(forget, marked, other, gates, got), _alt(forget, marked, other, gates, got)
    body = [group(0, 12, keys), group(0, drop, _drawing(axes, got))]
    return plate(width, question or QUESTION, body, drop + axes.base + 58, finding, alt)


def two(v: float) -> str:
    """A size with two decimals, fewer above ten. Unless it is 0, it never reads as 0."""
    return "<0.01" if 0 < v < 0.005 else f"{v:.{2 if v < 9.995 else 1 if v < 99.95 else 0}f}"


def _size(v: float) -> str:
    """A number in two or three digits, with a raised exponent where it is far below 1."""
    if v == 0 or v >= 0.001:
        return f"{v:,.0f}" if v >= 999.5 else digits(v)
    figures, power = f"{v:.1e}".split("e")
    return f"{figures}{SPACE}×{SPACE}10{str(int(power)).translate(RAISE)}"


def _missed(off: float) -> str:
    return "exact" if off == 0 else f"{two(abs(off))} {'short' if off < 0 else 'over'}"


def _alt(forget: float, marked: float, other: float, gates: str, got: Held) -> str:
    """The picture in sentences, for who cannot see it."""
    end = got.cell[-1]
    ones = " and ".join(f"{two(got.numbers[t])} at step {t + 1}" for t in got.marks)
    lets = f"{marked:g} of a marked number and {other:g} of any other"
    lets = f"{other:g} of every number" if gates == "constant" else lets
    return (
        f"Of a stream of {len(got.numbers)} numbers two are marked: {ones}. A cell that keeps {forget:g} of itself at"
        f" each step and lets in {lets} ends at {two(end)} where their sum {two(got.wanted)} is wanted:"
        f" {_missed(end - got.wanted)}. Of that, {two(got.first[-1])} is from the first marked number,"
        f" {two(got.second[-1])} from the second and {two(got.others[-1])} from the others. The mean squared error over"
        f" all streams is {_size(got.error)}; always answering 1 has {digits(ALWAYS_ONE)}."
    )


def _finding(forget: float, marked: float, other: float, gates: str, got: Held) -> str:
    """What the picture shows, in two or three sentences."""
    end, added = f"The cell ends at {two(got.cell[-1])}", two(got.others[-1]) if got.others[-1] else "nothing"
    if (gates, forget, marked, other) == (GATES[0], 1, 1, 0):
        return (
            f"{end}, exactly the sum wanted: it keeps everything, lets the marked numbers in whole and the others not"
            " at all. It does so for every stream, however long."
        )
    if gates == "constant":
        both = f"{two(got.first[-1] + got.second[-1])} is from the marked numbers, {added} from the others"
        seen = f"The gate lets all in alike: {both}."
        seen = seen if other else "The gate is shut to all numbers, and the cell stays empty."
    elif marked:
        left = "all" if forget == 1 else percent(got.kept[0])
        seen = f"Of what the first marked number put in, {left} is left; the others add {added}."
    else:
        seen = f"The marked numbers stay outside; the others add {added}."
    side = "right" if abs(got.bias) < 0.005 else f"{two(abs(got.bias))} too {'low' if got.bias < 0 else 'high'}"
    than = "more" if got.error > ALWAYS_ONE else "hardly less" if got.error > 0.9 * ALWAYS_ONE else "less"
    return (
        f"{end} where {two(got.wanted)} is wanted. {seen} Over all streams it ends {side} on average; the mean squared"
        f" error is {_size(got.error)}, {than} than that of always answering 1 ({digits(ALWAYS_ONE)})."
    )


def _keys(room: float) -> tuple[list[str], int]:
    stem = [line(13, 18, 13, 9, "value", 3), tag("circle", cx=13, cy=8, r=4, fill=tone("value"))]
    green = {"x": 0, "y": 5, "width": 26, "height": 13, "fill": tone("value"), "fill_opacity": 0.4}
    band = {"x": 0, "y": 4, "width": 26, "height": 14, "fill": tone("ink"), "fill_opacity": 0.1}
    rows = [
        ("marked number", "value-ink", 158, stem),
        ("what is left of it", "value-ink", 166, [tag("rect", **green), line(0, 5, 26, 5, "value", 1.5)]),
        ("what the others add", "soft", 170, [tag("rect", **band)]),
    ]
    parts, x, y = [], 0.0, 0
    for text, ink, wide, marks in rows:
        if x + wide > room + 20:
            x, y = 0.0, y + 1
        parts.append(group(x, 24 * y, [*marks, words(34, 16, text, ink=ink, size=14.0, bold=True)]))
        x += wide
    return parts, y + 1


def _stream(axes: Axes, got: Held) -> list[str]:
    """The numbers as stems; the two marked ones are thicker, with a head and their size."""
    right = LEFT + axes.wide
    parts = [line(LEFT, ROOF, right, ROOF, "line"), line(LEFT, axes.floor, right, axes.floor, "control", 1.25)]
    parts += [words(LEFT - 7, axes.up(v) + 4.5, str(v), at="end") for v in (1, 0)]
    for t, v in enumerate(got.numbers):
        x = axes.x(t + 0.5)
        if t in got.marks:
            parts.append(line(x, axes.floor, x, axes.base, "control", 1.5, "0 5"))
        looks = ("value", 3) if t in got.marks else ("control", min(2, 0.5 * axes.wide / axes.steps))
        stem = line(x, axes.floor, x, axes.up(v), *looks)
        parts.append(stem.replace("<line ", '<line class="sr-p-stem" '))
    places = [axes.x(t + 0.5) for t in got.marks]
    is_close = places[1] - places[0] < 36  # then the two numbers step aside
    for k, (x, t) in enumerate(zip(places, got.marks, strict=True)):
        y = axes.up(got.numbers[t])
        parts.append(tag("circle", cx=x, cy=y, r=4.5, fill=tone("value")))
        place, at = (x + (4, -4)[k], ("end", "start")[k]) if is_close else (max(x, LEFT + 14), "middle")
        parts.append(words(place, y - 9, two(got.numbers[t]), at=at, ink="value-ink", bold=True, halo=True))
    return parts


def _grid(axes: Axes) -> list[str]:
    right, parts = LEFT + axes.wide, []
    for i in range(round(axes.ceiling / axes.gap) + 1):
        y = axes.y(i * axes.gap)
        parts.append(line(LEFT, y, right, y, *(("line",) if i else ("control", 1.25))))
        parts.append(words(LEFT - 7, y + 4.5, f"{i * axes.gap:g}", at="end"))
    for t in axes.stops():
        parts.append(line(axes.x(t - 0.5), axes.base, axes.x(t - 0.5), axes.base + 5, "control", 1.25))
        parts.append(words(axes.x(t - 0.5), axes.base + 20, str(t), at="middle"))
    return parts


def _drawing(axes: Axes, got: Held) -> list[str]:
    """The stream over the cell, with what the cell has of the marked numbers and of the others."""
    right, end, both = LEFT + axes.wide, got.cell[-1], got.first + got.second
    parts = [*_stream(axes, got), *_grid(axes)]
    green, band = {"fill": tone("value"), "fill_opacity": 0.4}, {"fill": tone("ink"), "fill_opacity": 0.1}
    stacked = [("first", got.first, None, green), ("second", both, got.first, green), ("others", got.cell, both, band)]
    for kind, high, low, looks in stacked:
        under = f"{number(axes.base)}H{number(LEFT)}" if low is None else axes.back(low)
        parts.append(tag("path", class_=f"sr-p-{kind}", d=f"M{number(LEFT)} {axes.stairs(high)}V{under}Z", **looks))
    edges = [
        ("edge", got.first, got.marks[0], "value", 1.25),
        ("edge", both, got.marks[1], "value", 1.25),
        ("cell", got.cell, 0, "memory-ink", 4),
        ("over", got.cell, 0, "memory", 1.75),
    ]
    for kind, sizes, start, ink, wide in edges:
        looks = {"fill": "none", "stroke": tone(ink), "stroke_width": wide, "stroke_linejoin": "round"}
        d = f"M{number(axes.x(start))} {axes.stairs(sizes, start)}"
        parts.append(tag("path", class_=f"sr-p-{kind}", d=d, **looks))
    parts.append(line(LEFT, axes.y(got.wanted), right, axes.y(got.wanted), "ink", 1.5, "6 4"))
    miss = f"M{number(right + 5)} {number(axes.y(got.wanted))}h6V{number(axes.y(end))}h-6"
    parts.append(tag("path", class_="sr-p-miss", d=miss, fill="none", stroke=tone("ink"), stroke_width=1.5))
    named = [
        (f"wanted {two(got.wanted)}", {"ink": "ink", "bold": True}, got.wanted),
        (f"cell {two(end)}", {"ink": "memory-ink", "bold": True}, end),
        (_missed(end - got.wanted), {}, (end + got.wanted) / 2),
    ]
    places = apart([axes.y(size) for *_, size in named], axes.top - 4, axes.base)
    for (text, looks, _), y in zip(named, places, strict=True):
        parts.append(words(right + 17, y + 4.5, text, **looks))
    parts += [words(0, 11, "the stream of numbers"), words(0, axes.top - 15, "what the cell holds", halo=True)]
    return [*parts, words(LEFT + axes.wide / 2, axes.base + 40, "step, t", at="middle")]
