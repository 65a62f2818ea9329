"""The picture of the widget ``NearestNeighbour``."""

import math
from typing import NamedTuple

from softrecall.plots.pictures._draw import SPACE, Picture, line, number, plate, tag, tone, words

BASE, TOP = 178.0, 36.0


class Distances(NamedTuple):
    """The expected smallest distance of many random strings, and the quartiles of one distance, in bits."""

    closest: float
    low: int
    high: int


def distances(n_bits: int, n_strings: int) -> Distances:
    """Sum over d the chance that all strings lie beyond d: the expected smallest distance. The counts are exact."""
    closest, low, high = 0.0, None, n_bits
    circle, ball = 1, 0  # strings at distance d and within it
    for d in range(n_bits):
        ball += circle
        below = ball / 2**n_bits
        low = d if low is None and below >= 0.25 else low
        if below < 1:
            closest += math.exp(n_strings * math.log1p(-below))
        if below >= 0.75:
            high = d
            break
        circle = circle * (n_bits - d) // (d + 1)
    return Distances(closest, low or 0, high)


def outline(n_bits: int) -> list[tuple[float, float]]:
    """Points (share of the bits, chance relative to the largest), where they can be seen."""
    half = n_bits // 2
    chances = {half: 1.0}
    for d in range(half, 0, -1):  # outwards from the middle, relative to it
        chances[d - 1] = chances[d] * d / (n_bits - d + 1)
        if n_bits >= 40 and chances[d - 1] <= 1e-4:
            del chances[d - 1]
            break
    for d in [*chances]:
        chances[n_bits - d] = chances[d]
    seen = sorted(chances)
    step = max(1, len(seen) // 200)
    return [(d / n_bits, chances[d]) for i, d in enumerate(seen) if i % step == 0 or i == len(seen) - 1]


def _share(x: float) -> str:
    return f"{100 * x:.1f}".removesuffix(".0")


def _many(n: int) -> str:
    return "a million" if n == 1_000_000 else f"{n:,}"


def nearest_neighbour(n_bits: int, n_strings: int, guess: float, looked: bool, width: int) -> Picture:
    """Draw the axis with the guess and, if `looked`, the distances and the expected nearest."""
    room = width - (44 if width >= 560 else 28)
    parts, texts = _answer(room, n_bits, n_strings) if looked else ([], [])
    at = _x(room, guess / 100)
    parts += [line(0, BASE, room, BASE, "control", 1.25), line(at, BASE, at, _y(0.84), "ink", 1.5, "4 3")]
    parts.append(tag("circle", cx=_x(room, 0), cy=BASE, r=6, fill=tone("query")))
    side = {"at": "end"} if at > 80 else {}
    is_one = at > 136 or (not side and room > 460)
    for i, row in enumerate([f"your guess, {guess:.0f}{SPACE}%"] if is_one else ["your guess", f"{guess:.0f}{SPACE}%"]):
        texts.append(words(at - 6 if side else at + 6, _y(0.84) + 5 + 17 * i, row, ink="ink", halo=True, **side))
    texts.append(words(2, BASE - 14, "yours", ink="query-ink", bold=True, halo=True))
    for p in (0, 25, 50, 75, 100):
        x = _x(room, p / 100)
        parts.append(line(x, BASE, x, BASE + 5, "control", 1.25))
        end = {0: ("start", 0.0), 100: ("end", float(room))}.get(p, ("middle", x))
        texts.append(words(end[1], BASE + 20, f"{p}{SPACE}%", at=end[0]))
    texts.append(words(_x(room, 0.5), BASE + 38, "bits that differ from yours", at="middle"))
    question = (
        f"Take one random string of {n_bits:,} bits and draw {_many(n_strings)} more."
        " In how many of its bits does the closest one differ from yours?"
    )
    finding = f"Your guess stands at {guess:.0f}{SPACE}% of the bits. The answer is hidden until you look."
    if looked:
        found = distances(n_bits, n_strings)
        finding = (
            f"The closest of {_many(n_strings)} is expected at {_share(found.closest / n_bits)}{SPACE}% of the bits;"
            f" the middle half differ by {_share(found.low / n_bits)} to {_share(found.high / n_bits)}{SPACE}%."
        )
    alt = f"An axis of the share of bits that differ, with your own string at 0. {finding}"
    return plate(width, question, [*parts, *texts], 250, finding, alt)


def _x(room: float, share: float) -> float:
    return 9 + share * (room - 18)


def _y(height: float) -> float:
    return BASE - height * (BASE - TOP)


def _path(room: float, points: list[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{number(_x(room, x))} {number(_y(y))}" for x, y in points)


def _answer(room: float, n_bits: int, n_strings: int) -> tuple[list[str], list[str]]:
    looks = {"fill": tone("memory"), "stroke": tone("memory-ink"), "stroke_width": 1.25}
    parts = [tag("path", class_="sr-p-curve", d=_path(room, outline(n_bits)) + "Z", **looks)]
    label = f"{_many(n_strings)} strings of {n_bits:,} bits"
    texts = [words(_x(room, 0.5), TOP - 9, label, at="middle", ink="memory-ink", bold=True, halo=True)]
    for n, dashes, at, height, text in ((10, "0 4", 0.74, 0.42, "10 bits"), (100, "6 4", 0.59, 0.36, "100")):
        if abs(math.log(n_bits / n)) >= 0.35:
            thin = {"fill": "none", "stroke": tone("soft"), "stroke_width": 1.25, "stroke_dasharray": dashes}
            parts.append(tag("path", d=_path(room, outline(n)), stroke_linecap="round", **thin))
            texts.append(words(_x(room, at), _y(height), text, halo=True))
    share = distances(n_bits, n_strings).closest / n_bits
    at = _x(room, share)
    parts.append(line(at, BASE, at, _y(0.57), "memory-ink", 2))
    parts.append(tag("circle", class_="sr-p-closest", cx=at, cy=BASE, r=5.5, **looks))
    rows = ["closest", f"{_share(share)}{SPACE}%"]
    rows = [", ".join(rows)] if at > 100 or room > 460 else rows
    side = {"at": "end"} if at > (100 if len(rows) == 1 else 60) else {}
    for i, row in enumerate(rows):
        place = (at - 6 if side else at + 6, _y(0.57) + 5 + 17 * i)
        texts.append(words(*place, row, ink="memory-ink", bold=True, halo=True, **side))
    return parts, texts
