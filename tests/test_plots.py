"""Figures reach the reader as described pictures, and no colour stands alone."""

import base64
import re
import subprocess
import sys

import nbformat
import numpy as np
import pytest
from matplotlib.colors import to_hex
from nbconvert import HTMLExporter

from course_utils import data
from course_utils.plots import (
    COLORS,
    DASHES,
    MARKERS,
    canvas,
    draw_decision_boundary,
    draw_loss_curves,
    draw_network,
    draw_points,
    draw_shapes,
    figure,
    png,
    show,
)


@pytest.fixture
def shown(monkeypatch):
    """shown(fig, alt) -> the MIME bundle that show() sends to the notebook."""

    def show_and_catch(fig, alt):
        sent = []
        monkeypatch.setattr(canvas, "display", lambda bundle, raw: sent.append(bundle))
        assert show(fig, alt=alt) is None
        (bundle,) = sent
        return bundle

    return show_and_catch


def png_size(image):
    return int.from_bytes(image[16:20], "big"), int.from_bytes(image[20:24], "big")


def test_figure_is_sized_in_inches_at_100_dpi():
    fig, ax = figure(width=4, height=2.5)
    assert png_size(png(fig)) == (400, 250)
    assert ax in fig.axes


@pytest.mark.parametrize(("grid", "shape"), [((1, 2), (2,)), ((2, 1), (2,)), ((2, 3), (2, 3))])
def test_axes_are_shaped_as_in_pyplot(grid, shape):
    fig, axes = figure(*grid)
    assert axes.shape == shape
    assert max(fig.get_size_inches()) <= 10


def test_show_displays_the_picture_and_its_alt_text(shown):
    fig, ax = figure(width=3, height=2)
    ax.plot([1, 2])
    bundle = shown(fig, 'Loss "falls" below < 1 & stays.')
    assert bundle["text/plain"] == 'Loss "falls" below < 1 & stays.'
    alt, width, image = re.search(
        r'<img alt="([^"]*)" width="(\d+)".* src="data:image/png;base64,(.*)">', bundle["text/html"]
    ).groups()
    assert alt == "Loss &quot;falls&quot; below &lt; 1 &amp; stays."
    assert width == "300"
    assert png_size(base64.b64decode(image)) == (300, 200)


def test_nbconvert_keeps_the_alt_text(shown):
    fig, _ = figure()
    output = nbformat.v4.new_output("display_data", data=shown(fig, "A flat line."))
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("…", outputs=[output])])
    html, _ = HTMLExporter().from_notebook_node(nb)
    assert re.search(r'<img alt="A flat line\."', html)


@pytest.mark.parametrize("alt", ["", "  ", None])
def test_show_insists_on_alt_text(alt):
    with pytest.raises(ValueError, match="sentence"):
        show(figure()[0], alt=alt)


def test_the_same_figure_gives_the_same_bytes():
    def draw():
        fig, ax = figure()
        draw_loss_curves(ax, {"a": [3, 2, 1], "b": [3, 1, 1]}, log=True)
        return png(fig)

    assert draw() == draw()


def test_colors_are_okabe_and_ito():
    okabe_ito = "#000000 #E69F00 #56B4E9 #009E73 #F0E442 #0072B2 #D55E00 #CC79A7"
    assert sorted(COLORS) == sorted(okabe_ito.split())
    assert COLORS[0] == COLORS.blue == "#0072B2"
    assert len(set(MARKERS)) == len(set(DASHES)) == len(COLORS)


def test_curves_differ_in_colour_and_dash():
    _, ax = figure()
    draw_loss_curves(ax, {"SGD": [3, 2], "Adam": [3, 1], "RMSprop": [3, 2]}, xlabel="epoch")
    assert len({line.get_linestyle() for line in ax.lines}) == 3
    assert [to_hex(line.get_color()).upper() for line in ax.lines] == list(COLORS[:3])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["SGD", "Adam", "RMSprop"]
    np.testing.assert_array_equal(ax.lines[1].get_xydata(), [[0, 3], [1, 1]])
    assert ax.get_xlabel() == "epoch"


