"""The vendored files are the recorded ones, carry their licences, hold the glyphs of the book and stay small."""

from __future__ import annotations

import gzip
import importlib.util
import re
import shutil
import tomllib
from pathlib import Path

import pytest
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parents[2]
ASSETS = ROOT / "theme" / "assets"
FONTS = ASSETS / "vendor" / "fonts"
KATEX = ASSETS / "vendor" / "katex"
ALL_FONTS = sorted([*FONTS.glob("*.woff2"), *(KATEX / "fonts").glob("*.woff2")])
# The four files that a page of English text and code loads.
LATIN = ("serif.woff2", "serif-italic.woff2", "sans.woff2", "mono.woff2")

TEXT = "".join(map(chr, range(0x20, 0x7F))) + "ÄÖÜäöüßéèáíóúñçåøæ×÷±·°µ§©«»¹²³½–—‘’“”•…′″−€\u00a0"
SPACES = "\u2009\u202f"  # thin, and thin without a break
GREEK = "αβγδεζηθικλμνξοπρςστυφχψωΓΔΘΛΞΠΣΦΨΩ"
SIGNS = "←→↑↓≈≠≤≥√∞∂∑∏∫✓†‡⁰⁴⁵⁶⁷⁸⁹⁺⁻₀₁₂₃"


