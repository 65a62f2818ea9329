"""The picture of the widget ``NoisyRecall``, and the memory behind it in NumPy."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from softrecall.hypercube import ball_fraction
from softrecall.plots.pictures._draw import NARROW, Picture, digits, group, line, plate, tag, tone, words
from softrecall.plots.pictures._random import stream

N_BITS, N_LOCATIONS, N_READS = 256, 2000, 6


def bits_of(numbers: np.ndarray) -> np.ndarray:
    """Write 32-bit numbers as rows of 256 bits, the highest first: (8 n,) to (n, 256)."""
    return np.unpackbits(numbers.astype(">u4").view(np.uint8)).reshape(-1, N_BITS)


def named_bits(named: Sequence[Sequence[str]]) -> np.ndarray:
    """Read pairs of a name and 64 hexadecimal digits as rows of bits."""
    return np.stack([np.unpackbits(np.frombuffer(bytes.fromhex(digits), dtype=np.uint8)) for _, digits in named])


class Recall(NamedTuple):
    """What a memory gave back: see ``compute`` in the widget's script."""

    states: np.ndarray
    goal: np.ndarray
    wrong: list[int]
    answered: list[int]
    held: list[int]
    nearest: int
    away: int
    is_settled: bool
    expected: float


def recall(
    named: Sequence[Sequence[str]], load: int, radius: int, flips: int, target: int, noise: int, steps: int
) -> Recall:
    """Write patterns into counters, flip bits of one and read `steps` times, each read asked by the last."""
    eight = named_bits(named)
    fillers = bits_of(stream(2, (200 - len(eight)) * N_BITS // 32))
    patterns = np.concatenate([eight, fillers])[:load]  # (load, 256)
    locations = bits_of(stream(1, N_LOCATIONS * N_BITS // 32))
    signs = 2 * patterns.astype(np.int64) - 1
    addresses = 2 * locations.astype(np.int64) - 1
    is_written = (N_BITS - signs @ addresses.T) // 2 <= radius  # (load, 2000)
    counters = is_written.T.astype(np.int64) @ signs  # (2000, 256)
    state = eight[target].copy()
    state[np.argsort(stream(3 + noise, N_BITS), kind="stable")[:flips]] ^= 1
    states, answered, held = [state], [], []
    for _ in range(max(1, steps)):
        is_near = (locations != state).sum(axis=1) <= radius
        answered.append(int(is_near.sum()))
        held.append(int((is_near & is_written[target]).sum()))
        if steps:
            state = (counters[is_near].sum(axis=0) > 0).astype(np.uint8)
            states.append(state)
    gaps = (eight != state).sum(axis=1)
    wrong = [int((one != eight[target]).sum()) for one in states]
    is_settled = steps > 0 and bool((states[-1] == states[-2]).all())
    expected = N_LOCATIONS * ball_fraction(N_BITS, radius)
    nearest = int(gaps.argmin())
    return Recall(
        np.stack(states), eight[target], wrong, answered, held, nearest, int(gaps[nearest]), is_settled, expected
    )


def noisy_recall(
    sets: Mapping[str, Sequence[Sequence[str]]], flips: int, radius: int, load: int, stored: str, target: int,
    noise: int, steps: int, question: str, width: int,
) -> Picture:  # fmt: skip
    """Draw the cue, what came back, the stored picture, and how many bits were wrong after each read."""
    named = sets[stored]
    got = recall(named, load, radius, flips, target, noise, steps)
    name = named[target][0]
    is_wide = width >= NARROW
    room = width - (44 if is_wide else 28)
    gap = 22 if is_wide else room - 288
    spots = [(0, 0), (144 + gap, 0), (2 * (144 + gap), 0), (3 * (144 + gap) + 8, 0)]
    if not is_wide:
        spots = [(0, 0), (144 + gap, 0), (0, 204), (144 + gap, 204)]
    back = f"recall, read {steps}" if steps else "recall"
    tiles = [
        ("cue", "query", 2.0, got.states[0], f"{_wrong(got.wrong[0])}, dotted"),
        (back, "value", 4.0, got.states[-1] if steps else None, _wrong(got.wrong[-1]) if steps else "nothing yet"),
        ("stored", "memory", 1.5, got.goal, name),
    ]
    body = []
    for (x, y), (title, role, edge, bits, below) in zip(spots[:3], tiles, strict=True):
        head = words(0, 14, title, ink=f"{role}-ink", bold=True)
        parts = [head, group(0, 22, _tile(role, edge, bits, got.goal)), words(0, 184, below)]
        if bits is None:
            answer = f"{got.answered[0]} location{'' if got.answered[0] == 1 else 's'}"
            parts += [words(72, 89, answer, at="middle"), words(72, 109, "will answer", at="middle")]
        body.append(group(x, y, parts))
    rest = room - spots[3][0] if is_wide else 144
    body.append(group(*spots[3], [words(0, 14, "bits wrong, by read"), group(0, 22, _strip(rest, got.wrong))]))
    noun = "letter" if stored == "letters" else "picture"
    asked = question or f"Flip {flips} of a {noun}’s 256 bits. Does the memory find its way back?"
    hold = f"{got.answered[-1]} of 2,000 locations answer; {got.held[-1]} of them hold {name}."
    reads = "one read" if steps == 1 else f"{steps} reads"
    if steps:
        left = f"{got.wrong[-1]} {'is' if got.wrong[-1] == 1 else 'are'}"
        finding = f"{got.wrong[0]} of 256 bits were wrong, after {reads} {left}. {hold}"
    else:
        finding = f"{got.wrong[0]} of 256 bits are wrong. {hold}"
    if got.answered[0] < 1:
        finding = (
            "No location answers: nothing comes back."
            f" Within {radius} bits of a cue {digits(got.expected)} of 2,000 locations are expected."
        )
    alt = f"A stored {noun} of 256 bits, {name}, and a cue with some of its bits flipped. {finding}"
    return plate(width, asked, body, 22 + (190 if is_wide else 394), finding, alt)


def _wrong(n: int) -> str:
    return f"{n} bit{'' if n == 1 else 's'} wrong"


def _tile(role: str, edge: float, bits: np.ndarray | None, goal: np.ndarray) -> list[str]:
    """One picture in its frame. Bits that differ from `goal` carry a dot."""
    box = {"x": edge / 2, "y": edge / 2, "width": 144 - edge, "height": 144 - edge, "rx": 7}
    looks = {"fill": tone("plate"), "stroke": tone("memory-ink" if role == "memory" else role), "stroke_width": edge}
    if bits is None:
        return [tag("rect", **box, **looks | {"stroke_width": 2.0}, stroke_dasharray="6 5")]
    places = [(i, 8 * (i % 16), 8 * (i // 16)) for i in range(N_BITS)]
    art = "".join(f"M{x} {y}h7.5v7.5h-7.5z" for i, x, y in places if bits[i])
    parts = [tag("path", class_=f"sr-p-{role}", d=art, fill=tone(f"{role}-ink"))]
    for value, ink in ((1, "plate"), (0, f"{role}-ink")):
        dots = "".join(f"M{x + 3.75} {y + 3.75}h.01" for i, x, y in places if bits[i] == value != goal[i])
        round_ = {"stroke": tone(ink), "stroke_width": 3.36, "stroke_linecap": "round"}
        parts.append(tag("path", class_=f"sr-p-{role}-dots", d=dots or "M0 0", **round_))
    return [tag("rect", **box, **looks), group(8, 8, parts)]


def _strip(wide: float, wrong: Sequence[int]) -> list[str]:
    """How many bits are wrong after each read."""
    points = [(10 + (wide - 20) * t / N_READS, 144 - 0.9 * n) for t, n in enumerate(wrong)]
    y = 144 - 0.9 * 128
    parts = [line(0, y, wide, y, "ink", 1.5, "0 5"), words(wide, y - 6, "128: chance", at="end", halo=True)]
    parts.append(line(0, 144, wide, 144, "control", 1.25))
    parts += [words(10 + (wide - 20) * t / N_READS, 162, str(t), at="middle") for t in range(N_READS + 1)]
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    parts.append(tag("path", d=path, fill="none", stroke=tone("value"), stroke_width=2.5))
    for t, (x, y) in enumerate(points):
        ring = {"fill": tone("plate"), "stroke": tone("value"), "stroke_width": 2.5} if t else {"fill": tone("query")}
        parts.append(tag("circle", class_="sr-p-wrong", cx=x, cy=y, r=4.5, **ring))
    for t in sorted({0, len(points) - 1}):
        x, y = points[t]
        side = 0 if len(points) != 2 else 5 if t else -3
        ink = "value-ink" if t else "query-ink"
        parts.append(words(x + side, y - 10, str(wrong[t]), at="middle", ink=ink, bold=True, halo=True))
    return parts
