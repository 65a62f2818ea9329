"""Everything public on the torch floor refuses bad tensors and sizes by name. The cases are read off the docstrings.

A docstring says ``is_real : (n_batch, n_keys) of bool, optional``. From that line the tests make a good tensor, and
from the good one all the bad ones: no tensor, another kind, an axis too many, a size that does not fit. An axis that is
called like a size of the module has that size, any other a size of its own. So a new class needs no row here, only the
shapes in its docstrings, and these are tested too: what comes back has the shapes that were promised.
"""

import importlib
import inspect
import math
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
import signatures
import torch

from softrecall.recurrent.cells import Cell

FLOORS = tomllib.loads((Path(__file__).parents[1] / "floors.toml").read_text(encoding="utf-8"))
MODULES = [
    importlib.import_module(f"softrecall.{row}")
    for row, entry in FLOORS.items()
    if "torch" in entry["third_party"] and not row.startswith("_")
]
PUBLIC = [getattr(module, name) for module in MODULES for name in module.__all__]
CLASSES = [thing for thing in PUBLIC if inspect.isclass(thing) and issubclass(thing, torch.nn.Module)]
FUNCTIONS = [thing for thing in PUBLIC if inspect.isfunction(thing)]
CELLS = [kind for kind in CLASSES if list(inspect.signature(kind).parameters)[:2] == ["n_in", "n_hidden"]]
SIZES = {"d_model": 8, "n_heads": 2, "n_positions": 12, "start": 1, "dropout": 0.0}  # where not just any would do
FROM_0 = {"start", "d_ff"}  # sizes that may be 0

SHAPE = r"\((?P<axes>\w+,|\w+(, (\w+|\.\.\.))+)\)( each)?( of (?P<kind>int|bool))?(?P<optional>, optional)?"
LINE = re.compile(rf"^(?P<names>\w+(, \w+)*) : (\((?P<parts>\w+, \w+)\) of )?{SHAPE}$")
UNNAMED = re.compile(rf"^{SHAPE}$")


class Entry(NamedTuple):
    """What one line of a docstring says of a tensor; of a tuple of tensors, if it has `parts`."""

    axes: list[str]
    kind: str = "float"
    parts: tuple[str, ...] = ()
    is_optional: bool = False


class Case(NamedTuple):
    """Something to call: a method of the class `owner`, or a function that is given an instance of it as its cell."""

    owner: type
    name: str
    function: Callable | None


def section(thing, title):
    found = re.search(rf"^{title}\n-+\n(.*?)(?=\n\n\w[\w ]*\n-+\n|\Z)", inspect.getdoc(thing) or "", re.S | re.M)
    return found.group(1).split("\n") if found else []


def entry_of(line):
    axes = [axis.strip() for axis in line["axes"].split(",") if axis.strip()]
    groups = line.groupdict()
    parts = tuple(groups["parts"].split(", ")) if groups.get("parts") else ()
    return Entry(axes, line["kind"] or "float", parts, bool(line["optional"]))


def tensors_in(thing):
    lines = filter(None, map(LINE.match, section(thing, "Parameters")))
    return {name: entry_of(line) for line in lines for name in line["names"].split(", ")}


def promised(thing):
    """List what the Returns section says of each result, in order: None where it names no plain shape."""
    found = []
    for text in section(thing, "Returns"):
        if text and not text.startswith(" "):
            line = LINE.match(text) or UNNAMED.match(text)
            names = text.split(" : ")[0].split(", ") if LINE.match(text) else [text]
            found += [entry_of(line) if line else None] * len(names)
    return found


def methods_of(kind):
    own = (name for name, member in inspect.getmembers(kind, inspect.isfunction) if "softrecall" in member.__module__)
    return [name for name in own if not name.startswith("_")]


CALLS = [
    *[Case(kind, name, None) for kind in CLASSES for name in methods_of(kind) if tensors_in(getattr(kind, name))],
    *[Case(kind, f.__name__, f) for f in FUNCTIONS if "cell" in inspect.signature(f).parameters for kind in CELLS],
]


def settings_of(kind):
    """Choose sizes, numbers and cells to make a class with, by the annotations of its constructor."""
    chosen = {}
    for place, (name, parameter) in enumerate(inspect.signature(kind).parameters.items()):
        if parameter.annotation is int:
            chosen[name] = SIZES.get(name, 4 + place)
        elif parameter.annotation is float:
            chosen[name] = SIZES.get(name, 1.5)
        elif parameter.annotation is Cell:
            chosen[name] = CELLS[0](5, 3 + place)
    return chosen


def kept(module):
    return {name: size for name, size in vars(module).items() if type(size) is int}


