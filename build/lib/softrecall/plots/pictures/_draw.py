"""Strokes and words of the pictures: SVG in strings, colours as variables with a fallback."""

from html import escape
from typing import NamedTuple

LIGHT = {
    "plate": "#FFFFFF",
    "sunk": "#F4F2EC",
    "ink": "#1D1F24",
    "soft": "#4C505A",
    "muted": "#666A73",
    "line": "#DEDBD2",
    "control": "#85827A",
    "query": "#0072B2",
    "key": "#D55E00",
    "value": "#009E73",
    "memory": "#CC79A7",
    "query-ink": "#00639C",
    "key-ink": "#A84600",
    "value-ink": "#00724F",
    "memory-ink": "#9A3F72",
}
"""The light colours of the tokens that pictures use; a test compares them with tokens.css."""

SANS = "var(--sr-sans, 'Source Sans 3', system-ui, sans-serif)"
SERIF = "var(--sr-serif, 'Source Serif 4', Georgia, serif)"
NARROW = 560  # below this width parts stand under each other, as in the widgets
SPACE = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"


class Picture(NamedTuple):
    """A drawing and the sentence that replaces it for who cannot see it."""

    svg: str
    alt: str


def tone(name: str) -> str:
    """A token's colour, with the light one where there are no tokens."""
    return f"var(--sr-{name}, {LIGHT[name]})"


def number(x: float) -> str:
    """A coordinate to a hundredth of a pixel, without a negative zero."""
    return f"{round(float(x), 2) + 0.0:.8g}"


def tag(name: str, text: str | None = None, **attributes: object) -> str:
    """An element; floats are coordinates, underscores in names become hyphens."""
    parts = (
        f'{key.strip("_").replace("_", "-")}="{number(value) if isinstance(value, float) else escape(str(value))}"'
        for key, value in attributes.items()
    )
    return f"<{name} {' '.join(parts)}{'/>' if text is None else f'>{text}</{name}>'}"


def words(x: float, y: float, text: str, *, at: str = "start", ink: str = "soft", size: float = 13.0,
          bold: bool = False, halo: bool = False, serif: bool = False) -> str:  # fmt: skip
    """Write words. `at` is start, middle or end; a halo in the plate's colour keeps them legible over lines."""
    looks = {"font_family": SERIF if serif else SANS, "font_size": size, "fill": tone(ink), "text_anchor": at}
    if bold:
        looks["font_weight"] = 600
    if halo:
        looks |= {"stroke": tone("plate"), "stroke_width": 4, "stroke_linejoin": "round", "paint_order": "stroke"}
    return tag("text", escape(text, quote=False), x=float(x), y=float(y), **looks)


def line(x1: float, y1: float, x2: float, y2: float, ink: str, width: float = 1.0, dashes: str | None = None) -> str:
    """A straight line; dashes "0 5" are round dots."""
    ends = {"x1": float(x1), "y1": float(y1), "x2": float(x2), "y2": float(y2)}
    more = {} if dashes is None else {"stroke_dasharray": dashes}
    if dashes == "0 5":
        more["stroke_linecap"] = "round"
    return tag("line", **ends, stroke=tone(ink), stroke_width=float(width), **more)


def group(x: float, y: float, parts: list[str]) -> str:
    """Parts moved to a place."""
    return "\n".join([f'<g transform="translate({number(x)} {number(y)})">', *parts, "</g>"])


def wrap(text: str, room: float) -> list[str]:
    """Break a text into lines of at most `room` characters."""
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}".strip()
        if len(joined) <= room or not lines[-1]:
            lines[-1] = joined
        else:
            lines.append(word)
    return lines


def plate(width: int, question: str, body: list[str], height: float, status: str, alt: str) -> Picture:
    """Set a drawing of this height under its question and over the sentence that says what it shows."""
    edge = 22 if width >= NARROW else 14
    asked = wrap(question, (width - 2 * edge) / 9.9)
    told = wrap(status, (width - 2 * edge) / 7.1)
    top = 18 + 26.4 * len(asked)
    foot = top + height
    total = foot + 18 + 22 * len(told)
    frame = {"x": 0.5, "y": 0.5, "width": width - 1.0, "height": total - 1, "rx": 10}
    parts = [tag("rect", **frame, fill=tone("plate"), stroke=tone("line"))]
    for i, row in enumerate(asked):
        parts.append(words(edge, 36 + 26.4 * i, row, ink="ink", size=19.0, bold=True, serif=True))
    parts += [group(edge, top, body), line(0.5, foot, width - 0.5, foot, "line")]
    parts += [words(edge, foot + 24 + 22 * i, row, size=15.0) for i, row in enumerate(told)]
    inner = "\n".join(parts)
    size = f'width="{width}" height="{number(total)}" viewBox="0 0 {width} {number(total)}"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{escape(alt)}">\n{inner}\n</svg>'
    return Picture(svg, alt)


def weight_text(weight: float, is_exact: bool = False) -> str:
    """Write a weight with three decimals. Unless it is exact, it never reads as 0 or 1."""
    if not is_exact and weight >= 0.9995:
        return ">0.999"
    if not is_exact and weight < 0.0005:
        return "<0.001"
    return f"{weight:.3f}"


def percent(share: float, is_exact: bool = False) -> str:
    """Write a share as per cent: one decimal below 10 and above 95. Unless exact, it never reads as 0 or 100."""
    p = 100 * float(share)
    if not is_exact and p >= 99.95:
        return f">99.9{SPACE}%"
    if not is_exact and p < 0.05:
        return f"<0.1{SPACE}%"
    places = 1 if p not in (0, 100) and (p < 9.95 or p >= 95) else 0
    return f"{p:.{places}f}{SPACE}%"


def digits(x: float) -> str:
    """Two to three significant digits: 1.0, 0.125, 12.3."""
    if x == 0:
        return "0"
    text = f"{x:#.3g}"
    bare = text.lstrip("0.").replace(".", "")
    return (text[:-1] if text.endswith("0") and "." in text and len(bare) > 2 else text).removesuffix(".")
