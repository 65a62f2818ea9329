"""What each control of each widget must do: ``ROWS`` in ``tests/widgets/<name>/rows.py``, found by folder.

A row is a key pressed on a control and the names of the numbers that then grow and fall. ``probe.read`` takes them from
the page, without knowing a widget:

    position of <label>     where a slider is
    <name of a figure>      the number in a figure; "<name> 2" is the second one, if there are two
    <data> <i>              the number that the i-th mark carries as data-<data>, e.g. "weight 0"
    <data> <i> <attribute>  how that mark is drawn, e.g. "weight 0 height": x, y, width, height, cx, cy, x1, y1 ...
    largest <data>, number of <data>
    bold <i>                the i-th bold number of the status line
    pressed <group>         which button of a group is pressed, from 0

``READER``, if a rows.py has one, is a function in JavaScript that gives further numbers of a live widget. In a row that
fits several controls (a field for each key), ``{i}`` is the number of the one that is moved.
"""

import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import softrecall.widgets

FOLDER = Path(__file__).parents[1] / "widgets"


@dataclass(frozen=True)
class Row:
    """A key pressed on a control; before it, other keys on other controls."""

    control: str  # a regular expression that the whole accessible name fits
    key: str  # a key, or "type ..." for text that replaces what stands in a field
    grows: tuple = ()
    falls: tuple = ()
    first: tuple = ()  # pairs (control, key)

    def __post_init__(self):
        for names in (self.grows, self.falls):
            assert isinstance(names, tuple), f"needed a tuple of names; got {names!r}"


@cache
def rows_of(widget):
    """The module with the rows of a widget, by its id."""
    cls = softrecall.widgets.WIDGETS[widget]
    path = FOLDER / cls.__module__.rpartition(".")[2] / "rows.py"
    spec = importlib.util.spec_from_file_location(f"rows_{path.parent.name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def readers():
    """The readers of all widgets that have one, as an object in JavaScript."""
    found = {name: getattr(rows_of(name), "READER", None) for name in softrecall.widgets.WIDGETS}
    return "{" + ", ".join(f"{name!r}: {reader}" for name, reader in found.items() if reader) + "}"
