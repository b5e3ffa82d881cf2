"""How smooth the widgets are, in JupyterLab and a real Chromium, beside interact + matplotlib.

    python benchmarks/widgets.py [--json] [NAME ...]

For each widget, medians of three or percentiles of thirty:

  fps, gap      painted frames a second while it plays (a widget without a play button: while a
                slider is dragged), and the 95th percentile of the gaps between them
  worst, busy   the same in its worst state, such as a diverged run, while the kernel is busy
  local         milliseconds from a key press to the painted picture, for a control that the
                browser answers, and
  kernel        for one that the kernel answers: a thing to drag, or a menu if there is none
  bytes         over the websockets in a second of playing, in and out
  payload       size of code and arrays
  interactive   seconds from running the cell to the first picture, modules already imported

The last row is the race drawn by `interact` and matplotlib: same surface, same optimizers.
About 45 seconds a widget. Measure on a machine that has nothing else to do.
"""

import argparse
import json
import os
import statistics
import tempfile
from itertools import pairwise
from pathlib import Path

from labs import opened, running_lab, write_notebook
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.table import Table

from course_utils import widgets
from course_utils.doctor import chromium

REPEATS, PRESSES = 3, 30
NAMES = [name for name in widgets.__all__ if name not in ("Widget", "race")]
WORST = {
    "Descent": "lr=10",
    "Race": "lr=1",
    "FitLine": "model='parabola', lr=1",
    "Perceptron": "data='overlapping groups'",
    "XorWarp": "lr=10, bend='relu'",
    "DecisionBoundary": "width=8, second=6, lr=10",
    "SignalDepth": "gain=3",
    "Schedule": "peak=10",
}
BUSY = "import time\nend = time.time() + 4\nwhile time.time() < end:\n    pass"
PEER_NAME = "interact + matplotlib"
PEER_IMPORTS = """
import matplotlib.pyplot as plt
from ipywidgets import FloatLogSlider, Play, interact
from course_utils import nn
from course_utils.widgets.surfaces import SURFACES
from course_utils.widgets.walks import draw_surface, trajectory
"""
PEER = """
s, names = SURFACES["ravine"], ["sgd", "momentum", "adam"]


def draw(step, lr):
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6))
    draw_surface(left, s)
    for name in names:
        path = trajectory(nn.optim.functional(name), s.grad, s.start, 120, lr=lr)[: step + 1]
        left.plot(*path.T, label=name)
        right.semilogy(s.f(path))
    left.legend()
    right.set(xlim=(0, 120), ylim=(1e-9, 100))
    plt.show()


play = Play(min=0, max=120, interval=33, repeat=True)
_ = interact(draw, step=play, lr=FloatLogSlider(0.063, min=-4, max=0))
"""
# One new value for a slider in each frame, as a fast hand would give it.
DRAG = """async ([slider, seconds]) => {
  const end = performance.now() + 1000 * seconds, count = +slider.max + 1;
  for (let k = 0; performance.now() < end; k++) {
    slider.value = Math.abs(((k + count) % (2 * count)) - count);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise(requestAnimationFrame);
  }
}"""

FIELDS = (
    *("widget", "fps", "gap_p95_ms", "worst_busy_fps", "input_p50_ms", "input_p95_ms"),
    *("kernel_input_p50_ms", "kernel_input_p95_ms", "playing_bytes", "playing_bytes_in"),
    *("playing_bytes_out", "payload_kb", "interactive_s", "failed"),
)
AT_LEAST = {"fps": 55, "worst_busy_fps": 30}
AT_MOST = {
    "gap_p95_ms": 25,
    "input_p95_ms": 50,
    "kernel_input_p95_ms": 100,
    "playing_bytes": 0,
    "payload_kb": 150,
    "interactive_s": 1,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}")
    parser.add_argument("--json", action="store_true", help="the rows as JSON in the last line")
    options = parser.parse_args()
    if unknown := set(options.names) - set(NAMES):
        parser.error(f"no widget {', '.join(unknown)}; there are {', '.join(NAMES)}")
    rows = measure(options.names or NAMES)
    show(rows)
    if options.json:
        print(json.dumps({"name": "widgets", "rows": rows}))
    raise SystemExit(any(row["failed"] for row in rows))