def build(case):
    """Return what to call, the module, what the docstring says of each tensor, the size of each axis, a good call."""
    torch.manual_seed(0)
    module = case.owner(**settings_of(case.owner)).double()
    thing = case.function or getattr(module, case.name)
    counts = [name for name, parameter in inspect.signature(thing).parameters.items() if parameter.annotation is int]
    entries, sizes = tensors_in(thing), kept(module) | dict.fromkeys(counts, 2)
    for entry in entries.values():
        for axis in entry.axes:
            sizes.setdefault(axis, 3 + len(sizes) % 7)
    call = {name: good(entry, sizes) for name, entry in entries.items()}
    return thing, module, entries, sizes, call | dict.fromkeys(counts, 2) | ({"cell": module} if case.function else {})


def good(entry, sizes):
    """Make a tensor, or a tuple of them, with the axes of an entry."""
    shape = [sizes[axis] for axis in entry.axes]
    if entry.kind == "float":
        made = tuple(torch.randn(shape, dtype=torch.float64) for _ in entry.parts or [""])
        return made if entry.parts else made[0]
    return torch.ones(shape, dtype=torch.bool if entry.kind == "bool" else torch.int64)


def spoilt(entry, x, fixed):
    """Yield every way to spoil a good tensor that must be refused, each with its error."""
    kinds = {
        "float": [torch.int64, torch.bool, torch.complex128, torch.float32],
        "int": [torch.float64, torch.bool],
        "bool": [torch.int64, torch.float64],
    }
    yield from [(x.tolist(), TypeError), ("x", TypeError)]
    yield from [(x.to(dtype), TypeError) for dtype in kinds[entry.kind]]
    if not entry.is_optional:
        yield None, TypeError
    if "..." not in entry.axes:
        yield from [(x[None], ValueError), (x[0], ValueError)]
        yield from [(x.narrow(place, 0, 0), ValueError) for place in range(x.ndim)]
    for place, axis in enumerate(entry.axes):
        if axis in fixed:
            yield torch.cat([x, x.narrow(place, 0, 1)], dim=place), ValueError
    if entry.kind == "int":
        yield from [(x - 2, ValueError), (x + 10**6, ValueError)]
    if entry.kind == "bool":
        yield torch.cat([x[:-1], torch.zeros_like(x[-1:])]), ValueError


def cases_of(entries, call, module):
    """Yield (argument, what it becomes, error, the names that may be blamed) for every bad tensor of a call."""
    for name, entry in entries.items():
        others = {key: other for key, other in entries.items() if key != name}
        fixed = {*kept(module), *(axis for other in others.values() for axis in other.axes)}
        # where two arguments differ in an axis that they share, either may be blamed
        blamed = {key for key, other in others.items() if set(other.axes) & set(entry.axes)} | {name, *entry.parts}
        blamed |= {part for key in blamed & set(others) for part in others[key].parts}
        if not entry.parts:
            for bad, error in spoilt(entry, call[name], fixed):
                yield name, bad, error, blamed
        for place in range(len(entry.parts)):
            for bad, error in spoilt(entry, call[name][place], fixed):
                yield name, (*call[name][:place], bad, *call[name][place + 1 :]), error, blamed


every_call = pytest.mark.parametrize("case", CALLS, ids=lambda case: f"{case.owner.__name__}-{case.name}")
every_class = pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)


@every_call
def test_a_tensor_that_does_not_fit_is_refused_by_name_before_pytorch_meets_it(case):
    thing, module, entries, _, call = build(case)
    cases = list(cases_of(entries, call, module))
    assert len(cases) > 5
    for name, bad, error, blamed in cases:
        with pytest.raises(error, match=rf"^({'|'.join(sorted(blamed))}): ") as caught:
            thing(**call | {name: bad})
        assert type(caught.value) is error
        assert "; got " in str(caught.value) or "has none" in str(caught.value)


@every_call
def test_good_tensors_give_what_the_docstring_promises_and_stay_as_they_were(case):
    thing, _, entries, sizes, call = build(case)
    before = {name: [part.clone() for part in parts_of(call[name])] for name in entries}
    results, shapes = parts_of(thing(**call)), promised(thing)
    assert len(results) == len(shapes) > 0
    for got, entry in zip(results, shapes, strict=True):
        if entry is not None:
            assert tuple(got.shape) == tuple(sizes[axis] for axis in entry.axes)
    for name, parts in before.items():
        assert all(torch.equal(old, new) for old, new in zip(parts, parts_of(call[name]), strict=True))


def parts_of(value):
    return value if isinstance(value, tuple) else (value,)


def tensors_of(value):
    """List the tensors of a result, whatever they are packed in."""
    if isinstance(value, torch.Tensor):
        return [value]
    return [tensor for part in (value.values() if isinstance(value, dict) else value) for tensor in tensors_of(part)]