def load_vendor():
    """Import the tool from its file."""
    spec = importlib.util.spec_from_file_location("vendor", ROOT / "tools" / "vendor.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


vendor = load_vendor()


def faces() -> list[dict[str, str]]:
    """Return the @font-face rules of fonts.css that load a file."""
    bodies = re.findall(r"@font-face\{(.*?)\}", (ASSETS / "fonts.css").read_text("utf-8"))
    rules = [dict(re.findall(r"([\w-]+):((?:\"[^\"]*\"|\([^)]*\)|[^;])*)", body)) for body in bodies]
    return [rule | {"file": re.search(r'url\("(.*?)"\)', rule["src"])[1]} for rule in rules if "url(" in rule["src"]]


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Copy the vendored files to a place where they may be spoilt."""
    for folder in vendor.FOLDERS:
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / vendor.FONTS_CSS, tmp_path / vendor.FONTS_CSS)
    return tmp_path


def test_every_vendored_file_is_as_recorded() -> None:
    assert vendor.check() == []


def test_the_check_notices_a_changed_byte_a_missing_file_and_a_stray_one(copied: Path) -> None:
    assert vendor.check(copied) == []
    font = copied / vendor.FONTS / "sans.woff2"
    font.write_bytes(font.read_bytes()[:-1] + b"\0\0")
    (copied / vendor.FONTS / "mono.woff2").unlink()
    (copied / "tests/vendor/stray.js").write_text("1")
    assert vendor.check(copied) == [
        f"{vendor.FONTS}/mono.woff2: recorded, but missing",
        f"{vendor.FONTS}/sans.woff2: differs from the record",
        "tests/vendor/stray.js: not in the record",
    ]


def test_the_record_names_the_packages_of_the_recipe() -> None:
    recipe = tomllib.loads(vendor.RECIPE.read_text("utf-8"))["package"].values()
    record = tomllib.loads((ROOT / vendor.RECORD).read_text("utf-8"))["file"]
    used = {source[0] for row in record for source in row["sources"]}
    assert used == {f"{package['name']}@{package['version']}" for package in recipe}
    assert all(package["integrity"].startswith("sha512-") for package in recipe)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (FONTS / "LICENSE-serif.txt", "SIL OPEN FONT LICENSE Version 1.1"),
        (FONTS / "LICENSE-sans.txt", "SIL OPEN FONT LICENSE Version 1.1"),
        (FONTS / "LICENSE-mono.txt", "SIL OPEN FONT LICENSE Version 1.1"),
        (KATEX / "LICENSE-fonts.txt", "SIL OPEN FONT LICENSE Version 1.1"),
        (KATEX / "LICENSE.txt", "The MIT License"),
        (ROOT / "theme/extensions/vendor/LICENSE-katex.txt", "The MIT License"),
        (ROOT / "tests/vendor/LICENSE-axe.txt", "Mozilla Public License, version 2.0"),
    ],
)
def test_each_licence_lies_beside_its_files(path: Path, words: str) -> None:
    assert words in path.read_text("utf-8")


@pytest.mark.parametrize("path", ALL_FONTS, ids=lambda path: path.stem)
def test_a_changed_font_keeps_its_copyright_but_not_its_reserved_name(path: Path) -> None:
    names = TTFont(path)["name"]
    assert "Copyright" in names.getDebugName(0) or "©" in names.getDebugName(0)
    assert "ofl" in names.getDebugName(14).lower() or "openfontlicense" in names.getDebugName(14)
    own = " ".join(names.getDebugName(name_id) for name_id in (1, 3, 4, 6))
    assert own.startswith("Soft Recall")
    assert not re.search("Source|KaTeX", own)


@pytest.mark.parametrize("name", LATIN)
def test_a_text_font_holds_the_latin_characters(name: str) -> None:
    cmap = TTFont(FONTS / name).getBestCmap()
    spaces = "" if name == "mono.woff2" else SPACES
    assert [character for character in TEXT + spaces if ord(character) not in cmap] == []


@pytest.mark.parametrize("family", ["serif", "serif-italic", "sans", "mono"])
def test_greek_and_signs_are_there_for_every_family(family: str) -> None:
    greek = TTFont(FONTS / f"{family}-greek.woff2").getBestCmap()
    signs = TTFont(FONTS / f"{family}-signs.woff2").getBestCmap()
    assert [character for character in GREEK if ord(character) not in greek] == []
    assert [character for character in SIGNS if ord(character) not in signs] == []


@pytest.mark.parametrize("family", ["serif", "serif-italic", "sans"])
def test_the_names_of_researchers_can_be_written(family: str) -> None:
    cmap = TTFont(FONTS / f"{family}-latin-ext.woff2").getBestCmap()
    assert [
        character for character in "čČćěřšŠžŽőŐűŁłńśğışĀāț" if ord(character) not in cmap and character != "ı"
    ] == []


@pytest.mark.parametrize("name", LATIN)
def test_figures_are_lining_and_of_equal_width(name: str) -> None:
    font = TTFont(FONTS / name)
    cmap, glyphs = font.getBestCmap(), font.getGlyphSet()
    assert len({font["hmtx"][cmap[ord(figure)]][0] for figure in "0123456789"}) == 1
    for figure in "0123456789":
        pen = BoundsPen(glyphs)
        glyphs[cmap[ord(figure)]].draw(pen)
        # Old-style figures would reach below the line (3, 4, 9) or only to the height of an x (0, 1, 2).
        assert pen.bounds[1] >= -20
        assert pen.bounds[3] >= 0.95 * font["OS/2"].sCapHeight


@pytest.mark.parametrize(
    ("name", "is_variable"), [("serif", True), ("sans", True), ("serif-italic", False), ("mono", False)]
)
def test_weights_go_from_400_to_700_or_are_fixed_at_400(name: str, is_variable: bool) -> None:
    font = TTFont(FONTS / f"{name}.woff2")
    axes = [(a.axisTag, a.minValue, a.defaultValue, a.maxValue) for a in font["fvar"].axes] if "fvar" in font else []
    assert axes == ([("wght", 400, 400, 700)] if is_variable else [])
    assert font["OS/2"].usWeightClass == 400


@pytest.mark.parametrize("name", ["serif", "serif-italic", "sans"])
def test_kerning_and_ligatures_are_kept(name: str) -> None:
    font = TTFont(FONTS / f"{name}.woff2")
    assert "kern" in {record.FeatureTag for record in font["GPOS"].table.FeatureList.FeatureRecord}
    assert "liga" in {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}


def test_the_text_fonts_of_a_page_fit_the_budget() -> None:
    assert sum((FONTS / name).stat().st_size for name in LATIN) <= 80_000
    on_demand = [path for path in FONTS.glob("*.woff2") if path.name not in LATIN]
    assert len(on_demand) == 11
    assert max(path.stat().st_size for path in on_demand) <= 9_000


def test_mathematics_fits_the_budget() -> None:
    common = ["Main-Regular", "Math-Italic", "Size1-Regular", "Size2-Regular"]
    assert sum((KATEX / "fonts" / f"{name}.woff2").stat().st_size for name in common) <= 42_000
    assert sum(path.stat().st_size for path in (KATEX / "fonts").iterdir()) <= 100_000
    assert len(gzip.compress((KATEX / "katex.min.css").read_bytes())) <= 4_000


def test_each_face_claims_exactly_the_characters_of_its_file() -> None:
    claimed: dict[tuple[str, str], set[int]] = {}
    rules = faces()
    assert len(rules) == 15
    for rule in rules:
        points = vendor.parse_ranges(rule["unicode-range"])
        earlier = claimed.setdefault((rule["font-family"], rule["font-style"]), set())
        assert points == set(TTFont(ASSETS / rule["file"]).getBestCmap()) - earlier, rule["file"]
        earlier |= points
        assert rule["font-display"] == "swap"


def test_the_faces_of_one_family_and_style_claim_the_same_weights() -> None:
    weights: dict[tuple[str, str], set[str]] = {}
    for rule in faces():
        weights.setdefault((rule["font-family"], rule["font-style"]), set()).add(rule["font-weight"])
    assert weights == {
        ('"Soft Recall Serif"', "normal"): {"400 700"},
        ('"Soft Recall Serif"', "italic"): {"400"},
        ('"Soft Recall Sans"', "normal"): {"400 700"},
        ('"Soft Recall Mono"', "normal"): {"400"},
    }


@pytest.mark.parametrize("sheet", [ASSETS / "fonts.css", KATEX / "katex.min.css"], ids=lambda path: path.name)
def test_a_style_sheet_loads_only_files_that_are_there(sheet: Path) -> None:
    css = sheet.read_text("utf-8")
    urls = re.findall(r"url\(\"?(.*?)\"?\)", css)
    assert urls
    assert [url for url in urls if not (sheet.parent / url).is_file()] == []
    assert "http" not in css


def test_the_three_stacks_begin_with_our_fonts() -> None:
    stacks = dict(re.findall(r"--sr-(\w+):([^;}]*)", (ASSETS / "fonts.css").read_text("utf-8")))
    assert {role: stack.split(",")[0] for role, stack in stacks.items()} == {
        "serif": '"Soft Recall Serif"',
        "sans": '"Soft Recall Sans"',
        "mono": '"Soft Recall Mono"',
    }


def test_axe_is_the_version_that_knows_every_rule() -> None:
    assert "axe v4.14.1" in (ROOT / "tests/vendor/axe.min.js").read_text("utf-8")[:200]
