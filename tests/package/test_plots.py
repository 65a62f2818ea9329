"""The book's style: the same bytes each time, its own font, colours that can be told apart, helpers that only draw."""

import io
import logging
import subprocess
import sys
import warnings

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import font_manager

from softrecall import plots
from softrecall.plots import _style

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
