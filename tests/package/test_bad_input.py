"""Every public function of the NumPy floors refuses bad input, names the argument, and leaves good input as it was.

`GOOD` holds one good call of each function, `KIND` says what each argument is, and `BAD` holds what any argument of a
kind must refuse. A function or an argument that is missing here fails a test: a new module adds its rows. Of a class,
the constructor and each method count as functions; `OBJECTS` holds the object whose methods are called.
"""

import importlib
import inspect
import math
import re
import tomllib
from pathlib import Path
from types import FunctionType

import numpy as np
import pytest
import signatures

from softrecall import attention, decoding, hopfield, hypercube, neurons, ngrams, sdm, similarity, tasks

FLOORS = tomllib.loads((Path(__file__).parents[1] / "floors.toml").read_text(encoding="utf-8"))
MODULES = [
    importlib.import_module(f"softrecall.{row}")
    for row, entry in FLOORS.items()
    if entry["floor"] <= 2 and not row.startswith("_")
]
RNG = np.random.default_rng(7)
BITS = np.array([[0, 1], [1, 1]], dtype=np.uint8)  # as the package keeps them: no conversion makes a copy first
WORDS = hypercube.random_words(3, 70, RNG)
OCTETS = hypercube.random_bits(2, 8, RNG)
QKV = {"q": RNG.random((2, 4)), "k": RNG.random((3, 4)), "v": RNG.random((3, 5))}
SEEN = np.array([[True, True, False], [False, True, True]])
MEMORY = sdm.SparseDistributedMemory(8, 50, 3, rng=RNG)
PATTERNS = np.array([[1.0, -1, 1, 1], [-1, -1, 1, -1], [1, 1, -1, 1]])
NETWORK = hopfield.HopfieldNetwork(PATTERNS)
TABLE = ngrams.NGram([0, 1, 0, 2, 1, 0], 1, 3)
LETTERS = tasks.Alphabet("banana")
OBJECTS = {
    sdm.SparseDistributedMemory: MEMORY,
    hopfield.HopfieldNetwork: NETWORK,
    ngrams.NGram: TABLE,
    tasks.Alphabet: LETTERS,
}
RESULTS = [
    hopfield.Descent,
    hypercube.BetaFit,
    sdm.Recall,
    tasks.Dates,
    tasks.SpikeTrains,
    tasks.TwoSines,
]  # nobody needs to make one
RESULTS += [tasks.NamesToCopy, tasks.Pairs, tasks.Pictures, tasks.Sentences, tasks.Sines]
RESULTS += [neurons.AxonTrace, neurons.Gates, neurons.LeakyTrace, neurons.Rates]
DAYS = np.array([719163, 740000])
MEMBRANE = {"tau_ms": 10.0, "r_mohm": 10.0, "v_rest_mv": -65.0}
CELL = {**MEMBRANE, "v_threshold_mv": -50.0, "v_reset_mv": -65.0, "refractory_ms": 2.0}

