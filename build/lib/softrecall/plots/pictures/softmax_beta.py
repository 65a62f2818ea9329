"""The picture of the widget ``SoftmaxBeta``."""

import math
from collections.abc import Sequence

import numpy as np

from softrecall.plots.pictures._draw import (
    MINUS,
    NARROW,
    SANS,
    SPACE,
    Picture,
    digits,
    group,
    line,
    percent,
    plate,
    tag,
    tone,
    weight_text,
    words,
)
from softrecall.similarity import entropy, softmax

COUNTS = ("", "", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight")


def softmax_beta(
    scores: Sequence[float], beta: float | str, labels: Sequence[str], question: str, width: int
) -> Picture:
    """Draw scores and their softmax weights as bars, side by side or one under the other."""
    scores = np.asarray(scores, dtype=float)
    n_keys = len(scores)
    names = [name or f"key {i + 1}" for i, name in enumerate([*labels, *[""] * (n_keys - len(labels))])]
    is_limit = isinstance(beta, str)
    is_best = scores == scores.max()
    weights = is_best / is_best.sum() if is_limit else softmax(scores, beta)
    is_wide = width >= NARROW
    room = (width - 44 - 28) / 2 if is_wide else width - 28
    left = group(0, 12, _score_bars(room, scores, names))
    right = _weight_bars(room, weights, names, is_limit)
    body = [left, group(room + 28, 12, right) if is_wide else group(0, 270, right)]
    best = " and ".join(name for name, won in zip(names, is_best, strict=True) if won)
    at = "In the limit of large β" if is_limit else f"At β = {digits(beta)}"
    share = percent(weights.max(), is_limit or is_best.all())
    finding = (
        f"{at}, {best} {'takes' if is_best.sum() == 1 else 'take'} {share}{'' if is_best.sum() == 1 else ' each'};"
        f" the read is spread over about {math.exp(entropy(weights)):.1f} of {n_keys} keys."
    )
    rows = zip(names, scores, weights, strict=True)
    listed = "; ".join(f"{name}: score {_signed(x)}, weight {weight_text(w, is_limit)}" for name, x, w in rows)
    asked = question or f"{COUNTS[n_keys]} scores, one winner. How large must β be before the winner takes 99{SPACE}%?"
    return plate(width, asked, body, 268 if is_wide else 520, finding, f"{finding} {listed}.")


def _signed(x: float) -> str:
    return f"{x:.6g}".replace("-", MINUS)


def _name(x: float, name: str, slot: float) -> str:
    room = max(2, int(slot / 6.4))
    return words(x, 232, name if len(name) <= room else f"{name[: room - 1]}…", at="middle")


def _head(bold: str, rest: str) -> str:
    first = tag("tspan", bold, font_weight=600, fill=tone("ink"))
    return tag("text", f"{first} {rest}", x=0, y=21, font_family=SANS, font_size=15, fill=tone("muted"))


def _score_bars(room: float, scores: np.ndarray, names: list[str]) -> list[str]:
    slot = room / len(scores)
    bar = min(44.0, slot * 0.62)
    most, least = max(0.0, scores.max()), min(0.0, scores.min())
    unit = 150 / (max(1e-300, most / 4 - least / 4) * 4)  # quarters: the span of two huge scores must not overflow
    zero = 46 + (75 if most == least else most * unit)
    parts = [_head("Scores", "before softmax")]
    for i, (score, name) in enumerate(zip(scores, names, strict=True)):
        middle, size = (i + 0.5) * slot, float(abs(score) * unit)
        top = float(zero - size if score > 0 else zero)
        parts.append(
            tag("rect", class_="sr-p-score", x=middle - bar / 2, y=top, width=bar, height=size, fill=tone("key"))
        )
        parts += [words(middle, 214, _signed(score), at="middle", ink="ink"), _name(middle, name, slot)]
    return [*parts, line(0, zero, room, zero, "ink", 1.25), words(room, zero - 5, "0", at="end", halo=True)]


def _weight_bars(room: float, weights: np.ndarray, names: list[str], is_limit: bool) -> list[str]:
    slot = room / len(weights)
    bar = min(44.0, slot * 0.62)
    share = 214 - 150 / len(weights)
    is_exact = is_limit or bool(np.ptp(weights) == 0)
    grid = [_head("Weights", "after softmax; they sum to 1")]
    for level in (1, 0.5):
        y = 214 - 150 * level
        grid += [line(0, y, room, y, "line"), words(room, y - 5, f"{level:g}", at="end", halo=True)]
    bars, texts = [], []
    paint = {"fill": tone("memory"), "stroke": tone("memory-ink"), "stroke_width": 1.25}
    for i, (weight, name) in enumerate(zip(weights, names, strict=True)):
        middle, size = (i + 0.5) * slot, 150 * float(weight)
        box = {"x": middle - bar / 2, "y": 214 - size, "width": bar, "height": size}
        bars.append(tag("rect", class_="sr-p-weight", **box, **paint))
        shown = weight_text(weight, is_exact)
        texts.append(words(middle, 207 - size, shown, at="middle", ink="ink", bold=True, halo=True))
        texts.append(_name(middle, name, slot))
    marks = [line(0, 214, room, 214, "ink", 1.25), line(0, share, room, share, "ink", 1.5, "0 5")]
    return [*grid, *bars, *marks, words(room, share - 6, "equal shares", at="end", halo=True), *texts]
