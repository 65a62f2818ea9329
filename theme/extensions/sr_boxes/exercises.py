"""Exercises, their hints and their solutions."""

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx_exercise.nodes import exercise_enumerable_node, exercise_node, solution_node, solution_title

from ._elements import Box, Prose, el


class Hint(Box):
    """A hint, closed until asked for."""

    prose = Prose(title=False, is_counted=False)

    def run(self):
        """Return a details element."""
        return [el("details", el("summary", "Hint"), *self.parse(), classes=["bk-hint"])]


class OpenSolutions(SphinxTransform):
    """Take exercises and solutions out of the inner sections of sphinx-exercise: their ids would repeat."""

    default_priority = 11

    def apply(self):
        """Flatten every exercise and solution of the document."""
        boxes = (exercise_node, exercise_enumerable_node, solution_node)
        for solution in [node for kind in boxes for node in self.document.findall(kind)]:
            for section in [
                c for c in solution.children if {"solution-content", "exercise-content"} & set(c.get("ids", []))
            ]:
                at = solution.index(section)
                solution.remove(section)
                for offset, child in enumerate(section.children):
                    solution.insert(at + offset, child)


def skip_node(self, node):
    """Write nothing."""
    raise nodes.SkipNode


def visit_exercise(self, node):
    """Write an exercise: its number and kind on one line, then the task."""
    self.body.append(self.starttag(node, "section", CLASS="bk-exercise"))


def depart_exercise(self, node):
    """Close the exercise."""
    self.body.append("</section>\n")


def visit_solution(self, node):
    """Write a solution as a closed details element."""
    self.body.append(self.starttag(node, "details", CLASS="bk-solution"))
    self.body.append("<summary>Solution</summary>\n")


def depart_solution(self, node):
    """Close the solution."""
    self.body.append("</details>\n")


DIRECTIVES = {"hint": Hint}


def setup(app):
    """Write exercises and solutions our way."""
    app.add_transform(OpenSolutions)
    for node in (exercise_node, exercise_enumerable_node):
        app.add_node(node, override=True, html=(visit_exercise, depart_exercise))
    app.add_node(solution_node, override=True, html=(visit_solution, depart_solution))
    app.add_node(solution_title, override=True, html=(skip_node, None))
