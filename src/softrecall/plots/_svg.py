"""A drawing of matplotlib as SVG that a page can inline: no ids that collide, no style sheet, words as words."""

from __future__ import annotations

import re
import zlib
from xml.etree import ElementTree

NAMESPACE = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"
FAMILY = "'Soft Recall Sans', 'Source Sans 3', 'Helvetica Neue', Arial, sans-serif"
HALO = "halo"
"""The group id that marks words with a halo; see ``softrecall.plots.figure``."""
_HALO_STYLE = {"paint-order": "stroke", "stroke": "#ffffff", "stroke-width": "3.75px", "stroke-linejoin": "round"}
PREFIX = "drawing-"
"""Begins the ids until the check sum of the finished drawing is known."""
_DECIMAL = re.compile(r"(?<![#\w.])-?(?:\d+\.\d+(?:e-?\d+)?|\d+e-?\d+)")
_NUMERIC = {"cx", "cy", "d", "height", "points", "r", "transform", "width", "x", "x1", "x2", "y", "y1", "y2"}


def tidy(svg: str, width: int, height: int) -> str:
    """Make a drawing fit to be inlined beside others.

    Metadata, style sheet and idle ids go; the ids that are used begin with a check sum of the drawing, so that two
    drawings share none; coordinates are rounded to a hundredth of a point.

    Parameters
    ----------
    svg : str
        What matplotlib wrote with ``svg.fonttype`` "none".
    width, height : int
        Its size in CSS pixels.

    Returns
    -------
    str
    """
    root = ElementTree.fromstring(svg)
    _drop(root, {NAMESPACE + "metadata", NAMESPACE + "style"})
    for element in root.iter():
        _plain(element)
    _mark_halos(root)
    _name_ids(root, PREFIX)
    _unwrap(root)
    box = root.get("viewBox", "")
    root.attrib.clear()
    root.attrib.update(
        {"width": str(width), "height": str(height), "viewBox": box, "font-family": FAMILY}
        | {"stroke-linejoin": "round", "stroke-linecap": "butt"}  # what the style sheet said of every element
    )
    for child in root:
        child.tail = "\n"
    ElementTree.register_namespace("", NAMESPACE[1:-1])
    text = ElementTree.tostring(root, encoding="unicode").replace(" />", "/>")
    return text.replace(PREFIX, f"f{zlib.crc32(text.encode()):08x}-")


def _drop(root: ElementTree.Element, tags: set[str]) -> None:
    for parent in list(root.iter()):
        for child in [child for child in parent if child.tag in tags]:
            parent.remove(child)


def _plain(element: ElementTree.Element) -> None:
    """Round the numbers of one element, shorten its style, and let its words take the font of the whole drawing."""
    element.tail = None
    if element.tag.rpartition("}")[2] not in ("text", "tspan") or not (element.text or "").strip(" \n"):
        element.text = None
    if LINK in element.attrib:
        element.set("href", element.attrib.pop(LINK))
    for name in _NUMERIC & element.attrib.keys():
        element.set(name, " ".join(_DECIMAL.sub(_short, element.attrib[name]).split()))
    if re.fullmatch(r"rotate\(-?0( [-\d.]+)*\)", element.get("transform", "")):
        del element.attrib["transform"]
    if "style" in element.attrib:
        style = {name: value for name, value in _declarations(element.attrib["style"]) if name != "font-family"}
        element.set("style", ";".join(f"{name}:{value}" for name, value in style.items()))


def _declarations(style: str) -> list[tuple[str, str]]:
    """Read a style attribute; the shorthand ``font`` becomes its weight and size."""
    found = []
    for name, value in re.findall(r"([\w-]+)\s*:\s*((?:'[^']*'|[^;'])+)", style):
        if name == "font":
            weight = re.match(r"(?:normal|italic|oblique)?\s*(\d{3}|bold)\b", value)
            found += [("font-weight", weight[1])] if weight else []
            found.append(("font-size", re.findall(r"[\d.]+px", value)[0]))
        else:
            found.append((name, _DECIMAL.sub(_short, value.strip())))
    return found


def _short(number: re.Match[str]) -> str:
    return f"{round(float(number[0]), 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def _mark_halos(root: ElementTree.Element) -> None:
    for group in root.iter(NAMESPACE + "g"):
        if group.get("id", "").startswith(HALO):
            extra = ";".join(f"{name}:{value}" for name, value in _HALO_STYLE.items())
            for text in group.iter(NAMESPACE + "text"):
                text.set("style", ";".join(filter(None, (text.get("style"), extra))))


def _name_ids(root: ElementTree.Element, prefix: str) -> None:
    """Keep the ids that something refers to, in order of appearance, and drop the others."""
    refer = re.compile(r"(?<=url\(#)[^)]+(?=\))|(?<=^#).+$")
    used = {name for element in root.iter() for value in element.attrib.values() for name in refer.findall(value)}
    names: dict[str, str] = {}
    for element in root.iter():
        old = element.attrib.pop("id", "")
        if old in used:
            element.set("id", names.setdefault(old, f"{prefix}{len(names)}"))
    for element in root.iter():
        for key, value in element.attrib.items():
            element.set(key, refer.sub(lambda match: names[match[0]], value))


def _unwrap(element: ElementTree.Element) -> None:
    """Put the children of groups that say nothing in their place; drop what is empty."""
    children: list[ElementTree.Element] = []
    for child in element:
        _unwrap(child)
        name = child.tag.rpartition("}")[2]
        if name == "g" and not child.attrib:
            children += list(child)
        elif len(child) or name not in ("g", "defs"):
            children.append(child)
    element[:] = children
