"""The picture of the widget ``NoiseAndBeta``, and its numbers in NumPy."""

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from softrecall.hypercube import circle_intersection_fraction, fit_beta
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
    weight_text,
    words,
)
from softrecall.plots.pictures._random import stream

QUERIES, MOST, SHOWN = 48, 1024, 12  # drawn; patterns a query has room for in the random stream; bars
LOW, HIGH, STEPS = 0.3, 1000.0, 60
GRID = LOW * (HIGH / LOW) ** (np.arange(STEPS + 1) / STEPS)
QUESTION = "The query is noisy. How sharply should the memory read?"
LEFT = 28.0


class Read(NamedTuple):
    """How sharp a read should be: see ``compute`` in the widget's script."""

    bayes: float
    shown: np.ndarray
    meant: int
    nearer: int
    weights: np.ndarray
    posterior: np.ndarray
    circle: np.ndarray
    losses: np.ndarray
    loss: float
    nats: float
    least: float
    low: float
    high: float
    circles: list[tuple[int, float, float]]
    best: int
    blind: int


def draw_distances(n_bits: int, n_patterns: int, noise: float, seed: int) -> np.ndarray:
    """Draw how far each pattern lies from each query, the one meant first: (48, n_patterns) bits."""
    chances = (stream(seed, QUERIES * MOST).reshape(QUERIES, MOST)[:, :n_patterns].astype(float) + 0.5) / 2**32
    far = np.searchsorted(_within(n_bits, 0.5), chances)
    far[:, 0] = np.searchsorted(_within(n_bits, noise), chances[:, 0])
    return np.minimum(far, n_bits)


def _within(n_bits: int, p: float) -> np.ndarray:
    """Give the chance of at most 0, 1, ... flips."""
    at = [(1 - p) ** n_bits]
    for k in range(1, n_bits + 1):
        at.append(at[-1] * ((n_bits - k + 1) / k) * (p / (1 - p)))
    return np.cumsum(at)