@every_call
def test_what_a_mask_hides_changes_nothing_and_what_it_shows_does(case):
    thing, _, entries, _, call = build(case)
    masks = [name for name, entry in entries.items() if entry.kind == "bool"]
    for name in masks:
        axis = entries[name].axes[-1]
        call[name][..., -1] = False  # hide the last key from all
        readers = [(n, e.axes.index(axis)) for n, e in entries.items() if e.kind == "float" and axis in e.axes]
        is_own = entries[name].axes[-2:-1] == [axis]  # then the token that is changed is itself one that asks
        outputs = tensors_of(thing(**call))
        for reader, place in readers:
            for key, is_hidden in [(-1, True), (0, False)]:
                other = call[reader].clone()
                other.select(place, key).add_(torch.randn_like(other.select(place, key)), alpha=1e3 if is_hidden else 1)
                rows = (slice(None, -1) if is_hidden else slice(1, None)) if is_own else slice(None)
                changed = tensors_of(thing(**call | {reader: other}))
                changes = [(a - b)[..., rows, :].abs().max() for a, b in zip(changed, outputs, strict=True)]
                assert all(change <= 1e-12 for change in changes) if is_hidden else max(changes) > 1e-6
    assert masks or not any("mask" in name or name == "is_real" for name in entries)


@every_class
def test_sizes_and_numbers_that_do_not_fit_are_refused_by_name(kind):
    settings, bad = settings_of(kind), []
    for name, value in settings.items():
        if isinstance(value, int):
            bad += [(name, wrong, TypeError) for wrong in (2.5, 2.0, "3", None, True, math.nan)]
            bad += [(name, wrong, ValueError) for wrong in ([-1] if name in FROM_0 else [-1, 0])]
        elif isinstance(value, float):
            bad += [(name, wrong, TypeError) for wrong in ("1", None, True, 1j)]
            bad += [(name, wrong, ValueError) for wrong in (math.nan, math.inf, -math.inf)]
        else:
            bad += [(name, wrong, TypeError) for wrong in (3, None, torch.nn.Linear(5, 3), "GRUCell")]
    for name, wrong, error in bad:
        with pytest.raises(error, match=f"^{name}: .*; got ") as caught:
            kind(**settings | {name: wrong})
        assert type(caught.value) is error


@every_class
def test_the_text_of_a_module_shows_its_sizes(kind):
    settings = settings_of(kind)
    shown = repr(kind(**settings))
    for name, value in settings.items():
        if not isinstance(value, float):
            assert (f"{name}={value}" if isinstance(value, int) else f"({name}): {value!r}") in shown


@pytest.mark.parametrize("thing", CLASSES + FUNCTIONS, ids=lambda thing: thing.__name__)
def test_every_argument_is_named_in_the_docstring_and_every_public_method_names_its_axes(thing):
    methods = [getattr(thing, name) for name in methods_of(thing)] if thing in CLASSES else []
    for one in [thing, *[method for method in methods if "Tensor" in str(inspect.signature(method))]]:
        text = "\n".join(section(one, "Parameters"))
        for name in inspect.signature(one).parameters:
            assert name == "self" or re.search(rf"^(\w+, )*{name}(, \w+)* : ", text, re.M), (one, name)
    assert all(tensors_in(method) for method in methods if method.__name__ == "forward")


@pytest.mark.parametrize("case", [case for case in CALLS if case.function], ids=lambda case: case.name)
def test_what_is_no_cell_is_refused(case):
    thing, _, _, _, call = build(case)
    for wrong in (None, 3, torch.nn.Linear(5, 3), CELLS[0]):
        with pytest.raises(TypeError, match=r"^cell: must be a cell such as RNNCell; got "):
            thing(**call | {"cell": wrong})


LAYER = {"activation": "relu", "dropout": 0.0, "is_residual": True, "norm_first": True}
DEFAULTS = {  # a default is behaviour: chapters rely on each of these
    "DecoderLayer": LAYER,
    "EncoderDecoder": {"n_align": 32, "n_embed": 32, "n_hidden": 64},
    "EncoderLayer": LAYER,
    "GPT": {"dropout": 0.0, "is_causal": True, "positions": "sinusoidal"},
    "GRUCell": {"reset_after": True},
    "LSTMCell": {"forget_bias": 0.0},
    "PositionalEncoding": {"kind": "sinusoidal"},
    "QKNormEncoderDecoder": {"embedding_std": 0.02},
    "QKNormLanguageModel": {"embedding_std": 0.02},
    "Transformer": {"dropout": 0.0, "is_causal": True, "positions": "sinusoidal"},
    "fit": {"every": 50, "learning_rate": 0.001, "progress": False},
}


def test_defaults_are_those_that_the_chapters_rely_on():
    assert signatures.defaults_of(CLASSES + FUNCTIONS) == DEFAULTS