def measure(names):
    """A row for each widget and one for the peer."""
    say = Console(stderr=True).print
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        books, state = Path(place) / "books", Path(place) / "state"
        books.mkdir(), state.mkdir()
        with running_lab(books, state) as address:
            rows = []
            for k, name in enumerate([*names, PEER_NAME], 1):
                say(f"{k}/{len(names) + 1} {name}, load {os.getloadavg()[0]:.1f} …", style="dim")
                rows.append(one(playwright, books, address, name, say))
    return rows


def one(playwright, books, address, name, say):
    """The row of one widget or of the peer, in a notebook and a browser of its own."""
    file = name.replace(" ", "") + ".ipynb"
    write_notebook(books / file, *cells(name))
    for attempt in (1, 2):
        try:
            with opened(playwright, chromium(), address, file) as book:
                book.start(0)
                book.wait(0.5)
                book.idle()
                found = peer(book) if name == PEER_NAME else widget(book, name)
                return dict.fromkeys(FIELDS) | {"widget": name} | found
        except BrowserError as error:
            reason = str(error).splitlines()[0]
            say(f"{name}, attempt {attempt}: {reason}", style="red")
    return dict.fromkeys(FIELDS) | {"widget": name, "failed": reason}


def cells(name):
    """Imports, the thing to measure, its worst state, and a cell that keeps the kernel busy."""
    if name == PEER_NAME:
        return PEER_IMPORTS, PEER
    make = f"from course_utils.widgets import {name}\n{name}({WORST.get(name, '')})"
    return f"from course_utils.widgets import {name}\n_ = {name}()", f"{name}()", make, BUSY


def widget(book, name):
    """What a widget's row says."""
    shown = [book.run(1, ".cw-says") for _ in range(REPEATS)]
    cell = book.cell(1)
    local, kernel = controls(getattr(widgets, name))
    moving = playing(cell) if plays(cell) else dragging(book, cell, local)
    return (
        painted(book, moving)
        | percentiles("input", presses(book, cell, local))
        | percentiles("kernel_input", presses(book, cell, kernel, kernel=True))
        | {
            "worst_busy_fps": busy(book, local),
            "payload_kb": payload_kb(getattr(widgets, name)()),
            "interactive_s": round(statistics.median(shown), 2),
        }
    )


def peer(book):
    """The same race, drawn anew for each frame in the kernel."""
    shown = [book.run(1, "img") for _ in range(REPEATS)]
    cell = book.cell(1)
    play = cell.locator(".widget-play button").first
    play.click()
    found = painted(book, lambda seconds: None, seconds=3.0)
    play.click()
    times = presses(book, cell, ".noUi-handle", settle=1.0)
    return (
        found
        | percentiles("kernel_input", times)
        | {"interactive_s": round(statistics.median(shown), 2)}
    )


def plays(cell):
    return cell.get_by_role("button", name="Play").count() > 0


def playing(cell):
    """Play from the start, so that no window lies behind the end of a run."""

    def start(_):
        cell.get_by_role("button", name="Reset to the start").click()
        cell.get_by_role("button", name="Play").click()

    return start


def dragging(book, cell, selector):
    """Drag the first slider to and fro, without waiting for the end of it."""
    slider = cell.locator(selector).first.element_handle()
    begin = f"(given) => void ({DRAG})(given)"
    return lambda seconds: book.page.evaluate(begin, [slider, seconds + 0.5])


def painted(book, move, seconds=0.7):
    """Frames a second, their gaps, and bytes in a second, while `move` keeps things moving."""
    rates, gaps, carried = [], [], {"in": [], "out": []}
    for _ in range(REPEATS):
        book.wait(0.3)
        move(seconds)
        book.wait(0.2)
        before = dict(book.traffic)
        frames = book.frames(seconds)
        rates.append(len(frames) / seconds)
        gaps += [b - a for a, b in pairwise(frames)]
        for way, values in carried.items():
            values.append((book.traffic[way] - before[way]) / seconds)
    coming, going = (round(statistics.median(values)) for values in carried.values())
    return {
        "fps": round(statistics.median(rates), 1),
        "gap_p95_ms": percentile(gaps, 95),
        "playing_bytes": coming + going,
        "playing_bytes_in": coming,
        "playing_bytes_out": going,
    }


