"""The boxes of a chapter, each a directive in MyST: one module for each family. None needs a script.

Each directive says in ``prose`` what of it a reader reads as prose. A new box is a class in its family's
``DIRECTIVES``; nothing else lists it.
"""

from . import brain, chapter_top, choices, exercises, landing, running_text, spanning
from ._elements import Prose, depart_element, el, html_element, pass_element, visit_element

__all__ = ["DIRECTIVES", "Prose", "el", "setup"]

FAMILIES = (chapter_top, choices, spanning, brain, exercises, landing)
DIRECTIVES = {name: box for family in FAMILIES for name, box in family.DIRECTIVES.items()}


def setup(app):
    """Register directives, nodes and transforms; called by Sphinx."""
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
    others = {name: (pass_element, pass_element) for name in ("latex", "text")}
    app.add_node(html_element, html=(visit_element, depart_element), **others)
    for module in (choices, spanning, exercises, landing, running_text):
        module.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
