"""Make the vendored files again, or check them.

    python tools/vendor.py           fetch the npm packages of vendor.toml and write every file (needs npm)
    python tools/vendor.py --check   compare the files on disk with the recorded sha256 (no network)

A second run with the same fonttools and brotli changes no byte.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RECIPE = ROOT / "tools" / "vendor.toml"
FONTS = "theme/assets/vendor/fonts"
KATEX = "theme/assets/vendor/katex"
FONTS_CSS = "theme/assets/fonts.css"
RECORD = "theme/assets/vendor/SOURCES.toml"
FOLDERS = ("theme/assets/vendor", "theme/extensions/vendor", "tests/vendor")

FEATURES = ["kern", "liga", "ccmp", "mark", "mkmk", "lnum", "tnum"]
# A narrow no-break space is a thin space that does not break, a no-break hyphen a hyphen: the same glyphs.
SAME_GLYPH = {0x202F: 0x2009, 0x2010: 0x2D, 0x2011: 0x2D}
# Raised plus and minus, and what they are drawn from.
RAISED_SIGNS = {0x207A: ord("+"), 0x207B: 0x2212}


def sha256(data: bytes) -> str:
    """Return the digest as hexadecimal text."""
    return hashlib.sha256(data).hexdigest()


# ---- reading the recipe ----


def parse_ranges(text: str) -> set[int]:
    """Turn a CSS unicode-range into code points.

    >>> sorted(parse_ranges("U+0041-0043, U+2212"))
    [65, 66, 67, 8722]
    """
    points: set[int] = set()
    for part in text.replace(" ", "").split(","):
        first, _, last = part.removeprefix("U+").partition("-")
        points.update(range(int(first, 16), int(last or first, 16) + 1))
    return points


def format_ranges(points: set[int]) -> str:
    """Turn code points into the shortest CSS unicode-range.

    >>> format_ranges({65, 66, 67, 8722})
    'U+41-43,U+2212'
    """
    parts: list[list[int]] = []
    for point in sorted(points):
        if parts and point == parts[-1][1] + 1:
            parts[-1][1] = point
        else:
            parts.append([point, point])
    return ",".join(f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in parts)


# ---- fetching ----


class Packages:
    """The files of the npm packages, fetched once each and verified."""

    def __init__(self, recipe: dict[str, Any], folder: Path):
        self.recipe = recipe["package"]
        self.folder = folder
        self.tarballs: dict[str, tarfile.TarFile] = {}

    def read(self, source: str) -> bytes:
        """Return the bytes of `package:path`."""
        key, _, path = source.partition(":")
        if key not in self.tarballs:
            self.tarballs[key] = self._fetch(key)
        member = self.tarballs[key].extractfile(f"package/{path}")
        if member is None:
            raise ValueError(f"{source}: a file is needed; got a folder")
        return member.read()

    def _fetch(self, key: str) -> tarfile.TarFile:
        package = self.recipe[key]
        spec = f"{package['name']}@{package['version']}"
        command = ["npm", "pack", spec, "--json", "--ignore-scripts", "--pack-destination", str(self.folder)]
        reply = json.loads(subprocess.run(command, check=True, capture_output=True, text=True, cwd=self.folder).stdout)
        reply = list(reply.values()) if isinstance(reply, dict) else reply
        data = (self.folder / reply[0]["filename"]).read_bytes()
        integrity = "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()
        if integrity != package["integrity"]:
            raise ValueError(f"{spec}: integrity must be {package['integrity']}; got {integrity}")
        print(f"fetched {spec} ({len(data):,} bytes)")
        return tarfile.open(fileobj=io.BytesIO(data))


# ---- fonts ----


def make_subset(data: bytes, points: set[int] | None, name: str, wght: list[int] | None = None) -> bytes:
    """Cut a font down to the wanted characters and weights and give it a name of our own."""
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    font = TTFont(io.BytesIO(data), recalcTimestamp=False)
    add_same_glyphs(font)
    add_raised_signs(font)
    options = subset.Options()
    options.layout_features = FEATURES
    options.hinting = False  # the outlines are drawn well without, and the programs are a tenth of the file
    options.name_IDs = [0, 13, 14]
    options.notdef_outline = True
    options.drop_tables = [*options.drop_tables, "STAT"]
    subsetter = subset.Subsetter(options)
    kept = set(font.getBestCmap())
    subsetter.populate(unicodes=kept if points is None else kept & points)
    subsetter.subset(font)
    if wght:
        limits = {"wght": wght[0] if len(wght) == 1 else (wght[0], wght[0], wght[1])}
        font = instancer.instantiateVariableFont(font, limits, inplace=True)
        font["OS/2"].usWeightClass = wght[0]
    rename(font, name)
    font.flavor = "woff2"
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()


def add_same_glyphs(font: Any) -> None:
    """Let a few characters without a glyph use the glyph of another."""
    cmap = font.getBestCmap()
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap.update({new: cmap[old] for new, old in SAME_GLYPH.items() if new not in cmap and old in cmap})


def add_raised_signs(font: Any) -> None:
    """Draw the raised plus and minus of 10⁻⁵ where a font has raised figures but not these two signs."""
    from fontTools.pens.transformPen import TransformPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    cmap, glyphs, advances = font.getBestCmap(), font["glyf"], font["hmtx"]
    missing = {new: old for new, old in RAISED_SIGNS.items() if new not in cmap}
    if "fvar" in font or ord("⁴") not in cmap or not missing:
        return
    raised, figure = glyphs[cmap[ord("⁴")]], glyphs[cmap[ord("4")]]
    scale = (raised.yMax - raised.yMin) / (figure.yMax - figure.yMin)
    for new, old in missing.items():
        sign, width = glyphs[cmap[old]], advances[cmap[old]][0]
        is_mono = width == advances[cmap[ord("4")]][0] == advances[cmap[ord("⁴")]][0]
        advance = width if is_mono else round(width * scale)
        dx = (advance - (sign.xMin + sign.xMax) * scale) / 2
        dy = (raised.yMin + raised.yMax) / 2 - (sign.yMin + sign.yMax) / 2 * scale
        pen = TTGlyphPen(None)
        font.getGlyphSet()[cmap[old]].draw(TransformPen(pen, (scale, 0, 0, scale, dx, dy)))
        glyph = pen.glyph()
        name = f"uni{new:04X}"
        font.setGlyphOrder([*font.getGlyphOrder(), name])
        glyphs[name] = glyph
        glyph.recalcBounds(glyphs)
        advances[name] = (advance, glyph.xMin)
        for table in font["cmap"].tables:
            if table.isUnicode():
                table.cmap[new] = name


def rename(font: Any, name: str) -> None:
    """Replace the reserved font name (OFL, clause 3); copyright and licence stay."""
    names = font["name"]
    origin = str(names.getDebugName(0)).split("with Reserved")[0].strip(" ,.")
    for name_id in (1, 2, 3, 4, 6, 10, 16, 17, 25):
        names.removeNames(nameID=name_id)
    texts = {1: name, 2: "Regular", 3: f"{name}; subset", 4: name, 6: name.replace(" ", ""), 10: f"From: {origin}"}
    for name_id, text in texts.items():
        names.setName(text, name_id, 3, 1, 0x409)


def cmap_of(data: bytes) -> set[int]:
    """Return the code points that a font file can show."""
    from fontTools.ttLib import TTFont

    return set(TTFont(io.BytesIO(data)).getBestCmap())


# ---- style sheets ----


def fonts_css(recipe: dict[str, Any], fonts: dict[str, bytes]) -> str:
    """Write the @font-face rules and the three variables."""
    lines = ["/* Made by tools/vendor.py from tools/vendor.toml. */"]
    taken: dict[tuple[str, bool], set[int]] = {}
    for row in recipe["font"]:
        style = (row["family"], row.get("italic", False))
        points = cmap_of(fonts[row["file"]]) - taken.setdefault(style, set())
        taken[style] |= points
        family = recipe["family"][row["family"]]
        # A face that is fixed at 400 still claims all weights of its family: otherwise the browser would look for a
        # bold Greek letter in the bold face alone and then leave the family.
        weights = "400" if style[1] else family["weights"]
        lines.append(
            f'@font-face{{font-family:"{family["name"]}";font-style:{"italic" if style[1] else "normal"};'
            f"font-weight:{weights};font-display:swap;"
            f'src:url("vendor/fonts/{row["file"]}") format("woff2");unicode-range:{format_ranges(points)}}}'
        )
    stacks = []
    for role, family in recipe["family"].items():
        stack = f'"{family["name"]}", '
        if "fallback" in family:
            lines.append(fallback_face(family, fonts[f"{role}.woff2"]))
            stack += f'"{family["name"]} Fallback", '
        stacks.append(f"--sr-{role}:{stack}{family['stack']}")
    lines.append(":root{" + ";".join(stacks) + "}")
    return "\n".join(lines) + "\n"


def fallback_face(family: dict[str, Any], data: bytes) -> str:
    """Scale a local font to the width and line height of ours, so that the text moves little when ours arrives."""
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(data))
    scale = family["width"] / family["fallback"]["width"]
    em = font["head"].unitsPerEm * scale
    local = ",".join(f'local("{name}")' for name in family["fallback"]["fonts"])
    ascent, descent = font["hhea"].ascent / em, -font["hhea"].descent / em
    return (
        f'@font-face{{font-family:"{family["name"]} Fallback";src:{local};size-adjust:{scale:.1%};'
        f"ascent-override:{ascent:.1%};descent-override:{descent:.1%};line-gap-override:0%}}"
    )


def katex_css(css: str, kept: set[str]) -> str:
    """Keep the fonts that we ship, as woff2 only, under names of our own."""

    def face(match: re.Match[str]) -> str:
        rule = match[0]
        file = re.findall(r"fonts/KaTeX_([\w-]+)\.woff2", rule)[0]
        if file not in kept:
            return ""
        rule = re.sub(r"src:[^;}]*", f'src:url("fonts/{file}.woff2") format("woff2")', rule)
        return rule.replace("font-display:block", "font-display:swap")

    css = re.sub(r"@font-face\{[^}]*\}", face, css)
    return re.sub(r'"?KaTeX_(\w+)"?', r'"Soft Recall Math \1"', css)


# ---- the command ----


def make_all(recipe: dict[str, Any], packages: Packages) -> tuple[dict[str, bytes], dict[str, list[str]]]:
    """Return the bytes of every file by its path, and the sources each was made from."""
    files: dict[str, bytes] = {}
    sources: dict[str, list[str]] = {}

    def put(target: str, data: bytes, *made_from: str) -> None:
        files[target], sources[target] = data, list(made_from)

    for row in recipe["copy"]:
        put(row["target"], packages.read(row["source"]), row["source"])

    fonts = {}
    for row in recipe["font"]:
        points = set().union(*(parse_ranges(recipe["charset"][name]) for name in row["charset"]))
        name = recipe["family"][row["family"]]["name"] + (" Italic" if row.get("italic") else "")
        fonts[row["file"]] = make_subset(packages.read(row["source"]), points, name, row.get("wght"))
        put(f"{FONTS}/{row['file']}", fonts[row["file"]], row["source"])
    put(FONTS_CSS, fonts_css(recipe, fonts).encode(), *(row["source"] for row in recipe["font"]))

    notices = set()
    for file, charset in recipe["katex-font"].items():
        source = f"katex:dist/fonts/KaTeX_{file}.woff2"
        kept = None if charset == "all" else parse_ranges(recipe["charset"][charset])
        put(
            f"{KATEX}/fonts/{file}.woff2",
            make_subset(packages.read(source), kept, f"Soft Recall Math {file}"),
            source,
        )
        notices.add(font_notice(packages.read(source)))
    css = katex_css(packages.read("katex:dist/katex.min.css").decode(), set(recipe["katex-font"]))
    put(f"{KATEX}/katex.min.css", css.encode(), "katex:dist/katex.min.css")
    licence = packages.read("serif:LICENSE").decode()
    licence = licence[licence.index("-----") :]
    put(f"{KATEX}/LICENSE-fonts.txt", ("\n\n".join(sorted(notices)) + "\n\n" + licence).encode(), "serif:LICENSE")
    return files, sources


def font_notice(data: bytes) -> str:
    """Return the copyright and licence notice inside a font."""
    from fontTools.ttLib import TTFont

    return TTFont(io.BytesIO(data))["name"].getDebugName(13).strip()


def write_record(
    recipe: dict[str, Any], packages: Packages, files: dict[str, bytes], sources: dict[str, list[str]]
) -> str:
    """Describe every file: where it comes from, its licence, its sha256."""
    tools = ", ".join(f"{name} {version(name)}" for name in ("fonttools", "brotli"))
    lines = [
        f"# Made by tools/vendor.py with {tools}.",
        "# Sources are npm packages: name@version, the path inside, the sha256 of that file.",
    ]
    for target in sorted(files):
        data = files[target]
        lines += ["", "[[file]]", f'path = "{target}"', f"bytes = {len(data)}", f'sha256 = "{sha256(data)}"']
        licences = sorted({recipe["package"][source.partition(":")[0]]["licence"] for source in sources[target]})
        if target.startswith(f"{KATEX}/fonts/") or target == f"{KATEX}/LICENSE-fonts.txt":
            licences = ["OFL-1.1"]  # the package is MIT, its fonts say OFL inside
        if target == FONTS_CSS:
            lines += ['licence = "MIT"', "sources = []"]
            continue
        lines += [f'licence = "{" AND ".join(licences)}"', "sources = ["]
        for source in sources[target]:
            key, _, path = source.partition(":")
            package = recipe["package"][key]
            lines.append(f'  ["{package["name"]}@{package["version"]}", "{path}", "{sha256(packages.read(source))}"],')
        lines.append("]")
    return "\n".join(lines) + "\n"


def check(root: Path = ROOT) -> list[str]:
    """Return what is wrong with the files on disk: one sentence each, none when all is well."""
    record = tomllib.loads((root / RECORD).read_text("utf-8"))["file"]
    problems = []
    for row in record:
        path = root / row["path"]
        if not path.is_file():
            problems.append(f"{row['path']}: recorded, but missing")
        elif sha256(path.read_bytes()) != row["sha256"]:
            problems.append(f"{row['path']}: differs from the record")
    known = {row["path"] for row in record} | {RECORD}
    for folder in FOLDERS:
        on_disk = {path.relative_to(root).as_posix() for path in (root / folder).rglob("*") if path.is_file()}
        problems += [f"{path}: not in the record" for path in sorted(on_disk - known)]
    return problems


def write(files: dict[str, bytes]) -> None:
    """Write the files and remove what an earlier run left beside them."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*"), reverse=True):
            if path.is_file() and path.relative_to(ROOT).as_posix() not in files:
                path.unlink()
    for target, data in files.items():
        path = ROOT / target
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_bytes() != data:
            path.write_bytes(data)
            print(f"wrote {target} ({len(data):,} bytes)")


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Make or check the vendored files.")
    parser.add_argument("--check", action="store_true", help="compare the files with the recorded sha256, no network")
    if parser.parse_args().check:
        problems = check()
        print("\n".join(problems) or "every vendored file is as recorded")
        return 1 if problems else 0
    recipe = tomllib.loads(RECIPE.read_text("utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        packages = Packages(recipe, Path(folder))
        files, sources = make_all(recipe, packages)
        files[RECORD] = write_record(recipe, packages, files, sources).encode()
    write(files)
    return 0


if __name__ == "__main__":
    sys.exit(main())