GOOD = {
    similarity.hamming_distance: {"a": BITS, "b": BITS[1]},
    similarity.cosine_similarity: {"a": np.array([[0.5, 1.0], [1.0, 2.0]]), "b": np.array([1.0, 1.0])},
    similarity.softmax: {"scores": np.array([[0.5, 1.0], [1.0, 2.0]]), "beta": 2.0, "axis": -1},
    similarity.entropy: {"weights": np.array([[0.5, 0.5], [0.0, 1.0]]), "axis": -1},
    hypercube.random_bits: {"n": 3, "n_bits": 70, "rng": RNG},
    hypercube.random_words: {"n": 3, "n_bits": 70, "rng": RNG},
    hypercube.pack_bits: {"bits": BITS},
    hypercube.unpack_bits: {"words": WORDS, "n_bits": 70},
    hypercube.ball_fraction: {"n_bits": 8, "radius": 3},
    hypercube.radius_for_fraction: {"n_bits": 8, "fraction": 0.5},
    hypercube.circle_intersection: {"n_bits": 8, "radius": 3},
    hypercube.circle_intersection_fraction: {"n_bits": 8, "radius": 3},
    hypercube.fit_beta: {"n_bits": 8, "radius": 3, "max_distance": 2},
    hypercube.cap_intersection_fraction: {"n_dims": 8, "cos_threshold": 0.5, "angles": np.array([0.5, 1.0])},
    hypercube.critical_distance: {"n_bits": 8, "n_patterns": 5, "n_locations": 50, "radius": 3, "noise": "average"},
    hypercube.optimal_fraction: {
        **{"n_bits": 8, "n_patterns": 5, "n_locations": 50},
        **{"criterion": "capacity", "recall_probability": 0.5},
    },
    hypercube.optimal_radius: {
        **{"n_bits": 8, "n_patterns": 5, "n_locations": 50},
        **{"criterion": "snr", "recall_probability": 0.5},
    },
    attention.attend: {**QKV, "beta": 2.0, "mask": SEEN},
    attention.attend_online: {**QKV, "beta": np.array([[2.0]]), "mask": SEEN, "block": 2},
    attention.causal_mask: {"n": 3},
    attention.padding_mask: {"lengths": np.array([1, 3]), "n": 3},
    hopfield.modern_update: {"state": QKV["q"], "patterns": QKV["k"], "beta": 2.0},
    neurons.membrane_step_response: {
        **{"t_ms": np.array([0.0, 5.0]), "current_na": 2.0, **MEMBRANE},
        "duration_ms": 3.0,
    },
    neurons.lif_rate_hz: {"current_na": np.array([1.0, 2.0]), **CELL},
    neurons.escape_rate_per_ms: {
        **{"v_mv": np.array([-65.0, -50.0]), "escape_mv": 2.0},
        **{"v_threshold_mv": -50.0, "escape_per_ms": 1.0},
    },
    neurons.leaky_integrate_and_fire: {
        **{"current_na": np.full((2, 30), 2.0), "dt_ms": 1.0, **CELL},
        **{"escape_mv": 2.0, "escape_per_ms": 1.0, "rng": RNG},
    },
    neurons.rates: {"v_mv": np.array([-65.0, -55.0])},
    neurons.gates: {"v_mv": np.array([-65.0, -55.0])},
    neurons.hodgkin_huxley: {
        **{"current_ua_cm2": np.array([5.0, 10.0]), "duration_ms": 5.0, "dt_ms": 0.05, "method": "rk4"},
        **{"v_start_mv": np.array([-65.0, -55.0])},
        **{"g_na_ms_cm2": 120.0, "g_k_ms_cm2": 36.0, "g_leak_ms_cm2": 0.3},
    },
    hopfield.HopfieldNetwork: {"patterns": PATTERNS, "is_dense": False},
    NETWORK.from_weights: {"weights": NETWORK.weights, "thresholds": np.array([0.0, 0.5, -0.5, 0.0])},
    NETWORK.field: {"state": PATTERNS},
    NETWORK.energy: {"state": PATTERNS},
    NETWORK.sweep: {"state": PATTERNS[0], "order": np.array([3, 0, 1, 2])},
    NETWORK.recall: {"state": PATTERNS[0], "rng": RNG, "max_sweeps": 3},
    tasks.adding: {"n": 3, "n_steps": 6, "rng": RNG},
    tasks.endings: {"n": 3, "n_steps": 6, "rng": RNG, "share": 0.5, "n_symbols": 5, "motif": (0, 1, 2)},
    tasks.two_sines: {"n_steps": 6, "rng": RNG, "periods": (50.0, 17.0), "sizes": (1.0, 0.5), "noise": 0.1},
    tasks.sines: {"n": 3, "n_steps": 6, "rng": RNG, "sizes": (1.0, 2.0), "periods": (10.0, 40.0), "noise": 0.1},
    tasks.reversal: {"n": 3, "longest": 6, "rng": RNG, "n_symbols": 5, "shortest": 2},
    tasks.sorting: {"n": 3, "longest": 6, "rng": RNG, "n_symbols": 5, "shortest": 2},
    tasks.sentences: {"n": 3, "rng": RNG, "most_adjectives": 1},
    tasks.split_names: {"n_names": 6, "rng": RNG, "share": 0.5, "n_words": 8},
    tasks.names_to_copy: {
        **{"n": 3, "n_steps": 6, "names": np.array([10, 12]), "rng": RNG},
        **{"n_words": 8, "n_letters": 2, "places": (0, 3)},
    },
    tasks.windows: {"series": np.arange(6.0), "width": 3},
    tasks.spike_trains: {
        **{"n_trials": 3, "rng": RNG, "n_neurons": 4, "n_steps": 6},
        **{"period": 25.0, "spread": 1.0, "readout": np.random.default_rng(8)},
    },
    tasks.pictures: {"kind": "letters"},
    tasks.split_days: {"rng": RNG, "share": 0.1, "first_year": 2000, "last_year": 2001},
    tasks.dates: {"n": 3, "days": DAYS, "rng": RNG, "style": 2},
    tasks.encode_dates: {"texts": ["4.7.2031", "may 4, 2031"]},
    tasks.decode_dates: {"tokens": np.array([[2, 3, 0], [4, 5, 6]])},
    sdm.SparseDistributedMemory: {
        **{"n_bits": 8, "n_locations": 50, "radius": 3},
        **{"n_data_bits": 8, "rng": RNG, "counter_dtype": np.int16},
    },
    tasks.Alphabet: {"text": "banana"},
    LETTERS.encode: {"text": "nab"},
    LETTERS.decode: {"ids": np.array([2, 0, 1])},
    tasks.passages: {"ids": np.arange(6), "n_batch": 2, "length": 3, "rng": RNG},
    ngrams.NGram: {"ids": np.array([0, 1, 0, 2]), "order": 1, "n_tokens": 3},
    TABLE.step: {"ids": np.array([0, 1])},
    TABLE.surprisals: {"ids": np.array([0, 1])},
    decoding.next_token: {"logits": np.array([0.0, 1.0, 1.0]), "temperature": 0.5, "top_k": 2, "top_p": 0.9},
    decoding.sample: {
        **{"step": np.cos, "prompt": np.array([0, 1, 2]), "n_new": 1, "rng": RNG},
        **{"temperature": 1.0, "top_k": 2, "top_p": 0.9},
    },
    decoding.greedy: {"step": np.cos, "prompt": np.array([0, 1, 2]), "n_new": 1},
    decoding.beam: {"step": np.cos, "prompt": np.array([0, 1, 2]), "n_new": 1, "width": 2},
    MEMORY.addresses: {"locations": np.array([0, 49])},
    MEMORY.activate: {"addresses": OCTETS},
    MEMORY.write: {"addresses": OCTETS, "data": OCTETS[::-1], "progress": max},
    MEMORY.read: {"addresses": OCTETS},
    MEMORY.iterate: {"address": OCTETS[0], "max_steps": 3},
}

