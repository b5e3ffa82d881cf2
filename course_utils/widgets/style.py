"""Colour, dash and marker of a name: the same in every widget and every poster.

Colours are Okabe and Ito's (2008), told apart by colour-blind readers. Dash and marker repeat
the distinction for those who see no colour at all.
"""

from course_utils.plots import COLORS as OKABE_ITO

INK = "ink"  # the text colour of the theme: black on white, white on black
COLORS = (*OKABE_ITO[:6], INK)  # yellow is left out: it cannot be seen on white
DASHES = ((), (8, 4), (2, 3), (9, 3, 2, 3), (5, 2))
MARKS = ("circle", "square", "triangle", "diamond", "cross")

# Names that many widgets share get a fixed place; others take the next free one.
FIXED = {"SGD": 0, "Momentum": 1, "Adam": 2, "Nesterov": 3, "RMSprop": 4, "AdaGrad": 5, "Mine": 6}


def style(index: int) -> dict:
    """The `index`-th of 35 styles that differ in colour or in dash and marker."""
    shift = index // len(COLORS)
    cue = (index + shift) % len(MARKS)
    return {"color": COLORS[index % len(COLORS)], "dash": DASHES[cue], "mark": MARKS[cue]}


def styles(names) -> dict[str, dict]:
    """A style for each name, all different, fixed names always the same."""
    taken = {FIXED[name] for name in names if name in FIXED}
    free = (i for i in range(len(COLORS) * len(MARKS)) if i not in taken)
    return {name: style(FIXED[name] if name in FIXED else next(free)) for name in names}


def line_kwargs(style: dict) -> dict:
    """Keyword arguments for matplotlib's `plot` that draw a line in this style."""
    color = "black" if style["color"] == INK else style["color"]
    return {"color": color, "linestyle": (0, style["dash"]) if style["dash"] else "-"}
