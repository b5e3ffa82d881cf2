"""A JupyterLab of its own for tests and measurements, and notebooks opened in it."""

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from urllib.request import urlopen

FLAGS = (
    "--no-browser --allow-root --IdentityProvider.token= --ServerApp.password= "
    "--LabApp.expose_app_in_browser=True --ServerApp.port_retries=0 --log-level=WARN"
)


@contextmanager
def running_lab(folder, state):
    """The address of a JupyterLab that serves `folder`; `state` takes its own files."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    places = {f"JUPYTER_{name}_DIR": str(state / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    environment = os.environ | places | {"IPYTHONDIR": str(state / "ipython")}
    command = [sys.executable, "-m", "jupyterlab", *FLAGS.split()]
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


def wait_for(address, server, seconds=60):
    """Return once `address` answers."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        try:
            urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start within {seconds} s")


def open_notebook(page, address, name):
    """Show a notebook with an idle kernel."""
    page.goto(f"{address}/lab/tree/{name}?reset", wait_until="domcontentloaded")
    page.wait_for_function(IDLE)


def run_all(page):
    """Run all cells and wait until each has run and every widget is there."""
    page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_function(
        f"{NOTEBOOK}.widgets.every(c => c.model.type !== 'code' || "
        "c.model.executionCount || !c.model.sharedModel.source)"
    )
    page.wait_for_function(IDLE)


def set_theme(page, dark):
    """Switch JupyterLab's theme."""
    theme = "JupyterLab Dark" if dark else "JupyterLab Light"
    page.evaluate(f"jupyterapp.commands.execute('apputils:change-theme', {{theme: '{theme}'}})")
    page.wait_for_function(f"document.body.dataset.jpThemeLight === '{str(not dark).lower()}'")


NOTEBOOK = "jupyterapp.shell.currentWidget.content"
IDLE = (
    "window.jupyterapp?.shell.currentWidget?.content?.widgets && "
    "jupyterapp.shell.currentWidget.sessionContext?.session?.kernel?.status === 'idle'"
)
