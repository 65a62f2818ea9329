"""The mark is drawn from softmax weights, and the files on disk are the ones that the tool draws."""

from __future__ import annotations

import importlib.util
import math
import re
import struct
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def load_tool():
    """Import the tool from its file."""
    spec = importlib.util.spec_from_file_location("social_card", ROOT / "tools" / "social_card.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


tool = load_tool()


def test_the_widths_of_the_rays_are_softmax_weights_about_the_diagonal() -> None:
    widths = [float(width) for width in re.findall(r'stroke-width="([\d.]+)"', tool.draw_mark())]
    assert widths == [6.4, 2.8, 2.8, 1.1, 1.1]
    weights = tool.relative_weights(tool.OFFSETS)
    for offset, weight in zip(tool.OFFSETS, weights, strict=True):
        assert math.log(weight) == pytest.approx(tool.BETA * (math.cos(math.radians(offset)) - 1))


@pytest.mark.parametrize("draw", [tool.draw_mark, tool.draw_favicon])
def test_the_mark_stays_inside_its_square(draw) -> None:
    rays = re.findall(r'd="M([\d.-]+) ([\d.-]+)L([\d.-]+) ([\d.-]+)" stroke-width="([\d.]+)"', draw())
    assert len(rays) in (3, 5)
    for ray in rays:
        *ends, width = map(float, ray)
        assert all(width / 2 <= value <= 32 - width / 2 for value in ends)


def test_the_files_on_disk_are_the_ones_that_the_tool_draws() -> None:
    assert tool.MARK.read_text("utf-8") == tool.draw_mark()
    assert (tool.ASSETS / "favicon.svg").read_text("utf-8") == tool.draw_favicon()


@pytest.mark.parametrize(
    ("name", "size", "most"), [("social-card.png", (1200, 630), 60_000), ("apple-touch-icon.png", (180, 180), 8_000)]
)
def test_the_pictures_have_the_expected_size(name: str, size: tuple[int, int], most: int) -> None:
    data = (tool.ASSETS / name).read_bytes()
    assert struct.unpack(">II", data[16:24]) == size
    assert len(data) <= most
