"""A widget's script in QuickJS, for tests: every top-level function of it, with plain values in and out."""

import re
from itertools import pairwise
from xml.etree import ElementTree

from softrecall.widgets import WIDGETS, _still


class Engine(_still.Engine):
    """The script of a widget with all of its top-level names, by ``engine("name", ...)``."""

    def __init__(self, widget):
        names = re.findall(r"^(?:function|const) (\w+)", widget.script, re.MULTILINE)
        super().__init__(widget.script, tuple(names))

    __call__ = _still.Engine.call

    def evaluate(self, code):
        """A piece of script that sees the widget's names as ``widget.name``."""
        return self._context.eval(code)


class Engines(dict):
    """The engine of each widget class, made when it is first asked for."""

    def __missing__(self, widget):
        widget = WIDGETS[widget.widget_id]  # an instance has a class of its own
        if widget not in self:
            self[widget] = Engine(widget)
        return self[widget]


ENGINES = Engines()
every_widget = sorted(WIDGETS.values(), key=lambda widget: widget.__name__)


def state_of(widget):
    """What the script is given."""
    return widget.state


def is_rising(values, strictly=True):
    return all(a < b if strictly else a <= b for a, b in pairwise(values))


def drawing(widget, width):
    """The drawing of a widget at this width as the page has it: classes, and the numbers that its marks carry."""
    return ENGINES[type(widget)].draw("still", width, widget.state)["svg"]


def said(widget):
    """What the status line says of a widget, without its marks for bold type."""
    return ENGINES[type(widget)].draw("still", 626, widget.state)["sentence"].replace("**", "")


def marks(svg, name):
    """The elements of a drawing that carry a number of this name, as (number, element)."""
    nodes = [node for node in ElementTree.fromstring(svg).iter() if node.get(f"data-{name}")]
    return [(float(node.get(f"data-{name}")), node) for node in nodes]