def busy(book, local):
    """Frames a second in the worst state while another cell keeps the kernel busy."""
    book.run(2, ".cw-says")
    cell = book.cell(2)
    book.start(3)
    book.wait(0.3)
    move = playing(cell) if plays(cell) else dragging(book, cell, local)
    move(1.0)
    book.wait(0.2)
    rate = len(book.frames(1.0))
    book.idle()
    return rate


def presses(book, cell, selector, kernel=False, settle=0.2):
    """Milliseconds from each of some key presses to the painted answer."""
    cell.locator(selector).first.focus()
    times = []
    for k in range(PRESSES):
        book.wait(settle)
        book.idle()
        times.append(book.press(("ArrowRight", "ArrowLeft")[k // 3 % 2], kernel))
    return [t for t in times if t is not None]  # at the end of its range nothing is painted


def controls(widget):
    """Selectors of a control the browser answers and of one it asks the kernel about.

    What can be dragged comes before menus: it is what has to keep up with a hand.
    """
    by_hand = {"point": 0, "points": 0, "slider": 1, "select": 2}
    known = [c for c in widget.controls().values() if c.kind in by_hand]
    asked = sorted((c for c in known if not (c.grid or c.local)), key=lambda c: by_hand[c.kind])
    local = [c for c in known if (c.grid or c.local) and c.kind == "slider"]
    return selector(local[0]) if local else ".cw-bar input", selector(asked[0])


def selector(control):
    return ".cw-handle" if "point" in control.kind else f'[id^="cw-{control.name}-"]'


def payload_kb(widget):
    arrays = [v["data"] for v in widget.results.values() if isinstance(v, dict) and "data" in v]
    return round((sum(map(len, arrays)) + len(widget._esm) + len(widget._css)) / 1000)


def percentiles(name, times):
    return {f"{name}_p{q}_ms": percentile(times, q) for q in (50, 95)}


def percentile(values, q):
    if len(values) < 2:
        return None
    return round(statistics.quantiles(values, n=100, method="inclusive")[q - 1], 1)


COLUMNS = {
    "fps\n≥ 55": ("fps",),
    "gap p95\nms ≤ 25": ("gap_p95_ms",),
    "fps worst,\nbusy ≥ 30": ("worst_busy_fps",),
    "local p50 / p95\nms ≤ 50": ("input_p50_ms", "input_p95_ms"),
    "kernel p50 / p95\nms ≤ 100": ("kernel_input_p50_ms", "kernel_input_p95_ms"),
    "bytes in / out\na second, 0": ("playing_bytes_in", "playing_bytes_out"),
    "payload\nkB ≤ 150": ("payload_kb",),
    "interactive\ns ≤ 1": ("interactive_s",),
}


def show(rows):
    """The table, and below it what missed its target."""
    table = Table(title="Widgets in JupyterLab and Chromium")
    table.add_column("widget", no_wrap=True)
    for words in COLUMNS:
        table.add_column(words, justify="right")
    for row in rows:
        told = [" / ".join(in_words(row[f]) for f in fields) for fields in COLUMNS.values()]
        table.add_row(row["widget"], *told)
    console = Console(width=140)
    console.print(table)
    for row in rows[:-1]:
        if missed := [f"{field} {row[field]}" for field in FIELDS if misses(field, row[field])]:
            console.print(f"{row['widget']} misses: {', '.join(missed)}")
    for row in rows:
        if row["failed"]:
            console.print(f"{row['widget']} was not measured: {row['failed']}")
    console.print(f"load of the machine at the end: {os.getloadavg()[0]:.1f}")


def in_words(value):
    return "–" if value is None else f"{value:g}"


def misses(field, value):
    if value is None:
        return False
    return value < AT_LEAST.get(field, value) or value > AT_MOST.get(field, value)


if __name__ == "__main__":
    main()
