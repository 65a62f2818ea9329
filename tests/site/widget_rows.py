"""What each control of each widget must do: one row a control and key, with the numbers that grow and fall.

The numbers are those that ``probe.read`` takes from the drawing and the words on the page. In a row that fits several
controls (a field a key), ``{i}`` stands for the number of the one that is moved.
"""

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A key pressed on a control; before it, other keys on other controls."""

    control: str  # a regular expression that the whole accessible name fits
    key: str  # a key, or "type ..." for text that replaces what stands in a field
    grows: tuple = ()
    falls: tuple = ()
    first: tuple = ()  # pairs (control, key)


BETA = "β inverse temperature"
FLIPS, RADIUS, LOAD = "Bits flipped", "d radius in bits", "m patterns stored"
BITS, PLACES, FIT = "n address bits", "r hard locations", "Fit up to distance"
NOISE, LENGTH = "p bits of the query flipped", "n bits of a pattern"
WEIGHT, BACK, INPUTS, GATE, NORM = (
    "w spectral radius",
    "T steps back",
    "s size of the inputs",
    "f forget gate",
    "c largest norm",
)
CLIP = ("clip the norm", "Space")
KEEP, ADMIT, OTHERS, STREAM = (
    "f forget gate, kept each step",
    "i input gate, marked numbers",
    "i input gate, other numbers",
    "T steps of the stream",
)
MOVED = (BETA, "Your guess", FLIPS, RADIUS, WEIGHT, KEEP)  # a slider of each widget, for tests that need any
ROWS = {
    "softrecall.SoftmaxBeta": (
        Row(
            BETA,
            "ArrowRight",
            grows=(f"position of {BETA}", "largest weight"),
            falls=("entropy", "effective number"),
            first=(("β = 1", "Enter"),),
        ),
        Row(BETA, "PageDown", grows=("entropy", "effective number"), falls=("largest weight",)),
        Row(
            "score of .*",
            "type 9.5",
            grows=("score {i}", "weight {i}", "weight bar {i}", "largest weight"),
            falls=("entropy",),
            first=(("β = 1", "Enter"),),
        ),
        Row(
            "score of .*",
            "type -30,5",
            falls=("score {i}", "weight {i}", "weight bar {i}"),
            first=(("β = 1", "Enter"),),
        ),
        Row("Add a key", "Enter", grows=("keys",), falls=("largest weight",), first=(("β = 1", "Enter"),)),
        Row("Remove the last key", "Enter", falls=("keys",)),
        Row("β = 1/8", "Enter", grows=("entropy",), falls=(f"position of {BETA}",), first=(("β = 1", "Enter"),)),
        Row("β = 1", "Enter", grows=(f"position of {BETA}",), falls=("entropy",), first=(("β = 1/8", "Enter"),)),
        Row("Reset", "Enter", grows=(f"position of {BETA}",), first=((BETA, "Home"),)),
        Row("Reset", "Enter", falls=(f"position of {BETA}", "keys"), first=((BETA, "End"), ("Add a key", "Enter"))),
    ),
    "softrecall.NearestNeighbour": (
        Row("Your guess", "ArrowRight", grows=("guess mark", "position of Your guess")),
        Row("Your guess", "ArrowLeft", falls=("guess mark", "position of Your guess")),
        Row("Look", "Enter", grows=("closest marks",)),
        Row("Guess again", "Enter", falls=("closest marks",), first=(("Look", "Enter"),)),
        Row(
            "Bits in a string",
            "PageUp",
            grows=("position of Bits in a string", "closest", "closest mark"),
            falls=("hump width",),
            first=(("Look", "Enter"),),
        ),
        Row(
            "Bits in a string",
            "PageDown",
            grows=("hump width",),
            falls=("position of Bits in a string", "closest", "closest mark"),
            first=(("Look", "Enter"),),
        ),
    ),
    "softrecall.NoisyRecall": (
        Row(FLIPS, "ArrowRight", grows=(f"position of {FLIPS}", "cue wrong")),
        Row(FLIPS, "ArrowLeft", falls=(f"position of {FLIPS}", "cue wrong")),
        Row(RADIUS, "PageUp", grows=(f"position of {RADIUS}", "locations")),
        Row(RADIUS, "PageDown", falls=(f"position of {RADIUS}", "locations")),
        Row(LOAD, "End", grows=(f"position of {LOAD}", "wrong now"), first=(("Recall", "Enter"),)),
        Row(LOAD, "Home", falls=(f"position of {LOAD}", "wrong now"), first=(("Recall", "Enter"),)),
        Row("letters", "Enter", grows=("set",)),
        Row("pictures", "Enter", falls=("set",), first=(("letters", "Enter"),)),
        Row("tree|fish|moon|house|boat", "Enter", falls=("chosen",)),
        Row("cup|key", "Enter", grows=("chosen",)),
        Row("cat", "Enter", grows=("chosen",), first=(("tree", "Enter"),)),
        Row("Recall", "Enter", grows=("reads",), falls=("wrong now",)),
        Row("New noise", "Enter", falls=("wrong now",), first=(("Recall", "Enter"),)),
        Row("Set radius 109", "Enter", grows=(f"position of {RADIUS}",), first=((RADIUS, "Home"),)),
        Row("Reset", "Enter", falls=("cue wrong",), first=((FLIPS, "End"),)),
        Row("Reset", "Enter", grows=("wrong now",), falls=("reads",), first=(("Recall", "Enter"),)),
    ),
    "softrecall.CircleIntersection": (
        Row(RADIUS, "PageUp", grows=(f"position of {RADIUS}", "held", "second dot", "end"), falls=("beta",)),
        Row(RADIUS, "PageDown", grows=("beta",), falls=(f"position of {RADIUS}", "held", "second dot", "end")),
        Row(BITS, "PageUp", grows=(f"position of {BITS}", "end", "second dot")),
        Row(BITS, "PageDown", falls=(f"position of {BITS}", "end")),
        Row(PLACES, "ArrowLeft", grows=("crosses",), falls=(f"position of {PLACES}",), first=(("0.1 %", "Enter"),)),
        Row(
            PLACES,
            "ArrowRight",
            grows=(f"position of {PLACES}", "held", "in the sample"),
            first=(("0.1 %", "Enter"), (PLACES, "ArrowLeft"), (PLACES, "ArrowLeft")),
        ),
        Row(FIT, "End", grows=(f"position of {FIT}", "beta", "fit tick"), falls=("R squared", "off at")),
        Row(FIT, "Home", grows=("beta", "R squared"), falls=(f"position of {FIT}", "fit tick", "off at")),
        Row("0.1 %|1 %|10 %", "Enter", grows=(f"position of {RADIUS}", "held", "off at"), falls=("beta",)),
        Row("log axis", "Space", grows=("second dot down",)),
        Row("log axis", "Space", falls=("second dot down",), first=(("log axis", "Space"),)),
        Row("New sample", "Enter", grows=("in the sample",), first=(("0.1 %", "Enter"), (PLACES, "ArrowLeft"))),
        Row(r"Set d = \d+", "Enter", grows=("beta",), falls=(f"position of {RADIUS}",), first=((RADIUS, "End"),)),
        Row("Reset", "Enter", grows=("beta",), falls=(f"position of {RADIUS}",), first=((RADIUS, "End"),)),
        Row("Reset", "Enter", falls=("beta", "fit tick"), first=((FIT, "End"),)),
    ),
    "softrecall.NoiseAndBeta": (
        Row(NOISE, "PageUp", grows=(f"position of {NOISE}", "least", "radius"), falls=("best beta", "its beta")),
        Row(NOISE, "PageDown", grows=("best beta", "its beta"), falls=(f"position of {NOISE}", "least", "radius")),
        Row(BETA, "PageUp", grows=(f"position of {BETA}", "largest weight", "your dot"), falls=("loss", "nats")),
        Row(BETA, "PageDown", grows=("loss", "nats"), falls=(f"position of {BETA}", "largest weight", "your dot")),
        Row(LENGTH, "ArrowRight", grows=(f"position of {LENGTH}", "best beta"), falls=("least",)),
        Row(LENGTH, "ArrowLeft", grows=("least",), falls=(f"position of {LENGTH}", "best beta")),
        Row(LOAD, "ArrowRight", grows=(f"position of {LOAD}", "least")),
        Row(LOAD, "Home", falls=(f"position of {LOAD}", "least", "bars")),
        Row(r"Set β = β\*", "Enter", grows=(f"position of {BETA}", "largest weight"), falls=("loss",)),
        Row("New queries", "Enter", falls=("least",)),
        Row(r"Set p = \d+ %", "Enter", grows=(f"position of {NOISE}", "least"), first=((NOISE, "Home"),)),
        Row(
            "Reset",
            "Enter",
            grows=("largest weight",),
            falls=(f"position of {NOISE}", "loss"),
            first=((NOISE, "End"), (BETA, "Home")),
        ),
        Row("Reset", "Enter", grows=("bars",), falls=(f"position of {BETA}",), first=((BETA, "End"), (LOAD, "Home"))),
    ),
    "softrecall.GradientScaling": (
        Row(WEIGHT, "PageUp", grows=(f"position of {WEIGHT}", "one weight", "network"), falls=("mean slope",)),
        Row(WEIGHT, "PageDown", grows=("mean slope",), falls=(f"position of {WEIGHT}", "one weight", "network")),
        Row(WEIGHT, "End", grows=("one weight", "network", "axis"), first=(("linear", "Enter"),)),
        Row(BACK, "PageUp", grows=(f"position of {BACK}", "one weight"), falls=("network", "gated")),
        Row(BACK, "Home", grows=("network", "gated"), falls=(f"position of {BACK}", "one weight")),
        Row(INPUTS, "PageUp", grows=(f"position of {INPUTS}",), falls=("network", "mean slope", "halves every")),
        Row(INPUTS, "PageDown", grows=("network", "mean slope", "halves every"), falls=(f"position of {INPUTS}",)),
        Row(GATE, "ArrowRight", grows=(f"position of {GATE}", "gated"), falls=("gated end down",)),
        Row(GATE, "ArrowLeft", grows=("gated end down",), falls=(f"position of {GATE}", "gated")),
        Row("tanh", "Enter", falls=("network", "mean slope"), first=(("linear", "Enter"),)),
        Row("linear", "Enter", grows=("network", "mean slope")),
        Row("clip the norm", "Space", grows=("curves",)),
        Row("clip the norm", "Space", falls=("curves",), first=(CLIP,)),
        Row(NORM, "ArrowRight", grows=(f"position of {NORM}", "clipped"), first=(CLIP,)),
        Row(NORM, "ArrowLeft", falls=(f"position of {NORM}", "clipped"), first=(CLIP,)),
        Row("New network", "Enter", falls=("network", "halves every")),
        Row("Reset", "Enter", grows=("network",), first=(("New network", "Enter"),)),
        Row("Reset", "Enter", falls=("network", f"position of {WEIGHT}"), first=((WEIGHT, "End"),)),
    ),
    "softrecall.GatedCell": (
        Row(KEEP, "ArrowRight", grows=(f"position of {KEEP}", "kept", "first", "cell"), falls=("error", "end down")),
        Row(KEEP, "ArrowLeft", grows=("error", "end down"), falls=(f"position of {KEEP}", "kept", "first", "cell")),
        Row(KEEP, "End", grows=("kept", "error", "others"), first=((OTHERS, "ArrowRight"),)),
        Row(ADMIT, "ArrowLeft", grows=("error",), falls=(f"position of {ADMIT}", "first", "second", "cell")),
        Row(
            ADMIT,
            "PageUp",
            grows=(f"position of {ADMIT}", "first", "second", "cell"),
            falls=("error", "end down"),
            first=((ADMIT, "Home"),),
        ),
        Row(OTHERS, "ArrowRight", grows=(f"position of {OTHERS}", "others", "cell"), falls=("error", "end down")),
        Row(OTHERS, "End", grows=("axis", "cell", "others", "error")),
        Row(OTHERS, "Home", grows=("error", "end down"), falls=(f"position of {OTHERS}", "others", "cell")),
        Row(STREAM, "PageUp", grows=(f"position of {STREAM}", "stems"), falls=("kept", "first")),
        Row(STREAM, "Home", grows=("kept",), falls=(f"position of {STREAM}", "stems")),
        Row("constant", "Enter", grows=("error",), falls=("first", "second", "cell")),
        Row(
            "see the marker",
            "Enter",
            grows=("first", "second", "cell"),
            falls=("error",),
            first=(("constant", "Enter"),),
        ),
        Row("New numbers", "Enter", grows=("kept",), falls=("wanted",)),
        Row("Reset", "Enter", grows=("kept", "first"), falls=("error",), first=((KEEP, "Home"),)),
        Row("Reset", "Enter", falls=("stems", "error"), first=((STREAM, "End"), ("constant", "Enter"))),
        Row("Reset", "Enter", grows=("wanted",), falls=("kept",), first=(("New numbers", "Enter"),)),
    ),
    "softrecall.SoftRecallPlane": (
        Row(
            BETA,
            "PageUp",
            grows=(f"position of {BETA}", "largest weight", "widest ray"),
            falls=("effective number",),
        ),
        Row(
            BETA, "PageDown", grows=("effective number",), falls=(f"position of {BETA}", "largest weight", "widest ray")
        ),
        Row("cue, across", "ArrowRight", grows=("cue x", "position of cue, across")),
        Row("cue, across", "ArrowLeft", falls=("cue x", "position of cue, across")),
        Row("cue, down", "ArrowRight", grows=("cue y", "position of cue, down")),
        Row("cue, down", "ArrowLeft", falls=("cue y", "position of cue, down")),
        Row("Recall again", "Enter", falls=("cue to recall",)),
        Row("Reset", "Enter", falls=("cue x", "cue y"), first=(("cue, across", "End"), ("cue, down", "End"))),
        Row("Reset", "Enter", grows=("cue x", f"position of {BETA}"), first=((BETA, "Home"), ("cue, across", "Home"))),
    ),
}


def settings(widget):
    """Ten settings of a widget, drawn from a fixed seed: values of its traits."""
    rng = random.Random(20260)
    if widget == "softrecall.SoftmaxBeta":
        betas = [0, 0.01, 0.125, 0.5, 1, 2.5, 10, 37.3, 100, "max"]
        return [
            {"scores": [round(rng.uniform(-9, 9), 3) for _ in range(2 + i % 7)], "beta": b} for i, b in enumerate(betas)
        ]
    if widget == "softrecall.NearestNeighbour":
        bits = [10, 13, 37, 100, 256, 500, 1000, 2500, 6310, 10000]
        return [{"n_bits": n, "n_strings": int(10 ** rng.uniform(2, 9)), "looked": True} for n in bits]
    if widget == "softrecall.NoisyRecall":
        flips, loads = [0, 10, 20, 40, 40, 60, 80, 100, 128, 40], [8, 8, 12, 16, 24, 32, 48, 64, 32, 32]
        kinds, radii = ["pictures", "letters"] * 5, [109, 105, 112, 109, 116, 121, 108, 110, 109, 90]
        both = zip(flips, loads, kinds, radii, strict=True)
        return [
            {"flips": f, "load": m, "stored": k, "radius": d, "noise": i, "target": i % 8, "steps": i % 4}
            for i, (f, m, k, d) in enumerate(both)
        ]
    if widget == "softrecall.CircleIntersection":
        sizes = [
            (16, 3),
            (16, 12),
            (64, 5),
            (64, 11),
            (64, 20),
            (100, 50),
            (256, 109),
            (784, 345),
            (1000, 451),
            (1024, 480),
        ]
        counts = [100, 10**7, "infinite", 10**5, 2000]
        return [
            {
                "n_bits": n,
                "radius": d,
                "n_locations": counts[i % 5],
                "max_distance": [None, None, 1, d][i % 4],
                "log_axis": i % 3 > 0,
                "seed": rng.randrange(10_000),
            }
            for i, (n, d) in enumerate(sizes)
        ]
    if widget == "softrecall.NoiseAndBeta":
        sizes = [
            (16, 2),
            (16, 1024),
            (32, 12),
            (64, 3),
            (64, 64),
            (64, 1024),
            (128, 96),
            (256, 2),
            (256, 64),
            (256, 1024),
        ]
        noises, betas = [0.3, 0.01, 0.48, 0.1, 0.4], [0.3, 10, 1000, 37.3]
        return [
            {
                "n_bits": n,
                "n_patterns": m,
                "noise": noises[i % 5],
                "beta": betas[i % 4],
                "seed": rng.randrange(10_000),
            }
            for i, (n, m) in enumerate(sizes)
        ]
    if widget == "softrecall.GradientScaling":
        weights = [0.5, 0.8, 1, 1.2, 1.37, 1.5, 2, 2, 2, 2]
        return [
            {
                "weight": w,
                "n_steps": [5, 100, 33][i % 3],
                "activation": ["tanh", "tanh", "linear", "tanh"][i % 4],
                "drive": [0.01, 0.3, 1, 10, 0.1][i % 5],
                "forget": [0.5, 0.9, 0.99, 1][i % 4],
                "clip": [None, 0.1, 1, 1000][i % 4],
                "seed": rng.randrange(10_000),
            }
            for i, w in enumerate(weights)
        ]
    if widget == "softrecall.GatedCell":
        forgets = [0.5, 0.9, 0.95, 0.98, 0.99, 0.999, 1, 1, 1, 0.777]
        return [
            {
                "forget": f,
                "marked": [1, 0.5, 0, 1][i % 4],
                "other": [0.05, 0, 1, 0.001, 0.04][i % 5],
                "n_steps": [10, 100, 33][i % 3],
                "gates": ["see the marker", "constant"][i // 2 % 2],
                "seed": rng.randrange(10_000),
            }
            for i, f in enumerate(forgets)
        ]
    if widget == "softrecall.SoftRecallPlane":
        betas = [0.03, 0.1, 0.5, 1, 2, 4, 8, 16, 25, 30]
        return [{"beta": b, "cue_x": rng.uniform(0, 10), "cue_y": rng.uniform(0, 5.5)} for b in betas]
    return []


# The numbers in a drawing that come straight out of `compute`: what the drawing keeps of its result.
DRAWN = {
    "softrecall.SoftmaxBeta": ("[data-weight]", "data-weight", lambda result: result["weights"]),
    "softrecall.NearestNeighbour": ("[data-closest]", "data-closest", lambda result: [result["closest"]]),
    "softrecall.NoisyRecall": ("[data-wrong]", "data-wrong", lambda result: result["wrong"]),
    "softrecall.CircleIntersection": (
        "[data-share]",
        "data-share",
        lambda result: [result["curve"][distance] for distance in result["dots"]],
    ),
    "softrecall.GatedCell": (
        "[data-part]",
        "data-part",
        lambda result: [result[name][-1] for name in ("first", "second", "others", "cell")],
    ),
    "softrecall.GradientScaling": (
        "[data-end]",
        "data-end",
        lambda result: [result[name][-1] for name in ("scalar", "gated", "network", "clipped") if result[name]],
    ),
    "softrecall.NoiseAndBeta": ("[data-weight]", "data-weight", lambda result: result["weights"]),
    "softrecall.SoftRecallPlane": (
        "[data-weight]",
        "data-weight",
        lambda result: [weight for weight in result["weights"] if weight >= 0.0005],
    ),
}
