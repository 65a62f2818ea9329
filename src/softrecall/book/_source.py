"""The source of what the package runs, shown on a page."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from dataclasses import dataclass
from typing import Any, cast

_NOTE = re.compile(r"[ \t]*# noqa\b[^\n]*")


@dataclass(frozen=True)
class Source:
    """The source of a function or class, shown as code."""

    code: str

    def __repr__(self) -> str:
        """Return the code."""
        return self.code

    def _repr_html_(self) -> str:
        from pygments import highlight
        from pygments.formatters import HtmlFormatter
        from pygments.lexers import PythonLexer

        body = highlight(self.code, PythonLexer(), HtmlFormatter(cssclass="highlight"))
        return f'<div class="highlight-python notranslate sr-source">{body}</div>'


def show_source(obj: object, *, docstring: bool = True) -> Source:
    """Show the source of a function, method, class or module: the code read is the code run.

    Parameters
    ----------
    obj : function, method, class or module
        Its source must lie in a file or a notebook cell.
    docstring : bool
        Whether docstrings are shown; without them blank lines that they leave behind go too.

    Returns
    -------
    Source
        Plain text outside a notebook. Notes to the linter (``# noqa``) are left out.

    Raises
    ------
    TypeError
        If `obj` has no source, such as a number or a built-in.
    """
    try:
        code = textwrap.dedent(inspect.getsource(cast(Any, inspect.unwrap(obj) if callable(obj) else obj)))
    except (TypeError, OSError) as error:
        raise TypeError(f"obj: a function, class or module written in Python is needed; got {obj!r}") from error
    code = _NOTE.sub("", code)
    return Source((code if docstring else _without_docstrings(code)).strip("\n"))


def _without_docstrings(code: str) -> str:
    """Cut every docstring from the code, as lines."""
    lines: list[str | None] = [*code.splitlines()]
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if ast.get_docstring(node, clean=False) is None:
            continue
        first, last = node.body[0].lineno - 1, node.body[0].end_lineno or node.body[0].lineno
        if len(node.body) == 1 and not isinstance(node, ast.Module):
            lines[first] = " " * node.body[0].col_offset + "..."
            first += 1
        elif last < len(lines) and not (lines[last] or "").strip():
            last += 1
        lines[first:last] = [None] * (last - first)
    return "\n".join(line for line in lines if line is not None)
