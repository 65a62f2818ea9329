"""The stored pictures of the widgets: a widget's own script draws them, in QuickJS over a small document.

Nothing is drawn a second time. On the site the picture is the widget's own plate, so that nothing moves when the live
one takes its place; in a notebook it is the wide drawing under its question and over its sentence, an SVG that stands
alone. Readers need no engine: where `quickjs` is missing, a notebook stores no picture and shows the live widget.
"""

import json
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

HERE = Path(__file__).parent
LAST_LINE = "export default { compute, initialize, render };"
DRAWN = ("compute", "question", "picture", "sentence", "render")
EDGE = 22
RAISED = str.maketrans("−-0123456789", "⁻⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SVG = "http://www.w3.org/2000/svg"
ElementTree.register_namespace("", _SVG)


class Picture(NamedTuple):
    """A drawing and the sentences that replace it for those who cannot see it."""

    svg: str
    alt: str


def can_draw() -> bool:
    """Whether the engine that draws is installed."""
    return find_spec("quickjs") is not None


class Engine:
    """A widget's script in QuickJS, over a document without a screen."""

    def __init__(self, script: str, names: tuple[str, ...] = DRAWN) -> None:
        import quickjs

        body, found, rest = script.rpartition(LAST_LINE)
        if not found or rest.strip():
            raise ValueError(f"script: needed the last line {LAST_LINE!r}")
        joined = ", ".join(names)
        self._context = quickjs.Context()
        self._context.eval(
            f"'use strict';\n{(HERE / '_still.mjs').read_text('utf-8')}\n"
            f"const widget = (function () {{\n{body}\nreturn {{ {joined} }};\n}})();\n"
            "globalThis.call = (name, given) => JSON.stringify({ value: widget[name](...JSON.parse(given)) });\n"
            "globalThis.draw = (name, given) => JSON.stringify({ still, whole }[name](widget, ...JSON.parse(given)));"
        )

    def call(self, name: str, *given: Any) -> Any:
        """What a top-level function of the script gives."""
        return json.loads(self._context.get("call")(name, json.dumps(given)))["value"]

    def draw(self, name: str, *given: Any) -> Any:
        """What `still` or `whole` makes of the widget."""
        return json.loads(self._context.get("draw")(name, json.dumps(given)))


@cache
def engine(script: str) -> Engine:
    """The engine of a script; one for each."""
    return Engine(script)


def plate(script: str, widths: tuple[int, int], state: dict[str, Any]) -> str:
    """The widget's plate as HTML, with the drawings for a wide and a narrow place: numbers to a hundredth."""
    return _rounded(engine(script).draw("whole", list(widths), state))


def picture(script: str, width: int, state: dict[str, Any]) -> Picture:
    """The drawing of a state, its question and what it shows, as an SVG that needs no style sheet."""
    drawn = engine(script).draw("still", width, state)
    return Picture(_alone(drawn, width), drawn["alt"])


def _rounded(markup: str) -> str:
    """Cut the numbers in attributes to hundredths, so that no machine's last digit is stored; words stay."""

    def attribute(match: re.Match[str]) -> str:
        if match[1].startswith(("aria", "class")):
            return match[0]
        return re.sub(r"-?\d+\.\d{3,}(?:e-?\d+)?", lambda m: f"{round(float(m[0]), 3) + 0.0:.6g}", match[0])

    return re.sub(r' ([\w-]+)="[^"]*"', attribute, markup)


@cache
def _tokens() -> dict[str, str]:
    """The light colours and the fonts by their names."""
    light = (HERE / "tokens.css").read_text("utf-8").split("[data-theme", 1)[0]
    return dict(re.findall(r"(--sr-[\w-]+):\s*([^;]+);", light))


@cache
def _rules() -> list[tuple[str, str | None, dict[str, str]]]:
    """Tag or class and declarations of the style sheet's part on drawings."""
    part = (HERE / "widget.css").read_text("utf-8").partition("/* drawings")[2].partition("*/")[2].partition("/*")[0]
    rules = []
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", part):
        looks = {name.strip(): value.strip() for name, value in re.findall(r"([\w-]+):\s*([^;]+);", body)}
        for selector in selectors.split(","):
            match = re.fullmatch(r"(?:\.sr-svg )?(?:(text)|\.(sr-[\w-]+))", selector.strip())
            if match:
                rules.append((match[1], match[2], looks))
    return rules


def _resolved(value: str) -> str:
    return re.sub(r"var\((--sr-[\w-]+)\)", lambda m: _tokens()[m[1]], value)


def _dressed(root: ElementTree.Element) -> None:
    """Write what the style sheet says into each element, and take out what only the page uses."""
    for node in root.iter():
        tag, names = node.tag.rpartition("}")[2], (node.attrib.pop("class", "")).split()
        for wanted, name, looks in _rules():
            if tag == wanted or name in names:
                node.attrib.update(looks)
        for name in [name for name in node.attrib if name.startswith("data-") or name in ("cursor", "touch-action")]:
            del node.attrib[name]
        for name, value in node.attrib.items():
            node.set(name, _resolved(value))


def _wrapped(text: str, room: float) -> list[str]:
    """Break a text into lines of at most `room` characters."""
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}".strip()
        if len(joined) <= room or not lines[-1]:
            lines[-1] = joined
        else:
            lines.append(word)
    return lines


def _alone(drawn: dict[str, str], width: int) -> str:
    """Set a drawing on a white plate, under its question and over its sentence."""
    inner = ElementTree.fromstring(drawn["svg"])
    _dressed(inner)
    told = re.sub(r"\^([−\d]+)", lambda m: m[1].translate(RAISED), drawn["sentence"].replace("**", ""))
    asked, told_lines = _wrapped(drawn["question"], width / 9.9), _wrapped(told, width / 7.1)
    top, height, whole = 30 + 26 * len(asked), float(inner.get("height", 0)), width + 2 * EDGE
    foot = top + height + 14
    total = round(foot + 18 + 22 * len(told_lines))
    size = {"width": str(whole), "height": str(total), "viewBox": f"0 0 {whole} {total}"}
    root = ElementTree.Element(f"{{{_SVG}}}svg", {**size, "role": "img", "aria-label": drawn["alt"]})
    frame = {"x": "0.5", "y": "0.5", "width": str(whole - 1), "height": str(total - 1), "rx": "10"}
    _add(root, "rect", **frame, fill="var(--sr-plate)", stroke="var(--sr-line)")
    serif = {"font-family": "var(--sr-serif)", "font-size": "19px", "font-weight": "600", "fill": "var(--sr-ink)"}
    sans = {"font-family": "var(--sr-sans)", "font-size": "15px", "fill": "var(--sr-soft)"}
    for i, row in enumerate(asked):
        _add(root, "text", row, x=str(EDGE), y=str(36 + 26 * i), **serif)
    for name in ("role", "aria-label"):
        inner.attrib.pop(name, None)
    inner.attrib |= {"x": str(EDGE), "y": str(top), "overflow": "visible"}
    root.append(inner)
    _add(root, "line", x1="0.5", x2=str(whole - 0.5), y1=f"{foot:g}", y2=f"{foot:g}", stroke="var(--sr-line)")
    for i, row in enumerate(told_lines):
        _add(root, "text", row, x=str(EDGE), y=f"{foot + 24 + 22 * i:g}", **sans)
    return _rounded(ElementTree.tostring(root, encoding="unicode"))


def _add(root: ElementTree.Element, tag: str, text: str | None = None, **looks: str) -> None:
    node = ElementTree.SubElement(root, f"{{{_SVG}}}{tag}", {name: _resolved(value) for name, value in looks.items()})
    node.text = text
