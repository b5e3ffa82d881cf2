"""A JupyterLab of its own for measurements, and notebooks opened in it by a real Chromium."""

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import nbformat
from playwright.sync_api import TimeoutError

HERE = Path(__file__).parent
LAB_FLAGS = (
    "--no-browser --allow-root --IdentityProvider.token= --ServerApp.password= "
    "--LabApp.expose_app_in_browser=True --ServerApp.port_retries=0 --log-level=WARN"
)
CHROMIUM_FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
IDLE = (
    "window.jupyterapp?.shell.currentWidget?.content?.widgets && "
    "jupyterapp.shell.currentWidget.sessionContext?.session?.kernel?.status === 'idle'"
)
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
  jupyterapp.shell.currentWidget.content.activeCellIndex = index;
  jupyterapp.commands.execute("notebook:run-cell");
}"""


@contextmanager
def running_lab(folder, state):
    """The address of a JupyterLab that serves `folder`; `state` takes its own files."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    places = {f"JUPYTER_{name}_DIR": str(state / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    environment = os.environ | places | {"IPYTHONDIR": str(state / "ipython")}
    command = [sys.executable, "-m", "jupyterlab", *LAB_FLAGS.split()]
    command += [f"--port={port}", f"--ServerApp.root_dir={folder}"]
    command += [f"--LabApp.{name}_dir={state / name}" for name in ("workspaces", "user_settings")]
    with (state / "lab.log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(address + "/api", server)
        yield address
    finally:
        server.terminate()
        server.wait(30)


def wait_for(address, server, seconds=120):
    """Return once `address` answers."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        try:
            urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start within {seconds} s")


def write_notebook(path, *sources):
    """A notebook with these code cells."""
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = nbformat.v4.new_notebook(metadata={"kernelspec": spec})
    book.cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(book, path)


@contextmanager
def opened(playwright, program, address, name):
    """The Book `name`, open in a browser of its own; its kernel goes when it is closed."""
    browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS.split())
    try:
        book = Book(browser, f"{address}/lab/tree/{name}?reset")
        yield book
        book.page.evaluate("jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    finally:
        browser.close()


class Book:
    """One notebook in JupyterLab: its cells, what is painted, and what its sockets carry."""

    def __init__(self, browser, address):
        self.page = browser.new_page(viewport={"width": 1280, "height": 900})
        self.page.set_default_timeout(90_000)
        self.page.add_init_script(path=HERE / "probe.js")
        self.traffic = {"in": 0, "out": 0}
        self.page.on("websocket", self._listen)
        self.page.goto(address, wait_until="domcontentloaded")
        self.idle()

    def _listen(self, socket):
        def count(way):
            return lambda data: self.traffic.update({way: self.traffic[way] + len(data)})

        socket.on("framereceived", count("in"))
        socket.on("framesent", count("out"))

    def idle(self):
        """Wait until the kernel has nothing to do."""
        self.page.wait_for_function(IDLE)

    def wait(self, seconds):
        self.page.wait_for_timeout(1000 * seconds)

    def cell(self, index):
        cell = self.page.locator(".jp-Notebook .jp-Cell").nth(index)
        cell.scroll_into_view_if_needed()
        return cell

    def start(self, index):
        """Begin to run a cell."""
        self.page.evaluate(START, index)

    def run(self, index, wanted):
        """Seconds from running a cell until it shows `wanted`, painted."""
        self.cell(index)
        self.idle()
        return self.page.evaluate(RUN, [index, wanted]) / 1000

    def frames(self, seconds):
        """Times in ms at which pictures were painted from now on."""
        self.page.evaluate("probe.frames.length = 0")
        self.wait(seconds)
        return self.page.evaluate("probe.frames")

    def press(self, key, kernel, seconds=4):
        """Milliseconds from a key press to the painted answer; None if there is none."""
        self.page.evaluate(
            "kernel => Object.assign(probe, {key: null, latency: null, answered: !kernel})", kernel
        )
        self.page.keyboard.down(key)
        try:
            self.page.wait_for_function("probe.latency !== null", timeout=1000 * seconds)
        except TimeoutError:
            return None
        finally:
            self.page.keyboard.up(key)
        return self.page.evaluate("probe.latency")