KIND = {
    **dict.fromkeys(["n", "n_bits", "n_patterns", "n_locations", "max_steps"], "count"),
    **dict.fromkeys(["q", "k", "v"], "matrix"),
    **dict.fromkeys([("attend", "beta"), ("attend_online", "beta")], "beta of heads"),
    "block": "count",
    "mask": "mask",
    "lengths": "lengths of 3",
    "state": "numbers",
    "patterns": "matrix",
    "n_dims": "count from 2",
    **dict.fromkeys(
        ["t_ms", "v_mv", "current_ua_cm2", "v_start_mv", ("lif_rate_hz", "current_na")], "number or numbers"
    ),
    ("leaky_integrate_and_fire", "current_na"): "numbers",
    **dict.fromkeys([("membrane_step_response", "current_na"), "v_rest_mv", "v_threshold_mv", "v_reset_mv"], "number"),
    **dict.fromkeys(["tau_ms", "r_mohm", "dt_ms", "duration_ms", "escape_per_ms"], "positive number"),
    **dict.fromkeys(["refractory_ms", "g_na_ms_cm2", "g_k_ms_cm2", "g_leak_ms_cm2"], "beta"),
    ("membrane_step_response", "duration_ms"): "beta or None",
    ("escape_rate_per_ms", "escape_mv"): "positive number",
    ("leaky_integrate_and_fire", "escape_mv"): "positive number or None",
    "method": "method",
    ("HopfieldNetwork", "patterns"): "patterns of signs",
    "is_dense": "flag",
    ("from_weights", "weights"): "symmetric weights",
    "thresholds": "thresholds of 4 or None",
    **dict.fromkeys([("field", "state"), ("energy", "state")], "signs of 4"),
    **dict.fromkeys([("sweep", "state"), ("recall", "state")], "row of 4 signs"),
    "order": "order of 4 units",
    "max_sweeps": "count",
    "max_distance": "distance of 1 to 6",
    "cos_threshold": "cosine",
    "angles": "angles",
    "noise": "noise",
    ("optimal_fraction", "criterion"): "two criteria",
    ("optimal_radius", "criterion"): "three criteria",
    "recall_probability": "probability",
    "n_data_bits": "count or None",
    **dict.fromkeys(["scores", "weights"], "numbers"),
    ("cosine_similarity", "a"): "numbers",
    ("cosine_similarity", "b"): "numbers",
    ("hamming_distance", "a"): "bits",
    ("hamming_distance", "b"): "bits",
    **dict.fromkeys(["bits", "address", "addresses", "data"], "bits"),
    "locations": "locations of 50",
    "counter_dtype": "counter dtype",
    "progress": "progress",
    "words": "words",
    **dict.fromkeys(["n_neurons", "n_trials"], "count"),
    **dict.fromkeys([(name, "n_steps") for name in ("two_sines", "spike_trains", "sines")], "count"),
    ("adding", "n_steps"): "count from 2",
    ("endings", "n_steps"): "count from 3",
    **dict.fromkeys(["longest", "n_names", "n_words"], "count"),
    **dict.fromkeys([("reversal", "n_symbols"), ("sorting", "n_symbols"), ("names_to_copy", "n_letters")], "count"),
    ("names_to_copy", "n_steps"): "room for a name of 2",
    "shortest": "shortest of 6",
    "most_adjectives": "count to 5",
    "names": "names after 8 words",
    "places": "places up to 3",
    "n_symbols": "count from 2",
    "share": "share",
    "motif": "motif of 5",
    "periods": "two positive numbers",
    "sizes": "two numbers",
    **dict.fromkeys(["spread", ("two_sines", "noise"), ("sines", "noise")], "beta"),
    "period": "positive number",
    "readout": "generator or None",
    "first_year": "year",
    "last_year": "year from 2000",
    "series": "numbers",
    ("windows", "width"): "width of 6",
    ("beam", "width"): "count",
    **dict.fromkeys(["n_batch", "n_tokens", "length"], "count"),
    **dict.fromkeys([("NGram", "order"), "n_new"], "count from 0"),
    "text": "text",
    "ids": "ids of 3",
    ("passages", "ids"): "ids of more than 3",
    "prompt": "prompt",
    "logits": "numbers",
    "temperature": "beta",
    "top_k": "count to 3 or None",
    "top_p": "share above 0 or None",
    "step": "model",
    "days": "days",
    "kind": "kind of picture",
    "style": "style",
    "texts": "texts",
    "tokens": "tokens",
    "radius": "radius of 8 bits",
    "axis": "axis of 2",
    "beta": "beta",
    "fraction": "fraction",
    "rng": "generator",
}

