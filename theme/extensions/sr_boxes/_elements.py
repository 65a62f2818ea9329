"""What all boxes are made of: HTML elements as nodes, small drawings, and the base of their directives."""

from dataclasses import dataclass
from typing import ClassVar

from docutils import nodes
from sphinx.util.docutils import SphinxDirective


class html_element(nodes.General, nodes.TextElement):
    """An element written to HTML as it is: ``tag``, ``classes`` and ``attrs``."""


def visit_element(self, node):
    """Open the element."""
    attrs = dict(node.get("attrs", {}))
    if node.get("ids"):
        attrs["id"] = node["ids"][0]
    if node.get("classes"):
        attrs["class"] = " ".join(node["classes"])
    text = "".join(f' {key}="{self.attval(str(value))}"' if value != "" else f" {key}" for key, value in attrs.items())
    self.body.append(f"<{node['tag']}{text}>")


VOID, INLINE = ("input", "br"), ("a", "button", "span", "strong")


def depart_element(self, node):
    """Close the element."""
    if node["tag"] not in VOID:
        self.body.append(f"</{node['tag']}>" + ("" if node["tag"] in INLINE else "\n"))


def pass_element(self, node):
    """Write only the contents, for builders other than HTML."""


def el(tag, *children, classes=(), **attrs):
    """Build an ``html_element``; underscores in attribute names become hyphens."""
    node = html_element(
        tag=tag, classes=list(classes), attrs={k.rstrip("_").replace("_", "-"): v for k, v in attrs.items()}
    )
    node.extend(nodes.Text(child) if isinstance(child, str) else child for child in children)
    return node


def drawing(classes, width, height, shapes):
    """Return a small line drawing as SVG text."""
    opening = (
        f'<svg class="{classes}" viewBox="0 0 {width} {height}" width="{width}" height="{height}" aria-hidden="true">'
    )
    return f"{opening}{shapes}</svg>"


WARN = '<path d="M10 2.5 18.5 17h-17z"/><path d="M10 8v4.2M10 14.2v.6"/>'
BRAIN = '<path d="M11 18V9M11 9C9 7 6 7 4 3M11 9c2-2 5-2 7-6M11 9V2M1 11.5h20M1 6.5h20"/>'
ICONS = {"warn": drawing("bk-glyph", 20, 20, WARN), "brain": drawing("bk-glyph", 22, 20, BRAIN)}


def icon(name):
    """Return an inline drawing as a raw node."""
    return nodes.raw("", ICONS[name], format="html")


@dataclass(frozen=True)
class Prose:
    """What of a box a reader reads as prose, for the checks of numbers and style and the count of words."""

    title: bool = True
    """Whether the text behind the directive's name is read."""
    body: bool = True
    """Whether the content is read."""
    options: tuple[str, ...] = ()
    """The options whose values are read."""
    is_counted: bool = True
    """Whether title and body count as running text of the chapter."""


class Box(SphinxDirective):
    """Base: parse a title line as inline text and the content as Markdown."""

    prose: ClassVar[Prose] = Prose()
    has_content = True
    final_argument_whitespace = True

    def inline(self, text):
        """Parse one line of Markdown and return its inline nodes."""
        children, messages = self.state.inline_text(text, self.lineno)
        return children + messages

    def parse(self):
        """Parse the content into block nodes."""
        holder = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, holder)
        return holder.children