@lru_cache(maxsize=8)
def _all_circles(n_bits: int) -> list[tuple[int, float, np.ndarray]]:
    """Each radius from 2 to less than half of the bits, its fitted beta, and the overlap at each distance."""
    radii = range(2, (n_bits + 1) // 2)
    return [(d, fit_beta(n_bits, d).beta, circle_intersection_fraction(n_bits, d)) for d in radii]


def _normalised(raw: np.ndarray) -> np.ndarray:
    """Divide each row by its sum; a row of zeros stays."""
    sums = raw.sum(axis=-1, keepdims=True)
    return raw / np.where(sums > 0, sums, 1.0)


def read(noise: float, beta: float, n_bits: int, n_patterns: int, seed: int) -> Read:
    """Weigh 48 noisy queries by softmax, as Bayes would and by circles, and score the weights."""
    far = draw_distances(n_bits, n_patterns, noise, seed)  # (48, m)
    beyond = far - far.min(axis=1, keepdims=True)

    def soft(b: float) -> np.ndarray:
        return _normalised(np.exp(-2 * b * np.arange(n_bits + 1) / n_bits)[beyond])

    bayes = n_bits / 2 * math.log((1 - noise) / noise)
    posterior, mine = soft(bayes), soft(beta)
    least = float((posterior * (1 - posterior)).sum(axis=1).mean())

    def astray(weights: np.ndarray) -> float:
        return float(((weights - posterior) ** 2).sum(axis=1).mean())

    excess = np.array([astray(soft(b)) for b in GRID])
    circles = [(d, b, least + astray(_normalised(shared[far]))) for d, b, shared in _all_circles(n_bits)]
    scores = np.array([score for *_, score in circles])
    best = int(np.argmax(scores <= scores.min() + 1e-6))
    order = np.lexsort((np.arange(n_patterns) > 0, far[0]))  # by distance, the pattern meant before its equals
    nearer = int(np.flatnonzero(order == 0)[0])
    meant = min(nearer, SHOWN - 1)
    picked = order[:SHOWN] if nearer < SHOWN else np.append(order[:meant], 0)
    circle = _normalised(_all_circles(n_bits)[best][2][far[0]])
    logs = np.log(np.exp(-2 * beta * beyond / n_bits).sum(axis=1, keepdims=True)) + 2 * beta * beyond / n_bits
    nats = float((posterior * logs).sum(axis=1).mean())
    low, high = (_edge(bayes, excess, least, way) for way in (-1, 1))
    blind = int((far.min(axis=1) > 2 * circles[best][0]).sum())
    shown = (far[0][picked], meant, nearer, mine[0][picked], posterior[0][picked], circle[picked])
    return Read(bayes, *shown, least + excess, least + astray(mine), nats, least, low, high, circles, best, blind)


def _edge(bayes: float, excess: np.ndarray, least: float, way: int) -> float:
    """Find where the loss leaves the room above the least, from beta* up or down; its root is taken as straight."""
    room = math.sqrt(max(0.01 * least, 0.001))
    place = STEPS * math.log(bayes / LOW) / math.log(HIGH / LOW)
    before, gap = bayes, 0.0
    for i in range(math.floor(place) + 1, STEPS + 1) if way > 0 else range(math.ceil(place) - 1, -1, -1):
        after = math.sqrt(excess[i])
        if after > room:
            return float(before * (GRID[i] / before) ** ((room - gap) / (after - gap)))
        before, gap = GRID[i], after
    return HIGH if way > 0 else LOW


def noise_and_beta(
    noise: float, beta: float, n_bits: int, n_patterns: int, seed: int, question: str, width: int
) -> Picture:
    """Draw the weights in one query, and the loss over beta."""
    got = read(noise, beta, n_bits, n_patterns, seed)
    is_wide = width >= NARROW
    whole = width - (44 if is_wide else 28)
    room = (whole - 28) / 2 if is_wide else float(whole)
    keys, rows = _keys(whole)
    drop = 12 + 24 * rows + 8
    finding, far = _finding(beta, got), got.shown[got.meant]
    soft, bayes = (weight_text(kind[got.meant]) for kind in (got.weights, got.posterior))
    alt = (
        f"One of {n_patterns:,} patterns of {n_bits} bits is the query, with {percent(noise, True)} of its bits"
        f" flipped. The pattern meant, {far} {'bit' if far == 1 else 'bits'} away, weighs {soft} under softmax"
        f" and {bayes} under the posterior. {finding}"
    )
    base, tall = (252.0, 316) if is_wide else (214.0, 552)
    at = (room + 28, drop) if is_wide else (0, drop + 290)
    body = [group(0, 12, keys), group(0, drop, _bars(room, base, got)), group(*at, _curves(room, base, beta, got))]
    return plate(width, question or QUESTION, body, drop + tall + 14, finding, alt)


def _beta(x: float) -> str:
    return f"{x:,.0f}" if x >= 999.5 else digits(x)


def _loss(x: float) -> str:
    return "<0.001" if x < 0.0005 else f"{x:.3f}"


def _finding(beta: float, got: Read) -> str:
    """What the picture shows, in two sentences."""
    low = f" from {_beta(got.low)}" if got.low > LOW else ""
    high = f"{'' if low else ' up'} to {_beta(got.high)}" if got.high < HIGH else " up" if low else ""
    room = f"1{SPACE}%" if got.least > 0.1 else "0.001"
    d, its, score = got.circles[got.best]
    return (
        f"At β{SPACE}={SPACE}{_beta(beta)} the loss is {_loss(got.loss)}; the noise alone costs {_loss(got.least)}, at"
        f" β*{SPACE}={SPACE}{_beta(got.bayes)}, and every β{low}{high} comes within {room} of that."
        f" Circles of radius {d} reach {_loss(score)}, with a fitted β of {_beta(its)}."
    )


def _keys(room: float) -> tuple[list[str], int]:
    purple = {"r": 4, "fill": tone("memory"), "stroke": tone("memory-ink"), "stroke_width": 1.25}
    bar = tag("rect", x=0, y=4, width=9, height=14, fill=tone("query"))
    rows = [
        ("softmax(β cos)", "query-ink", 144, [bar, line(12, 11, 26, 11, "query", 2.5)]),
        ("posterior, β*", "ink", 132, [line(0, 11, 12, 11, "ink", 3), line(20, 4, 20, 18, "ink", 1.5, "5 4")]),
        ("circles", "memory-ink", 96, [tag("circle", cx=x, cy=11, **purple) for x in (6, 20)]),
        ("loss nearly the least", "soft", 160, [_band(0, 26, 4, 14)]),
    ]
    parts, x, y = [], 0.0, 0
    for text, ink, wide, marks in rows:
        if x + wide > room:
            x, y = 0.0, y + 1
        parts.append(group(x, 24 * y, [*marks, words(34, 16, text, ink=ink, size=14.0, bold=True)]))
        x += wide
    return parts, y + 1


def _band(x: float, wide: float, y: float, high: float) -> str:
    place = {"x": float(x), "y": y, "width": float(max(0.0, wide)), "height": high}
    return tag("rect", class_="sr-p-band", **place, fill=tone("ink"), fill_opacity=0.1)


def _dot(x: float, y: float, r: float, kind: str) -> str:
    purple = {"fill": tone("memory"), "stroke": tone("memory-ink"), "stroke_width": 1.25}
    return tag("circle", class_=f"sr-p-{kind}", cx=float(x), cy=float(y), r=r, **purple)


def _order(k: int) -> str:
    return f"{k}{'th' if 10 < k % 100 < 14 else {1: 'st', 2: 'nd', 3: 'rd'}.get(k % 10, 'th')}"


def _bars(room: float, base: float, got: Read) -> list[str]:
    """The weights in one query: bars for softmax, strokes for the posterior, dots for the circles."""
    high, n_shown = base - 36, len(got.shown)
    step = min(40.0, (room - LEFT) / n_shown)
    places = (LEFT + step * (np.arange(n_shown) + 0.5)).tolist()
    parts = []
    for w in (0.5, 1):
        parts.append(line(LEFT, base - high * w, room, base - high * w, "line"))
        parts.append(words(LEFT - 7, base - high * w + 4.5, f"{w:g}", at="end"))
    if got.nearer > got.meant:
        x = places[got.meant] - step / 2
        parts.append(line(x, 36, x, base + 24, "control", 1.5, "0 5"))
    for i, x in enumerate(places):
        bar, dot, stroke = (base - high * float(kind[i]) for kind in (got.weights, got.circle, got.posterior))
        size = {"width": 0.52 * step, "height": base - bar, "fill": tone("query")}
        parts.append(tag("rect", class_="sr-p-bar", x=x - 0.4 * step, y=bar, **size))
        parts.append(_dot(x + 0.33 * step, dot, 3.6, "circle"))
        parts.append(line(x - 0.48 * step, stroke, x + 0.2 * step, stroke, "ink", 3))
        if got.shown[i] < 100 or step > 21 or i % 2 == got.meant % 2:
            look = {"ink": "key-ink", "bold": True} if i == got.meant else {}
            parts.append(words(x, base + 20, str(got.shown[i]), at="middle", **look))
    parts += [line(LEFT, base, room, base, "control", 1.25), *_meant(places[got.meant], room, base, got.nearer)]
    parts.append(words(0, 11, f"weights in one of the {QUERIES} queries"))
    return [*parts, words((room + LEFT) / 2, base + 58, "distance of the pattern, bits", at="middle")]


def _meant(x: float, room: float, base: float, nearer: int) -> list[str]:
    """Mark the pattern meant, and say how many are nearer."""
    place, side = (x - 11, "end") if x > room / 2 else (x + 11, "start")
    named = f"meant, {_order(nearer + 1)} nearest" if nearer else "meant, nearest"
    sign = tag("path", d=f"M{number(x)} {number(base + 26)}l6 10h-12Z", fill=tone("key"))
    return [sign, words(place, base + 38, named, at=side, ink="key-ink", bold=True)]


def _path(points: list[tuple[float, float]], kind: str, ink: str, size: float) -> str:
    d = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)
    return tag("path", class_=f"sr-p-{kind}", d=d, fill="none", stroke=tone(ink), stroke_width=size)


