"""The helpers of the pages: claims that fail when they should, sources as they are, a setup that works anywhere."""

import ast
import html
import inspect
import re
import subprocess
import sys
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softrecall import book

DATA = Path(book.__file__).parents[1] / "data"

# Stored results

ROOT = Path(__file__).resolve().parents[2]
STORED = sorted(path.stem for path in (ROOT / "src" / "softrecall" / "data").iterdir())


@pytest.mark.parametrize("name", STORED)
def test_stored_results_say_how_they_were_made(name):
    about = book.data(name)["about"]
    command, script = about["command"].split()
    assert command == "python"
    assert (ROOT / script).is_file()
    assert date.fromisoformat(about["date"]) > date(2026, 1, 1)
    libraries = {"torch"} if "import torch" in (ROOT / script).read_text(encoding="utf-8") else {"numpy"}
    assert {"python"} | libraries <= set(about)


def test_stored_results_are_handed_out_fresh():
    book.data(STORED[0]).clear()
    assert book.data(STORED[0]) != {}


@pytest.mark.parametrize("name", ["", "gated_memory", "gated-memory.json", "../data/gated-memory", None])
def test_results_that_are_not_stored_are_named_with_those_that_are(name):
    stored = ", ".join(sorted(path.stem for path in DATA.glob("*.json")))
    assert "gated-memory" in stored
    with pytest.raises(ValueError, match=re.escape(f"name: one of {stored} is needed; got {name!r}")):
        book.data(name)


# Claims


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("15.8", 1000**0.5 / 2),
        ("1,071.85", 1071.8462),
        ("1071.85", 1071.8462),
        ("1,071", 1071.4),
        ("0.10", np.float32(0.1)),
        ("−0.21", -0.2149),
        ("-0.21", -0.2051),
        ("42.4 %", 0.42449),
        ("42.4%", 0.42351),
        ("42.4\u202f%", 0.424),
        ("1.07 × 10⁻³", 0.0010749),
        ("1.07 × 10³⁰¹", 2**1000),
        ("10⁻³", 0.00149),
        ("1.2 million", 1_249_999),
        ("77 billion", 77e9),
        ("2⁶⁴", 2**64),
        ("2⁵¹²", 2**512),
        ("1/3", 1 / 3),
        ("−1/3", Fraction(-1, 3)),
        ("3", np.array(3)),
        ("2.5", Decimal("2.5")),
        ("0.5", 0.45),  # half way agrees with both neighbours
        ("0.4", 0.45),
    ],
)
def test_a_value_that_rounds_to_its_key_passes(key, value):
    assert book.claims({key: value}).rows[0][0] == key


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("15.8", 15.851),
        ("15.8", -15.8),
        ("15.80", 15.811),
        ("1,071", 1071.51),
        ("42.4 %", 0.4246),
        ("42.4 %", 42.4),
        ("42.4", 0.424),
        ("1.07 × 10⁻³", 0.001076),
        ("1.07 × 10⁻³", 0.0107),
        ("10⁻³", 0.0016),
        ("1.2 million", 1_250_001),
        ("2⁶⁴", 2**64 * (1 + 1e-11)),
        ("1/3", 0.3333333),
        ("3", float("nan")),
        ("3", float("inf")),
    ],
)
def test_a_value_that_does_not_round_to_its_key_fails(key, value):
    with pytest.raises(AssertionError, match=re.escape(key)):
        book.claims({key: value})


@given(st.floats(-1e6, 1e6), st.integers(0, 6))
def test_what_python_prints_is_accepted_and_its_neighbours_are_not(value, places):
    key = f"{value:,.{places}f}".replace("-", "−")
    book.claims({key: value})
    off = Fraction(repr(value)) + Fraction(11, 10) * Fraction(10) ** -places
    with pytest.raises(AssertionError):
        book.claims({key: off})


@given(st.floats(1e-300, 1e300), st.integers(0, 5))
def test_powers_of_ten_are_read_as_python_prints_them(value, places):
    number, exponent = f"{value:.{places}e}".split("e")
    key = f"{number} × 10{str(int(exponent)).translate(str.maketrans('0123456789-', '⁰¹²³⁴⁵⁶⁷⁸⁹⁻'))}"
    assert book.claims({key: value}).rows[0][0] == key


def test_every_disagreement_is_listed():
    with pytest.raises(AssertionError) as caught:
        book.claims({"1.5": 1.6, "2.5": 2.5, "42 %": 42})
    lines = str(caught.value).splitlines()
    assert lines[1:] == [
        "  1.5: computed 1.600",
        "  42 %: computed 4,200 % (for a key with % pass the fraction, not the percentage)",
    ]


