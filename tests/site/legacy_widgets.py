"""Settings and drawn numbers of the widgets that have no room of their own yet."""

import random

import softrecall.widgets


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


def compare(live, widget, compute, flat, differ):
    """Fail unless browser and QuickJS compute and draw the same numbers on ten settings."""
    cls = softrecall.widgets.WIDGETS[widget]
    state = {trait: live.get(trait) for trait in cls.class_traits(sync=True) if not trait.startswith("_")}
    selector, attribute, numbers = DRAWN[widget]
    for setting in settings(widget):
        expected = compute({**state, **setting})
        seen = live.page.evaluate("([id, state]) => probe.compute(id, state)", [widget, {**state, **setting}])
        a, b = flat(seen), flat(expected)
        assert a.keys() == b.keys()
        assert not [key for key in a if differ(a[key], b[key])]
        live.set(**setting)
        drawn = live.body.locator(selector).evaluate_all(f"(all) => all.map((n) => n.getAttribute('{attribute}'))")
        assert not any(differ(float(one), other) for one, other in zip(drawn, numbers(expected), strict=True))
