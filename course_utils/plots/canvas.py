"""The blank figure and the way it reaches the reader.

`Figure` objects are made directly, not by pyplot: pyplot keeps global state, which widget
callbacks on another thread would share. Curves differ in colour *and* dash, points in colour
*and* marker, so no picture needs colour vision.
"""

from base64 import b64encode
from html import escape
from io import BytesIO
from typing import NamedTuple

from cycler import cycler
from IPython.display import display
from matplotlib.figure import Figure

DPI = 100


class Palette(NamedTuple):
    """The colours of Okabe and Ito (2008), clearest on white first. COLORS[0] is COLORS.blue."""

    blue: str = "#0072B2"
    vermillion: str = "#D55E00"
    green: str = "#009E73"
    purple: str = "#CC79A7"
    orange: str = "#E69F00"
    sky: str = "#56B4E9"
    black: str = "#000000"
    yellow: str = "#F0E442"


COLORS = Palette()
DASHES = ("-", "--", ":", "-.", (0, (6, 1)), (0, (3, 1, 1, 1)), (0, (1, 3)), (0, (8, 3, 1, 3)))
MARKERS = ("o", "^", "s", "D", "v", "P", "X", "*")


def figure(nrows=1, ncols=1, width=None, height=None):
    """A figure of nrows x ncols axes, `width` x `height` inches at 100 dpi.

    Returns (fig, ax), or (fig, axes) with an array of axes shaped as in `plt.subplots`.
    """
    width = width or (5.5 if ncols == 1 else min(3.8 * ncols, 10))
    height = height or min(3.5 * nrows, 10)
    fig = Figure(figsize=(width, height), dpi=DPI, layout="constrained")
    axes = fig.subplots(nrows, ncols)
    for ax in fig.axes:
        _style(ax)
    return fig, axes


def _style(ax):
    ax.set_prop_cycle(cycler(color=COLORS, linestyle=DASHES))
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(alpha=0.25)
    ax.set_axisbelow(True)


def png(fig):
    """The figure as PNG bytes: always the same for a figure drawn by the same code."""
    buffer = BytesIO()
    fig.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
    return buffer.getvalue()


def img(fig, alt):
    """The figure as an HTML `<img>` with `alt`, the sentence read to those who cannot see it."""
    width, height = (round(inches * DPI) for inches in fig.get_size_inches())
    return (
        f'<img alt="{escape(alt)}" width="{width}" height="{height}" '
        'style="max-width: 100%; height: auto" '
        f'src="data:image/png;base64,{b64encode(png(fig)).decode()}">'
    )


def show(fig, alt):
    """Display the figure with `alt`, the sentence read to those who cannot see it.

    The picture goes out as an HTML `<img>`: neither JupyterLab nor nbconvert gives a bare
    `image/png` output an alt attribute.
    """
    if not alt or not alt.strip():
        raise ValueError('show(fig, alt="…") needs a sentence that says what the picture shows')
    display({"text/plain": alt, "text/html": img(fig, alt)}, raw=True)