class Axes:
    """Where betas and losses stand in a panel of this width."""

    def __init__(self, room: float, base: float, got: Read) -> None:
        self.room, self.base, self.top, self.wide = room, base, 72.0, room - LEFT - 8
        highest = max(1.0, float(got.losses.max()), *(score for *_, score in got.circles))
        self.most = math.ceil(2 * highest) / 2

    def x(self, beta: float) -> float:
        return LEFT + self.wide * math.log(beta / LOW) / math.log(HIGH / LOW)

    def y(self, loss: float) -> float:
        return self.base - (self.base - self.top) * loss / self.most

    def grid(self) -> list[str]:
        """Lines at each half, and ticks at the decades."""
        parts, right = [], LEFT + self.wide
        for loss in np.arange(0, self.most + 0.25, 0.5).tolist():
            parts.append(line(LEFT, self.y(loss), right, self.y(loss), "line"))
            parts.append(words(LEFT - 7, self.y(loss) + 4.5, f"{loss:g}", at="end"))
        for beta in (1, 10, 100, 1000):
            x = self.x(beta)
            parts.append(line(x, self.base, x, self.base + 5, "control", 1.25))
            parts.append(words(x, self.base + 20, f"{beta:,}", at="middle" if beta < HIGH else "end"))
        parts.append(words(0, 11, "loss: squared error of the weights"))
        parts.append(words(LEFT + self.wide / 2, self.base + 40, "β, inverse temperature", at="middle"))
        return parts


