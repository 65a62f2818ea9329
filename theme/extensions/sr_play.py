"""The role ``{play}``: a phrase of the text that sets a widget of its page.

``{play}`take the noise to a tenth <noise=0.1>``` is a button that sets the trait ``noise`` of the page's first widget
that has it; several traits are set by ``<noise=0.1, n_bits=256>``, and ``<GatedCell: forget=1>`` names the widget.
Names and values are checked against the widget's class, so that a phrase that would do nothing fails a strict build.
Where no script runs the phrase is plain text.
"""

import json
import re
from pathlib import Path

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole
from sr_boxes import el
from traitlets import TraitError

from softrecall.widgets import WIDGETS

LOG = logging.getLogger(__name__)
VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
PHRASE = re.compile(r"(?P<words>.+?)\s*<(?:(?P<widget>\w+):\s*)?(?P<settings>[^<>]+)>", re.DOTALL)
SETTING = re.compile(r"\s*(\w+)\s*=\s*(.+?)\s*")
WORDS = {"true": True, "false": False, "none": None}


class play(nodes.Inline, nodes.TextElement):
    """A phrase whose widget is not yet known."""


class PlayRole(SphinxRole):
    """``words <name=value, ...>`` or ``words <Widget: name=value, ...>``."""

    def run(self):
        """Return the phrase, to be completed once the page is read."""
        found = PHRASE.fullmatch(self.text)
        try:
            if not found:
                raise ValueError("words and settings are needed")
            settings = read_settings(found["settings"])
        except ValueError as error:
            message = f"play: {error}, as in 'take the noise to a tenth <noise=0.1>'; got {self.text!r}"
            LOG.warning("%s", message, location=self.get_location(), type="sr_play")
            return [nodes.Text(self.text)], []
        words = " ".join(found["words"].split())
        node = play("", words, settings=settings, widget=found["widget"])
        self.set_source_info(node)
        return [node], []


def read_settings(text):
    """Return ``noise=0.1, scores=[2, 1]`` as a dictionary."""
    settings = {}
    for part in re.split(r",(?![^\[]*\])", text):
        setting = SETTING.fullmatch(part)
        if not setting or setting[1] in settings:
            raise ValueError("each setting must be written once, as name=value")
        settings[setting[1]] = read_value(setting[2])
    return settings


def read_value(text):
    """Return a number, a list, true, false, none, or else the word itself."""
    try:
        return WORDS[text] if text in WORDS else json.loads(text)
    except json.JSONDecodeError:
        return text


def widgets_of(notebook):
    """List the widgets that a notebook shows, in its order: (model id, class, stored state)."""
    models = notebook.get("metadata", {}).get("widgets", {}).get(STATE, {}).get("state", {})
    outputs = [output for cell in notebook.get("cells", []) for output in cell.get("outputs", [])]
    shown = [output["data"][VIEW]["model_id"] for output in outputs if VIEW in output.get("data", {})]
    states = [(model_id, models[model_id]["state"]) for model_id in shown if model_id in models]
    return [(model_id, WIDGETS[s["_anywidget_id"]], s) for model_id, s in states if s.get("_anywidget_id") in WIDGETS]


def choose(widgets, name, settings):
    """Return the model id of the first widget that has all the traits, and that is of the class named; check values."""
    of_class = [row for row in widgets if name in (None, row[1].__name__)]
    fitting = [row for row in of_class if set(settings) <= set(row[1].state_names)]
    if not fitting:
        there = "; ".join(f"{row[1].__name__} has {', '.join(row[1].state_names)}" for row in of_class or widgets)
        raise LookupError(
            f"a widget {f'{name} ' if name else ''}with {', '.join(settings)} is needed on the page; "
            + (there or "it has no widget")
        )
    model_id, widget, state = fitting[0]
    known = {trait: state[trait] for trait in widget.state_names if trait in state}
    widget(**known | settings).close()  # raises where a value does not fit
    return model_id


def place_phrases(app, doctree):
    """Turn every phrase of a page into the button that sets its widget."""
    phrases = list(doctree.findall(play))
    if not phrases:
        return
    source = Path(app.env.doc2path(app.env.docname))
    widgets = widgets_of(json.loads(source.read_text(encoding="utf-8"))) if source.suffix == ".ipynb" else []
    for phrase in phrases:
        words, settings = phrase.astext(), phrase["settings"]
        try:
            model_id = choose(widgets, phrase["widget"], settings)
        except (LookupError, TypeError, ValueError, TraitError) as error:
            LOG.warning("play: %r: %s", words, error, location=phrase, type="sr_play")
            phrase.replace_self(nodes.Text(words))
            continue
        values = {"data_model": model_id, "data_set": json.dumps(settings)}
        phrase.replace_self(el("button", words, type="button", classes=["sr-play"], **values))


def setup(app):
    """Register the role; called by Sphinx."""
    app.add_role("play", PlayRole())
    app.connect("doctree-read", place_phrases)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
