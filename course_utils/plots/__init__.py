"""Pictures: sized figures without pyplot, shown with alt text, in colours everyone can tell apart.

fig, ax = figure()
draw_loss_curves(ax, {"SGD": losses})
show(fig, alt="Loss falls from 2.3 to 0.1 in 20 epochs.")
"""

from course_utils.plots.canvas import COLORS, DASHES, MARKERS, figure, img, png, show
from course_utils.plots.diagrams import draw_network, draw_shapes
from course_utils.plots.draw import draw_decision_boundary, draw_loss_curves, draw_points

__all__ = [
    "COLORS",
    "DASHES",
    "MARKERS",
    "draw_decision_boundary",
    "draw_loss_curves",
    "draw_network",
    "draw_points",
    "draw_shapes",
    "figure",
    "img",
    "png",
    "show",
]