NO_ARRAY = [
    (None, TypeError, "got None"),
    ("01", TypeError, "got str '01'"),
    (["0", "1"], TypeError, "dtype <U1"),
    ([0j, 1j], TypeError, "dtype complex128"),
    ([None, 1], TypeError, "dtype object"),
    ([], ValueError, "no axis may be empty; got shape (0,)"),
    (np.zeros((0, 2), dtype=np.uint64), ValueError, "no axis may be empty; got shape (0, 2)"),
    ([[0, 1], [1]], ValueError, "all rows need the same length"),
]
NO_IDS = [
    *[case for case in NO_ARRAY if getattr(case[0], "dtype", None) != np.uint64],
    ([0.0, 1.0], TypeError, "must be whole numbers; got an array of dtype float64"),
    ([True, False], TypeError, "must be whole numbers; got an array of dtype bool"),
]
NO_COUNT = [
    (True, TypeError, "must be a whole number; got bool True"),
    (2.5, TypeError, "got float 2.5"),
    (2.0, TypeError, "got float 2.0"),
    ("3", TypeError, "got str '3'"),
    (math.nan, TypeError, "got float nan"),
    (None, TypeError, "got None"),
    (np.array(3), TypeError, "got an array of dtype int64 and shape ()"),
]
BELOW_ONE = [(0, ValueError, "must be at least 1; got 0"), (-3, ValueError, "must be at least 1; got -3")]
NO_NUMBER = [
    (True, TypeError, "must be a real number; got bool True"),
    ("1", TypeError, "got str '1'"),
    (None, TypeError, "got None"),
    (1j, TypeError, "got complex 1j"),
    (np.array([1.0]), TypeError, "got an array of dtype float64 and shape (1,)"),
    (math.nan, ValueError, "must be a finite number >= 0"),
    (math.inf, ValueError, "got inf"),
    (-1e-9, ValueError, "got -1e-09"),
]
NO_NUMBER_AT_ALL = [case for case in NO_NUMBER if case[1] is TypeError]
TWO_NUMBERS = [
    (3.0, TypeError, "must be a tuple of two numbers; got float 3.0"),
    (None, TypeError, "got None"),
    ((1.0, "2"), TypeError, "must be a real number; got str '2'"),
    ((1.0,), ValueError, "must be two numbers; got 1"),
    ((1.0, 2.0, 3.0), ValueError, "must be two numbers; got 3"),
    ((1.0, math.nan), ValueError, "must be a finite number"),
    ((math.inf, 1.0), ValueError, "must be a finite number"),
]
GENERATOR = [
    (7, TypeError, "must be a numpy.random.Generator (so that a seed fixes every draw; np.random.default_rng(7)"),
    (None, TypeError, "got None"),
    (np.random.RandomState(7), TypeError, "got RandomState"),
    (np.random, TypeError, "got module"),
]
NOT_POSITIVE = [
    *NO_NUMBER_AT_ALL,
    *[(x, ValueError, f"above 0; got {x}") for x in (0, -1.0, math.nan, math.inf)],
]
NO_FINITE = [(x, ValueError, f"must be a finite number; got {x}") for x in (math.nan, math.inf, -math.inf)]
SIGNS_OF_4 = [
    *NO_ARRAY,
    (1.0, ValueError, "needs at least one axis; got float 1.0"),
    ([True, True], TypeError, "must be -1 or +1; got an array of dtype bool"),
    ([[1, 1, -1, 2]], ValueError, "entries are -1 or +1; got 2 at index (0, 3)"),
    ([1, 0, 1, 1], ValueError, "entries are -1 or +1 (for bits take 2 * bits - 1); got 0 at index (1,)"),
    ([1, -1, math.nan, 1], ValueError, "entries are -1 or +1; got nan at index (2,)"),
    ([[1, 1, -1]], ValueError, "last axis must be 4 (d, the number of units); got shape (1, 3)"),
]
BAD = {
    "number": [*NO_NUMBER_AT_ALL, *NO_FINITE],
    "number or numbers": [
        *[case for case in NO_ARRAY if case[0] is not None and not isinstance(case[0], str)],
        *[case for case in NO_NUMBER_AT_ALL if not isinstance(case[0], np.ndarray)],
        *NO_FINITE,
        ([-65.0, math.nan], ValueError, "every entry must be finite; got nan at index (1,)"),
        ([-65.0, -math.inf], ValueError, "every entry must be finite; got -inf at index (1,)"),
    ],
    "positive number or None": [case for case in NOT_POSITIVE if case[0] is not None],
    "beta or None": [case for case in NO_NUMBER if case[0] is not None],
    "method": [
        (4, TypeError, "must be 'rk4', 'euler' or 'exponential_euler'; got int 4"),
        (None, TypeError, "got None"),
        ("RK4", ValueError, "must be 'rk4', 'euler' or 'exponential_euler'; got 'RK4'"),
    ],
    "signs of 4": SIGNS_OF_4,
    "row of 4 signs": [
        *SIGNS_OF_4,
        ([[1, 1, -1, 1]], ValueError, "needs one row of 4 (d, the number of units); got shape (1, 4)"),
    ],
    "patterns of signs": [*SIGNS_OF_4[:-1], ([1, -1], ValueError, "needs two axes, (n_patterns, d); got shape (2,)")],
    "kind of picture": [
        (None, TypeError, "must be 'pictures' or 'letters'; got None"),
        ("Letters", ValueError, "must be 'pictures' or 'letters'; got 'Letters'"),
    ],
    "flag": [(x, TypeError, "must be True or False; got ") for x in (None, 1, "yes")],
    "order of 4 units": [
        *[case for case in NO_ARRAY if getattr(case[0], "dtype", None) != np.uint64],
        ([0.0, 1.0], TypeError, "must be whole numbers; got an array of dtype float64"),
        ([[0, 1]], ValueError, "needs one axis, (n_visits,); got shape (1, 2)"),
        *[([0, x], ValueError, f"must be from 0 to 3 (there are 4 units); got {x} at index (1,)") for x in (-1, 4)],
    ],
    "symmetric weights": [
        *NO_ARRAY,
        ([[0.0, 1.0]], ValueError, "needs two axes of one size, (d, d); got shape (1, 2)"),
        ([[0.0, math.nan], [math.nan, 0.0]], ValueError, "must be finite; got nan at index (0, 1)"),
        ([[0, 1], [2, 0]], ValueError, "must be symmetric (or the energy can rise); got 1.0 at index (0, 1)"),
        ([[0, 1], [1, 3]], ValueError, "the diagonal must be 0 (no unit feeds itself); got 3.0 at index (1, 1)"),
    ],
    "thresholds of 4 or None": [
        *[case for case in NO_ARRAY if case[0] is not None],
        ([0.0, 1.0], ValueError, "needs one row of 4 (d, the number of units); got shape (2,)"),
        ([0.0, 1.0, math.inf, 0.0], ValueError, "must be finite; got inf at index (2,)"),
    ],
    "numbers": [
        *NO_ARRAY,
        (1.5, ValueError, "needs at least one axis; got float 1.5"),
        ([[1.0, math.nan], [1.0, 2.0]], ValueError, "must be finite; got nan at index (0, 1)"),
        ([[1.0, 0.0], [math.inf, 1.0]], ValueError, "must be finite; got inf at index (1, 0)"),
        ([[1.0, 0.0], [-math.inf, 1.0]], ValueError, "must be finite; got -inf at index (1, 0)"),
    ],
    "bits": [
        *NO_ARRAY,
        (1, ValueError, "needs at least one axis; got int 1"),
        ([0.0, 1.0], TypeError, "must be bits (0 or 1 of an integer or bool dtype); got an array of dtype float64"),
        ([0, 2], ValueError, "bits are 0 or 1; got 2 at index (1,)"),
        ([-1, 1], ValueError, "bits are 0 or 1 (for bipolar codes take x > 0); got -1 at index (0,)"),
    ],
    "words": [
        *NO_ARRAY,
        (np.uint64(1), ValueError, "needs at least one axis; got uint64"),
        (np.array([1, 2]), TypeError, "must be uint64 words, as pack_bits makes them; got an array of dtype int64"),
        (WORDS.astype(np.uint32), TypeError, "must be uint64 words, as pack_bits makes them; got dtype uint32"),
        (WORDS[:, :1], ValueError, "last axis must be 2 (n_words for 70 bits); got shape (3, 1)"),
        (~WORDS, ValueError, "bits from 70 on are padding and must be 0; got a 1 at index (0,)"),
    ],
    "count": [*NO_COUNT, *BELOW_ONE],
    "matrix": [
        *NO_ARRAY,
        ([1.0, 2.0], ValueError, "needs two axes, "),
        (np.full((3, 4), math.nan), ValueError, "must be finite; got nan at index (0, 0)"),
    ],
    "beta of heads": [
        *[case for case in NO_NUMBER if case[0] is not None and not isinstance(case[0], np.ndarray)],
        (np.array([[-1.0]]), ValueError, "every entry must be a finite number >= 0; got -1.0 at index (0, 0)"),
        (np.array([[math.nan]]), ValueError, "every entry must be a finite number >= 0; got nan"),
        (np.array([1.0, 2.0]), ValueError, "must broadcast to (1, 1) (one for each head); got shape (2,)"),
    ],
    "mask": [
        *[case for case in NO_ARRAY if case[0] is not None],
        (np.ones((2, 3)), TypeError, "must be bool (True = may be seen); got an array of dtype float64"),
        (np.ones((2, 3), dtype=int), TypeError, "must be bool (True = may be seen); got an array of dtype int64"),
        (np.ones((2, 4), dtype=bool), ValueError, "must broadcast to (2, 3) (the shape of the scores"),
        (np.ones((1, 2, 3), dtype=bool), ValueError, "must broadcast to (2, 3) (the shape of the scores"),
    ],
    "lengths of 3": [
        *[case for case in NO_ARRAY if getattr(case[0], "dtype", None) != np.uint64],
        (3, ValueError, "needs at least one axis; got int 3"),
        ([1.0, 2.0], TypeError, "must be whole numbers; got an array of dtype float64"),
        (
            [3, 0],
            ValueError,
            "must be from 1 to 3 (n; a sequence without a position has no softmax); got 0 at index (1,)",
        ),
        ([4], ValueError, "must be from 1 to 3 (n; a sequence without a position has no softmax); got 4 at index (0,)"),
    ],
    "count from 3": [*NO_COUNT, (2, ValueError, "must be at least 3 (the length of the motif); got 2")],
    "room for a name of 2": [*NO_COUNT, (2, ValueError, "must be at least 3 (a cue and a name); got 2")],
    "shortest of 6": [
        *[case for case in NO_COUNT if case[0] is not None],
        *[(x, ValueError, f"must be from 1 to 6 (longest); got {x}") for x in (0, 7)],
    ],
    "count to 5": [
        *NO_COUNT,
        *[(x, ValueError, f"must be from 0 to 5 (adjectives there are); got {x}") for x in (-1, 6)],
    ],
    "names after 8 words": [
        *[case for case in NO_ARRAY if getattr(case[0], "dtype", None) != np.uint64],
        ([10.0], TypeError, "must be whole numbers; got an array of dtype float64"),
        ([[10, 11]], ValueError, "must be one row of tokens; got shape (1, 2)"),
        ([10, 9], ValueError, "must be from 10 on (after the words); got 9"),
    ],
    "places up to 3": [
        (2, TypeError, "must be a tuple (first, last); got int 2"),
        ((1.0, 2), TypeError, "must be a whole number; got float 1.0"),
        ((1, 2, 3), ValueError, "must be two, (first, last); got 3"),
        ((0, 4), ValueError, "must be from 0 to 3 (the first to where the name still fits); got 4"),
        ((2, 1), ValueError, "must be from 2 to 3 (the first to where the name still fits); got 1"),
        ((-1, 2), ValueError, "must be from 0 to 3 (the name must fit); got -1"),
    ],
    "share": [
        *[case for case in NO_NUMBER if case[0] is not None],
        (1.0000001, ValueError, "must be a finite number >= 0 and <= 1; got 1.0000001"),
    ],
    "motif of 5": [
        (None, TypeError, "must be a tuple of symbols; got None"),
        ("012", TypeError, "must be a tuple of symbols; got str '012'"),
        ((0, 1.0), TypeError, "must be a whole number; got float 1.0"),
        ((), ValueError, "needs at least one symbol; got ()"),
        ((0, 5), ValueError, "must be from 0 to 4 (n_symbols is one more); got 5"),
        ((-1, 0), ValueError, "must be from 0 to 4 (n_symbols is one more); got -1"),
    ],
    "two numbers": TWO_NUMBERS,
    "two positive numbers": [
        *TWO_NUMBERS,
        ((50.0, 0), ValueError, "must be a finite number above 0; got 0"),
        ((-1.0, 17.0), ValueError, "must be a finite number above 0; got -1.0"),
    ],
    "positive number": NOT_POSITIVE,
    "generator or None": [case for case in GENERATOR if case[0] is not None],
    "year": [*NO_COUNT, *[(year, ValueError, f"must be from 1 to 9999; got {year}") for year in (0, 10_000)]],
    "year from 2000": [
        *NO_COUNT,
        *[(year, ValueError, f"from 2000 to 9999 (not before first_year); got {year}") for year in (1999, 10_000)],
    ],
    "width of 6": [
        *NO_COUNT,
        *[(w, ValueError, f"must be from 1 to 5 (a value must follow); got {w}") for w in (0, 6)],
    ],
    "days": [
        *[case for case in NO_ARRAY if getattr(case[0], "dtype", None) != np.uint64],
        ([1.5], TypeError, "must be whole numbers; got an array of dtype float64"),
        ([[719163]], ValueError, "must be one row of ordinals; got shape (1, 1)"),
        ([0, 5], ValueError, "must be ordinals of dates; got 0 to 5"),
        ([5, 3652060], ValueError, "must be ordinals of dates; got 5 to 3652060"),
    ],
    "style": [
        *[case for case in NO_COUNT if case[0] is not None],
        *[(style, ValueError, f"must be from 0 to 4; got {style}") for style in (-1, 5)],
    ],
    "texts": [
        ("4.7.2031", TypeError, "must be a list of strings; got str '4.7.2031'"),
        (None, TypeError, "got None"),
        ([4], TypeError, "must be a list of strings; got list [4]"),
        ([], ValueError, "needs at least one text; got []"),
        (["4.7.2031", ""], ValueError, "must be non-empty, of the characters"),
        (["4_7_2031"], ValueError, "got '4_7_2031'"),
    ],
    "tokens": [
        *NO_ARRAY,
        ([[2.0]], TypeError, "must be whole numbers; got an array of dtype float64"),
        ([2, 3], ValueError, "needs two axes, (n, n_tokens); got shape (2,)"),
        ([[2, -1]], ValueError, f"must be from 0 to {len(tasks.DATE_TOKENS) + 1}; got -1 to 2"),
        ([[2, 99]], ValueError, f"must be from 0 to {len(tasks.DATE_TOKENS) + 1}; got 2 to 99"),
    ],
    "count from 0": [*NO_COUNT, (-1, ValueError, "must be at least 0; got -1")],
    "count to 3 or None": [
        *[case for case in NO_COUNT if case[0] is not None],
        *[(k, ValueError, f"must be from 1 to 3 (n_tokens); got {k}") for k in (0, 4)],
    ],
    "share above 0 or None": [
        *[case for case in NO_NUMBER if case[0] is not None],
        (0, ValueError, "must be above 0 (else no token is left); got 0"),
        (1.0000001, ValueError, "must be a finite number >= 0 and <= 1; got 1.0000001"),
    ],
    "text": [
        (None, TypeError, "must be a str; got None"),
        (b"nab", TypeError, "must be a str; got bytes b'nab'"),
        (["n", "a"], TypeError, "must be a str; got list ['n', 'a']"),
    ],
    "ids of 3": [
        *[case for case in NO_IDS if not (isinstance(case[0], list) and not case[0])],
        (1, ValueError, "needs at least one axis; got int 1"),
        ([[0, 1]], ValueError, "needs one axis, (n,); got shape (1, 2)"),
        ([0, 3], ValueError, "must be from 0 to 2; got 0 to 3"),
        ([-1, 2], ValueError, "must be from 0 to 2; got -1 to 2"),
    ],
    "ids of more than 3": [
        *NO_IDS,
        ([[0, 1, 2, 3, 4]], ValueError, "needs one axis, (n,); got shape (1, 5)"),
        ([0, 1, 2], ValueError, "needs more than 3 (length) tokens; got 3"),
    ],
    "prompt": [
        *[case for case in NO_IDS if not (isinstance(case[0], list) and not case[0])],
        ([[0, 1]], ValueError, "needs one axis, (n,); got shape (1, 2)"),
    ],
    "model": [
        (None, TypeError, "must be callable, ids -> logits; got None"),
        (np.array([0.5, 0.5]), TypeError, "got an array of dtype float64 and shape (2,)"),
    ],
    "count from 2": [*NO_COUNT, (1, ValueError, "must be at least 2; got 1")],
    "distance of 1 to 6": [
        *[case for case in NO_COUNT if case[0] is not None],
        (0, ValueError, "must be from 1 to 6 (a line needs two points, and circles further apart share nothing"),
        (7, ValueError, "must be from 1 to 6 (a line needs two points, and circles further apart share nothing"),
    ],
    "cosine": [
        *[case for case in NO_NUMBER if case[1] is TypeError],
        *[(value, ValueError, f"<= 1; got {value}") for value in (math.nan, math.inf, -1.0000001, 1.0000001)],
    ],
    "angles": [
        *NO_ARRAY,
        ([1.0, math.nan], ValueError, "must be finite; got nan at index (1,)"),
        ([[1.0, -0.1]], ValueError, "must be from 0 to pi, in radians; got -0.1 at index (0, 1)"),
        ([3.2], ValueError, "must be from 0 to pi, in radians; got 3.2 at index (0,)"),
    ],
    "noise": [
        (True, TypeError, "must be 'published', 'average' or 'every_distance'; got bool True"),
        (None, TypeError, "got None"),
        ("Published", ValueError, "must be 'published', 'average' or 'every_distance'; got 'Published'"),
    ],
    "two criteria": [
        (0, TypeError, "must be 'snr' or 'capacity'; got int 0"),
        (None, TypeError, "got None"),
        ("critical_distance", ValueError, "must be 'snr' or 'capacity'; got 'critical_distance'"),
    ],
    "three criteria": [
        (0, TypeError, "must be 'snr', 'capacity' or 'critical_distance'; got int 0"),
        (None, TypeError, "got None"),
        ("SNR", ValueError, "must be 'snr', 'capacity' or 'critical_distance'; got 'SNR'"),
    ],
    "probability": [
        *NO_NUMBER,
        (0, ValueError, "must be above 0 and below 1 (noise makes neither certain); got 0"),
        (1.0, ValueError, "must be above 0 and below 1 (noise makes neither certain); got 1.0"),
    ],
    "count or None": [case for case in [*NO_COUNT, *BELOW_ONE] if case[0] is not None],
    "locations of 50": [
        *[case for case in NO_ARRAY if case[0] is not None and getattr(case[0], "dtype", None) != np.uint64],
        (np.zeros((0, 2), dtype=np.int64), ValueError, "no axis may be empty; got shape (0, 2)"),
        (3, ValueError, "needs at least one axis; got int 3"),
        ([True, False], TypeError, "must be whole numbers; got an array of dtype bool"),
        ([1.0, 2.0], TypeError, "must be whole numbers; got an array of dtype float64"),
        ([[0, 50]], ValueError, "must be from 0 to 49 (there are 50 locations); got 50 at index (0, 1)"),
        ([-1, 3], ValueError, "must be from 0 to 49 (there are 50 locations); got -1 at index (0,)"),
    ],
    "counter dtype": [
        (np.uint8, TypeError, "must be int8, int16, int32 or int64 (counters go up and down); got uint8"),
        (float, TypeError, "got float64"),
        (bool, TypeError, "got bool"),
        (np.dtype(np.int16).newbyteorder(), TypeError, "i2"),
        ("int7", TypeError, "got 'int7'"),
        (16, TypeError, "got 16"),
        (None, TypeError, "got None"),
    ],
    "progress": [
        (True, TypeError, "must be a function of n_done and n_total, or None; got True"),
        ("tqdm", TypeError, "got 'tqdm'"),
    ],
    "radius of 8 bits": [
        *NO_COUNT,
        (-1, ValueError, "must be from 0 to 8 (n_bits, the largest distance there is); got -1"),
        (9, ValueError, "must be from 0 to 8 (n_bits, the largest distance there is); got 9"),
    ],
    "axis of 2": [
        *NO_COUNT,
        ((0, 1), TypeError, "got tuple (0, 1)"),
        (2, ValueError, "must be from -2 to 1 (the array has 2 axes); got 2"),
        (-3, ValueError, "must be from -2 to 1 (the array has 2 axes); got -3"),
    ],
    "beta": NO_NUMBER,
    "fraction": [
        *NO_NUMBER,
        (0, ValueError, "must be above 0 (no ball is empty: it holds its centre); got 0"),
        (1.0000001, ValueError, "must be a finite number >= 0 and <= 1; got 1.0000001"),
    ],
    "generator": GENERATOR,
}