def _curves(room: float, base: float, beta: float, got: Read) -> list[str]:
    """The loss over beta, with beta*, the reader's beta, and the circles at their fitted betas."""
    axes = Axes(room, base, got)
    x, y = axes.x, axes.y
    _, its, score = got.circles[got.best]
    spots = [(x(b), y(v)) for _, b, v in got.circles]
    hollow = {"fill": "none", "stroke": tone("memory-ink"), "stroke_width": 2}
    full = {"r": 5, "fill": tone("query"), "stroke": tone("plate"), "stroke_width": 1.5}
    lines, texts = _uprights(axes, beta, got)
    return [
        _band(x(got.low), x(got.high) - x(got.low), axes.top, base - axes.top),
        *axes.grid(),
        *lines,
        _path(spots, "path", "memory-ink", 1),
        *(_dot(*spot, 3.2, "dot") for spot in _thinned(spots, got.best)),
        _path([(x(b), y(v)) for b, v in zip(GRID, got.losses, strict=True)], "curve", "query", 2.5),
        tag("circle", class_="sr-p-ring", cx=x(its), cy=y(score), r=7.5, **hollow),
        tag("circle", class_="sr-p-yours", cx=x(beta), cy=y(got.loss), **full),
        line(LEFT, base, LEFT + axes.wide, base, "control", 1.25),
        *texts,
    ]


def _thinned(spots: list[tuple[float, float]], best: int) -> list[tuple[float, float]]:
    """Leave out dots that lie on those before them, and never the best."""
    kept: list[tuple[float, float]] = []
    for i, (x, y) in enumerate(spots):
        if not kept or i == best or math.hypot(x - kept[-1][0], y - kept[-1][1]) >= 7:
            kept.append((x, y))
    return kept


def _uprights(axes: Axes, beta: float, got: Read) -> tuple[list[str], list[str]]:
    """Three upright lines and their names, in rows so ordered that no line crosses a name."""
    d, its, score = got.circles[got.best]
    found = [
        (axes.x(got.bayes), f"β* = {_beta(got.bayes)}", "ink", "ink", "5 4", axes.base),
        (axes.x(beta), f"β = {_beta(beta)}", "query-ink", "query", None, axes.base),
        (axes.x(its), f"circles, d = {d}", "memory-ink", "memory-ink", "0 5", axes.y(score) - 8),
    ]
    rooms = [(x, 7 + 6.9 * len(text)) for x, text, *_ in found]
    sides = [x + wide <= axes.room for x, wide in rooms]
    if not all(sides) and all(x >= wide for x, wide in rooms):
        sides = [False] * 3
    order = sorted(range(3), key=lambda i: (not sides[i], found[i][0] if sides[i] else -found[i][0]))
    lines, texts = [], []
    for row, i in enumerate(order):
        x, text, ink, colour, dashes, end = found[i]
        place, side = (x + 7, "start") if sides[i] else (x - 7, "end")
        lines.append(line(x, 22 + 16 * row, x, end, colour, 1.5, dashes))
        texts.append(words(place, 31 + 16 * row, text, at=side, ink=ink, bold=True, halo=True))
    return lines, texts