@pytest.mark.parametrize(
    "key", ["", "about 3", "1.071,85", "1,07", "3 bits", "1e-3", ".5", "1/0", "1.5 × 10^3", "--1", "٣"]
)
def test_a_key_that_is_no_printed_number_is_refused(key):
    with pytest.raises(ValueError, match="key: a number such as"):
        book.claims({key: 1.0})


@pytest.mark.parametrize("value", [True, "3", None, 3 + 0j, np.array([3.0, 4.0]), np.bool_(True)])
def test_a_value_that_is_no_real_number_is_refused(value):
    with pytest.raises(TypeError, match="'3': a real number is needed"):
        book.claims({"3": value})


def test_claims_need_at_least_one():
    with pytest.raises(ValueError, match="a mapping"):
        book.claims({})
    with pytest.raises(ValueError, match="a mapping"):
        book.claims(["15.8"])
    with pytest.raises(TypeError, match="text as the prose prints it"):
        book.claims({15.8: 15.8})


def test_a_tensor_of_one_element_is_a_number():
    import torch

    assert len(book.claims({"0.5": torch.tensor(0.5)}).rows) == 1


def test_claims_show_themselves_as_one_closed_line_and_a_table():
    shown = book.claims({"15.8": 1000**0.5 / 2, "−0.21": -0.2122})._repr_html_()
    assert shown.startswith(
        '<details class="sr-claims">\n<summary><strong>2 numbers checked</strong> in the section above'
    )
    assert re.findall(r"<td>(.*?)</td>", shown) == ["15.8", "15.811", "−0.21", "−0.2122"]
    assert repr(book.claims({"1": 1})) == "1 number checked in the section above\n  1  computed 1"


def test_computed_values_are_printed_with_two_more_digits_so_that_they_are_stable():
    a, b = book.claims({"0.3": 0.1 + 0.2, "1": 1}), book.claims({"0.3": 0.3, "1": 1})
    assert a._repr_html_() == b._repr_html_()


# Sources


class Toy:
    """A docstring."""

    def method(self):
        """Another."""

        def inner():
            """Only this."""

        text = """no docstring"""
        return inner, text


def test_a_source_is_shown_as_it_stands_in_the_file():
    assert repr(book.show_source(Toy)) == inspect.getsource(Toy).strip()
    assert repr(book.show_source(Toy().method)).startswith("def method(self):")


def test_docstrings_can_be_left_out_and_the_code_stays_the_same():
    code = repr(book.show_source(Toy, docstring=False))
    left = [
        ast.get_docstring(node)
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.ClassDef | ast.FunctionDef)
    ]
    assert left == [None, None, None]
    assert '"""no docstring"""' in code
    namespace = {}
    exec(code, namespace)
    inner, text = namespace["Toy"]().method()
    assert (inner(), text) == (None, "no docstring")


def noted():
    l = 0  # noqa: E741 - a note to the linter
    # nothing asked of the linter
    return l


def test_notes_to_the_linter_are_not_shown():
    assert "noqa" in inspect.getsource(noted)
    assert repr(book.show_source(noted)) == "def noted():\n    l = 0\n    # nothing asked of the linter\n    return l"


def test_the_page_shows_the_same_code():
    source = book.show_source(book.claims, docstring=False)
    shown = source._repr_html_()
    assert 'class="highlight"' in shown
    assert html.unescape(re.sub(r"<[^>]*>", "", shown)).strip() == repr(source)


@pytest.mark.parametrize("obj", [3, len, "text", np.add])
def test_what_has_no_source_is_refused(obj):
    with pytest.raises(TypeError, match="obj: a function, class or module"):
        book.show_source(obj)


# Setup

OUTSIDE = """
import os, sys
os.environ.pop("OMP_NUM_THREADS", None)
from softrecall import book
assert "matplotlib" not in sys.modules, "importing book must stay light"
assert book.setup() is None
assert book.setup() is None
import matplotlib, numpy
print(matplotlib.rcParams["svg.hashsalt"], os.environ["OMP_NUM_THREADS"], numpy.get_printoptions()["linewidth"])
print("IPython" in sys.modules, "torch" in sys.modules)
"""


def test_setup_works_outside_ipython():
    done = subprocess.run([sys.executable, "-W", "error", "-c", OUTSIDE], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("softrecall 1 72\nFalse False\n", "", 0)


def test_setup_says_what_is_missing():
    script = "import sys; sys.modules['matplotlib'] = None\nfrom softrecall import book\nbook.setup()"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "pip install 'softrecall[book]'" in done.stderr


@pytest.mark.parametrize("order", ["import torch; book.setup()", "book.setup(); import torch"])
def test_torch_has_one_thread_whether_imported_before_or_after(order):
    script = "import os; os.environ.pop('OMP_NUM_THREADS', 0)\nfrom softrecall import book\n"
    script += f"{order}\nprint(torch.get_num_threads())"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout == "1\n", done.stderr
