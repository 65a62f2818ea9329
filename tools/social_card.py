"""Draw the mark, the icons and the card that a shared link shows.

    python tools/social_card.py

The two SVG files are written from numbers; the two PNG files are pictures that a headless Chromium takes of them
(the command needs Playwright and Chromium; CHROMIUM may name another one than /usr/bin/chromium).
"""

from __future__ import annotations

import math
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MARK = ROOT / "figures" / "mark.svg"
ASSETS = ROOT / "theme" / "assets"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]

# The mark is a cue at the lower left that looks along the diagonal. A ray is a stored memory: its width and its length
# are the softmax weight of the cosine between the two directions.
CUE = (8.0, 24.0)
LOOK = 45.0  # degrees, counter-clockwise from the right
BETA = 3.2
OFFSETS = (0.0, 42.0, -42.0, 64.0, -64.0)  # degrees from the diagonal
WIDEST = 6.4
LENGTHS = (14.0, 17.0)  # a ray ends at 14 + 17 weight / greatest weight
GAP = 1.3  # between the cue and a ray

LIGHT = {"ray": "#9A3F72", "cue": "#0072B2"}  # memory-ink and query of the two themes
DARK = {"ray": "#E6A8CB", "cue": "#3D9BD6"}
PAPER, INK, SOFT = "#FCFBF8", "#1D1F24", "#4C505A"

TITLE = "Soft Recall"
SUBTITLE = "From associative memory<br>to attention, and back to the brain"


def relative_weights(offsets: tuple[float, ...], beta: float = BETA) -> list[float]:
    """Return the softmax weights of cos(offset), divided by the greatest."""
    weights = [math.exp(beta * math.cos(math.radians(offset))) for offset in offsets]
    return [weight / max(weights) for weight in weights]


def draw_shapes(offsets: tuple[float, ...], cue_radius: float = 4.5, boldness: float = 1.0) -> str:
    """Return the rays and the cue as SVG elements with the classes `ray` and `cue`."""
    x, y = CUE
    lines = []
    for offset, weight in zip(offsets, relative_weights(offsets), strict=True):
        width = round(WIDEST * weight, 1) * boldness
        angle = math.radians(LOOK + offset)
        # Both ends are round: they reach half a width further than the line.
        near = cue_radius + GAP + width / 2
        far = LENGTHS[0] + LENGTHS[1] * weight - width / 2
        (x1, y1), (x2, y2) = ((x + r * math.cos(angle), y - r * math.sin(angle)) for r in (near, far))
        lines.append(f'<path class="ray" d="M{x1:.2f} {y1:.2f}L{x2:.2f} {y2:.2f}" stroke-width="{width:.1f}"/>')
    lines.append(f'<circle class="cue" cx="{x:g}" cy="{y:g}" r="{cue_radius:g}"/>')
    return "".join(lines)


def draw_svg(shapes: str, title: str) -> str:
    """Put shapes into a file that follows the reader's light or dark theme."""
    rules = [
        f".ray{{fill:none;stroke:{LIGHT['ray']};stroke-linecap:round}}.cue{{fill:{LIGHT['cue']}}}",
        f"@media(prefers-color-scheme:dark){{.ray{{stroke:{DARK['ray']}}}.cue{{fill:{DARK['cue']}}}}}",
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" role="img" aria-label="{title}">'
        f"<style>{''.join(rules)}</style>{shapes}</svg>\n"
    )


def draw_mark() -> str:
    """Return the mark: five rays."""
    return draw_svg(draw_shapes(OFFSETS), TITLE)


def draw_favicon() -> str:
    """Return the mark for 32 px and below: three rays, bolder."""
    return draw_svg(draw_shapes(OFFSETS[:3], cue_radius=4.9, boldness=1.2), TITLE)


def card_page() -> str:
    """Return the page that is photographed for the card."""
    return f"""<!DOCTYPE html><meta charset="utf-8"><link rel="stylesheet" href="fonts.css"><style>
html{{color-scheme:light}}
body{{margin:0;width:1200px;height:630px;background:{PAPER};color:{INK};font-family:var(--sr-serif);position:relative}}
h1{{position:absolute;left:88px;top:190px;margin:0;font-size:124px;font-weight:600;line-height:1;letter-spacing:-.012em}}
p{{position:absolute;left:92px;top:350px;margin:0;font-size:39px;font-style:italic;line-height:1.35;color:{SOFT}}}
svg{{position:absolute;right:80px;top:140px;width:340px;height:340px}}
</style><h1>{TITLE}</h1><p>{SUBTITLE}</p>{draw_mark()}"""


def touch_icon_page() -> str:
    """Return the page that is photographed for the icon of a home screen, which has no transparency."""
    return f"""<!DOCTYPE html><meta charset="utf-8"><style>
html{{color-scheme:light}}body{{margin:0;background:{PAPER}}}svg{{display:block;margin:22px;width:136px;height:136px}}
</style>{draw_mark()}"""


def photograph(pages: dict[str, tuple[str, int, int]]) -> None:
    """Take a picture of each page: file name -> (HTML, width, height)."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for name, (html, width, height) in pages.items():
            source = ASSETS / f".{name}.html"
            source.write_text(html, "utf-8")  # beside fonts.css, so that its relative addresses hold
            try:
                page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="light")
                page.goto(source.as_uri())
                page.evaluate("document.fonts.ready")
                page.screenshot(path=ASSETS / name)
            finally:
                source.unlink()
        browser.close()


def main() -> None:
    """Write the four files."""
    MARK.write_text(draw_mark(), "utf-8")
    (ASSETS / "favicon.svg").write_text(draw_favicon(), "utf-8")
    photograph({"social-card.png": (card_page(), 1200, 630), "apple-touch-icon.png": (touch_icon_page(), 180, 180)})


if __name__ == "__main__":
    main()
