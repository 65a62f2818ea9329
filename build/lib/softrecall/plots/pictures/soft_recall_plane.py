"""The picture of the widget ``SoftRecallPlane``."""

import math
from collections.abc import Sequence
from itertools import combinations

import numpy as np

from softrecall.plots.pictures._draw import NARROW, Picture, digits, group, line, percent, plate, tag, tone, words
from softrecall.similarity import entropy, softmax


def read_plane(
    addresses: Sequence[Sequence[float]], pixels: Sequence[Sequence[str]], beta: float, cue: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Read the memory at a cue: the weights (n,), the recalled address (2,) and the blended picture (rows, columns)."""
    keys = np.asarray(addresses, dtype=float)
    bits = np.array([[[mark == "#" for mark in row] for row in rows] for rows in pixels], dtype=float)
    weights = softmax(-((keys - cue) ** 2).sum(axis=-1) / 2, beta)
    return weights, weights @ keys, np.tensordot(weights, bits, axes=1)


def borders(addresses: Sequence[Sequence[float]], box: Sequence[float]) -> list[tuple[float, float, float, float]]:
    """Where a hard look-up would switch: the pieces of bisectors, in a box, from which no third address is nearer."""
    keys = np.asarray(addresses, dtype=float)
    x0, y0, x1, y1 = box
    pieces = []
    for i, j in combinations(range(len(keys)), 2):
        middle, along = (keys[i] + keys[j]) / 2, np.array([keys[i, 1] - keys[j, 1], keys[j, 0] - keys[i, 0]])
        others = np.delete(keys, [i, j], axis=0) - keys[i]
        squares = (np.delete(keys, [i, j], axis=0) ** 2).sum(axis=1) - (keys[i] ** 2).sum()
        walls = np.array([[1.0, 0], [-1, 0], [0, 1], [0, -1]])
        slopes = np.concatenate([walls @ along, others @ along])  # keep slope * t <= rest
        rests = np.concatenate([np.array([x1, -x0, y1, -y0]) - walls @ middle, squares / 2 - others @ middle])
        if (rests[slopes == 0] < 0).any():
            continue
        start = (rests[slopes < 0] / slopes[slopes < 0]).max(initial=-np.inf)
        end = (rests[slopes > 0] / slopes[slopes > 0]).min(initial=np.inf)
        if start < end:
            pieces.append((*(middle + start * along), *(middle + end * along)))
    return [tuple(map(float, piece)) for piece in pieces]


def soft_recall_plane(
    beta: float, cue: tuple[float, float], names: Sequence[str], addresses: Sequence[Sequence[float]],
    pixels: Sequence[Sequence[str]], size: Sequence[float], question: str, width: int,
) -> Picture:  # fmt: skip
    """Draw the plane with rays as thick as weights, the recall, and the blended picture."""
    weights, recall, blend = read_plane(addresses, pixels, beta, cue)
    is_wide = width >= NARROW
    room = width - (44 if is_wide else 28)
    across = room - 172 if is_wide else room
    scale = min(across / size[0], 68)  # the same both ways
    body = [group((across - size[0] * scale) / 2, 10, _plane(scale, cue, recall, weights, addresses, pixels, size))]
    order = sorted(range(len(names)), key=lambda i: -weights[i])
    returns = _returned(blend, [(names[i], weights[i]) for i in order[:4]], is_wide)
    height = size[1] * scale + 10
    body.append(group(across + 28, 14, returns) if is_wide else group(0, height + 14, returns))
    best = names[order[0]]
    finding = (
        f"At β = {digits(beta)} the cue reaches {math.exp(entropy(weights)):.1f} of {len(names)} memories"
        f" (effective number). Most like it: {best}, {percent(weights[order[0]])}."
    )
    shares = ", ".join(f"{percent(weights[i])} {names[i]}" for i in order[:4])
    alt = f"{len(names)} small pictures stored in a plane and a cue among them. {finding} What comes back is {shares}."
    return plate(width, question, body, max(height, 260) + 22 if is_wide else height + 170, finding, alt)


def _square(rows: Sequence[str], x: float, y: float, unit: float) -> str:
    marks = [(r, c) for r, row in enumerate(rows) for c, mark in enumerate(row) if mark == "#"]
    side = f"{unit - 0.4:.2f}"
    path = "".join(f"M{x + c * unit:.2f} {y + r * unit:.2f}h{side}v{side}h-{side}z" for r, c in marks)
    return tag("path", d=path, fill=tone("memory-ink"))


def _plane(
    scale: float, cue: tuple[float, float], recall: np.ndarray, weights: np.ndarray,
    addresses: Sequence[Sequence[float]], pixels: Sequence[Sequence[str]], size: Sequence[float],
) -> list[str]:  # fmt: skip
    x, y, rx, ry = (float(scale * value) for value in (*cue, *recall))
    side = 40.0 if scale > 40 else 32.0
    rays, tiles, shares = [], [], []
    for x1, y1, x2, y2 in borders(addresses, (0, 0, *size)):
        rays.append(line(scale * x1, scale * y1, scale * x2, scale * y2, "control", 1.25, "1.5 4"))
    for (ax, ay), rows, weight in zip(addresses, pixels, weights, strict=True):
        px, py = scale * ax, scale * ay
        if weight >= 0.0005:
            thick = {"stroke": tone("memory"), "stroke_width": f"{0.75 + 20 * weight:.3f}"}
            rays.append(tag("line", class_="sr-p-ray", x1=x, y1=y, x2=px, y2=py, **thick))
        edge = {"fill": tone("plate"), "stroke": tone("memory-ink" if weight >= 0.005 else "control")}
        box = {"x": px - side / 2, "y": py - side / 2, "width": side, "height": side, "rx": 6}
        tiles.append(tag("rect", **box, **edge, stroke_width=2 if weight >= 0.1 else 1.25))
        tiles.append(_square(rows, px - side / 2 + 5.2, py - side / 2 + 5.2, (side - 10) / 8))
        looks = {"ink": "ink", "bold": True} if weight >= 0.1 else {"ink": "muted"}
        shares.append(words(px, py + side / 2 + 15, percent(weight), at="middle", halo=True, **looks))
    paint = {"fill": tone("plate"), "stroke": tone("value"), "stroke_width": 4}
    ring = tag("circle", class_="sr-p-recall", cx=rx, cy=ry, r=11, **paint)
    dots = [tag("circle", cx=rx, cy=ry, r=3, fill=tone("value")), tag("circle", cx=x, cy=y, r=9.5, fill=tone("query"))]
    beside = (rx + 19, ry - 5) if scale > 40 else (rx + 13, ry - 20)
    labels = [
        words(*beside, "recall", ink="value-ink", bold=True, halo=True),
        words(x + 17, y + 19, "cue", ink="query-ink", bold=True, halo=True),
    ]
    return [*rays, *tiles, line(x, y, rx, ry, "value", 2.5), ring, *dots, *shares, *labels]


def _returned(blend: np.ndarray, best: list[tuple[str, float]], is_wide: bool) -> list[str]:
    parts = [words(0, 14, "What comes back", ink="ink", size=15.0, bold=True)]
    frame = {"x": 1.0, "y": 25.0, "width": 112.0, "height": 112.0, "rx": 7}
    parts.append(tag("rect", **frame, fill=tone("plate"), stroke=tone("value"), stroke_width=2))
    for (r, c), value in np.ndenumerate(blend):
        if value >= 0.0005:
            cell = {"x": 9.0 + 12 * c, "y": 33.0 + 12 * r, "width": 11, "height": 11, "fill": tone("value-ink")}
            parts.append(tag("rect", class_="sr-p-cell", **cell, fill_opacity=f"{value:.3f}"))
    left, top, right = (0, 162, 114) if is_wide else (140, 48, 280)
    for i, (name, weight) in enumerate(best):
        parts.append(words(left, top + 22 * i, name, ink="ink", size=15.0))
        parts.append(words(right, top + 22 * i, percent(weight), at="end", ink="ink", size=15.0))
    return parts
