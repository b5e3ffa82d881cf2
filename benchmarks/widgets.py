"""How smooth the widgets are, in JupyterLab and a real Chromium, beside interact + matplotlib.

    python benchmarks/widgets.py [--json] [NAME ...]

For each widget, medians of three or percentiles of thirty: painted frames a second while it plays
and the 95th percentile of the gaps between them; frames in its worst state while the kernel is
busy; milliseconds from a key press to the painted picture, for a control the browser answers and
for one the kernel answers; bytes over the websocket while it plays; size of code and arrays;
seconds from running the cell to the first picture (modules already imported).

The last row is the race drawn by `interact` and matplotlib: same surface, same optimizers.
"""

import argparse
import json
import statistics
import tempfile
from itertools import pairwise
from pathlib import Path

import nbformat
from labs import IDLE, open_notebook, running_lab
from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.table import Table

from course_utils import widgets
from course_utils.doctor import chromium

HERE = Path(__file__).parent
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
FLAGS += " --disable-component-update --disable-sync"
REPEATS, PRESSES = 3, 30
NAMES = [name for name in widgets.__all__ if name not in ("Widget", "race")]
WORST = {
    "Descent": "lr=10",
    "Race": "lr=1",
    "FitLine": "model='parabola', lr=1",
    "Schedule": "peak=10",
}
BUSY = "import time\nend = time.time() + 4\nwhile time.time() < end:\n    pass"
PEER = """
import matplotlib.pyplot as plt
from ipywidgets import FloatLogSlider, Play, interact
from course_utils import nn
from course_utils.widgets.surfaces import SURFACES
from course_utils.widgets.walks import draw_surface, trajectory

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


_ = interact(draw, step=Play(min=0, max=120, interval=33), lr=FloatLogSlider(0.063, min=-4, max=0))
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help=f"widgets to measure: {', '.join(NAMES)}")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = measure(options.names or existing())
    show(rows)
    if options.json:
        print(json.dumps({"name": "widgets", "rows": rows}))


def existing():
    """The widgets this copy of the course has."""
    folder = Path(widgets.__file__).parent
    return [name for name in NAMES if (folder / f"{widgets._HOMES[name]}.py").exists()]


def measure(names):
    """A row for each widget and one for the peer."""
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        book, state = Path(place) / "book", Path(place) / "state"
        book.mkdir(), state.mkdir()
        write_notebook(book / "widgets.ipynb", names)
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS.split())
        with running_lab(book, state) as address:
            lab = Lab(browser, address)
            rows = [lab.widget(name, 1 + 2 * k) for k, name in enumerate(names)]
            rows.append(lab.peer(1 + 2 * len(names)))
        browser.close()
    return rows


def write_notebook(path, names):
    """Imports first; then two cells for each widget, as it is made and in its worst state."""
    cells = ["from course_utils.widgets import " + ", ".join(names)]
    for name in names:
        cells += [f"{name}()", f"{name}({WORST.get(name, '')})"]
    cells += [PEER, BUSY]
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = nbformat.v4.new_notebook(metadata={"kernelspec": spec})
    book.cells = [nbformat.v4.new_code_cell(source) for source in cells]
    nbformat.write(book, path)


class Lab:
    """The notebook of all widgets in one page of JupyterLab."""

    def __init__(self, browser, address):
        self.page = browser.new_page(viewport={"width": 1280, "height": 900})
        self.page.set_default_timeout(120_000)
        self.page.add_init_script(path=HERE / "probe.js")
        self.traffic = 0
        self.page.on("websocket", self._listen)
        open_notebook(self.page, address, "widgets.ipynb")
        self.start(0)
        self.page.wait_for_timeout(500)
        self.page.wait_for_function(IDLE)

    def _listen(self, socket):
        def count(data):
            self.traffic += len(data)

        socket.on("framereceived", count)
        socket.on("framesent", count)

    def widget(self, name, index):
        """The row of the widget in cell `index`; its worst state is in the next cell."""
        shown = [self.run(index, ".cw-says") for _ in range(REPEATS)]
        cell = self.cell(index)
        fps, gaps, traffic = self.play(play_button(cell).click) if plays(cell) else (None,) * 3
        local, kernel = controls(getattr(widgets, name))
        here = self.presses(cell, local)
        there = self.presses(cell, kernel, kernel=True) if kernel else []
        return {
            "widget": name,
            "fps": fps,
            "gap_p95_ms": gaps,
            "worst_busy_fps": self.busy(index + 1) if plays(cell) else None,
            "input_p50_ms": percentile(here, 50),
            "input_p95_ms": percentile(here, 95),
            "kernel_input_p50_ms": percentile(there, 50),
            "kernel_input_p95_ms": percentile(there, 95),
            "playing_bytes": traffic,
            "payload_kb": payload_kb(getattr(widgets, name)()),
            "interactive_s": round(statistics.median(shown), 2),
        }

    def peer(self, index):
        """The same race, drawn anew for each frame in the kernel."""
        shown = [self.run(index, "img") for _ in range(REPEATS)]
        cell = self.cell(index)
        play = cell.locator(".widget-play button").first
        fps, gaps, traffic = self.play(play.click, seconds=3.0)
        self.page.wait_for_timeout(3000)
        times = self.presses(cell, ".noUi-handle", settle=1500)
        return {
            "widget": "interact + matplotlib",
            "fps": fps,
            "gap_p95_ms": gaps,
            "worst_busy_fps": None,
            "input_p50_ms": None,
            "input_p95_ms": None,
            "kernel_input_p50_ms": percentile(times, 50),
            "kernel_input_p95_ms": percentile(times, 95),
            "playing_bytes": traffic,
            "payload_kb": None,
            "interactive_s": round(statistics.median(shown), 2),
        }

    def cell(self, index):
        cell = self.page.locator(".jp-Notebook .jp-Cell").nth(index)
        cell.scroll_into_view_if_needed()
        return cell

    def start(self, index):
        self.page.evaluate(START, index)

    def run(self, index, wanted):
        """Seconds from running a cell until it shows `wanted`, painted."""
        self.cell(index)
        return self.page.evaluate(RUN, [index, wanted]) / 1000

    def play(self, start, seconds=0.7):
        """Frames a second, 95th percentile of their gaps, bytes in one window while playing."""
        self.page.wait_for_timeout(500)
        rates, gaps, traffic = [], [], []
        start()
        self.page.wait_for_timeout(300)
        for _ in range(REPEATS):
            before = self.traffic
            frames = self.frames(seconds)
            rates.append(len(frames) / seconds)
            gaps += [b - a for a, b in pairwise(frames)]
            traffic.append(self.traffic - before)
        return round(statistics.median(rates), 1), percentile(gaps, 95), statistics.median(traffic)

    def frames(self, seconds):
        self.page.evaluate("probe.frames.length = 0")
        self.page.wait_for_timeout(1000 * seconds)
        return self.page.evaluate("probe.frames")

    def busy(self, index):
        """Frames a second in the worst state while another cell keeps the kernel busy."""
        self.run(index, ".cw-says")
        cell = self.cell(index)
        self.start(-1)
        play_button(cell).click()
        self.page.wait_for_timeout(200)
        rate = len(self.frames(1.0))
        self.page.wait_for_function(IDLE)
        return rate

    def presses(self, cell, selector, kernel=False, settle=250):
        """Milliseconds from each of some key presses to the painted answer."""
        target = cell.locator(selector).first
        target.focus()
        return [t for k in range(PRESSES) if (t := self.press(target, k, kernel, settle))]

    def press(self, target, k, kernel, settle):
        self.page.wait_for_timeout(settle)
        self.page.evaluate(
            "k => Object.assign(probe, {key: null, latency: null, answered: !k})", kernel
        )
        key = ("ArrowRight", "ArrowLeft")[k // 3 % 2]
        self.page.keyboard.down(key)
        try:
            self.page.wait_for_function("probe.latency !== null", timeout=3000)
        except Exception:  # at the end of its range nothing is painted
            return None
        finally:
            self.page.keyboard.up(key)
        return self.page.evaluate("probe.latency")


RUN = """async ([index, wanted]) => {
  const book = jupyterapp.shell.currentWidget.content;
  const cell = book.widgets[index].node;
  cell.querySelectorAll(".cw, img").forEach((node) => node.remove());
  book.activeCellIndex = index;
  const start = performance.now();
  jupyterapp.commands.execute("notebook:run-cell");
  const shown = () => [...cell.querySelectorAll(wanted)].some((e) => e.complete ?? e.textContent);
  while (!shown()) await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  return performance.now() - start;
}"""
START = """(index) => {
  const book = jupyterapp.shell.currentWidget.content;
  book.activeCellIndex = book.widgets.indexOf(book.widgets.at(index));
  jupyterapp.commands.execute("notebook:run-cell");
}"""


def play_button(cell):
    return cell.get_by_role("button", name="Play")


def plays(cell):
    return play_button(cell).count() > 0


def controls(widget):
    """Selectors of a control the browser answers and of one it asks the kernel about."""
    local = kernel = None
    for control in widget.controls().values():
        if control.grid or control.local:
            local = local or selector(control)
        else:
            kernel = kernel or selector(control)
    return local or ".cw-bar input", kernel


def selector(control):
    if control.kind in ("point", "points"):
        return ".cw-handle"
    return f'[id^="cw-{control.name}-"]' if control.kind in ("slider", "select") else None


def payload_kb(widget):
    arrays = [v["data"] for v in widget.results.values() if isinstance(v, dict) and "data" in v]
    return round((sum(map(len, arrays)) + len(widget._esm) + len(widget._css)) / 1000)


def percentile(values, q):
    if len(values) < 2:
        return None
    return round(statistics.quantiles(values, n=100, method="inclusive")[q - 1], 1)


def show(rows):
    table = Table(title="Widgets in JupyterLab and Chromium")
    for name in rows[0]:
        table.add_column(name.replace("_", " "), justify="right" if name != "widget" else "left")
    for row in rows:
        table.add_row(*["–" if v is None else str(v) for v in row.values()])
    Console(width=160).print(table)


if __name__ == "__main__":
    main()