TOGETHER = [  # arguments that are good alone and bad in each other's company
    (similarity.hamming_distance, {"b": [1]}, "b: last axis must be 2 (n_bits, the width of a); got shape (1,)"),
    (similarity.hamming_distance, {"a": [1]}, "b: last axis must be 1 (n_bits, the width of a); got shape (2,)"),
    (similarity.hamming_distance, {"b": [[1, 1]] * 3}, "b: axes before the last must broadcast with those of a, (2,)"),
    (similarity.cosine_similarity, {"b": [1.0]}, "b: last axis must be 2 (n_dims, the width of a); got shape (1,)"),
    (similarity.cosine_similarity, {"a": [1.0]}, "b: last axis must be 1 (n_dims, the width of a); got shape (2,)"),
    (similarity.cosine_similarity, {"b": np.ones((3, 2))}, "b: axes before the last must broadcast with those of a"),
    (similarity.cosine_similarity, {"a": [0, 0]}, "a: every vector needs a length above 0 (a zero vector has no dir"),
    (similarity.cosine_similarity, {"b": [[1, 1], [0, 0]]}, "b: every vector needs a length above 0"),
    (similarity.entropy, {"weights": [0.5, 0.4]}, "weights: must sum to 1 within 1e-05 (they are probabilities); got"),
    (similarity.entropy, {"weights": [1.5, -0.5]}, "weights: must be >= 0 (they are probabilities); got -0.5 at index"),
    (attention.attend, {"k": QKV["k"].T}, "k: last axis must be 4 (d_k, the width of q; did you pass k.T?); got shape"),
    (attention.attend, {"v": np.ones((4, 5))}, "v: must have 3 rows (n_k, one value a key); got shape (4, 5)"),
    (attention.attend, {"k": np.ones((2, 3, 4)), "q": np.ones((3, 2, 4))}, "k: axes before the last must broadcast"),
    (attention.attend, {"k": np.ones((2, 3, 4)), "v": np.ones((5, 3, 5))}, "v: axes before the last must broadcast"),
    (
        attention.attend,
        {"mask": np.array([[True] * 3, [False] * 3])},
        "mask: every row needs at least one True (a row with none has no softmax); row 1 has none",
    ),
    (attention.attend_online, {"mask": np.zeros((2, 3), dtype=bool)}, "mask: every row needs at least one True"),
    (attention.attend, {"q": np.full((2, 4), 1e200), "k": np.full((3, 4), 1e200)}, "q, k: their dot products must be"),
    (attention.attend_online, {"q": np.full((2, 4), 1e200), "k": np.full((3, 4), 1e200)}, "q, k: their dot products"),
    (attention.padding_mask, {"n": 2}, "lengths: must be from 1 to 2 (n; a sequence without a position has no softm"),
    (hopfield.modern_update, {"state": [1.0]}, "state: last axis must be 4 (d, the width of patterns); got shape (1,"),
    (
        neurons.lif_rate_hz,
        {"v_rest_mv": -50},
        "v_rest_mv: must be below v_threshold_mv, -50.0 (a resting cell is silen",
    ),
    (
        neurons.lif_rate_hz,
        {"v_reset_mv": -50},
        "v_reset_mv: must be below v_threshold_mv, -50.0 (it would not stop); g",
    ),
    (neurons.leaky_integrate_and_fire, {"v_threshold_mv": -66}, "v_rest_mv: must be below v_threshold_mv, -66"),
    (
        neurons.leaky_integrate_and_fire,
        {"current_na": np.ones((1, 2, 3))},
        "current_na: must be (n_steps,) or (n_neuron",
    ),
    (neurons.leaky_integrate_and_fire, {"current_na": [1e308]}, "current_na, r_mohm: their products must be finite in"),
    (
        neurons.leaky_integrate_and_fire,
        {"current_na": [200.0], "refractory_ms": 0.1, "escape_mv": None},
        "dt_ms: must be shorter (a neuron fires twice within a step); got 1.0",
    ),
    (neurons.escape_rate_per_ms, {"v_mv": 0, "escape_mv": 0.05}, "escape_mv: must be larger (the chance to fire overf"),
    (neurons.rates, {"v_mv": -1e5}, "v_mv: must be nearer to rest (a rate overflows); got -100000.0"),
    (neurons.gates, {"v_mv": [-65, -1e5]}, "v_mv: must be nearer to rest (a rate overflows); got -100000.0"),
    (neurons.hodgkin_huxley, {"dt_ms": 0.03}, "duration_ms: must be a whole number of steps of dt_ms = 0.03; got 5.0"),
    (neurons.hodgkin_huxley, {"dt_ms": 10}, "duration_ms: must be a whole number of steps of dt_ms = 10.0; got 5.0"),
    (neurons.hodgkin_huxley, {"dt_ms": 1e-300}, "duration_ms: must be a whole number of steps of dt_ms = 1e-300; got"),
    (
        neurons.hodgkin_huxley,
        {"dt_ms": 0.1, "duration_ms": 20},
        "dt_ms: must be smaller (rk4 blew up; did a voltage st",
    ),
    (
        neurons.hodgkin_huxley,
        {"current_ua_cm2": np.ones((2, 99))},
        "current_ua_cm2: must be one number, (n_neurons,) or (n_neurons, n_steps) with 100 steps; got shape (2, 99)",
    ),
    (
        neurons.hodgkin_huxley,
        {"current_ua_cm2": np.ones((1, 2, 100))},
        "current_ua_cm2: must be one number, (n_neurons",
    ),
    (
        neurons.hodgkin_huxley,
        {"v_start_mv": np.full(3, -65.0)},
        "v_start_mv: must be one number or one for each of 2 neurons; got shape (3,)",
    ),
    (
        neurons.hodgkin_huxley,
        {"v_start_mv": np.full((1, 2), -65.0)},
        "v_start_mv: must be one number or one for each o",
    ),
    (hypercube.unpack_bits, {"n_bits": 64}, "words: last axis must be 1 (n_words for 64 bits); got shape (3, 2)"),
    (hypercube.ball_fraction, {"n_bits": 2}, "radius: must be from 0 to 2 (n_bits, the largest distance there is)"),
    (hypercube.fit_beta, {"radius": 1, "max_distance": None}, "radius: must be at least 2 (a line needs two points"),
    (hypercube.fit_beta, {"radius": 0}, "radius: must be at least 1 (circles of radius 0 share nothing one bit apart)"),
    (hypercube.fit_beta, {"n_bits": 2}, "radius: must be from 0 to 2 (n_bits, the largest distance there is); got 3"),
    (hypercube.critical_distance, {"n_bits": 2}, "n_locations: must be from 1 to 2**2 (there are no more addresses)"),
    (hypercube.optimal_fraction, {"n_bits": 5}, "n_locations: must be from 1 to 2**5 (there are no more addresses)"),
    (hypercube.optimal_radius, {"n_locations": 257}, "n_locations: must be from 1 to 2**8 (there are no more addresse"),
    (hypercube.optimal_fraction, {"recall_probability": 0.001}, "recall_probability: must be above 0.5**8 (a coin for"),
    (hypercube.optimal_fraction, {"n_locations": 3}, "n_locations: must be larger (the best fraction of the space wo"),
    (hypercube.optimal_fraction, {"n_locations": 1}, "n_locations: must be larger (the best fraction of the space wo"),
    (
        hypercube.optimal_radius,
        {"criterion": "critical_distance", "n_patterns": 10**9},
        "n_patterns: must be fewer (with so many, a read corrects not even one wrong bit, whatever the radius)",
    ),
    (sdm.SparseDistributedMemory, {"n_bits": 2}, "radius: must be from 0 to 2 (n_bits, the largest distance there is)"),
    (MEMORY.activate, {"addresses": [0, 1]}, "addresses: last axis must be 8 (n_bits, the width of an address); got s"),
    (MEMORY.read, {"addresses": [[0, 1]]}, "addresses: last axis must be 8 (n_bits, the width of an address); got sha"),
    (MEMORY.write, {"addresses": [[0]] * 2}, "addresses: last axis must be 8 (n_bits, the width of an address); got s"),
    (
        MEMORY.write,
        {"data": [[1]] * 2},
        "data: last axis must be 8 (n_data_bits, the width of the data); got shape (2,",
    ),
    (MEMORY.write, {"data": OCTETS[0]}, "data: axes before the last must be those of addresses, (2,) (one row an addr"),
    (MEMORY.write, {"data": OCTETS[:1]}, "data: axes before the last must be those of addresses, (2,) (one row an add"),
    (MEMORY.write, {"addresses": OCTETS[:1]}, "data: axes before the last must be those of addresses, (1,) (one row"),
    (MEMORY.iterate, {"address": [0, 1]}, "address: last axis must be 8 (n_bits, the width of an address); got shape"),
    (MEMORY.iterate, {"address": OCTETS}, "address: must be one address of shape (8,); got shape (2, 8)"),
]


