"""The book's style: the same bytes each time, its own font, colours that can be told apart, helpers that only draw."""

import io
import logging
import re
import subprocess
import sys
import warnings
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import font_manager

from softrecall import plots
from softrecall.plots import _style
from softrecall.plots._figure import power_of_ten

mpl.use("agg")


@pytest.fixture
def ax():
    import matplotlib.pyplot as plt

    with mpl.rc_context(), warnings.catch_warnings():
        plots.use_book_style()
        figure, ax = plt.subplots()
        yield ax
        plt.close(figure)


def svg(figure):
    stream = io.BytesIO()
    figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    return stream.getvalue()


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(colour, ground=plots.PLATE):
    light, dark = sorted([luminance(colour), luminance(ground)], reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_importing_plots_imports_no_matplotlib():
    script = "import sys, softrecall.plots; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_words_and_marks_can_be_seen_on_the_plate():
    assert all(contrast(colour) >= 4.5 for colour in plots.INK.values())
    assert all(contrast(colour) >= 3 for role, colour in plots.ROLE.items() if role != "line")
    assert set(plots.INK) == set(plots.ROLE) - {"line"}


def test_the_font_of_figures_is_the_books_own(ax):
    for weight in ("normal", "bold"):
        wanted = font_manager.FontProperties(family="Soft Recall Sans", weight=weight)
        path = font_manager.findfont(wanted, fallback_to_default=False)
        assert path in map(str, _style.FONTS)
        glyphs = font_manager.get_font(path).get_charmap()
        assert all(ord(char) in glyphs for char in "aZ09 %,.−–×≈≠≤≥√∞→αβγλμξσΔΣäéő⁻³₀")


def test_asking_for_the_style_twice_registers_a_font_once(ax):
    plots.use_book_style()
    found = [entry.fname for entry in font_manager.fontManager.ttflist if entry.name == "Soft Recall Sans"]
    assert sorted(found) == sorted(map(str, _style.FONTS))
    assert len(found) == 2


def test_the_licence_of_the_font_lies_beside_it():
    licence = (_style.FOLDER / "fonts" / "OFL.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence


def test_the_same_code_gives_the_same_bytes_and_no_date(ax):
    import matplotlib.pyplot as plt

    def draw():
        figure, ax = plt.subplots()
        ax.plot([0, 1], [1, 2])
        ax.fill_between([0, 1], [1, 2])
        plots.end_label(ax, 1, 2, "β = 2", "query")
        plt.close(figure)
        return svg(figure)

    first = draw()
    assert draw() == first
    assert b"dc:date" not in first
    assert b"Matplotlib v" not in first


def test_drawing_in_the_style_logs_nothing(ax, caplog):
    ax.semilogy(np.arange(1, 30), 10.0 ** -np.arange(1, 30))
    ax.set_title("A bold title, β ≥ √2")
    ax.set_xlabel(r"$10^{-3}$ $\beta$ per bit")
    plots.end_label(ax, 29, 1e-29, "the end ∈ a set", "key")
    with caplog.at_level(logging.WARNING):
        svg(ax.figure)
    assert [record.getMessage() for record in caplog.records] == []


def test_a_plot_has_no_box_and_a_second_channel_beside_colour(ax):
    assert not any(ax.spines[side].get_visible() for side in ("left", "right", "top"))
    lines = [ax.plot([0, 1], [i, i], color=plots.ROLE["query"])[0] for i in range(4)]
    assert len({line.get_linestyle() for line in lines}) == 4


def test_an_end_label_takes_the_ink_of_its_role_and_a_halo(ax):
    assert plots.end_label(ax, 1, 2, "query", "query") is ax
    assert plots.end_label(ax, 1, 2, "left of it", "value", dx=-6) is ax
    right, left = ax.texts
    assert (right.get_color(), left.get_color()) == (plots.INK["query"], plots.INK["value"])
    assert (right.get_ha(), left.get_ha()) == ("left", "right")
    assert right.get_path_effects()
    assert right.xy == (1, 2)


def test_an_unknown_role_is_refused_and_nothing_is_drawn(ax):
    with pytest.raises(ValueError, match="role: one of query, key, value, memory"):
        plots.end_label(ax, 0, 0, "x", "line")
    assert not ax.texts


def test_the_axis_title_stands_upright_above_the_axis(ax):
    ax.set_ylabel("on its side")
    assert plots.axis_title(ax, "neurons, expected") is ax
    assert ax.get_ylabel() == ""
    (title,) = ax.texts
    assert title.get_rotation() == 0
    ax.figure.canvas.draw()
    box = title.get_window_extent()
    assert box.y0 > ax.bbox.y1
    assert box.x0 == pytest.approx(ax.bbox.x0, abs=2)


def test_a_reference_line_is_dotted_and_named_at_its_right_end(ax):
    assert plots.reference_line(ax, 0.5, "equal shares") is ax
    assert list(ax.lines[0].get_ydata()) == [0.5, 0.5]
    assert ax.lines[0].get_linestyle() not in ("-", "None")
    ax.figure.canvas.draw()
    assert ax.texts[0].get_window_extent().x1 == pytest.approx(ax.bbox.x1, abs=3)


def test_labels_outside_the_axes_are_not_cut_off(ax):
    ax.plot([0, 1], [0, 1])
    plots.end_label(ax, 1, 1, "a rather long label", "memory")
    plots.axis_title(ax, "share")
    ax.figure.canvas.draw()
    page = ax.figure.bbox
    for text in ax.texts:
        box = text.get_window_extent()
        assert page.x0 <= box.x0
        assert box.x1 <= page.x1
        assert box.y1 <= page.y1


def test_helpers_open_no_figure(ax):
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    plots.end_label(ax, 0, 0, "a")
    plots.axis_title(ax, "b")
    plots.reference_line(ax, 0.5)
    assert plt.get_fignums() == before


def test_seaborns_pair_plots_raise_no_warning_in_the_style():
    import matplotlib.pyplot as plt
    import pandas as pd
    import seaborn as sns

    with mpl.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        plots.use_book_style()
        grid = sns.pairplot(pd.DataFrame({"a": [1.0, 2, 3], "b": [2.0, 1, 4]}), diag_kind=None)
        assert len(svg(grid.figure)) > 1000
        plt.close(grid.figure)


# Two drawings of one figure


def both(draw, **options):
    """The roots of the wide and of the narrow drawing."""
    made = plots.figure(draw, **options)
    return [ElementTree.fromstring(svg) for svg in (made.wide, made.narrow)]


def words(root):
    return ["".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")]


def test_a_figure_is_drawn_for_a_column_and_for_a_phone():
    widths = []
    made = plots.figure(lambda ax: widths.append((ax.figure.get_figwidth() * 96, plots.is_narrow(ax))), height=300)
    assert widths == [(pytest.approx(672), False), (pytest.approx(328), True)]
    roots = [ElementTree.fromstring(svg) for svg in (made.wide, made.narrow)]
    assert [(root.get("width"), root.get("height")) for root in roots] == [("672", "300"), ("328", "300")]
    assert repr(made) == "Drawings(size=(672, 300), narrow_size=(328, 300))"
    data, metadata = made._repr_mimebundle_()
    assert data == {"image/svg+xml": made.wide, "text/plain": repr(made)}
    assert metadata == {plots.STORED: {"narrow": made.narrow}}


@pytest.mark.parametrize(
    ("options", "grids", "narrow_height"),
    [
        ({"panels": 2, "height": 300}, [(1, 2), (2, 1)], 520),
        ({"panels": 3, "height": 200}, [(1, 3), (3, 1)], 600),
        ({"panels": (2, 1), "height": 500}, [(2, 1), (2, 1)], 500),
        ({"panels": (2, 2), "narrow_height": 900}, [(2, 2), (4, 1)], 900),
        ({"panels": (2, 3), "narrow_panels": (3, 2), "height": 400}, [(2, 3), (3, 2)], 600),
    ],
)
def test_panels_stand_below_each_other_on_a_phone(options, grids, narrow_height):
    seen = []
    made = plots.figure(
        lambda axes: seen.append((len(axes), axes[0].get_subplotspec().get_gridspec().get_geometry())), **options
    )
    assert seen == [(rows * columns, (rows, columns)) for rows, columns in grids]
    assert made.narrow_size == (328, narrow_height)


def test_the_same_figure_has_the_same_bytes_and_another_one_other_ids():
    def draw(ax, top=2):
        ax.plot([0, 1], [0, top], "o")

    first, again = plots.figure(draw), plots.figure(draw)
    assert first == again
    other = plots.figure(lambda ax: draw(ax, 3))
    ids = [set(re.findall(r'\bid="([^"]+)"', svg)) for svg in (first.wide, first.narrow, other.wide, other.narrow)]
    assert all(ids)
    assert len(set.union(*ids)) == sum(map(len, ids))


def test_what_a_drawing_refers_to_is_in_it_and_it_holds_no_style_sheet():
    for root in both(lambda ax: ax.plot([0, 1], [0, 1], "o-")):
        used = {
            name
            for one in root.iter()
            for value in one.attrib.values()
            for name in re.findall(r"url\(#(.+?)\)|^#(.+)", value)
        }
        ids = {one.get("id") for one in root.iter() if one.get("id")}
        assert {a or b for a, b in used} == ids
        assert not any(one.tag.endswith(("style", "metadata")) for one in root.iter())


def test_words_stay_words_with_their_halo_and_without_a_font_of_their_own():
    for root in both(lambda ax: plots.end_label(ax, 0.5, 0.5, "β & <1", "query")):
        [label] = [one for one in root.iter("{http://www.w3.org/2000/svg}text") if "".join(one.itertext()) == "β & <1"]
        style = dict(part.split(":") for part in label.get("style").split(";"))
        assert (style["fill"], style["font-weight"]) == (plots.INK["query"].lower(), "700")
        assert (style["paint-order"], style["stroke"], style["stroke-width"]) == ("stroke", "#ffffff", "3.75px")
        assert not any("font-family" in one.get("style", "") for one in root.iter())
        assert "Soft Recall Sans" in root.get("font-family")


def test_colours_with_digits_survive_the_rounding_of_numbers():
    wide, _ = both(lambda ax: ax.plot([0, 1 / 3], [0, 1], color=plots.ROLE["value"]))
    styles = "".join(one.get("style", "") for one in wide.iter())
    assert "#009e73" in styles
    numbers = [n for one in wide.iter() for n in re.findall(r"\d+\.(\d+)", one.get("d", ""))]
    assert numbers
    assert max(map(len, numbers)) == 2


def test_powers_of_ten_are_written_with_raised_figures():
    wide, narrow = both(lambda ax: ax.loglog([1e-9, 1e9], [1, 1e12]))
    for root in (wide, narrow):
        assert {"10⁻⁶", "1", "10⁶"} <= {*words(root)}
        assert not any("$" in text or "mathdefault" in text for text in words(root))


@pytest.mark.parametrize(
    ("value", "text"), [(1, "1"), (0.01, "0.01"), (1000, "1,000"), (1e4, "10⁴"), (1e-3, "10⁻³"), (1e-29, "10⁻²⁹")]
)
def test_a_power_of_ten_as_text(value, text):
    assert power_of_ten(value) == text


def test_a_figure_changes_no_setting_and_opens_no_window():
    import matplotlib.pyplot as plt

    before, numbers = dict(mpl.rcParams), plt.get_fignums()
    plots.figure(lambda ax: ax.plot([0, 1]))
    assert dict(mpl.rcParams) == before
    assert plt.get_fignums() == numbers


def test_a_figure_that_cannot_be_drawn_is_refused():
    with pytest.raises(TypeError, match="draw: a function that takes the axes"):
        plots.figure([1, 2])
    for options in (
        {"panels": 0},
        {"panels": (2, 2), "narrow_panels": (3, 1)},
        {"panels": 2, "narrow_panels": (-1, -2)},
    ):
        with pytest.raises(ValueError, match="panels: the same number"):
            plots.figure(lambda axes: None, **options)
    for options in ({"height": 0}, {"narrow_height": -3}):
        with pytest.raises(ValueError, match="height: at least 1 pixel"):
            plots.figure(lambda axes: None, **options)


def test_a_logarithmic_axis_has_the_ticks_that_were_asked_for(ax):
    assert plots.log_ticks(ax, "y", (0.5, 10, 3000)) is ax
    assert ax.get_yscale() == "log"
    assert ax.get_xscale() == "linear"
    assert [label.get_text() for label in ax.get_yticklabels()] == ["0.5", "10", "3,000"]
    assert len(ax.get_yticks(minor=True)) == 0
    for axis, values, name in (("z", (1,), "axis"), ("x", (0, 1), "values"), ("x", (1, float("nan")), "values")):
        with pytest.raises(ValueError, match=f"{name}: "):
            plots.log_ticks(ax, axis, values)


def test_bits_are_drawn_as_squares_in_ink_and_numbers_as_colours(ax):
    bits = np.array([1, 1, 0, 0, 0, 0, 1, 0, 1])
    assert plots.tile(ax, bits, "a picture") is ax
    [patch] = ax.patches
    corners = patch.get_path().vertices
    assert len(corners) == 3 * 5  # a run of two and two single ones
    area = sum(np.ptp(run[:, 0]) * np.ptp(run[:, 1]) for run in corners.reshape(3, 5, 2))
    assert area == bits.sum()
    assert (corners[0] == (0, 0)).all()
    assert ax.yaxis_inverted()
    assert ax.get_title(loc="left") == "a picture"
    plots.tile(ax, np.arange(9) - 4.0, top=4)
    [mesh] = ax.collections
    assert mesh.get_clim() == (-4, 4)
    assert mesh.get_rasterized()


def test_no_bit_that_is_set_leaves_the_picture_empty(ax):
    plots.tile(ax, np.zeros(16))
    assert not ax.patches


@pytest.mark.parametrize("values", [np.zeros(8), np.zeros((4, 4)), np.array([0, 1, 2, 1]), np.array([0, 1, np.nan, 1])])
def test_what_is_no_square_of_bits_is_refused(ax, values):
    with pytest.raises(ValueError, match="values: "):
        plots.tile(ax, values)
