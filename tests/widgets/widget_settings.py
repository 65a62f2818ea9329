"""Settings of a widget drawn from the bounds of its traits, and values that its traits must refuse."""

import math
import random

import numpy as np
import traitlets

WORDS = ("", "Why?", "a & b <c>")


def texts(trait):
    """Texts that a trait takes: some words, or, where it names its characters, one that has them all in turn."""
    if "characters" not in trait:
        return [word[: trait["longest"]] for word in WORDS if len(word) >= trait["shortest"]]
    signs, longest = trait["characters"], trait["longest"]
    pieces = [signs[i : i + longest] for i in range(0, len(signs), longest)]
    return [signs[: trait["shortest"]], signs[-longest:], signs[:1] * longest, *pieces]


def draw(trait, rng):
    """One good value of a trait, from its description: its ends and special values more often than others."""
    kind = trait["kind"]
    if trait["optional"] and rng.random() < 0.25:
        return None
    if kind == "flag":
        return rng.random() < 0.5
    if kind == "choice":
        return rng.choice(trait["choices"])
    if kind == "text":
        return rng.choice(texts(trait))
    if kind == "list":
        return [draw(trait["item"], rng) for _ in range(rng.randint(trait["fewest"], trait["most"]))]
    low, high = trait["low"], trait["high"]
    ends = [low, high, *trait["also"]]
    if rng.random() < 0.3:
        value = rng.choice(ends)
    elif low > 0 and high / low >= 50 and rng.random() < 0.7:
        value = low * (high / low) ** rng.random()
    else:
        value = rng.uniform(low, high)
    return round(value) if kind == "count" and not isinstance(value, str) else value


def settings(widget, n, seed=20):
    """The state of the widget at its defaults, and `n` - 1 states drawn from its bounds."""
    rng, found = random.Random(f"{widget.__name__} {seed}"), [widget()]
    while len(found) < n:
        try:
            found.append(widget(**{name: draw(trait, rng) for name, trait in widget.describe().items()}))
        except traitlets.TraitError as error:  # two traits that do not fit together, such as a radius above n_bits
            if "one for each" not in str(error) and "at least" not in str(error) and "at most" not in str(error):
                raise
    return found


def good_values(trait):
    """Values that a trait takes, with what it must make of each."""
    kind = trait["kind"]
    if kind == "flag":
        return [(np.True_, True), (False, False)]
    if kind in ("choice", "text"):
        return [(np.str_(one), one) for one in (trait["choices"] if kind == "choice" else texts(trait))]
    if kind == "list":
        return []
    make = int if kind == "count" else float
    numbers = [trait["low"], trait["high"], *(one for one in trait["also"] if not isinstance(one, str))]
    scalar = np.int64 if kind == "count" else np.float64
    return [(scalar(x), make(x)) for x in numbers] + [(one, one) for one in trait["also"] if isinstance(one, str)]


def bad_values(trait):
    """Values that a trait must refuse, from its bounds."""
    kind = trait["kind"]
    none = [] if trait["optional"] else [None]
    if kind == "flag":
        return [*none, 1, 0, "True", math.nan]
    if kind == "choice":
        return [*none, "", trait["choices"][0] + " ", 1, [], True]
    if kind == "text":
        sign = texts(trait)[-1][-1]
        short = ["", sign * (trait["shortest"] - 1)] if trait["shortest"] else []
        strange = ["\N{SNOWMAN}" * max(1, trait["shortest"])] if "characters" in trait else []
        return [*none, 1, True, ["a"], sign * (trait["longest"] + 1), *short, *strange]
    if kind == "list":
        item = good_values(trait["item"])[0][1]
        wrong = [[bad] * trait["most"] for bad in bad_values(trait["item"])]
        few = [[item] * (trait["fewest"] - 1)] if trait["fewest"] else []
        return [*none, 3, "ab", *wrong, *few, [item] * (trait["most"] + 1)]
    low, high = trait["low"], trait["high"]
    step = 1 if kind == "count" else 1e-6 * max(1, abs(low))
    wrong = [
        low - step,
        high + max(step, 1e-6 * abs(high)),
        math.nan,
        math.inf,
        -math.inf,
        str(high),
        True,
        1j,
        [],
        "?",
    ]
    return [*none, *wrong, *([2.5, float(high)] if kind == "count" else [])]