def test_points_differ_in_colour_and_marker():
    X, y = data.spirals(np.random.default_rng(0), n=30)
    _, ax = figure()
    draw_points(ax, X, y)
    for k, points in enumerate(ax.collections):
        np.testing.assert_array_equal(points.get_offsets(), X[y == k])
    outlines = [points.get_paths()[0].vertices.shape for points in ax.collections]
    assert len(set(outlines)) == 3


X4 = np.array([[-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0], [1.0, 1.0]])
PREDICTORS = {
    "labels": (lambda P: np.where(P[:, 0] > 0, 5, 2), np.array([2, 5, 2, 5])),
    "column": (lambda P: np.where(P[:, :1] > 0, 1, -1), np.array([-1, 1, -1, 1])),
    "booleans": (lambda P: P[:, 0] > 0, np.array([0, 1, 0, 1])),
    "logits": (lambda P: np.stack([-P[:, 0], P[:, 0]], axis=1), np.array([0, 1, 0, 1])),
}


@pytest.mark.parametrize("name", PREDICTORS)
def test_boundary_lies_where_the_prediction_changes(name):
    predict, y = PREDICTORS[name]
    _, ax = figure()
    draw_decision_boundary(ax, predict, X4, y, resolution=50)
    line = ax.collections[1].get_paths()[0].vertices
    assert np.abs(line[:, 0]).max() < 0.05
    assert np.ptp(line[:, 1]) == pytest.approx(2.6)  # the data's range and 15 % either side
    assert ax.collections[0].get_paths()[0].vertices[:, 0].max() < 0.05  # the first class is left
    left, right = (ax.collections[0].get_facecolor()[k] for k in (0, 1))
    assert to_hex(left).upper() == COLORS[0] and to_hex(right).upper() == COLORS[1]


def test_boundary_of_a_constant_prediction():
    _, ax = figure()
    draw_decision_boundary(ax, lambda P: np.zeros(len(P)), X4, np.array([0, 1, 0, 1]), resolution=9)
    draw_decision_boundary(ax, lambda P: np.zeros(len(P)), X4, np.zeros(4, dtype=int), resolution=9)


def test_pyplot_stays_unloaded():
    code = "import course_utils.plots, sys; sys.exit('matplotlib.pyplot' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_shapes_are_boxes_to_scale():
    _, ax = figure()
    draw_shapes(ax, ("X", (5, 3), "(N, D)"), "@", ("W", (3, 2)), "+", ("b", (2,)))
    fills = ax.patches[::2]
    assert [(box.get_height(), box.get_width()) for box in fills] == [(5, 3), (3, 2), (1, 2)]
    edges = [(box.get_x(), box.get_x() + box.get_width()) for box in fills]
    operators = [text.get_position()[0] for text in ax.texts if text.get_text() in "@+"]
    for (_, right), operator, (left, _) in zip(edges, operators, edges[1:], strict=False):
        assert right < operator < left
    texts = [text.get_text() for text in ax.texts]
    assert texts == ["X", "(N, D)", "@", "W", "(3, 2)", "+", "b", "(2,)"]


def test_network_joins_every_unit_to_the_next_layer():
    _, ax = figure()
    draw_network(ax, (3, 4, 2), names=("X", "A", "Z"))
    edges = [c for c in ax.collections if hasattr(c, "get_segments")]
    assert [len(c.get_segments()) for c in edges] == [12, 8]
    units = [c for c in ax.collections if not hasattr(c, "get_segments")]
    assert [len(c.get_offsets()) for c in units] == [3, 4, 2]
    assert [text.get_text() for text in ax.texts] == ["X", "A", "Z"]
    for column in units:
        assert column.get_offsets()[:, 1].mean() == 0