def public_functions():
    names = [getattr(module, name) for module in MODULES for name in module.__all__ if name != name.upper()]
    methods = [
        getattr(thing, name)
        for kind, thing in OBJECTS.items()
        for name, member in vars(kind).items()
        if isinstance(member, FunctionType | classmethod) and not name.startswith("_")
    ]
    assert all(name in OBJECTS or name in RESULTS for name in names if inspect.isclass(name))
    return [name for name in names if name not in RESULTS and inspect.signature(name).parameters] + methods


def arrays_in(result):
    if isinstance(result, np.ndarray):
        return [result]
    parts = result if isinstance(result, list | tuple) else vars(result).values() if hasattr(result, "__dict__") else []
    return [array for part in parts for array in arrays_in(part)]


def may_be_none(function, name):
    return inspect.signature(function).parameters[name].default is None


def kind_of(function, name):
    return KIND.get((function.__name__, name)) or KIND[name]


CASES = [
    pytest.param(function, name, value, error, fragment, id=f"{function.__name__}-{name}-{fragment[:40]}")
    for function, call in GOOD.items()
    for name in call
    for value, error, fragment in BAD[kind_of(function, name)]
]


def test_every_public_function_and_every_argument_of_it_has_its_rows():
    assert set(GOOD) == set(public_functions())
    for function, call in GOOD.items():
        assert list(call) == list(inspect.signature(function).parameters), function.__name__


