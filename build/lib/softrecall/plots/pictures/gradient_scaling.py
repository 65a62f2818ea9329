"""The picture of the widget ``GradientScaling``, and its numbers in NumPy."""

import math
from typing import NamedTuple

import numpy as np

from softrecall.plots.pictures._draw import (
    MINUS,
    NARROW,
    SPACE,
    Picture,
    digits,
    group,
    line,
    number,
    plate,
    tag,
    tone,
    words,
)
from softrecall.plots.pictures._random import stream

UNITS, WARM_UP, FARTHEST = 16, 20, 100
VANISHED, EXPLODED = 1e-4, 1e4
LOWS, HIGHS = (-8, -16, -32, -64, -128, -320), (6, 16, 32, 64)
QUESTION = "An error arrives at the last step. How much of it is left for the steps long before?"
LEFT, TOP = 44.0, 26.0
RAISE = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Gradients(NamedTuple):
    """The gradient at each step back: see ``compute`` in the widget's script."""

    network: np.ndarray
    scalar: np.ndarray
    gated: np.ndarray
    slope: float
    half: float | None
    total: float
    factor: float | None
    clipped: np.ndarray | None


def multiply(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Multiply matrices with sums from left to right, as the script does: the same in every digit."""
    product = np.zeros((len(a), b.shape[1]))
    for k in range(a.shape[1]):
        product += a[:, k, None] * b[k]
    return product


def spectral_radius(matrix: np.ndarray) -> float:
    """Give the largest modulus of the eigenvalues: the root of the size of a high power, by 50 squarings."""
    sizes = []
    for _ in range(50):
        sizes.append(abs(matrix).max())
        matrix = matrix / sizes[-1]
        matrix = multiply(matrix, matrix)
    root = 1.0
    for size in sizes[::-1]:
        root = size * math.sqrt(root)
    return float(root)


def saturate(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give tanh(x) and its slope by arithmetic alone, the same in every engine: a continued fraction, doubled."""
    y = x / 64
    fraction = np.full_like(y, 13.0)
    for odd in (11, 9, 7, 5, 3, 1):
        fraction = odd + y * y / fraction
    h = y / fraction
    slope = 1 - h * h
    for _ in range(6):
        h = 2 * h / (1 + h * h)
        root = slope / (2 - slope)
        slope = root * root
    return h, slope


def network(weight: float, drive: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw a network and run it forward from rest: its weights, and 1 - h^2 of its units at each step."""
    numbers = (stream(seed, UNITS * (UNITS + WARM_UP + FARTHEST)).astype(float) + 0.5) / 2**31 - 1
    weights = numbers[: UNITS * UNITS].reshape(UNITS, UNITS)
    weights = weights * (weight / spectral_radius(weights))
    hidden, slopes = np.zeros((UNITS, 1)), []
    for inputs in numbers[UNITS * UNITS :].reshape(-1, UNITS, 1):
        sums = drive * inputs
        for j in range(UNITS):
            sums = sums + weights[:, j, None] * hidden[j]
        hidden, slope = saturate(sums)
        slopes.append(slope[:, 0])
    return weights, np.array(slopes)


def gradients(
    weight: float, n_steps: int, activation: str, drive: float, forget: float, clip: float | None, seed: int
) -> Gradients:
    """Carry the gradient back through time, `n_steps` steps."""
    weights, slopes = network(weight, drive, seed)
    slopes = np.ones((n_steps, UNITS)) if activation == "linear" else slopes[::-1][:n_steps]
    product, sizes = np.eye(UNITS), [1.0]
    for slope in slopes:
        product = multiply(weights.T * slope, product)
        norm = math.sqrt((product**2).sum() / UNITS)
        sizes.append(sizes[-1] * norm)
        product /= norm
    back = np.array(sizes)
    steps = np.arange(n_steps + 1.0)
    total = math.sqrt((back**2).sum())
    factor = None if clip is None else min(1.0, clip / total)
    rate = abs(math.log(sizes[-1])) / n_steps
    half = None if rate < 1e-3 else math.log(2) / rate
    clipped = None if factor is None else back * factor
    return Gradients(back, weight**steps, forget**steps, float(slopes.mean()), half, total, factor, clipped)


class Axes:
    """Where steps and gradients stand in a drawing of this width; the axis ends at powers of ten."""

    def __init__(self, room: float, got: Gradients) -> None:
        curves = [got.network, got.scalar, got.gated, *([] if got.clipped is None else [got.clipped])]
        logs = np.log10(np.concatenate(curves))
        self.curves, self.steps = curves, len(got.network) - 1
        self.is_wide = room >= 480
        self.wide, self.high = (room - LEFT - 104, 290.0) if self.is_wide else (room - LEFT - 64, 250.0)
        self.base = TOP + self.high
        low = next(v for v in LOWS if v <= logs.min())  # each zone takes at least nine hundredths of the height
        self.ceiling = next(v for v in HIGHS if v >= logs.max() and v - 4 >= 0.09 * (v - low))
        self.floor = next(v for v in LOWS if v <= low and -4 - v >= 0.09 * (self.ceiling - v))

    def x(self, t: float) -> float:
        return LEFT + t / self.steps * self.wide

    def up(self, power: float) -> float:
        return self.base - self.high * (power - self.floor) / (self.ceiling - self.floor)

    def y(self, size: float) -> float:
        return self.up(math.log10(size))

    def clear(self, height: float) -> float:
        """Give a place at this height where no curve runs through a zone's name."""
        for left in (10, (self.wide - 124) / 2, self.wide - 134):
            places = left - 4 + 4 * np.arange(34)
            heights = [np.interp(places / self.wide * self.steps, np.arange(self.steps + 1), self.up(np.log10(values)))
                       for values in self.curves]  # fmt: skip
            if (abs(np.array(heights) - height) > 11).all():
                return LEFT + left
        return LEFT + 10

    def stops(self) -> range:
        """Steps that have a tick."""
        gap = next(one for one in (1, 2, 5, 10, 20) if self.steps / one <= (10 if self.is_wide else 5))
        return range(0, self.steps + 1, gap)

    def powers(self) -> range:
        """Powers of ten that have a line."""
        gap = next(one for one in (1, 2, 4, 8, 16, 32, 64) if (self.ceiling - self.floor) / one <= 9)
        return range(math.ceil(self.floor / gap) * gap, self.ceiling + 1, gap)


def gradient_scaling(
    weight: float, n_steps: int, activation: str, drive: float, forget: float, clip: float | None, seed: int,
    question: str, width: int,
) -> Picture:  # fmt: skip
    """Draw the gradient of the network, of one weight and of a gated cell, and what clipping makes of the first."""
    got = gradients(weight, n_steps, activation, drive, forget, clip, seed)
    axes = Axes(width - (44 if width >= NARROW else 28), got)
    finding = _finding(weight, n_steps, activation, clip, got)
    some = [math.floor(k * n_steps / 4 + 0.5) for k in (1, 2, 3, 4)]
    listed = ", ".join(f"{_spoken(got.network[t])} at {t} steps back" for t in some)
    alt = (
        f"The gradient in a {activation} network of {UNITS} units with spectral radius {weight:.2f}, relative to that"
        f" at the last step, is {listed}{_zone(got.network[-1])}. One weight of the same size gives"
        f" {_spoken(got.scalar[-1])}, and a cell with the forget gate {forget:g} keeps {_spoken(got.gated[-1])}."
    )
    if got.clipped is not None:
        ends = f"from {_spoken(got.clipped[0])} to {_spoken(got.clipped[-1])}"
        alt += f" Clipped at {clip:g}, the gradient of the network goes {ends}."
    return plate(width, question or QUESTION, [group(0, 12, _drawing(axes, got))], 12 + axes.base + 58, finding, alt)


def _size(v: float) -> str:
    """A number in two or three digits, with a raised exponent where it is far from 1."""
    if 0.001 <= v < 99999.5:
        return f"{v:,.0f}" if v >= 999.5 else digits(v)
    figures, power = f"{v:.1e}".split("e")
    return f"{figures}{SPACE}×{SPACE}10{str(int(power)).translate(RAISE)}"


def _spoken(v: float) -> str:
    return _size(v) if 0.001 <= v < 99999.5 else f"10 to the power {math.log10(v):.1f}".replace("-", MINUS)


def _zone(size: float) -> str:
    return ": vanished" if size < VANISHED else ": exploded" if size > EXPLODED else ""


def _finding(weight: float, n_steps: int, activation: str, clip: float | None, got: Gradients) -> str:
    """What the picture shows, in one to three sentences."""
    last = got.network[-1]
    share = f"{_size(last)} {'of' if last < 1 else 'times'} what it was"
    text = f"{n_steps} steps back the gradient is {share}{_zone(last)}"
    if activation == "tanh":
        tamed = f", although w{SPACE}>{SPACE}1: each" if weight > 1 and last < 1 else ". Each"
        text += f"{tamed} step is also multiplied by 1{SPACE}{MINUS}{SPACE}h², {digits(got.slope)} on average."
    else:
        text += "."
    text += f" The gated cell keeps {_size(got.gated[-1])}."
    if got.factor is not None:
        text += f" Clipping at {clip:g} multiplies every step by {_size(got.factor)}."
    return text


def _raised(x: float, y: float, text: str, exponent: str, **looks: object) -> str:
    """Words that end in a raised exponent."""
    written = words(x, y, text, **looks)
    return written.removesuffix("</text>") + tag("tspan", exponent, dy=-5, font_size=10.5) + "</text>"


def _curve(axes: Axes, values: np.ndarray, kind: str, ink: str, width: float, dashes: str | None = None) -> str:
    points = (f"{number(axes.x(t))} {number(axes.y(v))}" for t, v in enumerate(values))
    looks = {"fill": "none", "stroke": tone(ink), "stroke_width": width, "stroke_linejoin": "round"}
    if dashes:
        looks["stroke_dasharray"] = dashes
    if dashes and dashes.startswith("0 "):
        looks["stroke_linecap"] = "round"
    return tag("path", class_=f"sr-p-{kind}", d="M" + "L".join(points), **looks)


def _grid(axes: Axes) -> list[str]:
    right, base = LEFT + axes.wide, axes.base
    parts = []
    for low, high in ((4, axes.ceiling), (axes.floor, -4)):
        box = {"x": LEFT, "y": axes.up(high), "width": axes.wide, "height": axes.up(low) - axes.up(high)}
        parts.append(tag("rect", **box, fill=tone("sunk")))
    for power in axes.powers():
        y = axes.up(power)
        parts.append(line(LEFT, y, right, y, "line" if power else "control"))
        exponent = str(power).replace("-", MINUS)
        place = (LEFT - 8, y + 4.5)
        parts.append(_raised(*place, "10", exponent, at="end") if power else words(*place, "1", at="end"))
    parts.append(line(LEFT, base, right, base, "control", 1.25))
    for t in axes.stops():
        parts.append(line(axes.x(t), base, axes.x(t), base + 5, "control", 1.25))
        parts.append(words(axes.x(t), base + 20, str(t), at="middle"))
    parts.append(words(0, 11, "size of the gradient, relative to the last step"))
    return [*parts, words(LEFT + axes.wide / 2, base + 40, "steps back, t", at="middle")]


def _drawing(axes: Axes, got: Gradients) -> list[str]:
    """Zones, grid and curves, each with its name at its end."""
    parts = _grid(axes)
    parts.append(_curve(axes, got.scalar, "scalar", "control", 1.5, "6 4"))
    parts.append(_curve(axes, got.gated, "gated", "memory-ink", 1.5))
    purple = {"r": 3.5, "fill": tone("memory"), "stroke": tone("memory-ink"), "stroke_width": 1.25}
    for t in axes.stops()[1:]:
        parts.append(tag("circle", class_="sr-p-dot", cx=axes.x(t), cy=axes.y(got.gated[t]), **purple))
    parts.append(_curve(axes, got.network, "network", "ink", 2.75))
    names = [
        ("network", "", {"ink": "ink", "bold": True}, got.network),
        ("one weight, w" if axes.is_wide else "w", "t", {}, got.scalar),
        ("gated cell, f" if axes.is_wide else "f", "t", {"ink": "memory-ink", "bold": True}, got.gated),
    ]
    if got.clipped is not None:
        parts.append(_curve(axes, got.clipped, "clipped", "ink", 2.75, "0 5.5"))
        names.append(("clipped", "", {"ink": "ink"}, got.clipped))
    places = apart([axes.y(values[-1]) for *_, values in names], TOP + 4, axes.base)
    for (text, exponent, looks, _), y in zip(names, places, strict=True):
        parts.append(_raised(LEFT + axes.wide + 10, y + 4.5, text, exponent, **looks))
    above = _raised(axes.clear(TOP + 10), TOP + 16, "explodes: above 10", "4", halo=True)
    below = _raised(axes.clear(axes.base - 14), axes.base - 8, "vanishes: below 10", f"{MINUS}4", halo=True)
    return [*parts, *(one.replace(tone("plate"), tone("sunk")) for one in (above, below))]


def apart(wanted: list[float], top: float, base: float) -> list[float]:
    """Give heights for labels that want to stand at `wanted`: in the same order, 16 apart, between `top` and `base`."""
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    places = list(wanted)
    last = top - 16
    for i in order:
        places[i] = last = max(wanted[i], last + 16)
    last = base + 16
    for i in order[::-1]:
        places[i] = last = min(places[i], last - 16)
    return places
