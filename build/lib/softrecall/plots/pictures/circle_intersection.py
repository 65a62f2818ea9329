"""The picture of the widget ``CircleIntersection``, and its numbers in NumPy."""

import math
from typing import NamedTuple

import numpy as np

from softrecall.hypercube import circle_intersection_fraction
from softrecall.plots.pictures._draw import (
    MINUS,
    NARROW,
    SANS,
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

ENDLESS = "infinite"
QUESTION = "Two circles of addresses move apart, bit by bit. How fast does their overlap fall?"
LEFT, TOP = 40.0, 26.0


class Fit(NamedTuple):
    """An exponential, ``start * exp(-slope * distance)``, fitted to the distances 0 to `end`; beta = slope n / 2."""

    end: int
    start: float
    slope: float
    r2: float
    beta: float
    parts: int
    over: float


class Overlap(NamedTuple):
    """What the circles share: see ``compute`` in the widget's script."""

    curve: np.ndarray
    inside: float
    expected: float | None
    last: int
    fit: Fit | None
    dots: list[int]
    sample: list[tuple[int, int]]


def fit_exponential(curve: np.ndarray, end: int) -> tuple[float, float, float]:
    """Fit ln(curve) at the distances 0 to `end` by least squares: start, slope and R squared."""
    distances, logs = np.arange(end + 1.0), np.log(curve[: end + 1])
    centred, rises = distances - distances.mean(), logs - logs.mean()
    slope = -(centred @ rises) / (centred @ centred)
    r2 = (centred @ rises) ** 2 / ((centred @ centred) * (rises @ rises))
    return math.exp(logs.mean() + slope * distances.mean()), float(slope), float(r2)


def binomial(u: float, n: int, p: float) -> int:
    """Draw from the binomial distribution by its inverse: the smallest k not exceeded with a chance of at least `u`."""
    if p >= 1:
        return n
    odds = p / (1 - p)
    most = min(n, math.floor((n + 1) * p))
    k, weight, total = most, 1.0, 0.0  # weights are relative to that of the most likely k
    while k < n and weight > 1e-17:
        weight *= (n - k) / (k + 1) * odds
        total += weight
        k += 1
    k, weight, total = most, 1.0, total + 1
    while k > 0 and weight > 1e-17:
        weight *= k / ((n - k + 1) * odds)
        total += weight
        k -= 1
    rest = u * total - weight
    while rest > 0 and k < n:
        weight *= (n - k) / (k + 1) * odds
        rest -= weight
        k += 1
    return k


def overlap(n_bits: int, radius: int, n_locations: int | str, max_distance: int | None, seed: int) -> Overlap:
    """Count what two circles share at each distance, fit it, and draw a sample."""
    shared = circle_intersection_fraction(n_bits, radius)
    inside = float(shared[0])
    curve = shared / inside
    last = min(n_bits, 2 * radius)
    expected = None if n_locations == ENDLESS else n_locations * inside
    fit = None
    if 2 * radius < n_bits:
        end = min(last, max(1, radius - 1) if max_distance is None else max_distance)
        start, slope, r2 = fit_exponential(curve, end)
        ahead = -slope * np.arange(last + 1) - np.log(curve[: last + 1])
        apart = np.flatnonzero(abs(ahead) > math.log(2))
        parts = int(apart[0]) if apart.size else last + 1
        fit = Fit(end, start, slope, r2, slope * n_bits / 2, parts, math.exp(ahead[last]))

    def every(most: int) -> list[int]:
        return list(range(0, last + 1, math.ceil((last + 1) / most)))

    sample = []
    if expected is not None and expected >= 1:
        luck = (stream(seed, n_bits + 1).astype(float) + 0.5) / 2**32
        sample = [(h, binomial(float(luck[h]), n_locations, float(shared[h]))) for h in every(25)]
    return Overlap(curve, inside, expected, last, fit, every(60 if n_bits > 90 else n_bits + 1), sample)


class Axes:
    """Where distances and overlaps stand in a drawing of this width."""

    def __init__(self, room: float, n_bits: int, is_log: bool, got: Overlap) -> None:
        fit, curve = got.fit, got.curve
        self.is_log, self.wide, self.high = is_log, room - LEFT - 14, 290.0 if room >= 480 else 250.0
        self.base = TOP + self.high
        self.reach = min(n_bits, got.last + max(2, math.floor(got.last / 10 + 0.5))) if fit else n_bits
        spread = 1 + 5 / math.sqrt(got.expected) if got.sample else 1
        tail = max(-300, math.floor(-fit.slope * self.reach / math.log(10))) if fit else _power(curve[n_bits])
        floor = _power(0.3 / got.expected) if got.sample and fit else 0
        self.lowest = min(-1, tail, max(_power(curve[got.last]), tail - 2), floor)
        self.highest = math.log10(spread) - self.lowest / 40 if is_log else spread * 1.04

    def x(self, distance: float) -> float:
        return LEFT + distance / self.reach * self.wide

    def y(self, share: float) -> float:
        if not self.is_log:
            return self.base - self.high * share / self.highest
        rise = math.log10(share) - self.lowest if share > 0 else -1.0
        return self.base - self.high * rise / (self.highest - self.lowest)

    def levels(self) -> list[tuple[float, str]]:
        """Heights of the grid, with a text; "-3" stands for a power of ten."""
        if not self.is_log:
            ladder = [i if self.highest > 2 else i / 4 for i in range(9)]
            return [(v, f"{v:g}") for v in ladder if v < self.highest]
        if self.lowest >= -2:
            return [(v, f"{v:g}") for v in (1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01) if v >= 10**self.lowest]
        decades = range(0, 1 - self.lowest, math.ceil(-self.lowest / 9))
        return [(10.0**-k, f"-{k}" if k else "1") for k in decades]


def circle_intersection(
    n_bits: int, radius: int, n_locations: int | str, max_distance: int | None, log_axis: bool, seed: int,
    question: str, width: int,
) -> Picture:  # fmt: skip
    """Draw the overlap at each distance, the fit and softmax, and a sample if the locations are finite."""
    got = overlap(n_bits, radius, n_locations, max_distance, seed)
    is_wide = width >= NARROW
    room = width - (44 if is_wide else 28)
    axes = Axes(room, n_bits, log_axis, got)
    keys = _keys(room, bool(got.sample))
    drop = 12 + 24 * (1 if is_wide else 2) + 8
    finding = _finding(radius, n_locations, got)
    some = [math.floor(k * got.last / 4 + 0.5) for k in (1, 2, 3)]
    listed = ", ".join(f"{_short(got.curve[h])} at distance {h}" for h in some)
    alt = (
        f"The overlap of two circles of radius {radius} in {n_bits:,} bits, relative to that at distance 0,"
        f" is {listed}. {finding}"
    )
    body = [group(0, 12, keys), group(0, drop, _drawing(axes, n_locations, got))]
    return plate(width, question or QUESTION, body, drop + axes.base + 58, finding, alt)


def _power(v: float) -> int:
    return math.floor(math.log10(v))


def _short(v: float) -> str:
    """A number in two or three digits; those too small for words are only called so."""
    return f"{v:,.0f}" if v >= 99.5 else digits(v) if v == 0 or v >= 0.001 else "less than 0.001"


def _finding(radius: int, n_locations: int | str, got: Overlap) -> str:
    """What the picture shows, in two or three sentences."""
    if got.fit is None:
        return (
            f"The circles overlap at any distance: radius {radius} holds {percent(got.inside)} of the space,"
            " and no centres are further apart than 2d."
        )
    if got.expected is not None and got.expected < 1:
        return (
            f"No sample can be seen: of {n_locations:,} locations, {_short(got.expected)} are expected"
            f" within {radius} bits of a point."
        )
    fit = got.fit
    text = (
        f"The fit over distances 0 to {fit.end:,} gives β{SPACE}={SPACE}{_short(fit.beta)}"
        f" (R²{SPACE}={SPACE}{fit.r2:.3f}); softmax is first off by more than a factor of 2 at distance {fit.parts:,},"
        f" and beyond {got.last:,} the circles share nothing."
    )
    if got.sample:
        drawn = f"{got.sample[0][1]:,} of {n_locations:,} locations"
        text += (
            f" One sample, fresh at each distance, has {drawn} in a circle; {_short(got.expected or 0)} are expected."
        )
    return text


def _keys(room: float, is_sampled: bool) -> list[str]:
    purple = {"r": 4, "fill": tone("memory"), "stroke": tone("memory-ink"), "stroke_width": 1.25}
    band = {"y": 4, "width": 26, "height": 14, "fill": tone("ink"), "fill_opacity": 0.1}
    cross = {"fill": "none", "stroke": tone("soft"), "stroke_width": 1.5}
    rows = [
        ("exact overlap", "memory-ink", 136, [tag("circle", cx=x, cy=11, **purple) for x in (6, 20)]),
        ("softmax(β cos)", "query-ink", 144, [line(0, 11, 26, 11, "query", 2.5)]),
        ("exponential fit", "ink", 144, [line(0, 11, 26, 11, "ink", 2, "6 4")]),
    ]
    if is_sampled:
        mark = [tag("rect", x=0, **band), tag("path", d="M9 7l8 8m0 -8l-8 8", **cross)]
        rows.append(("one sample, ± 2 s.d.", "soft", 160, mark))
    parts, x, y = [], 0.0, 0.0
    for text, ink, wide, marks in rows:
        if x + wide > room:
            x, y = 0.0, y + 24
        parts.append(group(x, y, [*marks, words(34, 16, text, ink=ink, size=14.0, bold=True)]))
        x += wide
    return parts


def _path(points: list[tuple[float, float]], **looks: object) -> str:
    return tag("path", d="M" + "L".join(f"{number(x)} {number(y)}" for x, y in points), **looks)


def _grid(axes: Axes) -> list[str]:
    parts = []
    for v, text in axes.levels():
        y, right = axes.y(v), LEFT + axes.wide
        parts.append(line(LEFT, y, right, y, "line"))
        if text.startswith("-"):
            raised = tag("tspan", f"{MINUS}{text[1:]}", dy=-5, font_size=10.5)
            looks = {"font_family": SANS, "font_size": 13, "fill": tone("soft"), "text_anchor": "end"}
            parts.append(tag("text", f"10{raised}", x=LEFT - 8, y=y + 4.5, **looks))
        else:
            parts.append(words(LEFT - 8, y + 4.5, text, at="end"))
    most = 8 if axes.high > 250 else 5
    step = next(one for one in (1, 2, 5, 10, 20, 50, 100, 200, 500) if axes.reach / one <= most)
    for h in range(0, axes.reach + 1, step):
        x = axes.x(h)
        parts += [
            line(x, axes.base, x, axes.base + 5, "control", 1.25),
            words(x, axes.base + 20, f"{h:,}", at="middle"),
        ]
    parts.append(line(LEFT, axes.base, LEFT + axes.wide, axes.base, "control", 1.25))
    parts.append(words(0, 11, "overlap, relative to that at distance 0"))
    return [*parts, words(LEFT + axes.wide / 2, axes.base + 40, "distance of the two centres, bits", at="middle")]


def _drawing(axes: Axes, n_locations: int | str, got: Overlap) -> list[str]:
    """Zone, grid, band and lines; what lies below the axis is cut off by an inner drawing."""
    curve, fit, base = got.curve, got.fit, axes.base
    floor = base if got.expected is None else max(TOP, axes.y(1 / got.expected))
    zone = {"x": LEFT, "y": floor, "width": axes.wide, "height": max(0.0, base - floor), "fill": tone("sunk")}
    marks = []
    if got.sample and got.expected:
        steps = got.dots if got.dots[-1] == got.last else [*got.dots, got.last]
        chances = got.inside * curve[steps]
        spread = 2 * np.sqrt(n_locations * chances * np.maximum(0, 1 - chances)) / got.expected
        upper = [(axes.x(h), axes.y(v)) for h, v in zip(steps, curve[steps] + spread, strict=True)]
        lower = [(axes.x(h), axes.y(v)) for h, v in zip(steps, curve[steps] - spread, strict=True)]
        marks.append(_path([*upper, *lower[::-1]], fill=tone("ink"), fill_opacity=0.1))
    distances = np.linspace(0, axes.reach, 61)
    if fit:
        soft = [(axes.x(h), axes.y(math.exp(-fit.slope * h))) for h in distances]
        marks.append(_path(soft, class_="sr-p-softmax", fill="none", stroke=tone("query"), stroke_width=2.5))
    size = min(4.0, max(2.2, 0.45 * axes.wide / axes.reach * (got.dots[1] if len(got.dots) > 1 else 1)))
    purple = {"r": size, "fill": tone("memory"), "stroke": tone("memory-ink"), "stroke_width": 1.25}
    marks += [tag("circle", class_="sr-p-dot", cx=axes.x(h), cy=axes.y(curve[h]), **purple) for h in got.dots]
    if fit:
        dashed = [(axes.x(h), axes.y(fit.start * math.exp(-fit.slope * h))) for h in distances]
        looks = {"fill": "none", "stroke": tone("ink"), "stroke_width": 2, "stroke_dasharray": "6 4"}
        marks.append(_path(dashed, class_="sr-p-fit", **looks))
    wide, high = LEFT + axes.wide + 14, axes.high + 6
    box = {"x": 0, "y": TOP - 6, "width": wide, "height": high, "viewBox": f"0 {TOP - 6:g} {number(wide)} {high:g}"}
    parts = [tag("rect", **zone), *_grid(axes), tag("svg", "\n".join(marks), **box)]
    lowest = 10.0**axes.lowest if axes.is_log else 0.0
    for h, k in got.sample:
        x, y = axes.x(h) - 4, axes.y(k / (got.expected or 1) if k else lowest) - 4
        looks = {"fill": "none", "stroke": tone("soft"), "stroke_width": 1.5}
        parts.append(tag("path", class_="sr-p-cross", d=f"M{number(x)} {number(y)}l8 8m0 -8l-8 8", **looks))
    return [*parts, *_notes(axes, got, floor)]


def _notes(axes: Axes, got: Overlap, floor: float) -> list[str]:
    """Words at the zone, where the fit ends and where nothing is shared any more."""
    base, fit = axes.base, got.fit
    notes = [] if got.expected is None or base - floor < 40 else ["under one location"]
    if notes and axes.is_log and any(k == 0 for _, k in got.sample):
        notes.append("cross on the axis: none")
    parts = [words(LEFT + 8, base - 9 - 18 * i, text, halo=True) for i, text in enumerate(notes[::-1])]
    if fit:
        x, end = axes.x(fit.end), axes.x(got.last)
        is_late = x > LEFT + axes.wide - 64
        up = 9 if x - 60 * is_late > LEFT + 160 else 9 + 18 * len(notes)
        side = {"at": "end"} if is_late else {}
        parts.append(line(x, base - 8, x, base + 7, "ink", 2.5))
        parts.append(words(x - 7 if is_late else x + 7, base - up, "fit ends", ink="ink", halo=True, **side))
        parts.append(line(end, TOP, end, base, "ink", 1.5, "0 5"))
        parts.append(
            words(
                end - 7,
                TOP + 14,
                f"2d = {got.last:,}{': nothing beyond' if end > LEFT + 160 else ''}",
                at="end",
                halo=True,
            )
        )
    return parts