@pytest.mark.parametrize(("function", "name", "value", "error", "fragment"), CASES)
def test_a_bad_argument_is_refused_by_name_with_what_is_needed_and_what_came(function, name, value, error, fragment):
    with pytest.raises(error, match=f"^{name}: .*{re.escape(fragment)}") as caught:
        function(**GOOD[function] | {name: value})
    assert type(caught.value) is error
    assert "; got " in str(caught.value)


@pytest.mark.parametrize(("function", "change", "start"), TOGETHER)
def test_arguments_that_do_not_fit_each_other_are_refused(function, change, start):
    with pytest.raises(ValueError, match=f"^{re.escape(start)}"):
        function(**GOOD[function] | change)


@pytest.mark.parametrize("function", GOOD, ids=lambda f: f.__name__)
def test_good_input_is_accepted_read_only_and_never_changed_or_handed_back(function):
    call = {name: value.copy() if isinstance(value, np.ndarray) else value for name, value in GOOD[function].items()}
    arrays = {name: value for name, value in call.items() if isinstance(value, np.ndarray)}
    for array in arrays.values():
        array.flags.writeable = False
    result = function(**call)
    for name, array in arrays.items():
        np.testing.assert_array_equal(array, GOOD[function][name])
        assert not any(np.shares_memory(array, own) for own in arrays_in(result))
    assert all(array.flags.writeable for array in arrays_in(result))


@pytest.mark.parametrize("function", GOOD, ids=lambda f: f.__name__)
def test_a_bad_argument_draws_nothing_from_the_generator(function):
    rng = np.random.default_rng(7)
    before = rng.bit_generator.state
    call = GOOD[function] | ({"rng": rng} if "rng" in GOOD[function] else {})
    for name in [name for name in call if name != "rng" and not may_be_none(function, name)]:
        with pytest.raises(TypeError, match=f"^{name}: "):
            function(**call | {name: None})
    assert rng.bit_generator.state == before


@pytest.mark.parametrize("function", GOOD, ids=lambda f: f.__name__)
def test_the_docstring_has_every_section_and_names_every_argument(function):
    text = inspect.getdoc(function)
    for section in ("Parameters", "Returns", "Raises", "Examples"):
        if section == "Returns" and inspect.isclass(function):
            continue
        assert f"\n{section}\n{'-' * len(section)}\n" in text
    for name in inspect.signature(function).parameters:
        assert re.search(rf"^(\w+, )*{name}(, \w+)* : ", text, re.MULTILINE)


DEFAULTS = {  # a default is behaviour: chapters rely on each of these
    "SparseDistributedMemory": {"counter_dtype": np.int16},
    "attend_online": {"block": 256},
    "critical_distance": {"noise": "published"},
    "endings": {"motif": (0, 1, 2), "n_symbols": 5},
    "HopfieldNetwork": {"is_dense": True},
    "entropy": {"axis": -1},
    "names_to_copy": {"n_letters": 1, "n_words": 8},
    "escape_rate_per_ms": {"escape_per_ms": 1.0, "v_threshold_mv": -50.0},
    "hodgkin_huxley": {
        **{"method": "rk4", "v_start_mv": -65.0},
        **{"g_k_ms_cm2": 36.0, "g_leak_ms_cm2": 0.3, "g_na_ms_cm2": 120.0},
    },
    "leaky_integrate_and_fire": {**CELL, "escape_per_ms": 1.0},
    "lif_rate_hz": CELL,
    "membrane_step_response": MEMBRANE,
    "next_token": {"temperature": 1.0},
    "optimal_fraction": {"recall_probability": 0.5},
    "optimal_radius": {"recall_probability": 0.5},
    "pictures": {"kind": "pictures"},
    "recall": {"max_sweeps": 20},
    "reversal": {"n_symbols": 10},
    "sample": {"temperature": 1.0},
    "sentences": {"most_adjectives": 2},
    "sines": {"noise": 0.1, "periods": (10.0, 40.0), "sizes": (0.5, 1.5)},
    "softmax": {"axis": -1, "beta": 1.0},
    "sorting": {"n_symbols": 10},
    "spike_trains": {"n_neurons": 50, "n_steps": 100, "period": 25.0, "spread": 1.0},
    "split_days": {"first_year": 1900, "last_year": 2099, "share": 0.1},
    "split_names": {"n_words": 8, "share": 0.5},
    "two_sines": {"noise": 0.15, "periods": (50.0, 17.0), "sizes": (1.0, 0.5)},
}


def test_defaults_are_those_that_the_chapters_rely_on():
    assert signatures.defaults_of(public_functions()) == DEFAULTS
